"""What is not the program's business is left alone: out of the scope, or opted out by a person."""

import pytest

from beteiligte.request_reason import Reason
from clients.records import Where
from contracts.reconciliation import RunKind
from simulators.faults import Hang, Status
from tests.scenarios.meanwhile import GivenUp, Meanwhile
from tests.world import World

ONE_CLIENT = {"scope": (Where(type="equals", attribute="mandant", value="A"),)}
OPT_OUT = {"opt_out": "nichtAbgleichen"}
VERSIONED = {**OPT_OUT, "optimistic_concurrency": True}
LEFT_OUT = "vom Abgleich ausgenommen"


@pytest.mark.parametrize("world", [ONE_CLIENT], indirect=True)
async def test_a_record_out_of_the_scope_is_neither_created_nor_written(world: World) -> None:
    """Asked for by a delivery or seen by a sweep: it costs a look, and nothing is written on either side."""
    inside = world.espocrm.add(lastName="Müßig", mandant="A")
    outside = world.espocrm.add(lastName="Fremd", mandant="B")

    outcome = await world.sync(outside)
    summary = await (await world.reconcile(RunKind.SWEEP, reads=0)).result()
    await world.closed(inside)

    assert outcome.result == "excluded"
    assert summary.due == {"asked": 1}
    assert world.differing(inside) == []
    assert world.advoware.count(name="Fremd") == 0
    assert world.status(outside) == "pending_sync"


@pytest.mark.parametrize("world", [OPT_OUT], indirect=True)
async def test_a_record_that_a_person_opted_out_is_left_as_it_is(world: World) -> None:
    """Also one that was synced before; taken in again, it goes on from its base."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, nichtAbgleichen=True, titel="Dr.")
    mark = world.calls.mark

    outcome = await world.sync(party)
    summary = await (await world.reconcile(RunKind.NIGHTLY, reads=0)).result()
    await world.closed(party)

    assert (outcome.result, summary.due) == ("excluded", {})
    assert world.calls.writes(mark) == []
    assert world.advoware.records[bet_nr]["titel"] is None

    world.espocrm.edit(party, nichtAbgleichen=False)
    await world.sync(party)
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("world", [OPT_OUT], indirect=True)
async def test_a_record_that_was_opted_out_is_not_taken_for_deleted(world: World) -> None:
    """The list leaves it out and Advoware names it, at every sweep; EspoCRM still has it."""
    world.advoware.has_listing = True
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, nichtAbgleichen=True)

    summary = await (await world.reconcile(listing=True)).result()

    assert (summary.due, summary.counts.deleted, summary.counts.unknown) == ({}, 0, 1)


# ---------------------------------------------------------------------- opted out while it is synced


def opt_out(world: World, party: str, *, out: bool = True) -> None:
    """A person sets or empties the field."""
    world.espocrm.edit(party, nichtAbgleichen=out)


async def opted_out_under(world: World, party: str, call: str) -> None:
    """A write to Advoware takes effect, and a person opts the record out before its answer arrives."""
    writing = Hang(effect=True)
    await world.held(party, call, writing)
    opt_out(world, party)
    writing.release()


@pytest.mark.parametrize("world", [VERSIONED], indirect=True)
async def test_what_a_push_overwrote_is_told_though_its_record_was_opted_out_meanwhile(world: World) -> None:
    """EspoCRM is not written any more, so the run ends; who lost a value learns of it, once."""
    party, bet_nr = await world.disputed()

    await opted_out_under(world, party, "advoware.replace")
    assert await world.closed(party) == ""
    await world.sync(party)
    await world.closed(party)

    [told] = world.told_both(party)
    assert LEFT_OUT in told
    assert str(bet_nr) in told
    assert world.told_on(party) == [told]
    assert world.titles(party) == ("Dr.", "Dr.")

    opt_out(world, party, out=False)
    await world.sync(party)
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("world", [OPT_OUT], indirect=True)
async def test_an_opt_out_while_the_write_back_waits_for_its_next_hour_ends_the_run(world: World) -> None:
    """Its attempts are used up, and the next reading shows that EspoCRM must be left alone."""
    party, bet_nr = await world.disputed()
    world.faults.plan("espocrm.write", *[Status(503)] * 4, Meanwhile(lambda: opt_out(world, party)))

    await world.ask(party)
    assert await world.closed(party) == ""

    [told] = world.told_both(party)
    assert LEFT_OUT in told
    assert str(bet_nr) in told


@pytest.mark.parametrize("world", [VERSIONED], indirect=True)
async def test_a_created_party_whose_record_was_opted_out_meanwhile_is_told_with_its_bet_nr(world: World) -> None:
    """Only this run knows the number. Taken in again without it, the party is not created a second time."""
    party = world.espocrm.add(lastName="Müßig")

    await opted_out_under(world, party, "advoware.create")
    assert await world.closed(party) == ""

    [bet_nr] = world.advoware.records
    [told] = world.told_on(party)
    assert LEFT_OUT in told
    assert str(bet_nr) in told

    opt_out(world, party, out=False)
    await world.sync(party)
    assert (world.status(party), world.advoware.count()) == ("conflict", 1)

    world.espocrm.edit(party, betnr=bet_nr)
    await world.sync(party)
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("world", [VERSIONED], indirect=True)
async def test_a_record_taken_in_again_before_the_run_ended_is_written_back_after_all(world: World) -> None:
    """The run still knows what landed."""
    party = world.espocrm.add(lastName="Müßig")
    telling = Hang(effect=True)
    world.faults.plan("espocrm.note", telling)
    await opted_out_under(world, party, "advoware.create")
    await telling.entered.wait()

    opt_out(world, party, out=False)
    await world.sync(party)
    telling.release()
    await world.closed(party)

    assert world.advoware.count() == 1
    assert len([text for text in world.told_on(party) if LEFT_OUT in text]) == 1
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("world", [OPT_OUT], indirect=True)
async def test_an_unanswered_create_of_a_record_opted_out_meanwhile_is_told_and_stays_a_question(world: World) -> None:
    """Nobody knows whether it exists, and EspoCRM cannot hold the question."""
    party = world.espocrm.add(lastName="Müßig")

    async def opt_out_now() -> None:
        opt_out(world, party)

    world.faults.plan("advoware.create", GivenUp(opt_out_now, lands=True))
    await world.ask(party)
    assert await world.closed(party) == ""

    assert ["nicht geantwortet" in text for text in world.told_on(party)] == [True]

    opt_out(world, party, out=False)
    await world.sync(party)
    assert (world.status(party), world.advoware.count()) == ("conflict", 1)


@pytest.mark.parametrize("world", [OPT_OUT], indirect=True)
async def test_what_a_given_up_push_may_have_overwritten_is_told_though_its_record_is_opted_out(world: World) -> None:
    """No comparison follows: told although it may not have landed."""
    party, _ = await world.disputed()

    async def opt_out_and_ask() -> None:
        opt_out(world, party)
        await world.ask(party, Reason.PERSON)

    world.faults.plan("advoware.replace", GivenUp(opt_out_and_ask, lands=True))
    await world.ask(party)
    assert await world.closed(party) == ""

    assert len(world.told_both(party)) == 1
