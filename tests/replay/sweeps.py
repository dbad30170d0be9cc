"""A sweep or a nightly comparison that stops, fails, is handed on, or goes on from the one before."""

import contextlib
from datetime import UTC, datetime, timedelta

from temporalio.client import WorkflowFailureError, WorkflowHandle

from beteiligte.settle.bookkeeping import espo_datetime
from contracts.reconciliation import (
    DECIDE,
    AlarmAnswer,
    Phase,
    PreviousRun,
    Progress,
    ReconciliationOrder,
    RunKind,
    RunSummary,
)
from contracts.timing import SweepTiming
from simulators.faults import EmptyList, Status
from starter import schedules
from tests.replay.outages import FEW_EVENTS
from tests.replay.situation import Handle, situation
from tests.scenarios.sweeping import firm
from tests.starter import sweeping
from tests.world import World
from workflows.sweep.workflow import ReconciliationWorkflow

FOREIGN = "FBABAAAAXXXX"
Run = WorkflowHandle[ReconciliationWorkflow, RunSummary]


async def refused(handle: Run) -> Handle:
    """A person ends it once it asks."""
    while not (await handle.query(ReconciliationWorkflow.state)).asks:
        pass
    await handle.signal(DECIDE, AlarmAnswer(go_on=False, by="a person", at=datetime.now(UTC)))
    await handle.result()
    return handle


async def failed(handle: Run) -> Handle:
    """It ends without a result."""
    with contextlib.suppress(WorkflowFailureError):
        await handle.result()
    return handle


async def scheduled(world: World, **settings: object) -> list[tuple[str, int]]:
    """A firm of three, and the program's schedules."""
    parties = await firm(world, 3)
    for party, _ in parties:
        await world.closed(party)
    await schedules.apply(world.client, sweeping.NEVER, world.queue)
    if settings:
        await sweeping.apply(world, **settings)  # type: ignore[arg-type]
    return parties


@situation()
async def sweep_after_a_sweep(world: World) -> Handle:
    await scheduled(world)
    await sweeping.swept(world)
    second = await sweeping.begun(world)
    await second.result()
    return second


@situation()
async def sweep_after_a_refused_one(world: World) -> Handle:
    for party, _ in await scheduled(world, guard_number=1, reads=0):
        world.espocrm.import_silently(party, lastName="Import")
        world.espocrm.records[party]["modifiedAt"] = espo_datetime(datetime.now(UTC))
    world.espocrm.store.index.forget()
    await refused(await sweeping.begun(world))
    return await refused(await sweeping.begun(world))


@situation()
async def sweep_that_cannot_look_twice(world: World) -> Handle:
    """People know since the first."""
    await scheduled(world)
    world.espocrm.missing.add("advowareSyncBase")
    await failed(await sweeping.begun(world))
    return await failed(await sweeping.begun(world))


@situation()
async def sweep_that_cannot_look(world: World) -> Handle:
    await firm(world, 2)
    world.espocrm.missing.add("advowareSyncBase")
    return await failed(await world.reconcile(wait=False))


@situation()
async def sweep_that_cannot_look_at_links(world: World) -> Handle:
    """What EspoCRM's rows gave is synced all the same."""
    world.advoware.has_listing = True
    (party, _), *_ = await firm(world, 2)
    world.espocrm.import_silently(party, titel="Dr.", syncStatus="pending_sync")
    world.faults.outage("advoware.list", Status(400))
    return await failed(await world.reconcile(RunKind.NIGHTLY, wait=False, listing=True))


@situation()
async def nightly_that_nobody_is_told_of(world: World) -> Handle:
    """Another program writes our bookkeeping, and EspoCRM takes no note."""
    [(party, _)] = await firm(world, 1)
    await world.closed(party)
    world.espocrm.import_silently(party, advowareRowId=FOREIGN)
    world.faults.plan("espocrm.note", Status(503))
    return await world.reconcile(RunKind.NIGHTLY, reads=0)


@situation()
async def nightly_beside_another_program(world: World) -> Handle:
    [(party, _)] = await firm(world, 1)
    await world.closed(party)
    world.espocrm.import_silently(party, advowareRowId=FOREIGN)
    return await world.reconcile(RunKind.NIGHTLY, reads=0)


@situation()
async def nightly_with_a_short_list(world: World) -> Handle:
    """EspoCRM counts more than it lists."""
    await firm(world, 4)
    world.faults.plan("espocrm.list", Status(200, json={"total": 40, "list": []}))
    return await refused(await world.reconcile(RunKind.NIGHTLY, wait=False, guard_number=1))


@situation()
async def nightly_answered_to_another_question(world: World) -> Handle:
    """Which counts for nothing."""
    for number in range(3):
        world.espocrm.add(lastName=f"Neu {number}")
    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, guard_number=1)
    await world.told_of("noch nie abgeglichen")
    answer = AlarmAnswer(go_on=True, by="a person", at=datetime.now(UTC), alarm="another")
    await handle.signal(DECIDE, answer)
    return await refused(handle)


@situation()
async def nightly_with_an_empty_listing(world: World) -> Handle:
    world.advoware.has_listing = True
    await firm(world, 4)
    world.faults.plan("advoware.list", EmptyList())
    return await refused(await world.reconcile(RunKind.NIGHTLY, wait=False, listing=True, guard_number=1))


@situation()
async def nightly_with_fewer_parties_than_before(world: World) -> Handle:
    await firm(world, 4)
    at = Progress(began=datetime.now(UTC), phase=Phase.MODIFIED, before=PreviousRun(total=40))
    order = ReconciliationOrder(kind=RunKind.NIGHTLY, timing=SweepTiming(guard_number=3), progress=at)
    handle = await world.client.start_workflow(
        ReconciliationWorkflow.run, order, id=f"nightly-{world.queue}", task_queue=world.queue
    )
    return await refused(handle)


@situation()
async def sweep_of_a_listing(world: World) -> Handle:
    world.advoware.has_listing = True
    (_, bet_nr), (gone, _) = await firm(world, 2)
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    world.advoware.add(name="Fremd")
    await world.closed(gone)
    world.espocrm.delete(gone)
    return await world.reconcile(listing=True)


@situation(FEW_EVENTS)
async def nightly_handed_on(world: World) -> Handle:
    for party, bet_nr in await firm(world, 3):
        await world.closed(party)
        world.espocrm.import_silently(party, titel="Dr.")
        world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    return await world.reconcile(RunKind.NIGHTLY)


@situation()
async def sweep_that_only_reports(world: World) -> Handle:
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.", syncStatus="pending_sync")
    return await world.reconcile(dry_run=True)


@situation()
async def sweep_that_looks_further_back(world: World) -> Handle:
    """EspoCRM's clock is behind ours: it goes by what it was shown."""
    world.espocrm_clock.advance(-timedelta(hours=1))
    await scheduled(world)
    await sweeping.swept(world)
    second = await sweeping.begun(world)
    await second.result()
    return second
