"""What is about more than one party: outages, sweeps, plans, a pause; and a preview."""

from datetime import UTC, datetime, timedelta

from beteiligte.request_reason import Reason
from contracts.pause import PauseOrder, ResumeOrder
from contracts.preview import PreviewOrder
from contracts.reconciliation import RunKind
from contracts.selftest import SelfTestOrder
from contracts.timing import Timing
from contracts.visibility import SELFTEST_ID, outage_id
from simulators.faults import Status
from tests.replay.situation import Handle, linked, planned, situation
from tests.rules import party_rules
from tests.world import HERE, THERE, World
from workflows.client import PartyClient
from workflows.pause import PauseWorkflow
from workflows.preview import PreviewWorkflow
from workflows.selftest import SelfTestWorkflow


async def _party_in_an_outage(world: World) -> Handle:
    """The run that failed by the system's fault; the outage has asked for the party again since."""
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", *[Status(503)] * 7)
    handle = await world.ask(party)
    await world.closed(party)
    await world.client.get_workflow_handle(outage_id("advoware")).result()
    await world.closed(party)
    return handle


@situation()
async def outage_from_a_party_s_side(world: World) -> Handle:
    return await _party_in_an_outage(world)


@situation()
async def outage(world: World) -> Handle:
    await _party_in_an_outage(world)
    return world.client.get_workflow_handle(outage_id("advoware"))


@situation()
async def preview(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    order = PreviewOrder(party_id=party, timing=Timing(call=timedelta(seconds=20)))
    handle = await world.client.start_workflow(PreviewWorkflow.run, order, id=f"diff-{party}", task_queue=world.queue)
    await handle.result()
    return handle


@situation(rules=party_rules(look_up=True))
async def preview_of_a_link(world: World) -> Handle:
    world.advoware.has_search = True
    world.advoware.add(name="Müßig", **THERE)
    party = world.espocrm.add(lastName="Müßig", **HERE)
    handle = await world.client.start_workflow(
        PreviewWorkflow.run, PreviewOrder(party_id=party), id=f"diff-{party}", task_queue=world.queue
    )
    await handle.result()
    return handle


@situation()
async def sweep(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.", syncStatus="pending_sync")
    return await world.reconcile()


@situation()
async def sweep_that_reads_page_by_page(world: World) -> Handle:
    for number in range(5):
        await world.linked(lastName=f"Anders {number}")
    return await world.reconcile(reads=4)


@situation()
async def nightly(world: World) -> Handle:
    _, bet_nr = await linked(world)
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    return await world.reconcile(RunKind.NIGHTLY)


@situation()
async def nightly_that_reads_every_party(world: World) -> Handle:
    for number in range(3):
        _, bet_nr = await world.linked(lastName=f"Anders {number}")
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    return await world.reconcile(RunKind.NIGHTLY, all_links=True)


@situation()
async def nightly_that_counts_links(world: World) -> Handle:
    await linked(world)
    return await world.reconcile(RunKind.NIGHTLY, count_links=True)


@situation()
async def pause(world: World) -> Handle:
    now = datetime.now(UTC)
    handle = await world.client.start_workflow(
        PauseWorkflow.run, PauseOrder(by="a person", at=now), id="pause", task_queue=world.queue
    )
    await handle.signal(PauseWorkflow.resume, ResumeOrder(by="a person", at=now))
    await handle.result()
    return handle


@situation()
async def self_test(world: World) -> Handle:
    world.faults.plan("espocrm.list", Status(401))
    handle = await world.client.start_workflow(
        SelfTestWorkflow.run, SelfTestOrder(), id=SELFTEST_ID, task_queue=world.queue
    )
    await handle.result()
    return handle


@situation()
async def plan(world: World) -> Handle:
    await linked(world)
    handle = await planned(world)
    await handle.result()
    return handle


@situation()
async def large_delivery(world: World) -> Handle:
    parties = tuple([world.espocrm.add(lastName=name) for name in ("Müßig", "Straßer")])
    [handle] = await PartyClient(world.client, world.queue, Timing()).ask_delivery(parties, Reason.CREATED)
    await handle.result()
    for party in parties:
        await world.closed(party)
    return handle
