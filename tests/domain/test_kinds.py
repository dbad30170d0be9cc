"""Canonical forms: what counts as equal, what has none, and that nothing ever moves a birthday."""

import unicodedata

import pytest
from pydantic import JsonValue

from beteiligte.record.value_kinds import DATE, LEGAL_FORM, SALUTATION, TEXT, Unmappable, Value, ValueKind

ANY = pytest.mark.parametrize("kind", [TEXT, DATE, SALUTATION, LEGAL_FORM], ids=lambda kind: kind.name)


UNSEEN = tuple(one for one in map(chr, range(0x110000)) if unicodedata.category(one) in {"Cc", "Cf", "Zs", "Zl", "Zp"})
FILLERS = ("\u034f", "\u115f", "\u1160", "\u17b4", "\u2800", "\u3164", "\uffa0", "\ufe0f", "\U000e0100", "\U000e0041")
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"


@ANY
@pytest.mark.parametrize("empty", [None, "", " ", "\t\r\n", "\u00a0", "\u200b", "\ufeff", "\0", "\u2003\u2060 "])
def test_what_shows_nothing_is_empty(kind: ValueKind, empty: JsonValue) -> None:
    """Else a pasted zero-width space would count as a name and slip past the guard."""
    assert kind.canonical(empty) is None


@pytest.mark.parametrize(
    ("wire", "canonical"),
    [
        ("Müßig", "Müßig"),
        ("Mu\u0308ßig", "Müßig"),
        (" Müßig ", "Müßig"),
        ("Mü\u00adßig", "Müßig"),
        ("\u202dMüßig\u202c", "Müßig"),
        ("Mü\u200d\u200cßig\ufe0f", "Müßig"),
        ("Mu\u00ad\u0308ßig", "Müßig"),
        ("Müßig\u00a0\u2009Söhne", "Müßig  Söhne"),
        ("Straße\u2028Hof\u0085links\ttief", "Straße\nHof\nlinks\ttief"),
        ("\u00a0Müßig\u200b", "Müßig"),
        ("Müßig Söhne", "Müßig Söhne"),
        ("Straße\r\n2. Hof\rlinks", "Straße\n2. Hof\nlinks"),
        ("👩‍⚖️", "👩‍⚖️"),
        ("👩🏽‍⚖️ ❤️‍🔥 1️⃣", "👩🏽‍⚖️ ❤️‍🔥 1️⃣"),
        (SCOTLAND, SCOTLAND),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("\u05d9\u05d5\u05e1\u05e3", "\u05d9\u05d5\u05e1\u05e3"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("007", "007"),
        (7, "7"),
        ("x" * 256, "x" * 256),
    ],
)
def test_a_text_keeps_all_that_a_reader_can_see(wire: JsonValue, canonical: Value) -> None:
    """Joiners and selectors stay where they change what is shown; the rest of what is levelled nobody sees."""
    assert TEXT.canonical(wire) == canonical
    assert TEXT.canonical(canonical) == canonical


def test_no_character_that_nobody_sees_makes_a_difference() -> None:
    """Each one of Unicode's categories for them: alone it is nothing, and around or between letters it says nothing."""
    made_a_difference = [
        f"{ord(one):04X}"
        for one in (*UNSEEN, *FILLERS)
        if TEXT.canonical(one) is not None
        or TEXT.canonical(f"{one}Müßig{one}") != "Müßig"
        or TEXT.canonical(f"{one} \u200e{one}M{one}") != "M"
    ]

    assert made_a_difference == []


def test_inside_a_text_what_nobody_sees_is_at_most_a_blank_or_a_line_break() -> None:
    """A soft hyphen or a direction mark is nothing, a protected blank a blank; signs that enclose digits are seen."""
    enclosing = {"\u0600", "\u0601", "\u0602", "\u0603", "\u0604", "\u0605", "\u06dd", "\u070f", "\u0890", "\u0891",
                 "\u08e2", "\U000110bd", "\U000110cd"}  # fmt: skip
    kept = {one for one in UNSEEN if TEXT.canonical(f"Mü{one}ßig") not in {"Müßig", "Mü ßig", "Mü\nßig"}}

    assert kept == {"\t", *enclosing}


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
        ("1980-02-28 23:00", "1980-02-28"),
        ("1980-02-28T12:00:00Z", "1980-02-28"),
        ("1980-02-29T00:00:00Z", "1980-02-29"),
        ("1980-02-29T00:00:00+02:00", "1980-02-29"),
        ("1980-02-29T23:00:00+01:00", "1980-02-29"),
        ("1900-01-01", "1900-01-01"),
        ("9999-12-31T23:00:00Z", "9999-12-31"),
    ],
)
def test_a_day_is_the_day_as_written(wire: str, day: Value) -> None:
    """Without a zone always; with one, unless it was shifted."""
    assert DATE.canonical(wire) == day


@pytest.mark.parametrize(
    ("wire", "day"),
    [
        ("1980-02-28T23:00:00Z", "1980-02-29"),
        ("1980-02-28T23:00:00.0000000Z", "1980-02-29"),
        ("1980-02-28 23:00z", "1980-02-29"),
        ("1980-02-28T23:00:00+00:00", "1980-02-29"),
        ("1980-02-28T18:00:00-0500", "1980-02-29"),
        ("1980-04-06T22:00:00Z", "1980-04-07"),
        ("1999-12-31T23:00:00Z", "2000-01-01"),
        ("1947-05-31T21:00:00Z", "1947-06-01"),
        ("1880-02-28T23:06:32Z", "1880-02-29"),
        ("1975-06-30T22:00:00Z", "1975-07-01"),
        ("1899-12-31T23:00:00Z", "1900-01-01"),
    ],
)
def test_a_midnight_in_germany_that_was_shifted_is_the_german_day(wire: str, day: Value) -> None:
    """In winter and summer, by the rules of its year, of 1893 or of a Windows that knows only today's."""
    assert DATE.canonical(wire) == day


@pytest.mark.parametrize(
    "wire",
    [
        "0001-01-01",
        "0001-01-01T00:00:00",
        "0001-01-01T00:00:00+01:00",
        "1601-01-01T00:00:00",
        "1753-01-01",
        "1899-12-30",
        "1899-12-30T00:00:00",
        "1899-12-29T23:00:00Z",
        "1752-12-31T23:06:32Z",
    ],
)
def test_a_date_that_nobody_set_is_no_birthday(wire: str) -> None:
    """.NET, Windows, SQL Server and OLE each write one of their own."""
    assert DATE.canonical(wire) is None


@pytest.mark.parametrize(
    "wire",
    [
        "1981-02-29",
        "1900-02-29",
        "2001-13-01",
        "0000-00-00",
        "29.02.1980",
        "1980",
        "heute",
        19800229,
        True,
        [],
        "1980-02-28T25:00:00Z",
        "1980-02-28T23:00:00Y",
        "1980-02-28T23:00:00+99:00",
    ],
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
def test_what_a_vocabulary_does_not_know_has_no_canonical_form(kind: ValueKind, wire: JsonValue) -> None:
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
