"""A record that EspoCRM duplicates or merges carries the link and the base of another one."""

from simulators.espocrm import PERSON
from simulators.espocrm_types import ATTRIBUTES
from tests.world import World


def duplicate(world: World, party: str, **changes: object) -> str:
    """EspoCRM's "Duplicate": every attribute is copied, our bookkeeping too; the id is a new one."""
    copied = {name: value for name, value in world.espocrm.records[party].items() if name in ATTRIBUTES}
    return world.espocrm.add(user=PERSON, **{**copied, **changes})


async def test_a_duplicated_record_writes_nothing_and_a_person_is_told(world: World) -> None:
    """P4: the copy is no second partner of the party, although its base names the betNr and the names agree."""
    party, bet_nr = await world.linked(titel="Dr.")
    copy = duplicate(world, party, titel="Prof.")
    before = dict(world.advoware.records[bet_nr])

    outcome = await world.sync(copy)
    await world.sync(copy)
    await world.closed(copy)

    assert (outcome.result, world.status(copy)) == ("conflict", "conflict")
    assert world.advoware.records[bet_nr] == before
    assert world.espocrm.records[copy]["titel"] == "Prof."
    assert len(world.told_on(copy)) == 1
    assert party in world.told_on(copy)[0]
    assert await world.unsettled(party) == []


async def test_a_duplicate_whose_bet_nr_is_emptied_becomes_a_party_of_its_own(world: World) -> None:
    """The original keeps its partner, the copy gets one."""
    party, bet_nr = await world.linked()
    copy = duplicate(world, party, firstName="Karl")
    await world.sync(copy)

    world.espocrm.edit(copy, betnr=None)
    outcome = await world.sync(copy)

    assert outcome.result == "create"
    assert world.bet_nr(copy) != bet_nr
    assert await world.unsettled(copy) == []
    assert await world.unsettled(party) == []


async def test_a_merged_record_takes_the_partner_of_the_one_that_is_gone(world: World) -> None:
    """The surviving record took over link and base: the names agree, nobody else holds it, nothing is cleared."""
    party, bet_nr = await world.linked(titel="Dr.")
    survivor = duplicate(world, party, titel=None)
    world.espocrm.delete(party)

    await world.sync(survivor)

    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert world.espocrm.records[survivor]["titel"] == "Dr."
    assert await world.unsettled(survivor, once_shared=True) == []


async def test_a_mistyped_bet_nr_ends_in_no_second_party(world: World) -> None:
    """A number that Advoware does not know is no deleted party: emptied again, nothing is created."""
    await world.linked(lastName="Anders")
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, betnr=999)
    await world.sync(party)
    await world.closed(party)
    assert world.status(party) == "conflict"
    assert "gibt es in Advoware nicht" in "\n".join(world.told_on(party))

    world.espocrm.edit(party, betnr=None)
    await world.sync(party)
    assert world.advoware.count(name="Müßig") == 1

    world.espocrm.edit(party, betnr=bet_nr)
    await world.sync(party)
    assert await world.unsettled(party) == []
