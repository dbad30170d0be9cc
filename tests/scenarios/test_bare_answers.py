"""Advoware answers less than the whole record, or numbers as text: what was never settled (facts/advoware.md §2)."""

import pytest

from simulators.faults import Hang, Status
from tests.world import World

ANSWERS = [("numbers", True), ("betNr", True), ("betNr", False), ("nothing", True)]


@pytest.mark.parametrize(("shows", "as_list"), ANSWERS)
async def test_a_put_that_shows_next_to_nothing_moves_the_base_all_the_same(
    world: World, shows: str, *, as_list: bool
) -> None:
    """One more read; a later edit of the other side is no conflict then."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.advoware.put_answers, world.advoware.put_answers_list = shows, as_list
    world.espocrm.edit(party, titel="Dr.")
    mark = world.calls.mark
    pushed = await world.sync(party)
    await world.closed(party)

    assert world.spent(mark) == {
        "espocrm.read": 1,
        "advoware.read": 2,
        "advoware.replace": 1,
        "espocrm.write": 1,
    }
    assert (pushed.result, pushed.findings) == ("espocrm_newer", ())
    assert await world.unsettled(party) == []

    world.advoware.edit(bet_nr, titel="Prof.")
    later = await world.sync(party)

    assert (later.result, later.findings) == ("advoware_newer", ())
    assert world.titles(party) == ("Prof.", "Prof.")


async def test_a_read_that_fails_after_such_a_put_costs_an_attempt_and_no_conflict(world: World) -> None:
    """The next attempt finds that it landed."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.advoware.put_answers = "betNr"
    world.espocrm.edit(party, titel="Dr.")
    hang = Hang(effect=True)
    world.faults.plan("advoware.replace", hang)
    handle = await world.ask(party)
    await hang.entered.wait()
    world.faults.plan("advoware.read", Status(503), party=bet_nr)
    hang.release()
    await handle.result()

    assert world.calls.count("advoware.replace") == 1
    assert await world.unsettled(party) == []
    assert world.told() == []


@pytest.mark.parametrize("as_list", [True, False])
async def test_numbers_that_come_as_text_are_numbers(world: World, *, as_list: bool) -> None:
    """Create, read, push, pull: nothing is left to a person."""
    world.advoware.numbers_as_text = True
    world.advoware.post_answers_list = world.advoware.read_answers_list = as_list
    party, bet_nr = await world.linked()

    assert bet_nr in world.advoware.records
    assert world.advoware.count(name="Müßig") == 1
    assert await world.unsettled(party) == []
    world.espocrm.edit(party, titel="Dr.")
    await world.sync(party)
    world.advoware.edit(bet_nr, zusatz="c/o Anders")
    await world.sync(party)
    assert await world.unsettled(party) == []
    assert world.told() == []


@pytest.mark.parametrize("number", ["quatsch", "", True, -5, 1.5, "1 2", "٣", None, 0, {}])
async def test_a_create_whose_number_is_nonsense_is_never_repeated(world: World, number: object) -> None:
    """It may have created the party; a person looks there."""
    party = world.espocrm.add(lastName="Müßig")
    answered = Status(200, json={"betNr": number, "rowId": "X"}, after_effect=True)  # type: ignore[dict-item]
    world.faults.plan("advoware.create", answered)

    await world.sync(party)
    await world.closed(party)

    assert world.advoware.count(name="Müßig") == 1
    assert world.espocrm.records[party]["betnr"] is None
    assert world.status(party) == "conflict"


async def test_a_put_that_answers_another_party_is_odd(world: World) -> None:
    """Its values are not taken for this one's; the next attempt reads."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    other = Status(200, json=[{"betNr": bet_nr + 1, "rowId": "X", "titel": "Dr."}], after_effect=True)
    world.faults.plan("advoware.replace", other)

    await world.sync(party)
    await world.closed(party)

    assert await world.unsettled(party) == []
    assert world.told() == []
