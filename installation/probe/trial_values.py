"""Values to try a field with: as the program would write them, and other than what stands there."""

from beteiligte.record.field_table import Field, FieldTable
from beteiligte.record.value_kinds import DATE, Value

MARK = "Probe"
LONGEST_KEPT = 60
"""Signs of a name that are kept before the mark: the whole must fit."""
DAYS = ("1970-01-02", "1971-03-04")


def other_value(row: Field, table: FieldTable, now: Value) -> str:
    """A canonical value of the field's kind that does not stand there; a name goes on looking like a trial's."""
    if row.kind is DATE:
        return _other_of(DAYS, now)
    if row.kind.words:
        return _other_of(row.kind.words, now)
    if row.name == table.name:
        return f"{(now or 'Testpartei')[:LONGEST_KEPT].rstrip()} {MARK}"
    return _other_of((MARK, f"{MARK} 2"), now)


def _other_of(values: tuple[str, ...], now: Value) -> str:
    return next(value for value in values if value != now)
