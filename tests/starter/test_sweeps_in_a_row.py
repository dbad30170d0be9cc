"""What one sweep leaves to the next: what people know, what they refused, what it could not look at."""

import asyncio
from datetime import UTC, datetime

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHandle

from contracts.reconciliation import DECIDE, AlarmAnswer, RunSummary
from simulators.faults import Status
from tests.scenarios.sweeping import firm
from tests.starter import sweeping
from tests.world import World
from workflows.sweep.workflow import ReconciliationWorkflow

LONG_AGO = "2026-01-05 08:00:00"
CANNOT_LOOK = "konnte nicht stattfinden"
TWO_PROGRAMS = "ein anderes Programm"


def notes(world: World, words: str) -> int:
    """How many messages say so."""
    return len([text for text in world.told() if words in text])


async def fails(world: World) -> None:
    """A sweep that ends without a result."""
    with pytest.raises(WorkflowFailureError):
        await sweeping.swept(world)


async def at_rest(world: World, size: int) -> list[tuple[str, int]]:
    """So many linked parties, in the order of their betNr, whose runs have ended."""
    parties = sorted(await firm(world, size), key=lambda party: party[1])
    for party, _ in parties:
        await world.closed(party)
    return parties


async def refused(handle: WorkflowHandle[ReconciliationWorkflow, RunSummary]) -> RunSummary:
    """A person ends it if it asks."""
    ending = asyncio.ensure_future(handle.result())
    while not ending.done():
        if (await handle.query(ReconciliationWorkflow.state)).asks:
            await handle.signal(DECIDE, AlarmAnswer(go_on=False, by="admin", at=datetime.now(UTC)))
            break
    return await ending


async def test_that_sweeps_cannot_look_is_told_once_and_until_it_got_through(scheduled: World) -> None:
    """One note that EspoCRM does not take must not be the last word of a sync that sees nothing for weeks."""
    await at_rest(scheduled, 2)
    scheduled.espocrm.missing.add("advowareSyncBase")
    scheduled.faults.plan("espocrm.note", Status(503))

    for _ in range(4):
        await fails(scheduled)

    assert notes(scheduled, CANNOT_LOOK) == 1


async def test_another_cause_is_news(scheduled: World) -> None:
    """What people know of explains nothing else."""
    await at_rest(scheduled, 2)
    scheduled.espocrm.missing.add("advowareSyncBase")
    await fails(scheduled)
    scheduled.espocrm.missing.clear()
    scheduled.faults.outage("espocrm.list", Status(400))

    for _ in range(2):
        await fails(scheduled)
    scheduled.faults.lift("espocrm.list")

    assert notes(scheduled, CANNOT_LOOK) == 2


async def test_another_program_is_told_of_until_it_got_through(scheduled: World) -> None:
    """And not again on the same day, though it writes only now and then."""
    [(party, _)] = await at_rest(scheduled, 1)
    ours = scheduled.espocrm.records[party]["advowareRowId"]
    await sweeping.apply(scheduled, reads=0)
    scheduled.faults.plan("espocrm.note", Status(503))

    told = []
    for theirs in (True, True, False, True):
        scheduled.espocrm.import_silently(party, advowareRowId="FBABAAAAXXXX" if theirs else ours)
        assert (await sweeping.swept(scheduled)).counts.foreign == theirs
        told.append(notes(scheduled, TWO_PROGRAMS))

    assert told == [0, 1, 1, 1]


async def test_what_a_person_refused_is_asked_about_again(scheduled: World) -> None:
    """It still stands in EspoCRM, however long ago it was imported, and nobody else looks at it."""
    await sweeping.apply(scheduled, guard_number=3, reads=0)
    *imported, _ = await at_rest(scheduled, 6)  # one that was modified just now, up to which a sweep has looked
    for party, _ in imported:
        scheduled.espocrm.import_silently(party, lastName="Import")
        scheduled.espocrm.records[party]["modifiedAt"] = LONG_AGO
    scheduled.espocrm.store.index.forget()

    first, second = [await refused(await sweeping.begun(scheduled)) for _ in range(2)]

    assert first.due == second.due == {"edited": 5}
    assert scheduled.advoware.count(name="Import") == 0


async def test_what_moved_in_advoware_is_read_again_after_a_refusal(scheduled: World) -> None:
    """Else its turn would come a whole round later."""
    parties = await at_rest(scheduled, 50)
    await sweeping.apply(scheduled, guard_number=3, reads=30, recent=0)
    for _, bet_nr in parties[:25]:
        scheduled.advoware.edit(bet_nr, titel="Alt")

    first, second = [await refused(await sweeping.begun(scheduled)) for _ in range(2)]

    assert first.due == second.due == {"moved": 25}
    assert first.position == 0


async def test_a_listing_that_is_broken_delays_no_edit_in_espocrm(scheduled: World) -> None:
    """What the rows gave is synced; then the sweep fails, and says so."""
    [(party, _)] = await at_rest(scheduled, 1)
    scheduled.advoware.has_listing = True
    await sweeping.apply(scheduled, listing=True)
    scheduled.espocrm.import_silently(party, titel="Dr.")
    scheduled.faults.outage("advoware.list", Status(403))

    await fails(scheduled)
    scheduled.faults.lift("advoware.list")
    await scheduled.closed(party)

    assert scheduled.titles(party) == ("Dr.", "Dr.")
    assert notes(scheduled, CANNOT_LOOK) == 1


async def test_a_sweep_knows_how_many_parties_there_are_now(scheduled: World) -> None:
    """A share of those of the first sweep, perhaps of a pilot's, would be a handful for ever."""
    await at_rest(scheduled, 2)
    await sweeping.apply(scheduled, reads=0)
    await sweeping.swept(scheduled)
    await at_rest(scheduled, 3)

    summary = await sweeping.swept(scheduled)

    assert (summary.total, summary.alarm) == (5, "")
