"""What happens to one party, as a run of its workflow sees it."""

from datetime import UTC, datetime

from beteiligte.decide.choice import Choice
from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from beteiligte.request_reason import Reason
from contracts.inbox import SyncRequest
from simulators.faults import Hang, LostAnswer, RefusedBeforeEffect, Status
from simulators.visits import Fault
from tests.replay.situation import Handle, asked, linked, newest, planned, situation
from tests.rules import party_rules
from tests.scenarios.refusing import archive
from tests.world import HERE, THERE, World


@situation()
async def create(world: World) -> Handle:
    return await asked(world, world.espocrm.add(lastName="Müßig"), Reason.CREATED)


@situation()
async def create_on_record_before_its_post(world: World) -> Handle:
    return await create(world)


@situation(rules=party_rules(look_up=True))
async def create_begun_by_a_terminated_run(world: World) -> Handle:
    return await terminated(world, Hang())


@situation()
async def create_in_doubt_that_espocrm_has_forgotten(world: World) -> Handle:
    """It is set back to before the question while the run that asked still tells people."""
    party, note = world.espocrm.add(lastName="Müßig"), Hang()
    backup = world.espocrm.backup()
    world.faults.plan("advoware.create", LostAnswer())
    world.faults.plan("espocrm.note", note)
    await world.sync(party)
    await note.entered.wait()
    world.espocrm.restore_backup(backup)
    await world.sync(party)
    note.release()
    await world.closed(party)
    return newest(world, party)


async def terminated(world: World, post: Hang) -> Handle:
    """The run after one that was terminated under its POST."""
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig", **HERE)
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


@situation(rules=party_rules(policies={Group.STAMMDATEN: Policy.MANUAL}))
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


@situation(rules=party_rules(look_up=True))
async def link_of_a_plan(world: World) -> Handle:
    world.advoware.has_search = True
    party, bet_nr = world.espocrm.add(lastName="Müßig", **HERE), world.advoware.add(name="Müßig", **THERE)
    (row,) = (await (await planned(world)).result()).rows
    await world.sync(party, Reason.SWEEP, planned=row.fingerprint, link=bet_nr)
    await world.closed(party)
    return newest(world, party)


@situation(rules=party_rules(look_up=True))
async def adopted_by_look_up(world: World) -> Handle:
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", LostAnswer())
    return await asked(world, party, Reason.CREATED)


@situation(rules=party_rules(look_up=True))
async def searched_again_with_a_birthday(world: World) -> Handle:
    world.advoware.has_search = True
    world.advoware.add(name="Müßig", **THERE)
    party = world.espocrm.add(lastName="Müßig")
    await asked(world, party, Reason.CREATED)
    world.espocrm.edit(party, **HERE)
    return await asked(world, party)


async def rivals(world: World) -> tuple[str, str]:
    """Two records that suited one party, of which the first proved to be another."""
    world.advoware.has_search = True
    world.advoware.add(name="Müßig", **THERE)
    one, other = (world.espocrm.add(lastName="Müßig", **HERE) for _ in range(2))
    for party in (one, other):
        await asked(world, party, Reason.CREATED)
    world.espocrm.edit(one, dateOfBirth="1999-01-01")
    await asked(world, one)
    await world.closed(other)
    return one, other


@situation(rules=party_rules(look_up=True))
async def rival_asked_for(world: World) -> Handle:
    one, _ = await rivals(world)
    return newest(world, one)


@situation(rules=party_rules(look_up=True))
async def searched_again_after_a_rival(world: World) -> Handle:
    _, other = await rivals(world)
    return newest(world, other)


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
async def deleted_after_a_merge(world: World) -> Handle:
    """The record that holds the number now was held for this delete, and is asked for."""
    (kept, _), (gone, number) = await linked(world), await linked(world)
    world.espocrm.edit(kept, betnr=number)
    await asked(world, kept)
    world.espocrm.delete(gone)
    deleted = await asked(world, gone, Reason.DELETED)
    await world.closed(kept)
    return deleted


@situation()
async def linked_anew(world: World) -> Handle:
    """The number before is left without a record."""
    party, _ = await linked(world)
    world.espocrm.edit(party, betnr=world.advoware.add(name="Müßig", vorname="Änne"))
    return await asked(world, party)


@situation()
async def final_failure(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, lastName="x" * 90)
    return await asked(world, party)


@situation()
async def record_locked(world: World) -> Handle:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    world.espocrm.lock(party)
    return await asked(world, party)


@situation()
async def record_that_takes_no_status(world: World) -> Handle:
    await world.linked(lastName="Anders")
    party, bet_nr = await linked(world)
    world.advoware.edit(bet_nr, titel="Dr.")
    world.espocrm.install(archive(party))
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


@situation(rules=party_rules(look_up=True))
async def question_of_an_outage_looked_up_again(world: World) -> Handle:
    world.advoware.has_search = True
    await linked(world)
    party = world.espocrm.add(lastName="Anders")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    world.faults.plan("advoware.search", Status(200, json=[]))
    world.faults.outage("advoware", Status(503))
    await asked(world, party, Reason.CREATED)
    world.faults.lift("advoware")
    await world.recovered("advoware")
    await world.closed(party)
    return newest(world, party)
