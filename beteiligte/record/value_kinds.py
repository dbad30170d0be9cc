"""Value kinds: the canonical form of a value and how each system writes it.

A canonical value is a text or None, so that comparison, base and hashes see one form: dates as `YYYY-MM-DD`,
salutation and legal form as a name of a closed vocabulary, texts as a reader sees them. `canonical` reads the form of
either system and is idempotent, therefore it also brings a stored base value to today's form (design §4).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from beteiligte.record.days import day
from beteiligte.record.visible_text import seen

Value = str | None
"""A canonical value; None is a value too: it says that the field is empty."""


class Unmappable(ValueError):
    """A value without canonical form; the message is a reason for people and never holds the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueKind:
    """How one kind of value is read and written."""

    name: str
    canonical: Callable[[JsonValue], Value]
    """Either system's wire form, or a canonical value, to the canonical value. Raises Unmappable."""
    to_espocrm: Callable[[str], str]
    to_advoware: Callable[[str], str]
    levelled: str
    """What two spellings may differ in and still be equal; for the docs."""
    lossless: bool = True
    """Whether all that a reader sees arrives; if not, a spelling may come back as another of the same meaning."""
    words: tuple[str, ...] = ()
    """The canonical names of a closed vocabulary."""


def _as_written(value: str) -> str:
    return value


def _text(wire: JsonValue) -> Value:
    """What a reader sees of it, "" as empty (facts/espocrm.md §2.6): only a change that a reader can see is an edit."""
    if wire is None:
        return None
    if isinstance(wire, bool | list | dict):
        raise Unmappable("not a text")
    text = str(wire)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Unmappable("half a character, which no system can store")
    return seen(text) or None


TEXT = ValueKind(
    name="text",
    canonical=_text,
    to_espocrm=_as_written,
    to_advoware=_as_written,
    levelled="whatever a reader cannot see: blanks and line breaks at the ends; everywhere control and format "
    "characters (soft hyphens, direction marks, zero-width blanks), fillers, and joiners and selectors that change "
    "nothing that is shown; the kind of blank (a protected one is a blank), of line break and of Unicode form (NFC)",
)


def _date(wire: JsonValue) -> Value:
    """The calendar day that is meant (days.py)."""
    if not isinstance(wire, str | None):
        raise Unmappable("not a date")
    text = _text(wire)
    if text is None:
        return None
    try:
        meant = day(text)
    except ValueError as reason:
        raise Unmappable(str(reason)) from None
    return meant.isoformat() if meant else None


DATE = ValueKind(
    name="date",
    canonical=_date,
    to_espocrm=_as_written,
    to_advoware=lambda value: f"{value}T00:00:00",
    levelled="a time of day, which stays where it stands. A time with a zone that is midnight in Germany is that "
    "German day (`1980-02-28T23:00:00Z` is 29 February); at any other time the day counts as written. Empty are "
    "year 1, 1601-01-01, 1753-01-01 and 1899-12-30, which programs write for a date that nobody set",
)


def _vocabulary(name: str, words: Mapping[str, str | None], espocrm: Mapping[str, str]) -> ValueKind:
    """A closed vocabulary: known spellings to canonical names; what is not in it is unmappable."""
    known = {spelling.casefold(): canonical for spelling, canonical in words.items()}

    def canonical(wire: JsonValue) -> Value:
        text = _text(wire)
        if text is None:
            return None
        if text.casefold() not in known:
            raise Unmappable(f"not in the vocabulary of {name}")
        return known[text.casefold()]

    return ValueKind(
        name=name,
        canonical=canonical,
        to_espocrm=lambda value: espocrm.get(value, value),
        to_advoware=_as_written,
        levelled="spellings of the same word, letter case",
        lossless=False,
        words=tuple(dict.fromkeys(word for word in words.values() if word)),
    )


SALUTATION = _vocabulary(
    "salutation",
    {
        "Herr": "Herr",
        "Herrn": "Herr",
        "Mr.": "Herr",
        "Frau": "Frau",
        "Ms.": "Frau",
        "Mrs.": "Frau",
        # "Firma" says that the party is a company, which EspoCRM expresses by `firmenname`.
        "Firma": None,
    },
    {"Herr": "Mr.", "Frau": "Ms."},
)

LEGAL_FORM = _vocabulary(
    "legal form",
    {
        "natürliche Person": "natürliche Person",
        "Person": "natürliche Person",
        "Einzelunternehmen": "Einzelunternehmen",
        "Einzelfirma": "Einzelunternehmen",
        "e.K.": "e.K.",
        "eK": "e.K.",
        "GbR": "GbR",
        "eGbR": "eGbR",
        "OHG": "OHG",
        "KG": "KG",
        "GmbH & Co. KG": "GmbH & Co. KG",
        "GmbH & Co KG": "GmbH & Co. KG",
        "GmbH": "GmbH",
        "gGmbH": "gGmbH",
        "UG": "UG (haftungsbeschränkt)",
        "UG (haftungsbeschränkt)": "UG (haftungsbeschränkt)",
        "AG": "AG",
        "KGaA": "KGaA",
        "SE": "SE",
        "eG": "eG",
        "e.V.": "e.V.",
        "eV": "e.V.",
        "PartG": "PartG",
        "PartG mbB": "PartG mbB",
        "Stiftung": "Stiftung",
        "Ltd.": "Ltd.",
        "juristische Person": "juristische Person",
        "Körperschaft des öffentlichen Rechts": "Körperschaft des öffentlichen Rechts",
        "KdöR": "Körperschaft des öffentlichen Rechts",
        "Anstalt des öffentlichen Rechts": "Anstalt des öffentlichen Rechts",
        "WEG": "WEG",
        "Erbengemeinschaft": "Erbengemeinschaft",
        "Behörde": "Behörde",
    },
    {},
)
NATURAL_PERSON = "natürliche Person"
