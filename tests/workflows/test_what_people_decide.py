"""What a person says about an open question is done once, and never at the price of a double or a stranger."""

import pytest

from beteiligte.request_reason import Reason
from simulators.faults import LostAnswer, RefusedBeforeEffect
from tests.world import World

UNKNOWN = "0123456789abcdef0"


async def unanswered(world: World) -> str:
    """A party whose create had no answer and no effect, beside one that proves Advoware to be the right one."""
    await world.linked(lastName="Anders")
    party = world.espocrm.add(lastName="Müßig", firstName="Änne")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    await world.sync(party)
    await world.closed(party)
    return party


async def test_let_it_be_created_answers_one_question_only(world: World) -> None:
    """Rule 2: when the create that a person asked for has no answer either, that is a new question."""
    party = await unanswered(world)
    world.faults.plan("advoware.create", LostAnswer())

    outcome = await world.sync(party, create_anyway=True)
    await world.sync(party)

    assert outcome.result == "conflict"
    assert world.advoware.count(name="Müßig") == 1
    assert world.status(party) == "conflict"


async def test_a_named_bet_nr_is_entered_and_both_sides_become_equal(world: World) -> None:
    """The party was there after all: it is linked, checked like any first link, and nothing is created."""
    party = await unanswered(world)
    bet_nr = world.advoware.add(name="Müßig", vorname="Änne")

    outcome = await world.sync(party, link=bet_nr)

    assert outcome.bet_nr == bet_nr
    assert world.bet_nr(party) == bet_nr
    assert world.advoware.count(name="Müßig") == 1
    assert await world.unsettled(party) == []


async def test_a_named_bet_nr_of_another_name_overwrites_nobody(world: World) -> None:
    """A stranger's record is never overwritten, also not on a person's word."""
    party = await unanswered(world)
    stranger = world.advoware.add(name="Fremd", vorname="Fritz")

    outcome = await world.sync(party, link=stranger)

    assert outcome.result == "conflict"
    assert world.advoware.records[stranger]["name"] == "Fremd"
    assert world.espocrm.records[party]["lastName"] == "Müßig"


async def test_a_bet_nr_that_advoware_does_not_know_is_not_entered(world: World) -> None:
    """A typing mistake leaves the question open as it was."""
    party = await unanswered(world)

    outcome = await world.sync(party, link=99_999_999)

    assert outcome.bet_nr is None
    assert not world.espocrm.records[party]["betnr"]
    assert world.status(party) == "conflict"


async def test_a_link_that_stands_is_not_replaced(world: World) -> None:
    """Only an empty betNr is filled; another one is a person's to change in EspoCRM."""
    party, bet_nr = await world.linked()
    other = world.advoware.add(name="Müßig", vorname="Änne")

    outcome = await world.sync(party, link=other)

    assert outcome.bet_nr == bet_nr
    assert world.bet_nr(party) == bet_nr


@pytest.mark.parametrize("reason", [Reason.PERSON, Reason.DELETED])
async def test_an_id_that_nobody_knows_is_no_news_for_the_firm(world: World, reason: Reason) -> None:
    """Who typed it gets the answer; that EspoCRM deleted what was never synced concerns nobody."""
    outcome = await world.sync(UNKNOWN, reason)
    await world.closed(UNKNOWN)

    assert (outcome.result, outcome.bet_nr) == ("deleted", None)
    assert world.told() == []
