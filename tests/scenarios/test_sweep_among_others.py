"""A sweep, what people wait for meanwhile, and parties that never end: none holds another up (design §7, P10)."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from temporalio import activity
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import WorkflowFailureError, WorkflowHandle

from activities.live_traffic import LiveTraffic
from contracts.reconciliation import RunKind, RunSummary
from simulators.faults import Hang, Status
from tests.scenarios.sweeping import firm
from tests.world import World
from workflows.sweep.workflow import ReconciliationWorkflow

STARTED = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
PLACES = 2
"""Syncs of a sweep at the same time."""


async def test_a_poisoned_record_delays_no_other(world: World) -> None:
    """P10: as many as have a place fail and wait for a minute; they keep their places only for the patience."""
    parties = await firm(world, 6)
    for party, _ in parties:
        await world.closed(party)  # else the sweep's request joins a run whose clock is skipped
        world.espocrm.import_silently(party, titel="Dr.")
    world.faults.plan("advoware.replace", Status(503), times=PLACES)  # whichever come first

    with world.real_time():
        handle = await world.reconcile(
            RunKind.NIGHTLY, wait=False, in_flight=PLACES, patience=timedelta(milliseconds=50), reads=0
        )
        await world.calls.until(lambda _: world.advoware.count(titel="Dr.") == len(parties) - PLACES)
        summary = await handle.result()

    poisoned = [party for party, bet_nr in parties if world.advoware.records[bet_nr]["titel"] is None]
    assert len(poisoned) == PLACES
    assert (summary.counts.asked, summary.due) == (len(parties), {"edited": len(parties)})
    for party in poisoned:  # a person's request ends the minute
        await world.sync(party)
        assert await world.unsettled(party) == []


@pytest.mark.parametrize("world", [{"call_timeout": 60}], indirect=True)
async def test_a_sweep_begins_nothing_while_somebody_s_sync_is_under_way(world: World) -> None:
    """A person's edit, or a delivery's, is not slowed down by 10,000 parties: they wait for it, for a while."""
    (edited, _), (asked, _), *others = await firm(world, 5)
    for party in world.espocrm.records:
        await world.closed(party)
    world.espocrm.edit(edited, titel="Prof.")
    for party, _ in others:
        world.espocrm.import_silently(party, titel="Dr.")
    reading = Hang()
    await world.held(edited, "espocrm.read", reading)
    mark = world.calls.mark

    sweep = await world.reconcile(RunKind.NIGHTLY, wait=False, reads=0, give_way=timedelta(minutes=1))
    await at_work(sweep, "sweep.sync")
    await world.sync(asked)
    reading.release()
    await sweep.result()

    touched = [call.party for call in world.calls.since(mark) if call.name in ("espocrm.read", "espocrm.write")]
    assert touched[:2] == [asked, edited]
    assert world.differing(*(party for party, _ in others)) == []


async def test_a_sweep_does_not_make_way_for_its_own_syncs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they read and write, in local activities and in regular ones, is waited for by nobody."""
    parties = await firm(world, 3)
    for party, _ in parties:
        await world.closed(party)
        world.espocrm.import_silently(party, titel="Dr.")
    waited_for: list[str] = []

    @contextmanager
    def taken(_: LiveTraffic) -> Iterator[None]:
        waited_for.append(activity.info().activity_type)
        yield

    monkeypatch.setattr(LiveTraffic, "taken", taken)
    await world.reconcile(RunKind.NIGHTLY, reads=0)

    assert [world.advoware.records[bet_nr]["titel"] for _, bet_nr in parties] == ["Dr."] * 3
    assert waited_for == []


@pytest.mark.parametrize("world", [{"call_timeout": 60}], indirect=True)
async def test_a_sync_that_hangs_holds_a_sweep_up_only_for_a_while(world: World) -> None:
    """Else one dead connection would stop all reconciliation."""
    (stuck, _), (other, _) = await firm(world, 2)
    await asyncio.gather(world.closed(stuck), world.closed(other))
    world.espocrm.import_silently(other, titel="Dr.")
    reading = Hang()
    await world.held(stuck, "espocrm.read", reading)
    mark = world.calls.mark

    await world.reconcile(RunKind.NIGHTLY, reads=0, give_way=timedelta(milliseconds=20))

    assert world.differing(other) == []
    assert world.calls.since(mark, "espocrm.read", stuck) == []  # it still hangs in its first attempt
    reading.release()
    await world.closed(stuck)


async def at_work(sweep: WorkflowHandle[ReconciliationWorkflow, RunSummary], activity: str) -> None:
    """Wait until an activity of that type has begun."""
    pending: list[str] = []
    while activity not in pending:
        described = (await sweep.describe()).raw_description
        pending = [a.activity_type.name for a in described.pending_activities if a.state == STARTED]
        await asyncio.sleep(0.01)


async def test_a_sweep_in_a_known_outage_tells_nothing_of_its_own(world: World) -> None:
    """A night without Advoware is two messages, those of the outage."""
    (party, _), *_ = await firm(world, 2)
    world.faults.outage("advoware")
    world.espocrm.edit(party, titel="Dr.")
    await world.ask(party)
    await world.told_of("Advoware")
    told = len(world.told())

    with pytest.raises(WorkflowFailureError):
        await world.reconcile(RunKind.SWEEP)
    world.faults.lift("advoware")

    assert len(world.told()) == told
