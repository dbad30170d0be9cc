"""`status` tells how late an edit in Advoware is seen, by what Temporal holds, or plainly that it is not."""

import asyncio
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError

from starter.schedules import PAUSED_WITH_WRITING
from tests.commandline import JUDGED, quick
from tests.starter import sweeping
from tests.world import World

ELSEWHERE = {"SWEEP_EVERY": "1m", "SWEEP_READS": "2000", "SWEEP_LISTING": "true"}
"""Settings of the machine at which somebody asks: nothing of them is in force."""


SECONDS = sweeping.EVERY.total_seconds()


async def seen(world: World, **settings: str) -> Any:
    """What the JSON document says of Advoware."""
    ran = await quick(world, "status", "--json", **settings)
    assert ran.code in JUDGED
    return ran.json["advoware"]


async def said(world: World) -> str:
    """What people read, without line breaks."""
    return " ".join((await quick(world, "status", **ELSEWHERE)).out.split())


async def firm(world: World, size: int) -> list[int]:
    """So many linked parties at rest; their betNr."""
    linked = await asyncio.gather(*(world.linked(lastName=f"Anders {n}") for n in range(size)))
    await asyncio.gather(*(world.closed(party) for party, _ in linked))
    return sorted(bet_nr for _, bet_nr in linked)


async def test_without_schedules_it_is_said_that_nothing_is_seen(world: World) -> None:
    """They were never applied, or somebody took them away."""
    assert (await seen(world))["detection_lag"] == {"how": "unscheduled", "any_party": None, "recent": None}
    assert "Edits in Advoware are not seen: there is no schedule of sweeps" in await said(world)


async def test_before_the_first_sweep_it_is_said_that_it_is_not_known(scheduled: World) -> None:
    """But what is modified last is read by the next one."""
    sight = await seen(scheduled)

    assert sight["detection_lag"] == {"how": "uncounted", "any_party": None, "recent": SECONDS}
    assert sight["last_sweep"] is None
    assert "is not known until a sweep has counted parties; of the 50 modified last" in await said(scheduled)
    assert "Last completed sweep: none known" in await said(scheduled)


async def test_it_follows_from_what_the_last_sweep_counted_and_the_schedule_holds(scheduled: World) -> None:
    """Linked parties, one without betNr is none, by the reads that go round; whatever the settings here are."""
    await firm(scheduled, 5)
    scheduled.espocrm.add(lastName="Neu")
    await sweeping.apply(scheduled, reads=4, recent=2)
    summary = await sweeping.swept(scheduled)

    sight = await seen(scheduled, **ELSEWHERE)
    text = await said(scheduled)

    assert sight["detection_lag"] == {"how": "read", "any_party": 3 * SECONDS, "recent": SECONDS}
    assert (sight["linked"], sight["recent_reads"]) == (5, 2)
    assert sight["last_sweep"] == summary.began.isoformat().replace("+00:00", "Z")
    assert "seen within 900 d (5 linked parties); of the 2 modified last in EspoCRM within 300 d" in text


async def test_what_is_promised_is_kept(scheduled: World) -> None:
    """In so many sweeps every party's turn comes, also while the same few are modified last all the time."""
    numbers = await firm(scheduled, 5)
    await sweeping.apply(scheduled, reads=3, recent=1)
    await sweeping.swept(scheduled)
    promised = (await seen(scheduled))["detection_lag"]["any_party"]
    mark = scheduled.calls.mark

    for _ in range(int(promised / SECONDS)):
        await sweeping.swept(scheduled)
    read = {call.party for call in scheduled.calls.since(mark) if call.name == "advoware.read"}

    assert read == {str(number) for number in numbers}


async def test_with_a_listing_the_next_sweep_sees_it(scheduled: World) -> None:
    """No sweep had to be completed for that."""
    await sweeping.apply(scheduled, listing=True)

    assert (await seen(scheduled))["detection_lag"] == {"how": "listed", "any_party": SECONDS, "recent": None}
    assert "An edit in Advoware is seen within 300 d, by its listing" in await said(scheduled)


async def test_without_reads_it_is_said_that_nothing_is_seen(scheduled: World) -> None:
    """`SWEEP_READS=0`, applied."""
    await sweeping.apply(scheduled, reads=0)

    assert (await seen(scheduled))["detection_lag"]["how"] == "unread"
    assert "Edits in Advoware are not seen by sweeps: there is no listing (SWEEP_LISTING)" in await said(scheduled)


async def test_a_paused_schedule_is_said_with_its_note(scheduled: World) -> None:
    """However soon it would be seen else; resumed, the next sweep sees it."""
    await sweeping.apply(scheduled, listing=True)
    await sweeping.pause(scheduled, "move of the CRM server")
    text = await said(scheduled)
    await sweeping.pause(scheduled, PAUSED_WITH_WRITING)
    with_all_writing = await said(scheduled)
    await sweeping.schedule(scheduled).unpause(note="moved")
    await sweeping.until(scheduled, lambda described: not described.schedule.state.paused)

    assert "Edits in Advoware are not seen: the schedule `sweep` is paused (move of the CRM server)" in text
    assert "`beteiligte-sync schedules resume sweep`" in text
    assert "`beteiligte-sync resume`" in with_all_writing
    sight = await seen(scheduled)
    assert (sight["detection_lag"]["how"], sight["note"]) == ("listed", "")


async def test_a_sweep_that_failed_counts_for_nothing(scheduled: World) -> None:
    """The last one that was completed does."""
    await firm(scheduled, 3)
    summary = await sweeping.swept(scheduled)
    scheduled.espocrm.missing.add("advowareSyncBase")
    with pytest.raises(WorkflowFailureError):
        await sweeping.swept(scheduled)

    sight = await seen(scheduled)

    assert sight["linked"] == 3
    assert sight["last_sweep"] == summary.began.isoformat().replace("+00:00", "Z")


async def test_observed_sweeps_are_said_to_report_only(scheduled: World) -> None:
    """Seen is not synced."""
    await sweeping.apply(scheduled, observe=True)

    assert (await seen(scheduled))["observed"] is True
    assert "Observe mode: sweeps only report what they see" in await said(scheduled)


async def test_a_sweep_that_waits_for_an_answer_is_named(scheduled: World) -> None:
    """No other starts meanwhile, so the time of the last completed one tells the truth."""
    for number in range(3):
        scheduled.espocrm.add(lastName=f"Neu {number}")
    await sweeping.apply(scheduled, guard_number=1)
    handle = await sweeping.begun(scheduled)
    await scheduled.told_of("noch nie abgeglichen")

    text = await said(scheduled)
    await handle.terminate()

    assert f"Last completed sweep: none known; under way: {handle.id} (`reconcile watch {handle.id}`)" in text
