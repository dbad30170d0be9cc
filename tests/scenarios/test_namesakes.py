"""A look-up links nobody to a namesake: what is blank agrees with nothing (design §5, look-up)."""

import pytest

from beteiligte.request_reason import Reason
from simulators.faults import LostAnswer
from tests.rules import party_rules
from tests.world import HERE, THERE, World

LOOK_UP = {"rules": party_rules(look_up=True)}
pytestmark = pytest.mark.parametrize("world", [LOOK_UP], indirect=True)


def unlinked(world: World, party: str) -> bool:
    """Nothing was linked, created or taken over."""
    record = world.espocrm.records[party]
    written = world.calls.count("advoware.create") + world.calls.count("advoware.replace")
    return record["betnr"] is None and record["titel"] is None and written == 0


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ({"firstName": "Hans"}, {"vorname": "Hans"}),
        ({"firstName": "Hans", "dateOfBirth": "1980-02-29"}, {"vorname": "Hans"}),
        ({"firstName": "Hans"}, {"vorname": "Hans", "geburtsdatum": "1980-02-29T00:00:00"}),
        ({}, {"vorname": "Hans", "geburtsdatum": "1980-02-29T00:00:00"}),
        ({}, {}),
        (
            {"firstName": "Hans", "dateOfBirth": "1899-12-30"},
            {"vorname": "Hans", "geburtsdatum": "0001-01-01T00:00:00"},
        ),
    ],
)
async def test_a_namesake_is_a_person_s_choice(world: World, here: dict[str, str], there: dict[str, str]) -> None:
    """Neither linked nor created, told once with the number; whoever looked says which."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müller", titel="Dr.", **there)
    party = world.espocrm.add(lastName="Müller", **here)

    for _ in range(2):
        await world.sync(party, Reason.CREATED)
        await world.closed(party)

    assert world.status(party) == "conflict"
    assert unlinked(world, party)
    (told,) = world.told_on(party)
    assert f"nicht sicher: Der Name stimmt überein (betNr {bet_nr})" in told
    await world.sync(party, link=bet_nr)
    assert world.bet_nr(party) == bet_nr
    assert world.espocrm.records[party]["titel"] == "Dr."
    assert await world.unsettled(party) == []


async def test_a_company_known_by_its_name_only_is_a_person_s_choice(world: World) -> None:
    """Also where its contact has a birthday; whoever looked may have it created."""
    world.advoware.has_search = True
    world.advoware.add(name="Müller GmbH", rechtsform="GmbH", vorname="Karl")
    party = world.espocrm.add(firmenname="Müller GmbH", rechtsform="GmbH", **HERE)

    await world.sync(party, Reason.CREATED)
    await world.closed(party)

    assert world.status(party) == "conflict"
    assert unlinked(world, party)
    await world.sync(party, create_anyway=True)
    assert world.advoware.count(name="Müller GmbH") == 2
    assert await world.unsettled(party) == []


@pytest.mark.parametrize(
    "there",
    [
        {"vorname": "Karl"},
        {"vorname": "Änne", "geburtsdatum": "1981-01-01T00:00:00"},
        {"geburtsdatum": "1981-01-01T00:00:00"},
    ],
)
async def test_a_field_that_contradicts_makes_another_person(world: World, there: dict[str, str]) -> None:
    """No question for every Müller: the party is created with one search more."""
    world.advoware.has_search = True
    world.advoware.add(name="Müller", **there)
    party = world.espocrm.add(lastName="Müller", **HERE)
    mark = world.calls.mark

    await world.sync(party, Reason.CREATED)
    await world.closed(party)

    spent = {"espocrm.read": 1, "advoware.search": 1, "advoware.create": 1, "espocrm.write": 1}
    assert world.spent(mark) == spent
    assert await world.unsettled(party) == []


async def test_a_certain_match_is_linked_in_spite_of_namesakes(world: World) -> None:
    """Beside one that may be the same, and another record of which less is known."""
    world.advoware.has_search = True
    world.advoware.add(name="Müller", vorname="Änne")
    bet_nr = world.advoware.add(name="Müller", **THERE, titel="Dr.")
    party, other = world.espocrm.add(lastName="Müller", **HERE), world.espocrm.add(lastName="Müller")

    await world.sync(party, Reason.CREATED)
    await world.sync(other, Reason.CREATED)
    await world.closed(other)

    assert world.bet_nr(party) == bet_nr
    assert await world.unsettled(party) == []
    assert world.status(other) == "conflict"
    assert world.espocrm.records[other]["betnr"] is None


async def test_namesakes_that_are_all_linked_are_no_question(world: World) -> None:
    """Who holds them is one list call, however many there are."""
    world.advoware.has_search = True
    for number in range(4):
        held = world.advoware.add(name="Müller", vorname="Änne")
        world.espocrm.add(lastName=f"Müller {number}", betnr=held)
    party = world.espocrm.add(lastName="Müller", **HERE)
    mark = world.calls.mark

    await world.sync(party, Reason.CREATED)
    await world.closed(party)

    spent = {"espocrm.read": 1, "espocrm.list": 1, "advoware.search": 1, "advoware.create": 1, "espocrm.write": 1}
    assert world.spent(mark) == spent
    assert await world.unsettled(party) == []


async def test_a_party_of_its_own_create_is_found_by_its_name_alone(world: World) -> None:
    """There was none before it was sent, so whoever is there now is the one."""
    world.advoware.has_search = True
    party = world.espocrm.add(firmenname="Müller GmbH")
    world.faults.plan("advoware.create", LostAnswer())

    await world.sync(party, Reason.CREATED)
    await world.closed(party)

    assert world.advoware.count(name="Müller GmbH") == 1
    assert await world.unsettled(party) == []
