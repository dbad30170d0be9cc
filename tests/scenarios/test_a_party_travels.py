"""The plain stories: a party is created, edited on either side, edited on both, and stays equal."""

from collections import Counter

import pytest

from beteiligte.messages import Language
from tests.world import BOSS, World


async def test_a_new_party_appears_in_advoware_with_three_calls(world: World) -> None:
    """Budget of a create: read, POST, write back (design §5)."""
    party = world.espocrm.add(lastName="Müßig", firstName="Änne", dateOfBirth="1980-02-29", salutationName="Ms.")
    mark = world.calls.mark

    outcome = await world.sync(party)

    assert outcome.result == "create"
    assert world.spent(mark) == {"espocrm.read": 1, "advoware.create": 1, "espocrm.write": 1}
    record = world.advoware.records[world.bet_nr(party)]
    assert (record["name"], record["vorname"], record["geburtsdatum"], record["anrede"]) == (
        "Müßig",
        "Änne",
        "1980-02-29T00:00:00",
        "Frau",
    )
    assert await world.unsettled(party) == []


async def test_an_edit_in_espocrm_costs_four_calls(world: World) -> None:
    """Budget of EspoCRM → Advoware: two reads, PUT, write back; what is not mapped survives the full replace."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    mark = world.calls.mark

    outcome = await world.sync(party)

    assert outcome.result == "espocrm_newer"
    assert world.spent(mark) == Counter(
        {"espocrm.read": 1, "advoware.read": 1, "advoware.replace": 1, "espocrm.write": 1}
    )
    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert world.advoware.records[bet_nr]["kommunikation"]
    assert await world.unsettled(party) == []


async def test_an_edit_in_advoware_costs_three_calls(world: World) -> None:
    """Budget of Advoware → EspoCRM: two reads, write back."""
    party, bet_nr = await world.linked()
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    mark = world.calls.mark

    outcome = await world.sync(party)

    assert outcome.result == "advoware_newer"
    assert world.spent(mark) == {"espocrm.read": 1, "advoware.read": 1, "espocrm.write": 1}
    assert world.espocrm.records[party]["zusatz"] == "c/o Kanzlei"
    assert await world.unsettled(party) == []


async def test_different_fields_edited_on_both_sides_both_survive(world: World) -> None:
    """P3: a merge is no conflict and nobody is told."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")

    outcome = await world.sync(party)

    assert outcome.result == "merge"
    assert world.espocrm.records[party]["zusatz"] == "c/o Kanzlei"
    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert world.told() == []
    assert await world.unsettled(party) == []


async def test_a_conflict_is_settled_by_policy_and_told_with_both_values(world: World) -> None:
    """Stammdaten: EspoCRM wins; the losing value is told, on the record and to the recipients."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")

    outcome = await world.sync(party)

    assert outcome.result == "conflict"
    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert await world.unsettled(party) == []
    [to_users, on_record] = world.espocrm.notes
    assert to_users["usersIds"] == [BOSS]
    assert on_record["parentId"] == party
    assert [text for text in world.told() if not ("„Dr.“" in text and "„Prof.“" in text)] == []


async def test_a_cleared_value_travels_as_an_edit(world: World) -> None:
    """With a base, emptiness is a value; in both directions."""
    party, bet_nr = await world.linked(titel="Dr.", zusatz="c/o", briefAnrede="Sehr geehrte Frau Müßig")
    world.espocrm.edit(party, titel=None)
    world.advoware.edit(bet_nr, zusatz="")

    await world.sync(party)

    assert world.advoware.records[bet_nr]["titel"] is None
    assert world.espocrm.records[party]["zusatz"] is None
    assert await world.unsettled(party) == []


async def test_a_company_keeps_its_name_in_firmenname(world: World) -> None:
    """EspoCRM keeps a company's name in another attribute; the contact's first name is not Advoware's business."""
    party = world.espocrm.add(firmenname="Müßig & Söhne GmbH", rechtsform="GmbH", firstName="Änne")
    await world.sync(party)
    bet_nr = world.bet_nr(party)
    assert world.advoware.records[bet_nr]["vorname"] is None

    world.advoware.edit(bet_nr, name="Müßig Holding GmbH")
    await world.sync(party)

    assert world.espocrm.records[party]["firmenname"] == "Müßig Holding GmbH"
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("world", [{"language": Language.ENGLISH}], indirect=True)
async def test_people_are_told_in_the_language_that_is_set(world: World) -> None:
    """The notes, what stands in the record, and no second write because of it."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.", kurzname="MÜ")
    world.advoware.edit(bet_nr, titel="Prof.")

    await world.sync(party)
    mark = world.calls.mark
    await world.sync(party)
    await world.closed(party)

    [to_users, on_record] = world.espocrm.notes
    assert f"Sync of EspoCRM and Advoware, betNr {bet_nr}:" in str(on_record["post"])
    assert f"[Müßig, Änne](#CBeteiligte/view/{party})" in str(to_users["post"])
    assert world.espocrm.records[party]["syncErrorMessage"] == (
        "Kurzname: is not taken by Advoware. Please enter it there by hand."
    )
    assert world.calls.writes(mark) == []


async def test_a_create_that_answers_with_the_number_alone_is_read_once(world: World) -> None:
    """What a POST answers was never settled; without its values the first edit would look like a conflict."""
    world.advoware.post_answers_values = False
    mark = world.calls.mark
    party, bet_nr = await world.linked()
    assert world.spent(mark) == {"espocrm.read": 1, "advoware.create": 1, "advoware.read": 1, "espocrm.write": 1}

    world.espocrm.edit(party, firstName="Anna")
    outcome = await world.sync(party)

    assert outcome.result == "espocrm_newer"
    assert world.advoware.records[bet_nr]["vorname"] == "Anna"
    assert world.told() == []
    assert await world.unsettled(party) == []
