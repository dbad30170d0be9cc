"""What an outage left as a question to people is looked up again when it is over, where there is a look-up."""

import pytest

from beteiligte.request_reason import Reason
from simulators.faults import LostAnswer, RefusedBeforeEffect, Status
from simulators.visits import Fault
from tests.rules import party_rules
from tests.world import World

SEARCHED = pytest.mark.parametrize("world", [{"rules": party_rules(look_up=True)}], indirect=True)
NAME = "Müßig"


async def left_open(world: World, post: Fault) -> str:
    """A create breaks off, and Advoware stays away longer than it is searched for what came of it."""
    world.advoware.has_search = True
    known, _ = await world.linked(lastName="Anders")  # so that there is a token, and somebody else to read
    await world.closed(known)
    party = world.espocrm.add(lastName=NAME)
    world.faults.plan("advoware.create", post)
    world.faults.plan("advoware.search", Status(200, json=[]))
    world.faults.outage("advoware", Status(503))
    await world.ask(party, Reason.CREATED)
    await world.closed(party)
    assert world.status(party) in ("conflict", "failed")
    assert len(world.told_on(party)) == 1
    return party


@SEARCHED
@pytest.mark.parametrize("post", [LostAnswer(), RefusedBeforeEffect(), Status(502)], ids=["landed", "not", "502"])
async def test_it_is_answered_when_the_outage_is_over(world: World, post: Fault) -> None:
    """Adopted where it landed; where it did not, and nobody edited the record since, created: once, either way."""
    party = await left_open(world, post)

    world.faults.lift("advoware")
    await world.recovered("advoware")
    await world.closed(party)

    assert world.advoware.count(name=NAME) == 1
    assert await world.unsettled(party) == []
    assert len(world.told_on(party)) == 1


@SEARCHED
@pytest.mark.parametrize("landed", [True, False])
async def test_who_edits_the_record_meanwhile_keeps_the_question(world: World, landed: bool) -> None:
    """A search for what it says by now finds nothing, which proves nothing."""
    party = await left_open(world, LostAnswer() if landed else RefusedBeforeEffect())
    world.espocrm.edit(party, lastName="Umbenannt")

    world.faults.lift("advoware")
    await world.recovered("advoware")
    await world.closed(party)

    assert world.calls.count("advoware.create", since=0) == 2  # the known party's, and the one that broke off
    assert world.status(party) == "conflict"
    assert len(world.told_on(party)) == 1


async def test_without_a_look_up_it_stays_a_person_s(world: World) -> None:
    """Nothing else could find out."""
    known, _ = await world.linked(lastName="Anders")
    await world.closed(known)
    party = world.espocrm.add(lastName=NAME)
    world.faults.plan("advoware.create", LostAnswer())
    await world.ask(party, Reason.CREATED)
    await world.closed(party)

    await world.ask(party, Reason.RECOVERED)
    await world.closed(party)

    assert world.status(party) == "conflict"
    assert world.advoware.count(name=NAME) == 1
    assert len(world.told_on(party)) == 1


@SEARCHED
async def test_several_that_match_stay_a_person_s_choice(world: World) -> None:
    """As at any other look-up."""
    party = await left_open(world, LostAnswer())
    world.advoware.add(name=NAME)

    world.faults.lift("advoware")
    await world.recovered("advoware")
    await world.closed(party)

    assert world.status(party) == "conflict"
    assert world.advoware.count(name=NAME) == 2
