"""The operator's changes to the field table, in one TOML file (SYNC_FIELDS_FILE).

    [titel]                     # a field of docs/fields.md
    espocrm = "akademTitel"     # EspoCRM attribute; company_espocrm: of a company
    advoware = "titelPraefix"   # Advoware property
    group = "kontaktdaten"      # whose policy decides conflicts
    forms = ["person"]          # who has it: "person", "company" or both; a company's contact is no company
    writable = false            # Advoware does not store it
    [kurzname]
    mapped = false              # not compared at all

What is not said stays as built in. Every error is named with its place, as `[titel] group`, all of them in one message.
"""

import difflib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from beteiligte.record.field_table import EVERYBODY, FieldTable, Form, Group
from beteiligte.record.field_table import Field as TableField
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle import bookkeeping

Name = Annotated[str, Field(pattern=r"^[A-Za-z]\w*$")]

RESERVED = {
    "espocrm": {name.lower() for name in bookkeeping.ALL}
    | {"id", "deleted", "createdat", "createdbyid", "modifiedat", "modifiedbyid", "versionnumber"},
    "advoware": {"betnr", "rowid", "geaendertam", "kommunikation"},
}
"""Names that hold no field of a party: the link, the bookkeeping, what the systems set themselves."""


class FieldFileError(ValueError):
    """The file cannot be used; the message names every place that is wrong, and why."""


class FieldEntry(BaseModel):
    """What may be said about a field."""

    model_config = ConfigDict(extra="forbid", strict=True)

    espocrm: Name | None = None
    company_espocrm: Name | None = None
    advoware: Name | None = None
    group: Annotated[Group | None, Field(strict=False)] = None
    forms: Annotated[frozenset[Annotated[Form, Field(strict=False)]] | None, Field(strict=False, min_length=1)] = None
    writable: bool | None = None
    mapped: bool = True

    def changes(self) -> dict[str, Any]:
        """The table's row differs in these."""
        return self.model_dump(exclude_none=True, exclude={"mapped"})


FORMS = 'must be a list of "person", "company" or both'
KEYS = tuple(FieldEntry.model_fields)
REASONS = {
    "extra_forbidden": f"no such key; there are {', '.join(KEYS)}",
    "string_type": "must be a text in quotes",
    "string_pattern_mismatch": "is no name of an attribute: letters, digits and _",
    "bool_type": "must be true or false",
    "enum": f"must be one of {', '.join(Group)}",
}


@dataclass(frozen=True, slots=True)
class EntryProblem:
    """One thing that is wrong, and where: `[field] key`."""

    field: str
    key: str
    reason: str

    def __str__(self) -> str:
        where = f"[{self.field}]" + (f" {self.key}" if self.key else "")
        return f"{where}: {self.reason}"


def read(path: Path) -> FieldTable:
    """The table in force. Raises FieldFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FieldFileError("there is no such file") from None
    except (OSError, ValueError):
        raise FieldFileError("cannot be read as UTF-8 text") from None
    return parse(text)


def parse(text: str) -> FieldTable:
    """The table that a file's text makes. Raises FieldFileError."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FieldFileError(f"is no valid TOML: {error}") from None
    rows: dict[str, FieldEntry] = {}
    problems = list(_rows(written, rows))
    if not problems:
        table = _table(rows)
        problems = list(_clashes(table, rows))
    if problems:
        raise FieldFileError("; ".join(map(str, problems)))
    return table


def _rows(written: Mapping[str, object], rows: dict[str, FieldEntry]) -> Iterator[EntryProblem]:
    for name, value in written.items():
        if name not in PARTY_TABLE.by_name:
            yield EntryProblem(name, "", f"no such field{_meant(name, PARTY_TABLE.by_name)}")
        elif not isinstance(value, dict):
            yield EntryProblem(name, "", f"a field is a table: [{name}]")
        else:
            try:
                rows[name] = FieldEntry.model_validate(value)
            except ValidationError as error:
                found = ((str(detail["loc"][0]), detail["type"], detail["msg"]) for detail in error.errors())
                for key, kind, message in dict.fromkeys(found):
                    yield EntryProblem(name, key, FORMS if key == "forms" else REASONS.get(kind, message))


def _table(rows: Mapping[str, FieldEntry]) -> FieldTable:
    unchanged = FieldEntry()
    changed = [(field, rows.get(field.name, unchanged)) for field in PARTY_TABLE.rows]
    return replace(
        PARTY_TABLE,
        rows=tuple(replace(field, **row.changes()) for field, row in changed if row.mapped),
        unmapped=tuple(field for field, row in changed if not row.mapped),
    )


def _clashes(table: FieldTable, rows: Mapping[str, FieldEntry]) -> Iterator[EntryProblem]:
    """What is wrong only in the whole: two fields in one place, a field where bookkeeping stands."""
    for name, row in rows.items():
        yield from _of_parties(name, row)
    places = [(field.name, key, place) for field in table.rows for key, place in _places(field)]
    for name, key, place in places:
        if name in rows and getattr(rows[name], key) is not None:
            yield from _taken(name, key, place, places)


def _of_parties(name: str, row: FieldEntry) -> Iterator[EntryProblem]:
    """What no party could do without, or cannot have."""
    if not row.mapped and name == PARTY_TABLE.name:
        yield EntryProblem(name, "mapped", "a party without its name cannot be compared")
    if row.forms not in (None, EVERYBODY) and name == PARTY_TABLE.name:
        yield EntryProblem(name, "forms", "every party has a name")
    if row.company_espocrm and Form.COMPANY not in (row.forms or PARTY_TABLE.by_name[name].forms):
        yield EntryProblem(name, "company_espocrm", "a company has no such field")


def _taken(name: str, key: str, place: str, places: Iterable[tuple[str, str, str]]) -> Iterator[EntryProblem]:
    """A place that is bookkeeping's, or another field's."""
    system = _system(key)
    if place.lower() in RESERVED[system]:
        yield EntryProblem(name, key, f"{place} is no field of a party but bookkeeping")
    for other, other_key, taken in places:
        if (other, other_key) != (name, key) and _system(other_key) == system and taken.lower() == place.lower():
            yield EntryProblem(name, key, f"{place} is the place of {other} already")


def _system(key: str) -> str:
    return "advoware" if key == "advoware" else "espocrm"


def _places(field: TableField) -> Iterator[tuple[str, str]]:
    yield "espocrm", field.espocrm
    yield "advoware", field.advoware
    if field.company_espocrm:
        yield "company_espocrm", field.company_espocrm


def _meant(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name.lower(), known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known)}"
