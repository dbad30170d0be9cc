"""The named situations whose histories are kept: played on the real server, each in a world of its own.

A situation gives the run whose history tells it. A workflow that changes its shape gets one more here;
the old history stays, as long as runs of that shape may be open anywhere.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle

from beteiligte.bookkeeping import written
from beteiligte.choice import Choice
from beteiligte.fields import Group
from beteiligte.pace import Pace
from beteiligte.policy import Policy, Rules
from beteiligte.search import outage_id, workflow_id
from simulators.faults import Hang, LostAnswer, RefusedBeforeEffect, Status
from simulators.visits import Fault
from tests.world import World
from workflows.contracts import PauseOrder, PreviewOrder, Reason, ResumeOrder, SyncRequest
from workflows.pause import PauseWorkflow
from workflows.plan import PlanWorkflow
from workflows.preview import PreviewWorkflow
from workflows.sweep_contracts import Kind, PageOrder, PlanOrder

Handle = WorkflowHandle[Any, Any]
Play = Callable[[World], Awaitable[Handle]]


@dataclass(frozen=True)
class Situation:
    """How it is played: on which server, in which world."""

    play: Play
    server: Mapping[str, object]
    world: Mapping[str, object]

    @property
    def name(self) -> str:
        return self.play.__name__


SITUATIONS: list[Situation] = []


def situation(server: Mapping[str, object] | None = None, **world: object) -> Callable[[Play], Play]:
    """Keep a situation in the list."""

    def keep(play: Play) -> Play:
        SITUATIONS.append(Situation(play, server or {}, world))
        return play

    return keep


async def asked(world: World, party: str, reason: Reason = Reason.UPDATED) -> Handle:
    """Ask, and wait until the run has ended; that run."""
    handle = await world.ask(party, reason)
    await world.closed(party)
    return handle


def newest(world: World, party: str) -> Handle:
    """The party's newest run."""
    return world.client.get_workflow_handle(workflow_id(party))


async def planned(world: World) -> Handle:
    """The first page of a plan."""
    until = written(datetime.now(UTC) + timedelta(seconds=1))
    order = PlanOrder(page=PageOrder(until=until, counted=True))
    return await world.client.start_workflow(PlanWorkflow.run, order, id="plan-0", task_queue=world.queue)


async def linked(world: World) -> tuple[str, int]:
    """A party at rest."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    return party, bet_nr


@situation()
async def create(world: World) -> Handle:
    return await asked(world, world.espocrm.add(lastName="Müßig"), Reason.CREATED)


@situation()
async def create_on_record_before_its_post(world: World) -> Handle:
    return await asked(world, world.espocrm.add(lastName="Müßig"), Reason.CREATED)


@situation(rules=Rules(look_up=True))
async def create_begun_by_a_terminated_run(world: World) -> Handle:
    world.advoware.has_search = True
    party, post = world.espocrm.add(lastName="Müßig"), Hang()
    await world.held(party, "advoware.create", post, Reason.CREATED)
    await world.terminate(party)
    return await asked(world, party)


@situation()
async def push(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    return await asked(world, party)


@situation()
async def pull(world: World) -> Handle:
    party, bet_nr = await linked(world)
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    return await asked(world, party, Reason.SWEEP)


@situation()
async def merge(world: World) -> Handle:
    party, bet_nr = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    return await asked(world, party)


@situation()
async def conflict(world: World) -> Handle:
    party, bet_nr = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    return await asked(world, party)


@situation()
async def conflict_whose_write_was_given_up(world: World) -> Handle:
    party, bet_nr = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    world.faults.plan("advoware.replace", Status(500, after_effect=True))
    world.faults.plan("advoware.read", Fault(), Status(400), party=bet_nr)
    return await asked(world, party)


@situation(rules=Rules(policies={Group.STAMMDATEN: Policy.MANUAL}))
async def conflict_decided_by_a_person(world: World) -> Handle:
    party, bet_nr = await linked(world)
    reading = Hang()
    handle = await world.held(party, "espocrm.read", reading)
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    chosen = (Choice(field="titel", value="Prof. Dr."),)
    await handle.signal("request", SyncRequest(reason=Reason.UPDATED, at=datetime.now(UTC), choices=chosen))
    reading.release()
    await world.closed(party)
    return handle


@situation()
async def update_answered(world: World) -> Handle:
    party, _ = await linked(world)
    await world.sync(party)
    await world.closed(party)
    return newest(world, party)


@situation()
async def joined_requests(world: World) -> Handle:
    party, _ = await linked(world)
    reading = Hang()
    await world.held(party, "advoware.read", reading)
    world.espocrm.edit(party, titel="Dr.")
    for _ in range(3):
        await world.ask(party)
    reading.release()
    await world.closed(party)
    return newest(world, party)


@situation()
async def retry_wait_ended_by_a_person(world: World) -> Handle:
    with world.real_time():
        party, _ = await linked(world)
        world.espocrm.edit(party, titel="Dr.")
        world.faults.plan("advoware.replace", Status(503))
        await world.ask(party)
        await world.calls.until(lambda calls: any(call.status == 503 for call in calls.since()))
        await world.sync(party)
        await world.closed(party)
    return newest(world, party)


@situation()
async def moved_while_it_was_compared(world: World) -> Handle:
    party, bet_nr = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    writing = Hang()
    await world.held(party, "advoware.replace", writing)
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    await world.advoware_server.stop()  # the answer is cut off, so the next attempt looks before it writes
    await world.advoware_server.start()
    await world.closed(party)
    return newest(world, party)


@situation()
async def syncing_shown(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Status(503))
    return await asked(world, party)


@situation()
async def landed_not_written(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("espocrm.write", Status(400), times=3)
    return await asked(world, party, Reason.CREATED)


@situation()
async def ambiguous_create(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", LostAnswer())
    return await asked(world, party, Reason.CREATED)


@situation()
async def ambiguous_create_answered_by_a_person(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    await asked(world, party, Reason.CREATED)
    await world.sync(party, create_anyway=True)
    await world.closed(party)
    return newest(world, party)


@situation()
async def link_named_by_a_person(world: World) -> Handle:
    party, bet_nr = world.espocrm.add(lastName="Müßig"), world.advoware.add(name="Müßig")
    await world.sync(party, link=bet_nr)
    await world.closed(party)
    return newest(world, party)


@situation(rules=Rules(look_up=True))
async def link_of_a_plan(world: World) -> Handle:
    world.advoware.has_search = True
    party, bet_nr = world.espocrm.add(lastName="Müßig"), world.advoware.add(name="Müßig")
    (row,) = (await (await planned(world)).result()).lines
    await world.sync(party, Reason.SWEEP, planned=row.fingerprint, link=bet_nr)
    await world.closed(party)
    return newest(world, party)


@situation(rules=Rules(look_up=True))
async def adopted_by_look_up(world: World) -> Handle:
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", LostAnswer())
    return await asked(world, party, Reason.CREATED)


@situation()
async def first_link_of_a_stranger(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig", betnr=world.advoware.add(name="Fremd"))
    return await asked(world, party)


@situation()
async def deleted_in_advoware(world: World) -> Handle:
    await world.linked(lastName="Anders")
    party, bet_nr = await linked(world)
    world.advoware.remove(bet_nr)
    return await asked(world, party)


@situation()
async def deleted_in_espocrm(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.delete(party)
    return await asked(world, party, Reason.DELETED)


@situation()
async def final_failure(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, lastName="x" * 90)
    return await asked(world, party)


@situation()
async def unclear_fault_blamed(world: World) -> Handle:
    await world.linked(lastName="Anders")
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", *[Status(500)] * 5)
    return await asked(world, party)


@situation()
async def cancelled_after_it_landed(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    posting = Hang(effect=True)
    handle = await world.held(party, "advoware.create", posting, Reason.CREATED)
    await handle.cancel()
    posting.release()
    await world.closed(party)
    return newest(world, party)


@situation({"limit.historyCount.suggestContinueAsNew": 10})
async def continued_as_new(world: World) -> Handle:
    party, bet_nr = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    writing = Hang()
    world.faults.plan("espocrm.write", writing)
    world.faults.plan("espocrm.note", Status(503))
    await world.ask(party)
    await writing.entered.wait()
    await world.ask(party)
    writing.release()
    await world.closed(party)
    return newest(world, party)


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
    order = PreviewOrder(party_id=party, pace=Pace(call=timedelta(seconds=20)))
    handle = await world.client.start_workflow(PreviewWorkflow.run, order, id=f"diff-{party}", task_queue=world.queue)
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
    return await world.reconcile(Kind.NIGHTLY)


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
async def plan(world: World) -> Handle:
    await linked(world)
    handle = await planned(world)
    await handle.result()
    return handle
