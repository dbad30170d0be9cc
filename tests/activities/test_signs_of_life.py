"""A long activity says how far it is for as long as it runs; a sweep waits while somebody's edit is under way."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.testing import ActivityEnvironment

from activities.heartbeats import A_FEW, alive, told_before
from activities.live_traffic import LiveTraffic

SOON, LONG = timedelta(milliseconds=20), timedelta(seconds=30)


async def given(limit: timedelta | None, *, signs: int) -> list[object]:
    """What an activity that counts its signs told, until it gave so many."""
    env, told, enough = ActivityEnvironment(), list[object](), asyncio.Event()
    env.info = replace(env.info, heartbeat_timeout=limit)

    def heard(*details: object) -> None:
        told.extend(details)
        if len(told) >= signs:
            enough.set()

    env.on_heartbeat = heard

    async def activity() -> None:
        async with alive(lambda: len(told)):
            await (enough.wait() if signs else asyncio.sleep(0.01))

    await env.run(activity)
    return told


async def test_signs_go_on_with_how_far_it_is() -> None:
    assert await given(A_FEW * SOON, signs=3) == [0, 1, 2]


async def test_the_first_sign_comes_at_once() -> None:
    """However long the time after which silence counts as death."""
    assert await given(LONG, signs=1) == [0]


async def test_without_such_a_time_none_are_given() -> None:
    assert await given(None, signs=0) == []


async def test_none_comes_after_the_body_has_ended_not_even_by_a_failure() -> None:
    env = ActivityEnvironment()
    env.info = replace(env.info, heartbeat_timeout=A_FEW * SOON)
    giving = set[asyncio.Task[object]]()

    async def failing() -> None:
        others = asyncio.all_tasks()
        async with alive():
            await asyncio.sleep(0)
            giving.update(asyncio.all_tasks() - others)
            raise ValueError("odd")

    async def activity() -> set[asyncio.Task[object]]:
        with pytest.raises(ValueError, match="odd"):
            await failing()
        _, still_giving = await asyncio.wait(giving, timeout=(A_FEW * SOON).total_seconds())
        return still_giving

    assert await env.run(activity) == set()


@pytest.mark.parametrize(("details", "told"), [((), None), (("page 3", 7), "page 3")])
def test_the_next_attempt_reads_what_was_told_last(details: tuple[object, ...], told: object) -> None:
    env = ActivityEnvironment()
    env.info = replace(env.info, heartbeat_details=details)

    assert env.run(told_before) == told


async def test_where_nobody_waits_a_sweep_goes_on_at_once() -> None:
    async with asyncio.timeout(1):
        await LiveTraffic().free(within=LONG)


async def test_a_sweep_waits_until_the_last_activity_of_a_sync_is_over_and_a_moment_longer() -> None:
    """Between two activities of one sync nobody is under way for the time of a workflow task."""
    traffic, passed = LiveTraffic(), asyncio.Event()

    async def sweep() -> None:
        await traffic.free(within=LONG)
        passed.set()

    async def still_waits() -> bool:
        await asyncio.sleep(0)
        return not passed.is_set()

    with traffic.taken():
        waiting = asyncio.create_task(sweep())
        with traffic.taken():
            assert await still_waits()
        assert await still_waits()
    assert await still_waits()
    with traffic.taken():
        assert await still_waits()
    async with asyncio.timeout(5):
        await waiting


async def test_a_sweep_goes_on_after_its_time_too() -> None:
    traffic = LiveTraffic()
    with traffic.taken():
        async with asyncio.timeout(1):
            await traffic.free(within=SOON)


async def test_an_activity_that_fails_is_over_as_well() -> None:
    traffic = LiveTraffic()
    with pytest.raises(ValueError, match="odd"), traffic.taken():
        raise ValueError("odd")
    async with asyncio.timeout(5):
        await traffic.free(within=LONG)
