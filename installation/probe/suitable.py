"""Which party may be spoilt without a word: one whose name says that it is nobody."""

from collections.abc import Iterator

from beteiligte.record.field_table import FieldTable
from beteiligte.record.mapping import from_advoware
from beteiligte.record.visible_text import seen
from installation.probe.journal import Wire

SIGNS = ("test", "probe", "muster", "dummy", "demo", "zz")
"""In a name by which people mark what is nobody: Testpartei, Mustermann, ZZ …"""


def looks_like_a_test(record: Wire, table: FieldTable) -> bool:
    """Whether its name says that it is nobody."""
    return any(sign in name.casefold() for name in names(record, table) for sign in SIGNS)


def is_named(record: Wire, table: FieldTable, typed: str) -> bool:
    """Whether a person who looks at the party in Advoware typed its name: the last one, or both."""
    wanted = " ".join(seen(typed).casefold().replace(",", " ").split())
    single = [name.casefold() for name in names(record, table)]
    return bool(wanted) and wanted in {*single, " ".join(single), " ".join(reversed(single))}


def names(record: Wire, table: FieldTable) -> tuple[str, ...]:
    """What it is called; where the names of properties are other ones, by every property that is called a name."""
    values = from_advoware(record, table).values
    known = tuple(value for name in table.names if (value := values.get(name)))
    return known or tuple(_called(record))


def _called(record: Wire) -> Iterator[str]:
    for key, value in record.items():
        if "name" in key.lower() and isinstance(value, str) and seen(value):
            yield seen(value)
