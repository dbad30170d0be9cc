"""What hands do to a run: people who decide, cancel, terminate, opt out or edit while it is under way."""

from datetime import UTC, datetime

from beteiligte.decide.choice import Choice
from beteiligte.request_reason import Reason
from contracts.reconciliation import DECIDE, AlarmAnswer, RunKind
from simulators.faults import Hang, Status
from tests.replay import parties
from tests.replay.situation import Handle, asked, linked, newest, situation
from tests.rules import party_rules
from tests.scenarios.meanwhile import GivenUp, Overtaken
from tests.world import World
from workflows.client import PartyClient
from workflows.sweep.workflow import ReconciliationWorkflow

LOOK_UP = party_rules(look_up=True)


@situation(rules=LOOK_UP)
async def create_of_a_terminated_run_found(world: World) -> Handle:
    return await parties.terminated(world, Hang(effect=True))


@situation(rules=LOOK_UP)
async def second_post_after_a_search_in_vain(world: World) -> Handle:
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", Status(500))
    return await asked(world, party, Reason.CREATED)


@situation(rules=LOOK_UP)
async def link_of_a_plan_compared_first(world: World) -> Handle:
    return await parties.link_of_a_plan(world)


@situation()
async def delete_told_by_a_cancelled_run(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")

    async def deliver_and_cancel() -> None:
        world.espocrm.delete(party)
        await world.ask(party, Reason.DELETED)
        await newest(world, party).cancel()

    world.faults.plan("advoware.replace", GivenUp(deliver_and_cancel, lands=False))
    return await asked(world, party)


@situation()
async def deletes_told_together(world: World) -> Handle:
    """One delivery of several, among them a party that nobody ever synced."""
    parties = [(await linked(world))[0] for _ in range(2)]
    for party in parties:
        world.espocrm.delete(party)
    handle = await PartyClient(world.client, world.queue, world.timing).ask_deletes((*parties, "0" * 17))
    await handle.result()
    return handle


@situation()
async def delete_told_before(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.delete(party)
    await asked(world, party, Reason.DELETED)
    return await asked(world, party, Reason.DELETED)


@situation(opt_out="nichtAbgleichen", optimistic_concurrency=True)
async def left_out_after_it_landed(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    post = Hang(effect=True)
    handle = await world.held(party, "advoware.create", post, Reason.CREATED)
    world.espocrm.edit(party, nichtAbgleichen=True)
    post.release()
    await world.closed(party)
    return handle


@situation()
async def choice_tried_again(world: World) -> Handle:
    party, _ = await linked(world)
    world.faults.plan("advoware.replace", Status(400))
    world.faults.plan("espocrm.write", GivenUp(lambda: world.ask(party, Reason.PERSON), lands=False))
    await world.sync(party, choices=(Choice(field="titel", value="Prof."),))
    await world.closed(party)
    return newest(world, party)


@situation(optimistic_concurrency=True)
async def edited_under_our_put(world: World) -> Handle:
    party, bet_nr = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan(
        "advoware.replace", Overtaken(bet_nr, lambda world: world.espocrm.edit(party, zusatz="c/o"), world)
    )
    return await asked(world, party)


@situation()
async def sweep_that_asks_twice(world: World) -> Handle:
    overwritten = [await linked(world) for _ in range(2)]
    for party, _ in overwritten:
        world.espocrm.import_silently(party, lastName="Import")
    for _ in range(2):
        world.espocrm.add(lastName="Neu")
    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, guard_number=1, guard_share=0.01, reads=0)
    shown = ""
    for go_on in (True, False):
        while not (state := await handle.query(ReconciliationWorkflow.state)).asks or state.alarm == shown:
            pass
        shown = state.alarm
        await handle.signal(DECIDE, AlarmAnswer(go_on=go_on, by="a person", at=datetime.now(UTC), alarm=shown))
    await handle.result()
    return handle
