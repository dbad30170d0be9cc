"""P4: one party, one partner, whatever way the link came (design §4 first link, §5 create exactly once)."""

import asyncio

import pytest

from beteiligte.policy import Rules
from simulators.faults import Hang
from tests.world import World
from workflows.contracts import Reason

LOOK_UP = {"rules": Rules(look_up=True)}


def holders(world: World, bet_nr: int) -> list[str]:
    """EspoCRM records that hold the betNr."""
    return [party for party, record in world.espocrm.records.items() if record["betnr"] == bet_nr]


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_party_that_advoware_has_already_is_adopted_not_doubled(world: World) -> None:
    """With a look-up: one match by name, first name and birthday is linked, checked, and compared like a first link."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müßig", vorname="Änne", geburtsdatum="1980-02-29T00:00:00", titel="Dr.")
    party = world.espocrm.add(lastName="Müßig", firstName="Änne", dateOfBirth="1980-02-29")

    await world.sync(party, Reason.CREATED)

    assert world.bet_nr(party) == bet_nr
    assert world.espocrm.records[party]["titel"] == "Dr."
    assert world.calls.count("advoware.create") == 0
    assert await world.settled(party)


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_two_records_that_find_the_same_partner_at_once_do_not_both_keep_it(world: World) -> None:
    """Both look up before either has linked: the link is entered first and checked then, so at most one is content."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müßig", vorname="Änne")
    parties = [world.espocrm.add(lastName="Müßig", firstName="Änne") for _ in range(2)]
    hang = Hang()
    world.faults.plan("advoware.search", hang, times=2)

    syncs = [asyncio.create_task(world.sync(party, Reason.CREATED)) for party in parties]
    await world.calls.until(lambda calls: calls.count("advoware.search") == 2)
    hang.release()
    await asyncio.gather(*syncs)
    await asyncio.gather(*(world.closed(party) for party in parties))

    content = [party for party in holders(world, bet_nr) if world.status(party) == "clean"]
    assert len(content) <= 1
    assert any(world.status(party) == "conflict" for party in parties)
    assert world.told()


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_two_matches_are_a_person_s_choice(world: World) -> None:
    """An ambiguous match is held and told, never guessed, and nothing is created."""
    world.advoware.has_search = True
    for _ in range(2):
        world.advoware.add(name="Müßig", vorname="Änne")
    party = world.espocrm.add(lastName="Müßig", firstName="Änne")

    await world.sync(party, Reason.CREATED)
    await world.closed(party)

    assert world.status(party) == "conflict"
    assert world.calls.count("advoware.create") == 0
    assert world.told_on(party)


async def test_two_records_given_the_same_bet_nr_by_hand_are_both_held(world: World) -> None:
    """Syncing at the same moment changes nothing about it: each sees the other."""
    bet_nr = world.advoware.add(name="Müßig")
    parties = [world.espocrm.add(lastName="Müßig", titel=titel, betnr=bet_nr) for titel in ("Dr.", "Prof.")]

    await asyncio.gather(*(world.sync(party) for party in parties))

    assert [world.status(party) for party in parties] == ["conflict", "conflict"]
    assert world.advoware.records[bet_nr]["titel"] is None


async def test_a_restored_record_does_not_share_its_partner_with_the_one_that_took_its_place(world: World) -> None:
    """A restore raises no event and its base names the betNr, so only the other party's run tells of it."""
    old, bet_nr = await world.linked()
    await world.closed(old)
    world.espocrm.delete(old)
    new = world.espocrm.add(lastName="Müßig", firstName="Änne", betnr=bet_nr)
    await world.sync(new)
    await world.closed(new)
    assert world.status(new) == "clean"

    world.espocrm.restore(old)
    world.espocrm.edit(old, titel="Dr.")
    await world.sync(old)

    assert world.status(old) == "conflict"
    assert world.advoware.records[bet_nr]["titel"] is None


async def test_an_edit_under_our_put_is_told_where_it_shows(world: World) -> None:
    """The PUT replaces the whole record; what it ignores gives away that somebody edited between read and write."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    hang = Hang()

    await world.held(party, "advoware.replace", hang)
    world.advoware.edit(bet_nr, geburtsname="Sommer", zusatz="c/o")
    hang.release()
    await world.closed(party)

    assert any("Eine gleichzeitige Eingabe" in text for text in world.told())
    assert world.espocrm.records[party]["geburtsname"] == "Sommer"
    assert world.advoware.records[bet_nr]["titel"] == "Dr."
