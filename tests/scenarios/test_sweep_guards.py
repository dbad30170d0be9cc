"""An accident stops a sweep before anything is written, and a person is asked (design §7)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowHandle

from beteiligte.settle.bookkeeping import espo_datetime
from beteiligte.sweep.alarms import Alarm
from contracts.reconciliation import (
    DECIDE,
    AlarmAnswer,
    AlarmQuestion,
    Counts,
    Phase,
    Position,
    PreviousRun,
    Progress,
    ReconciliationOrder,
    RunKind,
    RunSummary,
)
from contracts.timing import SweepTiming
from simulators.faults import EmptyList
from tests.scenarios.sweeping import firm, swept
from tests.world import World
from workflows.sweep.workflow import ReconciliationWorkflow

Run = WorkflowHandle[ReconciliationWorkflow, RunSummary]


@pytest.mark.parametrize("call", ["espocrm.list", "advoware.list"])
async def test_an_empty_list_changes_nothing_and_raises_an_alarm(world: World, call: str) -> None:
    """P9: 200 and nothing in it is no reason to delete or to clear."""
    world.advoware.has_listing = True
    await firm(world, 4)
    before = dict(world.advoware.records)
    world.faults.plan(call, EmptyList(), times=3)
    mark = world.calls.mark

    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, listing=True, guard_number=1)
    await world.told_of("hat angehalten")
    assert (await handle.query("state"))["phase"] == Phase.ASKING
    await handle.terminate()
    world.faults.clear()

    assert world.calls.writes(mark) == []
    assert world.advoware.records == before


async def test_a_broken_import_stops_and_a_person_decides(world: World) -> None:
    """More parties overwritten than is likely: nothing is synced until somebody confirms, with who and when."""
    parties = await firm(world, 6)
    for party, _ in parties:
        world.espocrm.import_silently(party, lastName="Import")
    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, guard_number=3)
    await world.told_of("hat angehalten")
    assert world.advoware.count(name="Import") == 0

    await handle.signal(DECIDE, AlarmAnswer(go_on=True, by="admin", at=datetime.now(UTC)))
    summary = await handle.result()
    await asyncio.gather(*(world.closed(party) for party, _ in parties))

    assert world.advoware.count(name="Import") == len(parties)
    assert summary.answer is not None
    assert summary.answer.by == "admin"
    assert "changed or emptied" in summary.alarm


@pytest.mark.parametrize("kind", RunKind)
async def test_a_first_run_creates_no_firm_without_asking(world: World, kind: RunKind) -> None:
    """Parties that were never synced, by the dozen: a rollout or an import, which a person plans first."""
    for number in range(4):
        world.espocrm.add(lastName=f"Neu {number}")

    handle = await world.reconcile(kind, wait=False, guard_number=3)
    await world.told_of("noch nie abgeglichen")
    await handle.signal(DECIDE, AlarmAnswer(go_on=False, by="admin", at=datetime.now(UTC)))
    summary = await handle.result()

    assert world.advoware.count() == 0
    assert (summary.counts.first, sum(summary.due.values())) == (4, 4)


async def test_parties_gone_in_espocrm_by_the_dozen_are_asked_about_once(world: World) -> None:
    """A lost right or a restored backup hides them; each would be told as deleted."""
    world.advoware.has_listing = True
    for party, _ in await firm(world, 4):
        await world.closed(party)
        world.espocrm.delete(party)

    handle = await world.reconcile(RunKind.SWEEP, wait=False, listing=True, guard_number=3)
    await world.told_of("gibt es in EspoCRM nicht mehr")
    await handle.signal(DECIDE, AlarmAnswer(go_on=False, by="admin", at=datetime.now(UTC)))
    await handle.result()

    assert len(world.told()) == 1


async def test_a_refused_sweep_writes_nothing(world: World) -> None:
    """The other answer."""
    parties = await firm(world, 6)
    for party, _ in parties:
        world.espocrm.import_silently(party, lastName="Import")
    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, guard_number=3)
    await world.told_of("hat angehalten")

    await handle.signal(DECIDE, AlarmAnswer(go_on=False, by="admin", at=datetime.now(UTC)))
    await handle.result()

    assert world.advoware.count(name="Import") == 0


def answer(go_on: bool, alarm: str = "") -> AlarmAnswer:
    """A person's."""
    return AlarmAnswer(go_on=go_on, by="admin", at=datetime.now(UTC), alarm=alarm)


async def asking(handle: Run) -> str:
    """What it asks, once it does."""
    while not ((state := await handle.query(ReconciliationWorkflow.state)).phase is Phase.ASKING and state.alarm):
        pass
    return state.alarm


async def begun(world: World, kind: RunKind, **progress: object) -> Run:
    """A run that goes on from there, with a guard of 3."""
    at = Progress.model_validate({"began": datetime.now(UTC), "phase": Phase.STATUSES, **progress})
    order = ReconciliationOrder(kind=kind, timing=SweepTiming(guard_number=3), progress=at)
    return await world.client.start_workflow(
        ReconciliationWorkflow.run, order, id=f"{kind}-{world.queue}", task_queue=world.queue
    )


async def test_what_asks_by_its_status_alone_is_no_less_suspicious(world: World) -> None:
    """A broken import that a formula turned `dirty`, and that lies before what a sweep looks at by its time."""
    parties = await firm(world, 6)
    for party, _ in parties:
        await world.closed(party)
        world.espocrm.import_silently(party, lastName="Import", syncStatus="dirty")

    handle = await begun(
        world, RunKind.SWEEP, position=Position(since=espo_datetime(datetime.now(UTC) + timedelta(days=1)))
    )

    assert "changed or emptied" in await asking(handle)
    await handle.signal(DECIDE, answer(go_on=False))
    assert (await handle.result()).due == {"asked": 6}
    assert world.advoware.count(name="Import") == 0


async def test_who_confirms_one_thing_is_asked_about_the_next(world: World) -> None:
    """New parties were meant, that others are overwritten he was not shown; an answer to the first is none to that."""
    overwritten = await firm(world, 4)
    for party, _ in overwritten:
        await world.closed(party)
        world.espocrm.import_silently(party, lastName="Import")
    for number in range(4):
        world.espocrm.add(lastName=f"Neu {number}")

    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, guard_number=3)
    first = await asking(handle)
    await handle.signal(DECIDE, answer(go_on=True, alarm=first))
    while (second := await asking(handle)) == first:
        pass
    await handle.signal(DECIDE, answer(go_on=True, alarm=first))
    await handle.signal(DECIDE, answer(go_on=False, alarm=second))
    summary = await handle.result()

    assert ("changed or emptied" in first, "never synced" in second) == (True, True)
    assert summary.answer is not None
    assert not summary.answer.go_on
    assert world.advoware.count() == len(overwritten)
    assert world.advoware.count(name="Import") == 0


async def test_who_confirmed_some_is_asked_about_far_more(world: World) -> None:
    """A run that finds more than it remembers asks in the middle of looking: what comes after was not shown."""
    for number in range(9):
        world.espocrm.add(lastName=f"Neu {number}")
    confirmed = {"counts": Counts(first=4), "question": AlarmQuestion(confirmed={Alarm.FIRST: 4})}

    handle = await begun(world, RunKind.NIGHTLY, **confirmed)

    assert "13 parties were never synced" in await asking(handle)
    await handle.signal(DECIDE, answer(go_on=False))
    await handle.result()
    assert world.advoware.count() == 0


async def test_a_count_that_nobody_believed_is_not_what_the_next_one_is_compared_with(world: World) -> None:
    """Else a list that stays short would raise its alarm once."""
    await firm(world, 4)
    handle = await begun(world, RunKind.NIGHTLY, phase=Phase.MODIFIED, before=PreviousRun(total=40))

    await asking(handle)
    await handle.signal(DECIDE, answer(go_on=False))

    assert (await handle.result()).total == 40


async def test_a_right_that_was_lost_is_told_and_nothing_is_written(world: World) -> None:
    """An attribute that is missing from the list is a fault of the set-up, never an empty value."""
    await firm(world, 3)
    world.espocrm.missing.add("advowareSyncBase")
    mark = world.calls.mark

    handle = await world.reconcile(RunKind.NIGHTLY, wait=False)
    with pytest.raises(Exception, match="Workflow execution failed"):
        await handle.result()

    assert world.calls.writes(mark) == []
    await world.told_of("konnte nicht stattfinden")


async def test_another_program_that_writes_our_bookkeeping_is_noticed_and_told_once(world: World) -> None:
    """Two syncs at once would overwrite each other for ever."""
    for party, _ in await firm(world, 3):
        world.espocrm.import_silently(party, advowareRowId="FBABAAAAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX")

    summary = await swept(world, RunKind.NIGHTLY, reads=0)

    assert summary.counts.foreign == 3
    [told] = [text for text in world.told() if "ein anderes Programm" in text]
    assert "Bei 3 Beteiligten" in told
