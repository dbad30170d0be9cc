"""Value kinds: the canonical form of a value and how each system writes it.

A canonical value is a text or None, so that comparison, base and hashes see one form: dates as `YYYY-MM-DD`,
salutation and legal form as a name of a closed vocabulary, texts trimmed and in NFC. `canonical` reads the form of
either system and is idempotent, therefore it also brings a stored base value to today's form (design §4).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue

Value = str | None
"""A canonical value; None is a value too: it says that the field is empty."""


class Unmappable(ValueError):
    """A value without canonical form; the message is a reason for people and never holds the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
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


_BLANK = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\0\u200b\u2060\ufeff"
"""Nothing a reader can see: EspoCRM trims only the ASCII ones, and a pasted zero-width space is no name."""


def _text(wire: JsonValue) -> Value:
    """Trimmed, "" as empty (facts/espocrm.md §2.6); NFC and one kind of line break, so that only a change that a reader
    can see is an edit.
    """
    if wire is None:
        return None
    if isinstance(wire, bool | list | dict):
        raise Unmappable("not a text")
    text = str(wire).replace("\r\n", "\n").replace("\r", "\n")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Unmappable("half a character, which no system can store")
    return unicodedata.normalize("NFC", text).strip(_BLANK) or None


TEXT = Kind(
    name="text",
    canonical=_text,
    to_espocrm=_as_written,
    to_advoware=_as_written,
    levelled="blanks and invisible characters at the ends, the Unicode form (NFC), the kind of line break",
)

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}.*)?", re.DOTALL)


def _date(wire: JsonValue) -> Value:
    """The calendar day as written; a zone is never applied, so a birthday never moves (facts/advoware.md §2)."""
    if not isinstance(wire, str | None):
        raise Unmappable("not a date")
    text = _text(wire)
    if text is None:
        return None
    match = _DATE.fullmatch(text)
    if match is None:
        raise Unmappable("not a date of the form YYYY-MM-DD")
    try:
        day = date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise Unmappable("no such day in the calendar") from error
    # .NET writes an unset DateTime as year 1.
    return None if day.year == 1 else day.isoformat()


DATE = Kind(
    name="date",
    canonical=_date,
    to_espocrm=_as_written,
    to_advoware=lambda value: f"{value}T00:00:00",
    levelled="a time of day, which stays where it stands; the day is never moved by a zone; year 1 is empty",
)


def _vocabulary(name: str, words: Mapping[str, str | None], espocrm: Mapping[str, str]) -> Kind:
    """A closed vocabulary: known spellings to canonical names; what is not in it is unmappable."""
    known = {spelling.casefold(): canonical for spelling, canonical in words.items()}

    def canonical(wire: JsonValue) -> Value:
        text = _text(wire)
        if text is None:
            return None
        if text.casefold() not in known:
            raise Unmappable(f"not in the vocabulary of {name}")
        return known[text.casefold()]

    return Kind(
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
