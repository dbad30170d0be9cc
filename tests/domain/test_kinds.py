"""Canonical forms: what counts as equal, what has none, and that nothing ever moves a birthday."""

import pytest
from pydantic import JsonValue

from beteiligte.kinds import DATE, LEGAL_FORM, SALUTATION, TEXT, Kind, Unmappable, Value

ANY = pytest.mark.parametrize("kind", [TEXT, DATE, SALUTATION, LEGAL_FORM], ids=lambda kind: kind.name)


@ANY
@pytest.mark.parametrize("empty", [None, "", " ", "\t\r\n", "\u00a0", "\u200b", "\ufeff", "\0", "\u2003\u2060 "])
def test_what_shows_nothing_is_empty(kind: Kind, empty: JsonValue) -> None:
    """Else a pasted zero-width space would count as a name and slip past the guard."""
    assert kind.canonical(empty) is None


@pytest.mark.parametrize(
    ("wire", "canonical"),
    [
        ("Müßig", "Müßig"),
        ("Mu\u0308ßig", "Müßig"),
        (" Müßig ", "Müßig"),
        ("\u00a0Müßig\u200b", "Müßig"),
        ("Müßig Söhne", "Müßig Söhne"),
        ("Straße\r\n2. Hof\rlinks", "Straße\n2. Hof\nlinks"),
        ("👩‍⚖️", "👩‍⚖️"),
        ("\u05d9\u05d5\u05e1\u05e3", "\u05d9\u05d5\u05e1\u05e3"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("007", "007"),
        (7, "7"),
        ("x" * 256, "x" * 256),
    ],
)
def test_a_text_keeps_all_that_a_reader_can_see(wire: JsonValue, canonical: Value) -> None:
    """Only blanks at the ends, the Unicode form and the kind of line break are levelled."""
    assert TEXT.canonical(wire) == canonical


@pytest.mark.parametrize("wire", [True, [], ["x"], {}, "\ud800", "a\udfffb"])
def test_what_is_no_text_has_no_canonical_form(wire: JsonValue) -> None:
    """EspoCRM would store the word "Array" for a list (facts/espocrm.md §2.6)."""
    with pytest.raises(Unmappable):
        TEXT.canonical(wire)


@pytest.mark.parametrize(
    ("wire", "day"),
    [
        ("1980-02-29", "1980-02-29"),
        ("1900-01-01T00:00:00", "1900-01-01"),
        ("2001-01-05T00:00:00", "2001-01-05"),
        ("2001-01-05T23:59:59.9999999", "2001-01-05"),
        ("1980-04-06T00:00:00+01:00", "1980-04-06"),
        ("1980-04-06T23:30:00Z", "1980-04-06"),
        ("2024-03-31 02:30:00", "2024-03-31"),
        (" 1980-02-29 ", "1980-02-29"),
        ("9999-12-31", "9999-12-31"),
        ("0001-01-01T00:00:00", None),
    ],
)
def test_a_day_is_the_day_as_written(wire: str, day: Value) -> None:
    """No zone is ever applied, nor summer time; .NET's unset date is none."""
    assert DATE.canonical(wire) == day


@pytest.mark.parametrize(
    "wire", ["1981-02-29", "1900-02-29", "2001-13-01", "0000-00-00", "29.02.1980", "1980", "heute", 19800229, True, []]
)
def test_what_is_no_day_has_no_canonical_form(wire: JsonValue) -> None:
    """Never guessed."""
    with pytest.raises(Unmappable):
        DATE.canonical(wire)


@pytest.mark.parametrize("wire", ["Herr", "Herrn", "Mr.", "mr.", " HERR "])
def test_spellings_of_a_salutation_are_equal(wire: str) -> None:
    """Each side writes its own."""
    assert SALUTATION.canonical(wire) == "Herr"
    assert SALUTATION.to_espocrm("Herr") == "Mr."
    assert SALUTATION.to_advoware("Herr") == "Herr"


def test_the_salutation_of_a_company_is_none() -> None:
    """Advoware says "Firma" where EspoCRM has a company's name."""
    assert SALUTATION.canonical("Firma") is None


@pytest.mark.parametrize("kind", [SALUTATION, LEGAL_FORM], ids=lambda kind: kind.name)
@pytest.mark.parametrize("wire", ["Gräfin", "GmbH i. G.", 5, True, []])
def test_what_a_vocabulary_does_not_know_has_no_canonical_form(kind: Kind, wire: JsonValue) -> None:
    """Neither guessed nor cleared."""
    with pytest.raises(Unmappable):
        kind.canonical(wire)


@pytest.mark.parametrize(
    ("wire", "canonical"),
    [("gmbh", "GmbH"), ("GmbH & Co KG", "GmbH & Co. KG"), ("UG", "UG (haftungsbeschränkt)"), ("KdÖR", None)],
)
def test_spellings_of_a_legal_form_are_equal(wire: str, canonical: Value) -> None:
    """Letter case and full stops are no edit."""
    assert LEGAL_FORM.canonical(wire) == (canonical or "Körperschaft des öffentlichen Rechts")


def test_a_reason_never_holds_the_value() -> None:
    """P15: reasons stand in logs and histories."""
    for kind in (TEXT, DATE, SALUTATION, LEGAL_FORM):
        with pytest.raises(Unmappable) as refused:
            kind.canonical({"geheim": "4711"})
        assert "4711" not in str(refused.value)
        if kind is not TEXT:
            with pytest.raises(Unmappable) as refused:
                kind.canonical("Geheimrat")
            assert "Geheimrat" not in str(refused.value)
