"""A company is no person: its contact's salutation, title and birthday are not the company's, on either side."""

from collections.abc import Mapping
from typing import Any

import pytest

from beteiligte.request_reason import Reason
from tests.world import World

CONTACT = {
    "firstName": "Karla",
    "lastName": "Meier",
    "salutationName": "Ms.",
    "titel": "Dr.",
    "dateOfBirth": "1980-02-29",
    "geburtsname": "Sommer",
    "familienstand": "ledig",
}
FIRM = {"firmenname": "Müßig GmbH", "rechtsform": "GmbH"}
OWN = ("anrede", "titel", "vorname", "geburtsdatum", "geburtsname", "familienstand")
"""What only a person has, in Advoware."""


def own(world: World, bet_nr: int) -> dict[str, object]:
    """What Advoware holds of it."""
    return {name: world.advoware.records[bet_nr][name] for name in OWN}


async def test_a_company_is_created_without_its_contact(world: World) -> None:
    """Nothing of the contact travels, and nobody is told that it did not."""
    party = world.espocrm.add(**FIRM, **CONTACT, zusatz="Abt. Recht")

    await world.sync(party, Reason.CREATED)

    record = world.advoware.records[world.bet_nr(party)]
    assert (record["name"], record["rechtsform"], record["zusatz"]) == ("Müßig GmbH", "GmbH", "Abt. Recht")
    assert set(own(world, world.bet_nr(party)).values()) == {None}
    assert await world.unsettled(party) == []
    assert world.told_on(party) == []


async def test_advoware_s_company_keeps_what_is_its_own(world: World) -> None:
    """Linked by hand, then edited on both sides: "Firma" stays, and the contact in EspoCRM stays."""
    theirs = {"anrede": "Firma", "titel": "z. Hd.", "geburtsdatum": "1999-01-01T00:00:00", "vorname": "Karl"}
    bet_nr = world.advoware.add(name="Müßig GmbH", rechtsform="GmbH", **theirs)
    before = own(world, bet_nr)
    party = world.espocrm.add(**FIRM, **CONTACT, betnr=bet_nr)
    contact = {name: world.espocrm.records[party][name] for name in CONTACT}

    await world.sync(party)
    world.espocrm.edit(party, zusatz="Abt. Recht")
    await world.sync(party)
    world.advoware.edit(bet_nr, name="Müßig Holding GmbH", anrede="Firma", vorname="Kurt", registergericht="München")
    await world.sync(party)

    assert own(world, bet_nr) == {**before, "vorname": "Kurt"}
    assert {name: world.espocrm.records[party][name] for name in CONTACT} == contact
    assert world.espocrm.records[party]["firmenname"] == "Müßig Holding GmbH"
    assert world.espocrm.records[party]["registergericht"] == "München"
    assert await world.unsettled(party) == []
    assert world.told_on(party) == []


async def test_another_contact_of_a_company_is_no_edit(world: World) -> None:
    """Two reads, and no write."""
    party = world.espocrm.add(**FIRM, **CONTACT)
    await world.sync(party, Reason.CREATED)
    await world.closed(party)
    world.espocrm.edit(party, firstName="Bernd", lastName="Groß", salutationName="Mr.", titel=None, dateOfBirth=None)
    mark = world.calls.mark

    outcome = await world.sync(party)

    assert outcome.result == "no_change"
    assert world.spent(mark) == {"espocrm.read": 1, "advoware.read": 1}
    assert await world.unsettled(party) == []


@pytest.mark.parametrize(
    "entered",
    [
        {"firmenname": "Arbeitgeber AG"},
        {"firmenname": "Arbeitgeber AG", "rechtsform": None},
        {"firmenname": "Arbeitgeber AG", "lastName": None, "rechtsform": "natürliche Person"},
    ],
)
async def test_a_person_does_not_become_its_employer(world: World, entered: Mapping[str, Any]) -> None:
    """Held and told once; nothing is written, and when it is taken back all goes on."""
    party, bet_nr = await world.linked(salutationName="Ms.", dateOfBirth="1980-02-29")
    await world.closed(party)
    before = dict(world.advoware.records[bet_nr])
    world.espocrm.edit(party, **entered)

    for _ in range(2):
        await world.sync(party)
        await world.closed(party)

    assert world.advoware.records[bet_nr] == before
    assert world.status(party) == "conflict"
    assert len(world.told_on(party)) == 1
    world.espocrm.edit(party, firmenname=None, lastName="Müßig", rechtsform=None, titel="Dr.")
    await world.sync(party)
    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    assert await world.unsettled(party) == []


async def test_a_person_with_an_employer_stays_a_person(world: World) -> None:
    """The legal form says so: the employer is no name, from the create on."""
    person = {"lastName": "Müßig", "firstName": "Änne", "rechtsform": "natürliche Person"}
    party = world.espocrm.add(**person, firmenname="Arbeitgeber AG", salutationName="Ms.")
    await world.sync(party, Reason.CREATED)
    bet_nr = world.bet_nr(party)

    world.espocrm.edit(party, firmenname="Neuer Arbeitgeber AG", titel="Dr.")
    await world.sync(party)
    world.advoware.edit(bet_nr, name="Neumann")
    await world.sync(party)

    record = world.advoware.records[bet_nr]
    assert (record["name"], record["vorname"], record["titel"]) == ("Neumann", "Änne", "Dr.")
    assert world.espocrm.records[party]["lastName"] == "Neumann"
    assert world.espocrm.records[party]["firmenname"] == "Neuer Arbeitgeber AG"
    assert await world.unsettled(party) == []


async def test_a_person_becomes_a_company_by_name_and_legal_form(world: World) -> None:
    """What was the person's stands in Advoware as it did, and people are told."""
    party, bet_nr = await world.linked(salutationName="Ms.", dateOfBirth="1980-02-29")
    await world.closed(party)
    before = own(world, bet_nr)

    world.espocrm.edit(party, **FIRM)
    await world.sync(party)
    await world.closed(party)

    assert world.advoware.records[bet_nr]["name"] == "Müßig GmbH"
    assert own(world, bet_nr) == before
    assert world.espocrm.records[party]["firstName"] == "Änne"
    (told,) = world.told_on(party)
    assert "Vorname, Anrede, Geburtsdatum" in told
    assert await world.unsettled(party) == []


async def test_a_company_whose_name_is_emptied_does_not_take_its_contact_s(world: World) -> None:
    """Held in either case: with a contact's name beside it, and without any name."""
    for last_name in ("Meier", None):
        party = world.espocrm.add(**FIRM, **CONTACT)
        world.espocrm.edit(party, lastName=last_name)
        await world.sync(party, Reason.CREATED)
        bet_nr = world.bet_nr(party)
        world.espocrm.edit(party, firmenname="\u200e")

        await world.sync(party)
        await world.closed(party)

        assert world.status(party) == "conflict"
        assert world.advoware.records[bet_nr]["name"] == "Müßig GmbH"
        assert len(world.told_on(party)) == 1
        world.espocrm.edit(party, firmenname="Müßig KG", rechtsform="KG")
        await world.sync(party)
        assert world.advoware.records[bet_nr]["name"] == "Müßig KG"
        assert await world.unsettled(party) == []


async def test_a_legal_form_edited_in_advoware_makes_no_person_of_a_company(world: World) -> None:
    """Else the next look would take its contact for it."""
    party = world.espocrm.add(**FIRM, **CONTACT)
    await world.sync(party, Reason.CREATED)
    bet_nr = world.bet_nr(party)
    world.advoware.edit(bet_nr, rechtsform="natürliche Person")

    for _ in range(2):
        await world.sync(party)
        await world.closed(party)

    assert world.status(party) == "conflict"
    assert world.espocrm.records[party]["rechtsform"] == "GmbH"
    assert len(world.told_on(party)) == 1
