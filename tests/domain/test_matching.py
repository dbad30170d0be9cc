"""Who is the same: a blank agrees with nothing, and a name alone is no proof."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from beteiligte.decide.matching import Likeness, Matching
from beteiligte.record.field_table import Form
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.value_kinds import NATURAL_PERSON, Value
from runtime.field_file import parse

HANS: dict[str, Value] = {"name": "Müller", "vorname": "Hans", "geburtsdatum": "1980-02-29"}
FIRM: dict[str, Value] = {"name": "Müller GmbH", "handelsregisternummer": "HRB 1"}
BY_DEFAULT = Matching(PARTY_TABLE)
BY_REGISTER = Matching(replace(PARTY_TABLE, match=(*PARTY_TABLE.match, "handelsregisternummer")))
NONE, POSSIBLE, CERTAIN = Likeness


@pytest.mark.parametrize(
    ("mine", "theirs", "likeness"),
    [
        ({}, {}, CERTAIN),
        ({}, {"titel": "Dr."}, CERTAIN),
        ({"geburtsdatum": None}, {"geburtsdatum": None}, POSSIBLE),
        ({"geburtsdatum": None}, {}, POSSIBLE),
        ({}, {"geburtsdatum": None}, POSSIBLE),
        ({"vorname": None}, {"vorname": None}, POSSIBLE),
        ({"vorname": None, "geburtsdatum": None}, {"vorname": None, "geburtsdatum": None}, POSSIBLE),
        ({"vorname": None}, {"geburtsdatum": None}, POSSIBLE),
        ({}, {"geburtsdatum": "1981-01-01"}, NONE),
        ({}, {"vorname": "Karl"}, NONE),
        ({"geburtsdatum": None}, {"vorname": "Karl"}, NONE),
        ({}, {"name": "Meier"}, NONE),
        ({"name": None}, {"name": None}, NONE),
        ({}, {"name": None}, NONE),
    ],
)
def test_a_person_is_certain_by_name_first_name_and_birthday(
    mine: Mapping[str, Value], theirs: Mapping[str, Value], likeness: Likeness
) -> None:
    """One that contradicts makes two people; one that is blank on a side says nothing."""
    assert BY_DEFAULT.likeness(Form.PERSON, {**HANS, **mine}, {**HANS, **theirs}) is likeness


def test_a_field_that_is_not_shown_says_nothing() -> None:
    """Like a blank."""
    hidden = {name: value for name, value in HANS.items() if name != "geburtsdatum"}

    assert BY_DEFAULT.likeness(Form.PERSON, hidden, HANS) is POSSIBLE
    assert BY_DEFAULT.likeness(Form.PERSON, HANS, hidden) is POSSIBLE


def test_a_company_known_by_its_name_only_is_not_certain() -> None:
    """But where another field is compared, it is certain by that, though it has fewer than a person."""
    assert BY_DEFAULT.likeness(Form.COMPANY, FIRM, FIRM) is POSSIBLE
    assert BY_REGISTER.likeness(Form.COMPANY, FIRM, FIRM) is CERTAIN
    assert BY_REGISTER.likeness(Form.COMPANY, FIRM, {**FIRM, "handelsregisternummer": None}) is POSSIBLE
    assert BY_REGISTER.likeness(Form.COMPANY, FIRM, {**FIRM, "handelsregisternummer": "HRB 2"}) is NONE
    assert BY_REGISTER.likeness(Form.PERSON, HANS, HANS) is CERTAIN


@pytest.mark.parametrize(
    ("theirs", "likeness"),
    [
        ({"vorname": "Karl"}, NONE),
        ({"rechtsform": NATURAL_PERSON}, NONE),
        ({"rechtsform": "GmbH", "vorname": "Karl"}, POSSIBLE),
        ({"titel": "z. Hd."}, POSSIBLE),
    ],
)
def test_a_person_is_no_company_of_the_same_name(theirs: Mapping[str, Value], likeness: Likeness) -> None:
    """What only a person has shows it, unless the legal form says that it is the company's contact's."""
    assert BY_DEFAULT.likeness(Form.COMPANY, FIRM, {**FIRM, **theirs}) is likeness


@pytest.mark.parametrize(("minimum", "agreeing", "likeness"), [(1, 1, CERTAIN), (2, 1, POSSIBLE), (2, 2, CERTAIN)])
def test_how_much_must_agree_is_the_operator_s(minimum: int, agreeing: int, likeness: Likeness) -> None:
    """1 is the name alone."""
    known = dict(list(HANS.items())[:agreeing])

    assert Matching(PARTY_TABLE, minimum=minimum).likeness(Form.PERSON, known, HANS) is likeness


def test_who_has_a_field_is_by_the_table_in_force() -> None:
    """A field that is not mapped is not compared, and one that companies have is."""
    table = parse('[geburtsdatum]\nmapped = false\n[vorname]\nforms = ["person", "company"]\n')
    matching = Matching(table=table)

    assert matching.likeness(Form.PERSON, {**HANS, "geburtsdatum": None}, HANS) is CERTAIN
    assert matching.likeness(Form.COMPANY, HANS, HANS) is CERTAIN


def test_what_a_create_made_agrees_in_its_blanks_too() -> None:
    """Before it there was no such party, else it would not have been sent."""
    sent = {"name": "Müller"}

    assert BY_DEFAULT.likeness(Form.PERSON, sent, {"name": "Müller", "vorname": None}, as_sent=True) is CERTAIN
    assert BY_DEFAULT.likeness(Form.PERSON, sent, {"name": "Müller", "vorname": "Hans"}, as_sent=True) is POSSIBLE
    assert BY_DEFAULT.likeness(Form.COMPANY, sent, sent, as_sent=True) is CERTAIN
