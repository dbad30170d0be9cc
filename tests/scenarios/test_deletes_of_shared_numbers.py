"""Nobody is advised to delete a living party: a merge, a copy, a re-creation and a mistyped number (design §5)."""

import pytest

from beteiligte.request_reason import Reason
from contracts.reconciliation import RunKind
from simulators.espocrm import PERSON
from simulators.espocrm_types import ATTRIBUTES
from tests.rules import party_rules
from tests.scenarios.test_deletes import ended
from tests.world import World

ADVICE = "löschen Sie ihn bitte dort"
HELD = "Bitte löschen Sie in Advoware nichts"
LEFT = "ohne Datensatz in EspoCRM"


async def pair(world: World) -> tuple[str, int, str, int]:
    """Two records of one party, each with its own partner: EspoCRM id and betNr of both."""
    one, first = await world.linked(titel="Dr.")
    two, second = await world.linked(titel="Dr.")
    for party in (one, two):
        await world.closed(party)
    return one, first, two, second


async def deleted(world: World, party: str, *, runs: int = 2) -> str:
    """What people were told of its delete, as one text."""
    await world.sync(party, Reason.DELETED)
    await ended(world, party, runs=runs)
    return "\n".join(text for text in world.told() if "in EspoCRM gelöscht" in text)


@pytest.mark.parametrize("delete_first", [True, False], ids=["the delete comes first", "the update comes first"])
@pytest.mark.parametrize("base", ["own", "the other's", "none"])
async def test_a_merge_tells_who_holds_the_number_and_which_was_left(
    world: World, delete_first: bool, base: str
) -> None:
    """A takes B's betNr, B is deleted: no advice to delete, and A's old number is told, whoever's base A has now."""
    kept, old, gone, number = await pair(world)
    bases = {"own": world.espocrm.records[kept], "the other's": world.espocrm.records[gone], "none": {}}
    world.espocrm.edit(kept, betnr=number, advowareSyncBase=bases[base].get("advowareSyncBase"))
    world.espocrm.delete(gone)

    if not delete_first:
        await world.sync(kept)
    told = await deleted(world, gone)
    await world.sync(kept)
    await world.closed(kept)

    assert f"(betNr {number})" in told
    assert HELD in told
    assert kept in told
    assert ADVICE not in told
    [left] = [text for text in world.told_on(kept) if LEFT in text]
    assert f"betNr {old} " in left
    assert await world.unsettled(kept, once_shared=True) == []
    assert {old, number} <= world.advoware.records.keys()


async def test_a_merge_that_was_seen_before_the_delete_ends_well_by_itself(world: World) -> None:
    """Both held the number for a moment: the survivor was held, and the delete is what it waited for."""
    kept, old, gone, number = await pair(world)
    world.espocrm.edit(kept, betnr=number)
    await world.sync(kept)
    await world.closed(kept)
    assert world.status(kept) == "conflict"

    world.espocrm.delete(gone)
    told = await deleted(world, gone)
    await world.closed(kept)

    assert HELD in told
    assert world.status(kept) == "clean"
    assert [text for text in world.told_on(kept) if LEFT in text and str(old) in text]


async def test_a_number_that_another_record_holds_is_not_left(world: World) -> None:
    """Two numbers that were swapped and are put right: every party has its record."""
    one, first, two, second = await pair(world)
    for party, number in ((one, second), (two, first)):
        world.espocrm.edit(party, betnr=number)

    for party in (one, two):
        await world.sync(party)
        await world.closed(party)

    assert [world.status(party) for party in (one, two)] == ["clean", "clean"]
    assert [text for text in world.told() if LEFT in text] == []


async def test_a_number_that_advoware_has_no_more_is_not_left(world: World) -> None:
    """The duplicate was cleared up there first."""
    kept, old, gone, number = await pair(world)
    world.advoware.remove(old)
    world.espocrm.edit(kept, betnr=number)
    world.espocrm.delete(gone)

    await world.sync(kept)
    await world.closed(kept)

    assert world.status(kept) == "clean"
    assert [text for text in world.told() if LEFT in text] == []


async def test_a_party_created_anew_on_a_person_s_word_leaves_its_number(world: World) -> None:
    """The betNr was emptied, and somebody said that it shall be created all the same."""
    party, old = await world.linked()
    world.espocrm.edit(party, betnr=None)
    await world.sync(party)

    await world.sync(party, create_anyway=True)
    await world.closed(party)

    assert world.bet_nr(party) != old
    assert len([text for text in world.told_on(party) if LEFT in text and str(old) in text]) == 1


@pytest.mark.parametrize("which", ["the copy", "the original"])
async def test_deleting_one_of_two_records_with_one_number_endangers_nobody(world: World, which: str) -> None:
    """A copy holds the original's betNr; whichever of the two goes, the other is the living party."""
    party, _ = await world.linked()
    await world.closed(party)
    copied = {name: value for name, value in world.espocrm.records[party].items() if name in ATTRIBUTES}
    copy = world.espocrm.add(user=PERSON, **copied)
    await world.sync(copy)
    await ended(world, copy, runs=1)
    goes, stays = (copy, party) if which == "the copy" else (party, copy)

    world.espocrm.delete(goes)
    told = await deleted(world, goes)
    await world.closed(stays)

    assert HELD in told
    assert stays in told
    assert ADVICE not in told
    assert world.status(stays) == "clean"


@pytest.mark.parametrize("world", [{"rules": party_rules(look_up=True)}], indirect=True)
@pytest.mark.parametrize("delete_first", [True, False], ids=["the delete comes first", "the create comes first"])
async def test_a_record_that_is_typed_in_again_keeps_its_party_alive(world: World, delete_first: bool) -> None:
    """Deleted, and created anew: the look-up finds the number. Who was told to delete it there is told not to."""
    world.advoware.has_search = True
    old, number = await world.linked(dateOfBirth="1980-02-29")
    await world.closed(old)
    world.espocrm.delete(old)
    told = await deleted(world, old) if delete_first else ""
    new = world.espocrm.add(lastName="Müßig", firstName="Änne", dateOfBirth="1980-02-29")

    await world.sync(new, Reason.CREATED)
    await world.closed(new)

    assert world.bet_nr(new) == number
    recalled = [text for text in world.told_on(new) if "Bitte löschen Sie ihn in Advoware nicht" in text]
    assert len(recalled) == delete_first
    if not delete_first:
        told = await deleted(world, old)
        assert HELD in told
    assert (ADVICE in told) == delete_first
    await world.sync(new)
    await world.closed(new)
    assert len(world.told_on(new)) == delete_first


async def test_a_number_that_was_never_confirmed_is_not_to_be_deleted(world: World) -> None:
    """Somebody typed a stranger's betNr, the record was held, and then deleted: the stranger must live."""
    stranger = world.advoware.add(name="Schmidt", vorname="Karl")
    party = world.espocrm.add(lastName="Müßig", betnr=stranger)
    await world.sync(party)
    await ended(world, party, runs=1)
    world.espocrm.delete(party)

    told = await deleted(world, party)

    assert f"(betNr {stranger})" in told
    assert "noch nicht bestätigt" in told
    assert ADVICE not in told


async def test_a_linked_record_with_a_mistyped_number_is_told_with_both(world: World) -> None:
    """The true partner is told as ever; the other one is a stranger."""
    stranger = world.advoware.add(name="Schmidt", vorname="Karl")
    party, number = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, betnr=stranger)
    await world.sync(party)
    await ended(world, party, runs=2)
    world.espocrm.delete(party)

    told = await deleted(world, party, runs=3)

    lines = {line.partition("(betNr ")[2].partition(")")[0]: line for line in told.splitlines() if "(betNr " in line}
    assert "noch nicht bestätigt" in lines[str(stranger)]
    assert ADVICE in lines[str(number)]


async def test_a_party_that_advoware_has_no_more_either_needs_no_deleting(world: World) -> None:
    """It was told to be gone there before."""
    await world.linked(lastName="Anders")
    party, number = await world.linked()
    world.advoware.remove(number)
    await world.sync(party)
    await ended(world, party, runs=1)
    world.espocrm.delete(party)

    told = await deleted(world, party)

    assert "Auch in Advoware gibt es ihn nicht mehr" in told
    assert ADVICE not in told


async def test_the_nightly_comparison_asks_who_holds_the_number_as_well(world: World) -> None:
    """The delivery was lost, and the number is held by a record that is none of the program's business."""
    world.advoware.has_listing = True
    await world.linked(lastName="Anders")
    kept, old, gone, number = await pair(world)
    world.espocrm.edit(kept, betnr=number)
    world.espocrm.delete(gone)

    await (await world.reconcile(RunKind.NIGHTLY, listing=True)).result()
    await world.closed(kept)
    await world.closed(gone)

    assert [text for text in world.told() if ADVICE in text] == []
    assert [text for text in world.told_on(kept) if LEFT in text and str(old) in text]
