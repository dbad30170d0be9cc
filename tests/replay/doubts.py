"""A party's run that fails, is left in doubt, meets a hand, or must not write."""

from datetime import timedelta

from beteiligte.request_reason import Reason
from contracts.preview import PreviewOrder
from contracts.selftest import SelfTestOrder
from contracts.timing import Timing
from contracts.visibility import SELFTEST_ID
from simulators.faults import Hang, LostAnswer, RefusedBeforeEffect, Status
from tests.replay.outages import FEW_EVENTS
from tests.replay.situation import Handle, asked, linked, newest, planned, situation
from tests.rules import party_rules
from tests.scenarios.meanwhile import GivenUp, Meanwhile
from tests.scenarios.refusing import First
from tests.scenarios.test_a_formula_on_the_status import Formula
from tests.world import HERE, THERE, World
from workflows.preview import PreviewWorkflow
from workflows.selftest import SelfTestWorkflow

LOOK_UP = party_rules(look_up=True)
OBSERVE = Timing(observe=True)
NOBODY = 104_999


@situation()
async def moved_at_every_reading(world: World) -> Handle:
    party, bet_nr = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    words = iter("abcdefgh")
    moving = Meanwhile(lambda: world.advoware.edit(bet_nr, zusatz=next(words)))
    world.faults.plan("advoware.replace", moving, times=4)
    return await asked(world, party)


@situation()
async def moved_before_its_create(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", Meanwhile(lambda: world.espocrm.edit(party, titel="Dr.")))
    return await asked(world, party, Reason.CREATED)


@situation(timing=OBSERVE)
async def observed(world: World) -> Handle:
    return await asked(world, world.espocrm.add(lastName="Müßig"), Reason.CREATED)


@situation(timing=OBSERVE)
async def observed_in_vain(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig", betnr=world.advoware.add(name="Müßig"))
    world.faults.plan("advoware.read", Status(400))
    return await asked(world, party)


@situation()
async def deleted_after_it_landed(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    post = Hang(effect=True)
    handle = await world.held(party, "advoware.create", post, Reason.CREATED)
    world.espocrm.delete(party)
    post.release()
    await world.closed(party)
    return handle


@situation()
async def deleted_under_an_unanswered_create(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")

    async def delete() -> None:
        world.espocrm.delete(party)

    world.faults.plan("advoware.create", GivenUp(delete, lands=True))
    return await asked(world, party, Reason.CREATED)


@situation()
async def status_set_by_a_formula(world: World) -> Handle:
    party, _ = await linked(world)
    world.faults.outage("espocrm.write", Formula(world))
    world.faults.plan("advoware.replace", Status(400, json={"field": "titel"}))
    world.espocrm.edit(party, titel="Dr.")
    return await asked(world, party)


@situation()
async def attribute_missing(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.unreadable.add("betnr")
    return await asked(world, party)


@situation()
async def syncing_not_shown(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Status(503))
    world.faults.plan("espocrm.write", Status(500))
    return await asked(world, party)


@situation()
async def overwritten_by_a_write_that_was_given_up(world: World) -> Handle:
    """A person asks during its wait; by then both sides are equal, so no comparison would find the loser."""
    party, bet_nr = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    world.faults.plan("advoware.replace", GivenUp(lambda: world.ask(party, Reason.PERSON), lands=True))
    return await asked(world, party)


async def cancelled_with_a_delete(world: World, *, gone: bool) -> tuple[str, Handle]:
    """A run that is cancelled just after EspoCRM said that its record was deleted."""
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")

    async def deliver_and_cancel() -> None:
        if gone:
            world.espocrm.delete(party)
            world.faults.plan("espocrm.read", Status(400))
        await world.ask(party, Reason.DELETED)
        await newest(world, party).cancel()

    world.faults.plan("advoware.replace", GivenUp(deliver_and_cancel, lands=False))
    return party, await asked(world, party)


@situation()
async def cancelled_with_a_delete_that_is_none(world: World) -> Handle:
    _, handle = await cancelled_with_a_delete(world, gone=False)
    return handle


@situation()
async def cancelled_with_a_delete_that_cannot_be_read(world: World) -> Handle:
    _, handle = await cancelled_with_a_delete(world, gone=True)
    return handle


@situation()
async def link_to_nobody(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    await world.sync(party, link=NOBODY)
    await world.closed(party)
    return newest(world, party)


@situation()
async def link_of_a_record_that_is_gone(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    world.espocrm.delete(party)
    world.faults.plan("advoware.read", Status(400))
    await world.sync(party, link=NOBODY)
    await world.closed(party)
    return newest(world, party)


@situation()
async def link_that_cannot_be_checked(world: World) -> Handle:
    party, bet_nr = world.espocrm.add(lastName="Müßig"), world.advoware.add(name="Müßig")
    world.faults.plan("advoware.read", Status(400))
    await world.sync(party, link=bet_nr)
    await world.closed(party)
    return newest(world, party)


@situation(rules=LOOK_UP)
async def searched_again_before_it_was_asked(world: World) -> Handle:
    """The question was not written yet, and the birthday that was missing is entered."""
    world.advoware.has_search = True
    world.advoware.add(name="Müßig", **THERE)
    party = world.espocrm.add(lastName="Müßig")

    async def enter_and_ask() -> None:
        world.espocrm.edit(party, dateOfBirth="1999-01-01")
        await world.ask(party, Reason.PERSON)

    world.faults.plan("espocrm.write", GivenUp(enter_and_ask, lands=False))
    return await asked(world, party, Reason.CREATED)


SHORT = Timing(call=timedelta(seconds=2), create=timedelta(seconds=2), first_wait=timedelta(seconds=0.1), wait_factor=1)


@situation(timing=SHORT, call_timeout=30)
async def blame_out_of_time(world: World) -> Handle:
    """Nobody says whether it answers for others."""
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", *[Status(500)] * 5, Hang())
    with world.real_time():
        return await asked(world, party)


@situation(timing=SHORT, call_timeout=30)
async def status_out_of_time(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Status(400))
    world.faults.plan("espocrm.write", Hang(), times=5)
    with world.real_time():
        return await asked(world, party)


@situation(timing=Timing(create=timedelta(seconds=2)), call_timeout=30)
async def create_out_of_time(world: World) -> Handle:
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", Hang())
    with world.real_time():
        return await asked(world, party, Reason.CREATED)


async def unanswered_in_an_outage(world: World) -> str:
    """A create whose look-up failed, too; the outage is over and it is looked up again."""
    world.advoware.has_search = True
    await linked(world)
    party = world.espocrm.add(lastName="Anders", **HERE)
    world.faults.plan("advoware.search", Status(200, json=[]))
    return party


@situation(rules=LOOK_UP)
async def create_of_an_outage_found_again(world: World) -> Handle:
    party = await unanswered_in_an_outage(world)
    world.faults.plan("advoware.create", LostAnswer())
    world.faults.outage("advoware.search", Status(503))
    await asked(world, party, Reason.CREATED)
    world.faults.lift("advoware.search")
    await world.recovered("advoware")
    await world.closed(party)
    return newest(world, party)


@situation(rules=LOOK_UP)
async def create_of_an_outage_still_open(world: World) -> Handle:
    """Who edited the record since hides the party from a search."""
    party = await unanswered_in_an_outage(world)
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    world.faults.outage("advoware.search", Status(503))
    await asked(world, party, Reason.CREATED)
    world.espocrm.edit(party, dateOfBirth="1999-01-01")
    world.faults.lift("advoware.search")
    await world.recovered("advoware")
    await world.closed(party)
    return newest(world, party)


@situation(rules=LOOK_UP)
async def look_up_given_up(world: World) -> Handle:
    """A person asks while an unanswered create is looked for."""
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig", **HERE)
    world.faults.plan("advoware.create", Status(500))
    world.faults.plan(
        "advoware.search", First(lambda: None), GivenUp(lambda: world.ask(party, Reason.PERSON), lands=False)
    )
    return await asked(world, party, Reason.CREATED)


@situation()
async def plan_that_moved_on(world: World) -> Handle:
    """It would be another write by now than a person saw."""
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    (row,) = (await (await planned(world)).result()).rows
    world.espocrm.edit(party, titel="Prof.")
    await world.sync(party, Reason.SWEEP, planned=row.fingerprint)
    await world.closed(party)
    return newest(world, party)


async def previewed(world: World, party: str) -> Handle:
    """What a sync of it would do."""
    order = PreviewOrder(party_id=party)
    handle = await world.client.start_workflow(PreviewWorkflow.run, order, id=f"diff-{party}", task_queue=world.queue)
    await handle.result()
    return handle


@situation()
async def preview_of_a_locked_record(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.espocrm.lock(party)
    return await previewed(world, party)


@situation()
async def preview_of_a_deleted_record(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.delete(party)
    return await previewed(world, party)


@situation(rules=LOOK_UP)
async def preview_of_a_doubt(world: World) -> Handle:
    world.advoware.has_search = True
    world.advoware.add(name="Müßig", **THERE)
    return await previewed(world, world.espocrm.add(lastName="Müßig"))


@situation(rules=LOOK_UP)
async def preview_of_a_create(world: World) -> Handle:
    world.advoware.has_search = True
    return await previewed(world, world.espocrm.add(lastName="Müßig", **HERE))


@situation(FEW_EVENTS)
async def self_test_handed_on(world: World) -> Handle:
    world.faults.plan("espocrm.list", Status(401), times=4)
    handle = await world.client.start_workflow(
        SelfTestWorkflow.run, SelfTestOrder(), id=SELFTEST_ID, task_queue=world.queue
    )
    await handle.result()
    return handle
