"""A system is set back to a backup of yesterday: nothing newer is overwritten, no party is doubled, people know."""

import pytest

from beteiligte.decide.choice import Choice
from beteiligte.faults import System
from beteiligte.request_reason import Reason
from contracts.reconciliation import Phase, RunKind
from tests.rules import party_rules
from tests.scenarios.backups import at_rest, set_back
from tests.world import World

LOOK_UP = {"rules": party_rules(look_up=True)}
MUESSIG = {"lastName": "Müßig", "firstName": "Änne", "dateOfBirth": "1980-02-29"}


async def edited_in(world: World, system: System, party: str, bet_nr: int) -> None:
    """A day's work that both sides have."""
    if system is System.ESPOCRM:
        world.espocrm.edit(party, titel="Dr.")
    else:
        world.advoware.edit(bet_nr, titel="Dr.")
    await world.sync(party)
    assert world.differing(party) == []


# ---------------------------------------------------------------------- Advoware set back


@pytest.mark.parametrize("edited", System)
async def test_an_older_advoware_overwrites_nothing_and_a_person_gets_the_day_back(
    world: World, edited: System
) -> None:
    """The old values look like edits; the time stamp that went back gives them away, and a person decides."""
    party, bet_nr = await world.linked(titel="Prof.")
    with set_back(world, System.ADVOWARE):
        await edited_in(world, edited, party, bet_nr)
    mark = world.calls.mark

    for _ in range(3):
        await at_rest(world, party)

    assert world.espocrm.records[party]["titel"] == "Dr."
    assert world.advoware.records[bet_nr]["titel"] == "Prof."
    assert world.status(party) == "conflict"
    assert len([text for text in world.told_on(party) if "ein älterer Stand" in text]) == 1
    assert world.calls.count("advoware.replace", since=mark) == 0

    await world.sync(party, choices=(Choice(field="titel", take=System.ESPOCRM),))

    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert await world.unsettled(party) == []


async def test_a_whole_firm_set_back_stops_the_sweep_first(world: World) -> None:
    """More parties moved than is likely: one alarm, not a question about each."""
    world.advoware.has_listing = True
    parties = [await world.linked(lastName=f"Anders {number}") for number in range(4)]
    with set_back(world, System.ADVOWARE):
        for party, bet_nr in parties:
            await edited_in(world, System.ESPOCRM, party, bet_nr)
    mark = world.calls.mark

    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, listing=True, guard_number=3)
    await world.told_of("hat angehalten")

    assert (await handle.query("state"))["phase"] == Phase.ASKING
    assert world.calls.count("espocrm.write", since=mark) == 0
    await handle.terminate()


async def test_a_party_created_since_is_told_to_be_gone_and_not_created_by_itself(world: World) -> None:
    """Whether it shall be created again only a person knows."""
    await world.linked(lastName="Anders")
    with set_back(world, System.ADVOWARE):
        party, bet_nr = await world.linked()

    await at_rest(world, party)

    assert world.status(party) == "deleted_in_advoware"
    assert str(bet_nr) in "\n".join(world.told_on(party))
    assert world.advoware.count(name="Müßig") == 0


@pytest.mark.parametrize("by_hand", [True, False], ids=["a stranger", "another of our parties"])
async def test_a_number_given_again_joins_no_two_parties(world: World, by_hand: bool) -> None:
    """Advoware counts on from the backup, so the number of a party that is gone there becomes another's."""
    await world.linked(lastName="Anders")
    with set_back(world, System.ADVOWARE):
        old, bet_nr = await world.linked(**MUESSIG)
    if by_hand:
        world.advoware.add(name="Schmidt", vorname="Karl", geburtsdatum="1951-01-01T00:00:00")
    else:
        await world.linked(lastName="Schmidt", firstName="Karl", dateOfBirth="1951-01-01")

    await at_rest(world, old)

    assert world.advoware.records[bet_nr]["name"] == "Schmidt"
    assert world.espocrm.records[old]["lastName"] == "Müßig"
    assert world.status(old) == "conflict"
    assert str(bet_nr) in "\n".join(world.told_on(old))


# ---------------------------------------------------------------------- EspoCRM set back


@pytest.mark.parametrize("edited", System)
async def test_an_older_espocrm_gets_the_day_back_from_advoware(world: World, edited: System) -> None:
    """Values and base are a day old together, so all that is newer is an edit in Advoware."""
    party, bet_nr = await world.linked(titel="Prof.")
    with set_back(world, System.ESPOCRM):
        await edited_in(world, edited, party, bet_nr)
    assert world.espocrm.records[party]["titel"] == "Prof."

    await world.sync(party)

    assert world.espocrm.records[party]["titel"] == "Dr."
    assert await world.unsettled(party) == []


async def test_a_record_from_before_its_link_is_not_created_a_second_time(world: World) -> None:
    """Nothing in it names the betNr; Temporal knows that a run of the party agreed on one."""
    party = world.espocrm.add(**MUESSIG)
    with set_back(world, System.ESPOCRM):
        await at_rest(world, party)
        bet_nr = world.bet_nr(party)

    await at_rest(world, party)

    assert world.advoware.count(name="Müßig") == 1
    assert world.status(party) == "conflict"
    assert str(bet_nr) in "\n".join(world.told_on(party))

    world.espocrm.edit(party, betnr=bet_nr)
    await world.sync(party)
    assert await world.unsettled(party) == []


@pytest.mark.parametrize(("world", "doubled"), [({}, True), (LOOK_UP, False)], indirect=["world"])
async def test_a_record_typed_in_again_is_adopted_where_advoware_can_be_searched(world: World, doubled: bool) -> None:
    """It has a new id, so without a look-up nothing says that Advoware has it: it is created again."""
    world.advoware.has_search = True
    with set_back(world, System.ESPOCRM):
        await world.linked(**MUESSIG)

    again = world.espocrm.add(**MUESSIG)
    await world.sync(again, Reason.CREATED)

    assert world.advoware.count(name="Müßig") == 1 + doubled
    assert await world.unsettled(again, once_shared=not doubled) == []


async def test_what_espocrm_lost_is_told_with_the_bet_nr_where_advoware_lists_all(world: World) -> None:
    """So that it is typed in with its number, and not created again."""
    world.advoware.has_listing = True
    await world.linked(lastName="Anders")
    with set_back(world, System.ESPOCRM):
        party, bet_nr = await world.linked()
        await world.closed(party)

    await world.reconcile(RunKind.NIGHTLY, listing=True)

    await world.told_of(str(bet_nr))
    assert bet_nr in world.advoware.records
