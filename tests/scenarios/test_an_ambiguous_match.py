"""Candidates stay named until a person has answered, and everything that names the question names the answer."""

import pytest

from beteiligte.request_reason import Reason
from tests.rules import party_rules
from tests.world import World
from workflows import web_ui

LOOK_UP = {"rules": party_rules(look_up=True)}


async def ambiguous(world: World, *, matches: int = 2) -> tuple[str, list[int]]:
    """A record that several parties match; it was asked about."""
    world.advoware.has_search = True
    numbers = [world.advoware.add(name="Müßig", vorname="Änne") for _ in range(matches)]
    party = world.espocrm.add(lastName="Müßig", firstName="Änne")
    await world.sync(party, Reason.CREATED)
    await world.closed(party)
    assert world.status(party) == "conflict"
    return party, numbers


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_candidates_stay_named_however_often_it_is_looked_at(world: World) -> None:
    """In the record, in every outcome, in the Web UI; and nobody is told twice."""
    party, (one, two) = await ambiguous(world)

    for _ in range(3):
        outcome = await world.sync(party)
        await world.closed(party)
        [found] = outcome.still_open
        assert found.named == f"betNr {one}, {two}"
        assert f"betNr {one}, {two}" in web_ui.described(outcome)
        assert f"resolve {party} --betnr N" in web_ui.described(outcome)

    assert f"Es passen: betNr {one}, {two}." in str(world.espocrm.records[party]["syncErrorMessage"])
    assert len(world.told_on(party)) == 1


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_the_note_names_candidates_and_the_command(world: World) -> None:
    """For the secretary and for the administrator."""
    party, (one, two) = await ambiguous(world)

    [told] = world.told_on(party)
    assert f"betNr {one}, {two}" in told
    assert f"Für den Betreuer: Die Antwort gibt auch `beteiligte-sync resolve {party} --betnr N`" in told
    assert f"`beteiligte-sync resolve {party} --create`" in told


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_many_candidates_are_counted_beyond_ten(world: World) -> None:
    """The base has room for the values, too."""
    party, numbers = await ambiguous(world, matches=14)

    outcome = await world.sync(party)

    assert outcome.still_open[0].named == f"betNr {', '.join(map(str, sorted(numbers)[:10]))} … (+4)"


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_number_that_does_not_exist_is_the_answer_and_changes_nothing(world: World) -> None:
    """Neither the link nor the question; the right number then is taken."""
    party, (one, _) = await ambiguous(world)
    before = dict(world.espocrm.records[party])

    outcome = await world.sync(party, link=999)
    await world.closed(party)

    assert outcome.unknown_link == 999
    assert world.espocrm.records[party] == before
    assert world.calls.count("advoware.create") == 0
    assert len(world.told_on(party)) == 1

    outcome = await world.sync(party, link=one)
    assert (outcome.unknown_link, outcome.bet_nr) == (None, one)
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("others", [0, 1], ids=["nobody to compare with", "another party answers"])
async def test_a_number_that_does_not_exist_creates_nothing_for_a_new_record(world: World, others: int) -> None:
    """Who says which party it is does not say that it is to be created."""
    for _ in range(others):
        await world.linked(lastName="Anders")
    party = world.espocrm.add(lastName="Müßig")
    made = world.calls.count("advoware.create")

    outcome = await world.sync(party, link=999)
    await world.closed(party)

    assert (outcome.unknown_link, world.espocrm.records[party]["betnr"]) == (999, None)
    assert world.calls.count("advoware.create") == made

    await world.sync(party, Reason.CREATED)
    assert await world.unsettled(party) == []
