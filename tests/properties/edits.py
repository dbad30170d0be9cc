"""Who changed what, knowing what: the causal past of every value, by which "lost" is decided (correctness.md).

Every edit writes a value that nobody else ever writes, so a value names its edit; only emptiness is shared, therefore
the origin of what stands in each field is kept beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.value_kinds import DATE, Value

NOBODY = 0
"""Origin of a field that was never filled."""
CHOICE = "choice"
"""The side of a value that a person chose for both sides."""


@dataclass(frozen=True)
class Written:
    """One edit by a person."""

    number: int
    side: str
    party: int
    field: str
    value: Value
    saw: int
    """Origin of the value that stood there before the person's eyes."""

    def __str__(self) -> str:
        shown = "emptied" if self.value is None else f"= {self.value}"
        return (
            f"edit {self.number} ({self.side}, party {self.party}, {self.field} {shown}, saw {self.saw or 'nothing'})"
        )


@dataclass
class Standing:
    """What stands on one side of a party: value and origin by field, and the same before its last change."""

    values: dict[str, Value] = field(default_factory=dict)
    origins: dict[str, int] = field(default_factory=dict)
    before: "Standing | None" = None

    def copy(self) -> "Standing":
        """As it is now, for whoever reads it."""
        return Standing(dict(self.values), dict(self.origins))

    def origin(self, name: str) -> int:
        """Whose value stands there."""
        return self.origins.get(name, NOBODY)


class Chronicle:
    """All edits of one history."""

    def __init__(self) -> None:
        self.edits: dict[int, Written] = {}
        self.by_value: dict[str, int] = {}
        self._past: dict[int, frozenset[int]] = {NOBODY: frozenset()}
        self.shown: set[int] = set()
        """Edits that a person had before his eyes when he decided for another value."""

    def write(self, side: str, party: int, name: str, saw: int, *also: int, clear: bool = False) -> Written:
        """A new edit with a value of its own; `also`: origins of what else its author saw."""
        number = len(self.edits) + 1
        edit = Written(number, side, party, name, None if clear else _unique(number, side, name), saw)
        self.edits[number] = edit
        self._past[number] = self.covered((saw, *also)) | {number}
        if edit.value is not None:
            self.by_value[edit.value] = number
        return edit

    def past(self, number: int) -> frozenset[int]:
        """The edit, and all that its author had seen the outcome of."""
        return self._past[number]

    def know_each_other(self, one: int, other: int) -> bool:
        """Whether one was made in knowledge of the other, or they are the same."""
        return one in self.past(other) or other in self.past(one) or NOBODY in (one, other)

    def covered(self, numbers: Iterable[int]) -> frozenset[int]:
        """All that is in the past of these."""
        return frozenset().union(*(self.past(number) for number in numbers))

    def chosen(self, party: int, name: str, value: Value) -> int | None:
        """The choice of this very value for the field, if there was one."""
        edit = self.edits.get(self.by_value.get(value or "", NOBODY))
        return edit.number if edit and (edit.side, edit.party, edit.field) == (CHOICE, party, name) else None

    def emptied(self, party: int, name: str) -> set[int]:
        """Edits that emptied this field, on either side."""
        return {e.number for e in self.edits.values() if (e.party, e.field, e.value) == (party, name, None)}

    def party_of(self, values: Mapping[str, Value]) -> int | None:
        """Whose record has these values."""
        known = (self.by_value.get(value) for value in values.values() if value is not None)
        return next((self.edits[number].party for number in known if number is not None), None)


def _unique(number: int, side: str, name: str) -> str:
    if PARTY_TABLE.by_name[name].kind is DATE:
        return (date(1920, 1, 1) + timedelta(days=number)).isoformat()
    return f"{side[0].upper()}{number}"
