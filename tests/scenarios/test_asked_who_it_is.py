"""Who a party is was asked: what a person enters since, here or in a rival record, is looked at again."""

from typing import Any

import pytest

from beteiligte.request_reason import Reason
from contracts.preview import PreviewOrder
from contracts.reconciliation import RunKind
from simulators.faults import Hang, LostAnswer, Status
from tests.rules import party_rules
from tests.world import HERE, THERE, World
from workflows.preview import PreviewWorkflow

LOOK_UP = {"rules": party_rules(look_up=True)}
pytestmark = pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
BORN = HERE["dateOfBirth"]


async def asked(world: World, **attributes: str) -> str:
    """A record of which it was asked who it is."""
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig", **attributes)
    await world.sync(party, Reason.CREATED)
    await world.closed(party)
    assert world.status(party) == "conflict"
    return party


async def again(world: World, party: str, **edit: Any) -> dict[str, int]:
    """The calls of a sync after an edit."""
    world.espocrm.edit(party, **edit)
    mark = world.calls.mark
    await world.ask(party)
    await world.closed(party)
    return dict(world.spent(mark))


async def test_the_missing_birthday_is_the_answer(world: World) -> None:
    """Entered where it was missing, it makes the match certain."""
    bet_nr = world.advoware.add(name="Müßig", **THERE, titel="Dr.")
    party = await asked(world, firstName="Änne")

    await again(world, party, dateOfBirth=BORN)

    assert world.bet_nr(party) == bet_nr
    assert world.espocrm.records[party]["titel"] == "Dr."
    assert await world.unsettled(party) == []
    assert len(world.told_on(party)) == 1


@pytest.mark.parametrize("edit", [{"firstName": "Bernd"}, {"dateOfBirth": "1999-01-01"}, {"lastName": "Neu"}])
async def test_what_contradicts_makes_another_party(world: World, edit: dict[str, str]) -> None:
    """As if nobody had ever been asked: created, once, with a look for others that wait under the name."""
    world.advoware.add(name="Müßig", **THERE)
    party = await asked(world, firstName="Änne")

    spent = await again(world, party, **edit)

    budget = {"espocrm.read": 1, "advoware.search": 1, "advoware.create": 1, "espocrm.write": 1, "espocrm.list": 2}
    assert spent == budget
    assert world.advoware.count() == 2
    assert await world.unsettled(party) == []


async def test_while_it_is_not_certain_nothing_is_created_and_nobody_told_twice(world: World) -> None:
    """A first name alone is not enough; one search for one edit, and none for edits of anything else."""
    world.advoware.add(name="Müßig", **THERE)
    party = await asked(world)

    spent = await again(world, party, firstName="Änne")
    assert spent["advoware.search"] == 1
    assert "advoware.search" not in await again(world, party, titel="Dr.")
    assert await again(world, party) == {"espocrm.read": 1}

    assert world.status(party) == "conflict"
    assert world.calls.count("advoware.create") == 0
    assert len(world.told_on(party)) == 1


async def test_other_candidates_are_told(world: World) -> None:
    """They are another question."""
    one = world.advoware.add(name="Müßig", vorname="Änne")
    other = world.advoware.add(name="Müßig", vorname="Bernd")
    party = await asked(world, firstName="Änne")

    await again(world, party, firstName="Bernd")

    assert [str(number) in text for number, text in zip((one, other), world.told_on(party), strict=True)] == [True] * 2


async def test_a_search_that_fails_leaves_the_question(world: World) -> None:
    """Nothing is created; the next sync searches again."""
    bet_nr = world.advoware.add(name="Müßig", **THERE)
    party = await asked(world, firstName="Änne")
    world.faults.plan("advoware.search", *[Status(400)])

    await again(world, party, dateOfBirth=BORN)
    assert world.espocrm.records[party]["betnr"] is None

    await world.sync(party)
    assert world.bet_nr(party) == bet_nr
    assert world.calls.count("advoware.create") == 0


async def test_what_an_unanswered_create_came_to_is_asked_of_people_alone(world: World) -> None:
    """Two parties suit what was sent; whoever edits the record since hides the right one from a search."""
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig", **HERE)
    world.faults.plan("advoware.search", Status(200, json=[]))
    world.faults.plan("advoware.create", LostAnswer())
    world.advoware.add(name="Müßig", **THERE)
    await world.sync(party, Reason.CREATED)
    await world.closed(party)
    assert world.status(party) == "conflict"
    mark = world.calls.mark

    await again(world, party, lastName="Umbenannt")

    assert world.spent(mark)["advoware.search"] == 0
    assert world.calls.count("advoware.create") == 1
    assert world.status(party) == "conflict"


async def two_rivals(world: World) -> tuple[str, str, int]:
    """Two records that suit the same party."""
    bet_nr = world.advoware.add(name="Müßig", **THERE)
    world.advoware.has_search = True
    one, other = (world.espocrm.add(lastName="Müßig", **HERE) for _ in range(2))
    for party in (one, other):
        await world.sync(party, Reason.CREATED)
        await world.closed(party)
    assert [world.status(one), world.status(other)] == ["conflict"] * 2
    return one, other, bet_nr


async def test_a_rival_that_proved_to_be_another_leaves_the_match(world: World) -> None:
    """The record that is left is looked at again by itself, and both are quiet then."""
    one, other, bet_nr = await two_rivals(world)

    await again(world, one, dateOfBirth="1999-01-01")
    await world.closed(other)

    assert world.bet_nr(one) != bet_nr
    assert world.bet_nr(other) == bet_nr
    assert await world.unsettled(one) == []
    assert await world.unsettled(other) == []


async def test_a_rival_that_took_the_only_match_leaves_a_person_s_choice(world: World) -> None:
    """Both records may be the same party's: one search, nothing is created, and nobody is told twice."""
    one, other, bet_nr = await two_rivals(world)

    spent = await again(world, one, betnr=bet_nr)
    await world.closed(other)

    assert world.bet_nr(one) == bet_nr
    assert world.status(other) == "conflict"
    assert world.calls.count("advoware.create") == 0
    assert len(world.told_on(other)) == 1
    assert spent.get("advoware.search", 0) <= 1
    assert await world.unsettled(one) == []


async def test_a_look_at_what_would_be_done_looks_again_too(world: World) -> None:
    """And writes nothing."""
    bet_nr = world.advoware.add(name="Müßig", **THERE)
    party = await asked(world, firstName="Änne")
    world.espocrm.edit(party, dateOfBirth=BORN)
    before = dict(world.espocrm.records[party])

    order = PreviewOrder(party_id=party, timing=world.timing)
    handle = await world.client.start_workflow(PreviewWorkflow.run, order, id=f"diff-{party}", task_queue=world.queue)
    preview = await handle.result()

    assert preview.link == bet_nr
    assert world.espocrm.records[party] == before


async def test_the_next_of_two_records_gets_the_next_of_two_parties(world: World) -> None:
    """Neither was named to people as the other's rival; who says of one says of both."""
    world.advoware.has_search = True
    numbers = [world.advoware.add(name="Müßig", **THERE) for _ in range(2)]
    one, other = [await asked(world, **HERE) for _ in range(2)]

    await again(world, one, betnr=numbers[0])
    await world.closed(other)

    assert [world.bet_nr(one), world.bet_nr(other)] == numbers
    assert await world.unsettled(one) == []
    assert await world.unsettled(other) == []


async def test_a_look_for_others_that_fails_costs_the_party_nothing(world: World) -> None:
    """It is settled; whoever else waits is asked for by hand."""
    world.advoware.add(name="Müßig", **THERE)
    party = await asked(world)
    world.faults.plan("espocrm.list", Status(400))

    await again(world, party, firstName="Bernd")

    assert world.status(party) == "clean"
    assert await world.unsettled(party) == []


async def test_an_edit_while_it_is_searched_is_searched_with(world: World) -> None:
    """The question is not asked at all: by now the match is certain."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müßig", **THERE)
    party = world.espocrm.add(lastName="Müßig", firstName="Änne")
    hang = Hang()

    await world.held(party, "advoware.search", hang, Reason.CREATED)
    world.espocrm.edit(party, dateOfBirth=BORN)
    hang.release()
    await world.closed(party)

    assert world.bet_nr(party) == bet_nr
    assert world.told_on(party) == []


async def test_a_sweep_finds_the_birthday_whose_delivery_was_lost(world: World) -> None:
    """And asks for nobody while nothing moved."""
    bet_nr = world.advoware.add(name="Müßig", **THERE)
    party = await asked(world, firstName="Änne")
    assert (await (await world.reconcile(RunKind.SWEEP, reads=0)).result()).due == {}

    world.espocrm.edit(party, dateOfBirth=BORN)
    await world.reconcile(RunKind.SWEEP, reads=0)
    await world.closed(party)

    assert world.bet_nr(party) == bet_nr
