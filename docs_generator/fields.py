"""docs/fields.md, made from the field table; `make docs` writes it."""

from beteiligte.record.field_table import Field, Form
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.value_kinds import ValueKind

_HEAD = """\
# Fields

Written from the code by `make docs`. The built-in table: names, group, writability, who has a field and whether it is
mapped at all are changed in one file, `SYNC_FIELDS_FILE` (assumptions.md). What Advoware stores: `ADVOWARE_WRITABLE`,
where it is set, has the last word.

- **lossless**: all that a reader sees arrives on the other side.
- **normalised**: the meaning arrives; a spelling may come back as another one of the same meaning.
- **one-way**: from Advoware to EspoCRM. Advoware ignores a write of it, so a value entered in EspoCRM is told to a
  person, never sent.

A company has fewer fields than a person: in EspoCRM its record holds its contact's first name, salutation, title and
birthday, and Advoware addresses it as "Firma". A field that a party does not have is neither read nor written for it,
on either side: at a create, at an edit, at a first link, and when a person becomes a company.

EspoCRM's record is a company where it has a company's name (`firmenname`), unless its legal form says "natürliche
Person": then that name is an employer and no name of the party. A linked party turns from one into the other only
where a legal form, on either side, says so as well, or where both sides hold the new name; until then it is held and
people are told. Nothing of the fields that it then no longer has is cleared; what stands of them in Advoware is told.

Evidence says how surely the Advoware side is known: observed in a real installation, or guessed, to be confirmed.

| field | label | EspoCRM | Advoware | kind | group | Advoware stores it | evidence | travels | who has it |
|---|---|---|---|---|---|---|---|---|---|
"""
_KINDS = """
## Kinds

What may differ between two values that count as equal. Such a difference is no edit and writes nothing. A value that
has no form of its kind (no day of the calendar, a word that is not known) is left where it is and told.

| kind | equal in spite of | known words |
|---|---|---|
"""


def fields_page() -> str:
    """The text of the page."""
    kinds = {field.kind.name: field.kind for field in PARTY_TABLE.rows}
    return _HEAD + "".join(map(_row, PARTY_TABLE.rows)) + _KINDS + "".join(map(_kind, kinds.values()))


def _row(field: Field) -> str:
    cells = (
        f"`{field.name}`",
        field.label,
        _espocrm(field),
        f"`{field.advoware}`",
        field.kind.name,
        field.group.value,
        "yes" if field.writable else "no",
        field.evidence.value,
        field.travels,
        ", ".join(form.value for form in Form if form in field.forms),
    )
    return f"| {' | '.join(cells)} |\n"


def _espocrm(field: Field) -> str:
    return f"`{field.espocrm}`" + (f"; of a company `{field.company_espocrm}`" if field.company_espocrm else "")


def _kind(kind: ValueKind) -> str:
    return f"| {kind.name} | {kind.levelled} | {', '.join(kind.words) or 'any'} |\n"
