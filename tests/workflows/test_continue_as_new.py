"""A run that hands over to its successor: nothing asked, decided, landed or untold is lost (design §3).

On a server of its own that suggests it after a few events, so that every second sync happens in a new run.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from beteiligte.decide.choice import Choice
from beteiligte.request_reason import Reason
from contracts.inbox import SyncRequest
from contracts.reconciliation import RunKind
from contracts.visibility import outage_id, workflow_id
from simulators.faults import Hang, RefusedBeforeEffect, Status
from tests.engines import skipping_engine
from tests.world import Handle, World

FEW_EVENTS = 10
LONG_AFTER = 40
"""Vain calls to EspoCRM: five attempts, and then one an hour."""

BY_WORKER = Status(503)
"""Ends a sync's first attempt, which is the worker's own: a request that arrives meanwhile would join that sync."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hasty() -> AsyncIterator[WorkflowEnvironment]:
    """A server that suggests a new run after a few events."""
    async with skipping_engine({"limit.historyCount.suggestContinueAsNew": FEW_EVENTS}) as env:
        yield env


@pytest_asyncio.fixture(loop_scope="session")
async def world(hasty: WorkflowEnvironment) -> AsyncIterator[World]:
    """Both stand-ins and a worker on that server."""
    async with World.open(hasty) as opened:
        yield opened
        assert opened.faults.unused == []


async def runs(world: World, workflow: str) -> int:
    """How many runs the newest chain has."""
    number, run_id = 1, None
    while True:
        handle = world.client.get_workflow_handle(workflow, run_id=run_id)
        started = (await handle.fetch_history()).events[0].workflow_execution_started_event_attributes
        run_id = started.continued_execution_run_id
        if not run_id:
            return number
        number += 1


async def runs_after(world: World, handle: Handle) -> int:
    """How many runs the chain has that this one began, whatever was asked for since by an outage that is over."""
    number, run_id = 1, handle.first_execution_run_id
    while True:
        history = await world.client.get_workflow_handle(handle.id, run_id=run_id).fetch_history()
        continued = history.events[-1].workflow_execution_continued_as_new_event_attributes
        run_id = continued.new_execution_run_id
        if not run_id:
            return number
        number += 1


async def test_a_request_that_joined_is_served_by_the_successor(world: World) -> None:
    """Five edits in a row, each asked for while the sync before it runs: every one causes a sync, the last one wins."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    reading = Hang()
    world.faults.plan("espocrm.read", BY_WORKER, reading, party=party)
    await world.ask(party)
    for number in range(5):
        await reading.entered.wait()
        following = Hang()
        world.faults.plan("espocrm.read", following, party=party)
        await world.ask(party)
        reading.release()
        await following.entered.wait()
        world.espocrm.edit(party, zusatz=f"Edit {number}")
        reading = following
    reading.release()
    await world.closed(party)

    assert world.advoware.records[bet_nr]["zusatz"] == "Edit 4"
    assert await runs(world, workflow_id(party)) == 6


async def test_what_landed_is_written_back_by_a_successor(world: World) -> None:
    """Only the run knew betNr, rowId and base; EspoCRM is away for days, over several runs."""
    party = world.espocrm.add(lastName="Müßig")
    posting = Hang(effect=True)
    handle = await world.held(party, "advoware.create", posting, Reason.CREATED)
    world.faults.plan("espocrm.*", RefusedBeforeEffect(), times=LONG_AFTER, party=party)
    posting.release()

    await handle.result()

    assert await runs_after(world, handle) > 5
    assert world.calls.count("advoware.create") == 1
    await world.end_outages()
    assert await world.unsettled(party) == []


async def test_an_open_create_stays_open_in_a_successor(world: World) -> None:
    """A POST of unknown outcome that EspoCRM does not know of yet: no successor posts again."""
    party = world.espocrm.add(lastName="Müßig")
    posting = Hang(effect=True)
    handle = await world.held(party, "advoware.create", posting, Reason.CREATED)
    world.faults.plan("espocrm.*", RefusedBeforeEffect(), times=LONG_AFTER, party=party)
    await world.advoware_server.stop()  # the answer is cut off
    await world.advoware_server.start()
    await handle.result()

    assert await runs_after(world, handle) > 5
    assert world.calls.count("advoware.create") == 1
    assert world.status(party) == "conflict"
    assert len(world.told_on(party)) == 1


async def test_a_message_that_waits_is_told_by_the_successor_once(world: World) -> None:
    """The note was refused and waits for its next try when the run hands over."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    writing = Hang()
    world.faults.plan("espocrm.write", writing, party=party)
    world.faults.plan("espocrm.note", Status(503))
    await world.ask(party)
    await writing.entered.wait()
    await world.ask(party)
    writing.release()
    await world.closed(party)

    assert await runs(world, workflow_id(party)) == 2
    assert len(world.told_on(party)) == 1
    assert world.calls.count("espocrm.note") == 3


async def test_a_person_s_word_is_kept_for_the_successor(world: World) -> None:
    """`resolve --create` arrives during another sync: the successor acts on it, and creates."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    assert (await world.sync(party)).result == "conflict"
    await world.closed(party)
    reading = Hang()
    world.faults.plan("espocrm.read", BY_WORKER, reading, party=party)
    handle = await world.ask(party)
    await reading.entered.wait()
    word = SyncRequest(reason=Reason.PERSON, at=datetime.now(UTC), create_anyway=True)
    await handle.signal("request", word)
    reading.release()
    await world.closed(party)

    assert await runs(world, workflow_id(party)) == 2
    assert world.advoware.count(name="Müßig") == 1
    assert await world.unsettled(party) == []


async def test_a_choice_and_what_it_overwrote_are_kept_for_the_successor(world: World) -> None:
    """`resolve --field` arrives during another sync; what `undo` needs outlives the run that carried it out, too."""
    party, bet_nr = await world.linked(titel="Dr.")
    await world.closed(party)
    first, second = Hang(), Hang()
    world.faults.plan("espocrm.read", BY_WORKER, first, second, party=party)
    handle = await world.ask(party)
    await first.entered.wait()
    chosen = (Choice(field="titel", value="Prof."),)
    await handle.signal("request", SyncRequest(reason=Reason.UPDATED, at=datetime.now(UTC), choices=chosen))
    first.release()
    await second.entered.wait()
    await world.ask(party)
    second.release()

    outcome = await handle.result()

    assert await runs(world, workflow_id(party)) == 3
    assert world.advoware.records[bet_nr]["titel"] == "Prof."
    assert (outcome.result, [finding.lost for finding in outcome.overwritten]) == ("no_change", [("Dr.",)])


async def test_a_cancel_is_not_forgotten_however_long_the_write_back_takes(world: World) -> None:
    """The run ends as cancelled, after what landed was written."""
    party = world.espocrm.add(lastName="Müßig")
    posting = Hang(effect=True)
    handle = await world.held(party, "advoware.create", posting, Reason.CREATED)
    world.faults.plan("espocrm.*", RefusedBeforeEffect(), times=LONG_AFTER, party=party)
    await handle.cancel()
    posting.release()

    assert await world.closed(party) == "CancelledError"
    assert world.calls.count("advoware.create") == 1
    await world.end_outages()
    assert await world.unsettled(party) == []


async def test_a_long_night_s_reports_are_handed_on(world: World) -> None:
    """More parties report than one history holds: all are asked for when it is over, and people are told once."""
    linked = [await world.linked(lastName=f"Anders {n}") for n in range(12)]
    world.faults.outage("advoware")
    for party, _ in linked:
        world.espocrm.edit(party, titel="Dr.")
        await world.ask(party)
    for party, _ in linked:
        await world.closed(party)
    await world.told_of("nicht zur Verfügung")

    world.faults.lift("advoware")
    outage = world.client.get_workflow_handle(outage_id("advoware"))
    await outage.result()
    for party, _ in linked:
        await world.closed(party)

    runs = [run async for run in world.client.list_workflows(f"WorkflowId = '{outage_id('advoware')}'")]
    assert len(runs) > 1, "it was handed on"
    assert world.differing(*(party for party, _ in linked)) == []
    assert len(world.told()) == 2


async def test_a_sweep_goes_on_in_its_successor(world: World) -> None:
    """Every page in a run of its own, and what was found before is synced all the same, once."""
    parties = [await world.linked(lastName=f"Anders {number}") for number in range(4)]
    for party, bet_nr in parties:
        await world.closed(party)
        world.espocrm.import_silently(party, titel="Dr.")
        world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    mark = world.calls.mark

    handle = await world.reconcile(RunKind.NIGHTLY)
    summary = await handle.result()

    assert (summary.counts.rows, summary.counts.asked, summary.due) == (4, 4, {"edited": 4})
    assert world.spent(mark)["espocrm.write"] == world.spent(mark)["advoware.replace"] == 4
    assert world.differing(*(party for party, _ in parties)) == []
    assert await runs(world, handle.id) > 1
