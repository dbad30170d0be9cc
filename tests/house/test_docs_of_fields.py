"""What docs/fields.md says of a field is what the mapping does; tests/runtime compares the file with the code."""

import pytest

from beteiligte.record.field_table import Field
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.value_kinds import LEGAL_FORM, SALUTATION, TEXT
from docs_generator.fields import fields_page

EVERY = pytest.mark.parametrize("field", PARTY_TABLE.rows, ids=lambda field: field.name)


@EVERY
def test_every_field_has_its_row(field: Field) -> None:
    """With both names and how it travels."""
    [row] = [line for line in fields_page().splitlines() if line.startswith(f"| `{field.name}` |")]
    cells = [cell.strip() for cell in row.strip("|").split("|")]

    assert cells[1] == field.label
    assert f"`{field.espocrm}`" in cells[2]
    assert cells[3] == f"`{field.advoware}`"
    assert cells[6] == ("yes" if field.name in PARTY_TABLE.writable else "no")
    assert (cells[8] == "one-way") == (field.name not in PARTY_TABLE.writable)
    assert set(cells[9].split(", ")) == field.forms


def test_lossless_keeps_a_word_that_normalised_levels() -> None:
    """The two words mean what they say."""
    assert TEXT.lossless
    assert TEXT.canonical("Mrs.") == "Mrs."
    assert not SALUTATION.lossless
    assert SALUTATION.to_espocrm(SALUTATION.canonical("Mrs.") or "") == "Ms."


def test_every_kind_says_what_it_levels() -> None:
    """Once each, however many fields share it."""
    kinds = fields_page().partition("## Kinds")[2]

    for field in PARTY_TABLE.rows:
        assert kinds.count(f"| {field.kind.name} | {field.kind.levelled} |") == 1
        assert [word for word in field.kind.words if word not in kinds] == []


def test_every_known_word_is_a_canonical_one() -> None:
    """What the page names can be entered as it stands."""
    for kind in (SALUTATION, LEGAL_FORM):
        assert kind.words
        assert [kind.canonical(word) for word in kind.words] == list(kind.words)
