"""docs/fields.md, made from the field table; `make docs` writes it."""

from beteiligte.fields import FIELDS, Field, Form
from beteiligte.kinds import Kind

_HEAD = """\
# Fields

Written from the code by `make docs`. The built-in table: names, group, writability and whether a field is mapped at
all are changed in one file, `SYNC_FIELDS_FILE` (assumptions.md). What Advoware stores: `ADVOWARE_WRITABLE`, where it is
set, has the last word.

- **lossless**: all that a reader sees arrives on the other side.
- **normalised**: the meaning arrives; a spelling may come back as another one of the same meaning.
- **one-way**: from Advoware to EspoCRM. Advoware ignores a write of it, so a value entered in EspoCRM is told to a
  person, never sent.

Evidence says how surely the Advoware side is known: observed in a real installation, or guessed, to be confirmed.

| field | label | EspoCRM | Advoware | kind | group | Advoware stores it | evidence | travels |
|---|---|---|---|---|---|---|---|---|
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
    kinds = {field.kind.name: field.kind for field in FIELDS}
    return _HEAD + "".join(map(_row, FIELDS)) + _KINDS + "".join(map(_kind, kinds.values()))


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
    )
    return f"| {' | '.join(cells)} |\n"


def _espocrm(field: Field) -> str:
    if not field.depends_on_form:
        return f"`{field.espocrm}`"
    place = field.attribute(Form.COMPANY)
    return f"`{field.espocrm}`; of a company {f'`{place}`' if place else 'none'}"


def _kind(kind: Kind) -> str:
    return f"| {kind.name} | {kind.levelled} | {', '.join(kind.words) or 'any'} |\n"
