"""EspoCRM is set back to before a create of which nobody knows what came of it: it is not begun again."""

import pytest

from beteiligte.faults import System
from beteiligte.request_reason import Reason
from simulators.faults import Hang, LostAnswer, Status
from tests.rules import party_rules
from tests.scenarios.backups import at_rest, set_back
from tests.world import World

LOOK_UP = {"rules": party_rules(look_up=True)}
MUESSIG = {"lastName": "Müßig", "firstName": "Änne", "dateOfBirth": "1980-02-29"}


async def in_doubt(world: World, *, landed: bool = True) -> str:
    """A record from before its create, of which a person was asked what became of it."""
    party = world.espocrm.add(**MUESSIG)
    with set_back(world, System.ESPOCRM):
        world.faults.plan("advoware.create", LostAnswer() if landed else Status(500))
        await at_rest(world, party)
        assert world.status(party) == "conflict"
    return party


async def asked_again(world: World, party: str) -> None:
    """Held, told once more, and nothing was sent a second time."""
    told = len(world.told_on(party))
    for _ in range(3):
        await at_rest(world, party)
    assert world.status(party) == "conflict"
    assert len(world.told_on(party)) == told + 1
    assert world.calls.count("advoware.create") == 1


async def test_a_record_from_before_a_create_in_doubt_is_not_created_again(world: World) -> None:
    """EspoCRM was told of the question, and has forgotten it: the run has not."""
    party = await in_doubt(world)

    await asked_again(world, party)

    assert world.advoware.count(name="Müßig") == 1


async def test_also_where_the_run_that_asked_is_still_open(world: World) -> None:
    """It serves the next request itself, and finds no other run that began the create."""
    party = world.espocrm.add(**MUESSIG)
    with set_back(world, System.ESPOCRM):
        world.faults.plan("advoware.create", LostAnswer())
        note = Hang()
        world.faults.plan("espocrm.note", note)
        await world.sync(party)
        await note.entered.wait()

    await world.sync(party)
    note.release()
    await world.closed(party)

    assert world.status(party) == "conflict"
    assert world.calls.count("advoware.create") == world.advoware.count(name="Müßig") == 1


async def test_what_failed_in_between_does_not_forget_the_create(world: World) -> None:
    """A sync that came to nothing says nothing of it."""
    party = await in_doubt(world)
    world.faults.plan("espocrm.read", Status(400), party=party)
    await at_rest(world, party)

    await asked_again(world, party)


async def test_after_a_restore_its_bet_nr_answers_a_create_in_doubt(world: World) -> None:
    """What landed is found by whoever looks."""
    party = await in_doubt(world)
    await asked_again(world, party)

    [bet_nr] = world.advoware.records
    world.espocrm.edit(party, betnr=bet_nr)
    await world.sync(party)

    assert world.calls.count("advoware.create") == 1
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("asked", [True, False], ids=["asked again", "at once"])
async def test_after_a_restore_a_person_s_word_creates_it_once(world: World, asked: bool) -> None:
    """He looked: it is not there."""
    party = await in_doubt(world, landed=False)
    if asked:
        await asked_again(world, party)

    outcome = await world.sync(party, create_anyway=True)
    await world.sync(party)

    assert outcome.result == "create"
    assert world.calls.count("advoware.create") == 2
    assert world.advoware.count(name="Müßig") == 1
    assert await world.unsettled(party) == []


async def test_a_permitted_create_that_was_surely_refused_leaves_the_one_in_doubt(world: World) -> None:
    """The run that was given the word has ended, and nothing more is known of the first."""
    party = world.espocrm.add(**MUESSIG)
    with set_back(world, System.ESPOCRM):
        world.faults.plan("advoware.create", LostAnswer(), Status(400))
        note = Hang()
        world.faults.plan("espocrm.note", note)
        await world.sync(party)
        await note.entered.wait()
        await world.sync(party, create_anyway=True)
        note.release()
        await world.closed(party)
    await at_rest(world, party)

    assert world.status(party) == "conflict"
    assert world.calls.count("advoware.create") == 2
    assert world.advoware.count(name="Müßig") == 1


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_after_a_restore_a_look_up_finds_what_a_create_in_doubt_made(world: World) -> None:
    """As it does before any create."""
    party = world.espocrm.add(**MUESSIG)
    with set_back(world, System.ESPOCRM):
        world.faults.plan("advoware.create", LostAnswer())
        await at_rest(world, party)
    world.advoware.has_search = True

    await world.sync(party)

    assert world.calls.count("advoware.create") == world.advoware.count(name="Müßig") == 1
    assert await world.unsettled(party) == []


async def test_a_record_that_is_deleted_and_restored_without_its_question_is_not_created_again(world: World) -> None:
    """EspoCRM has the record back as it was before its create."""
    party = await in_doubt(world)
    world.espocrm.delete(party)
    await world.sync(party, Reason.DELETED)
    await world.closed(party)
    world.espocrm.restore(party)

    for _ in range(2):
        await at_rest(world, party)

    assert world.status(party) == "conflict"
    assert world.calls.count("advoware.create") == world.advoware.count(name="Müßig") == 1


async def test_a_party_created_in_part_is_not_created_again_from_before(world: World) -> None:
    """Its run knows the betNr."""
    party = world.espocrm.add(**MUESSIG, titel="Dr.")
    world.advoware.ignores = {"titel"}
    with set_back(world, System.ESPOCRM):
        await at_rest(world, party)
        assert world.bet_nr(party)

    await at_rest(world, party)

    assert world.status(party) == "conflict"
    assert world.calls.count("advoware.create") == world.advoware.count(name="Müßig") == 1
