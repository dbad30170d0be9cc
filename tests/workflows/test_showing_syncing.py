"""`syncing` is shown once something failed or took too long: a quick sync pays no call for it, however busy all is."""

from datetime import timedelta

import pytest

from simulators.faults import Hang, Latency, Status
from tests.world import World

AT_ONCE = timedelta(milliseconds=1)


async def written(world: World, party: str, mark: int) -> list[str]:
    """The writes since, after the party's run has ended."""
    await world.closed(party)
    return [call.name for call in world.calls.since(mark) if call.name in ("advoware.replace", "espocrm.write")]


async def edited(world: World) -> tuple[str, int]:
    """A linked party with an edit that goes to Advoware; where the calls are counted from."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    return party, world.calls.mark


async def test_a_write_that_takes_its_time_is_no_reason(world: World) -> None:
    party, mark = await edited(world)
    world.faults.plan("advoware.replace", Latency(seconds=0.5))
    await world.ask(party, timing=world.timing.but(syncing_after=AT_ONCE))

    assert await written(world, party, mark) == ["advoware.replace", "espocrm.write"]


@pytest.mark.parametrize("call", ["espocrm.read", "advoware.read"])
async def test_it_is_shown_behind_a_first_attempt_that_failed(world: World, call: str) -> None:
    """Of EspoCRM itself as soon as it answers again: nothing is known of the record before."""
    party, mark = await edited(world)
    world.faults.plan(call, Status(503))
    world.faults.plan("advoware.replace", Latency(seconds=0.5))
    await world.ask(party, timing=world.timing.but(syncing_after=AT_ONCE))

    assert sorted(await written(world, party, mark)) == ["advoware.replace", "espocrm.write", "espocrm.write"]
    assert world.status(party) == "clean"


async def test_it_is_shown_behind_a_first_attempt_that_took_too_long(world: World) -> None:
    party, mark = await edited(world)
    world.faults.plan("advoware.read", Hang())
    world.faults.plan("advoware.replace", Latency(seconds=0.5))
    await world.ask(party, timing=world.timing.but(syncing_after=AT_ONCE, first_try=timedelta(milliseconds=300)))

    assert sorted(await written(world, party, mark)) == ["advoware.replace", "espocrm.write", "espocrm.write"]


async def test_it_is_shown_while_a_write_waits_for_its_second_attempt(world: World) -> None:
    """Temporal tells a run of its activity's last attempt only; the worker tells it of the others."""
    party, mark = await edited(world)
    world.faults.plan("advoware.replace", Status(503))
    await world.ask(party)

    assert await written(world, party, mark) == [
        "advoware.replace",
        "espocrm.write",
        "advoware.replace",
        "espocrm.write",
    ]
    assert world.status(party) == "clean"
