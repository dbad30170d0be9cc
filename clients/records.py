"""What goes over the wire, as typed values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ConfigDict, JsonValue

from beteiligte.frozen import Frozen
from contracts.timing import PAGE

Attributes = Mapping[str, JsonValue]
LONGEST_ROW_ID = 1_000
"""Far longer than any (about 40 characters): what is longer is none."""
HIGHEST_BET_NR = 10**15
_DIGITS = re.compile(r"[0-9]{1,15}")


class Where(Frozen):
    """One condition of a list (facts/espocrm.md §2.5)."""

    model_config = ConfigDict(extra="forbid")

    type: str
    attribute: str
    value: JsonValue = None


@dataclass(frozen=True, slots=True)
class EspoRecord:
    """A record exactly as EspoCRM answered: an attribute that is absent stays absent."""

    attributes: Attributes
    at: datetime | None = None
    """When it answered, by its own clock; None where the answer does not say."""

    @property
    def version(self) -> int | None:
        """`versionNumber`, on types with optimistic concurrency."""
        value = self.attributes.get("versionNumber")
        return value if isinstance(value, int) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class AdvowareRecord:
    """A record as Advoware answered; names are compared without case and sent back as they came."""

    fields: Attributes

    @property
    def bet_nr(self) -> int | None:
        """The number of the party, also one that came as text; None where the answer holds none, or nonsense."""
        return _number(self._get("betnr"))

    @property
    def odd(self) -> bool:
        """Whether it holds a betNr that is none; 0 is an empty one."""
        return self._get("betnr") not in (None, "", 0) and self.bet_nr is None

    @property
    def row_id(self) -> str | None:
        """Opaque; changes on every PUT (facts/advoware.md §2)."""
        value = self._get("rowid")
        return value if isinstance(value, str) and 0 < len(value) <= LONGEST_ROW_ID else None

    def _get(self, name: str) -> JsonValue:
        return next((value for key, value in self.fields.items() if key.lower() == name), None)


def _number(value: JsonValue) -> int | None:
    """A positive whole number that could be a party's, whether as a number or as text."""
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value < HIGHEST_BET_NR else None


class ListQuery(Frozen):
    """A list call; at most a page of rows."""

    where: tuple[Where, ...] = ()
    select: tuple[str, ...] = ()
    order_by: str | None = None
    order: str = "asc"
    offset: int = 0
    max_size: int = PAGE
    counted: bool = False
    """Ask for the total, which costs the database a count."""
    scoped: bool = False
    """Only records that are the program's business."""

    def params(self) -> list[tuple[str, str]]:
        """The query string's parts."""
        parts = [("maxSize", str(self.max_size)), ("offset", str(self.offset))]
        if self.select:
            parts.append(("select", ",".join(self.select)))
        if self.order_by:
            parts += [("orderBy", self.order_by), ("order", self.order)]
        for number, item in enumerate(self.where):
            parts += [(f"where[{number}][type]", item.type), (f"where[{number}][attribute]", item.attribute)]
            values = item.value if isinstance(item.value, list) else [item.value]
            name = f"where[{number}][value]" + ("[]" if isinstance(item.value, list) else "")
            parts += [(name, str(value)) for value in values if value is not None]
        return parts


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list."""

    rows: tuple[Attributes, ...]
    total: int | None = None
    """How many there are in all; only where it was asked for."""
    at: datetime | None = None
    """When EspoCRM answered, by its own clock; None where the answer does not say (`Date`)."""
    more: bool = False
    """Others follow. That fewer rows came than were asked for does not tell: EspoCRM may allow smaller pages only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of Advoware's bulk listing."""

    bet_nr: int
    row_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsersNote:
    """A note that notifies users."""

    users: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordNote:
    """A note in a record's stream."""

    party_id: str
    text: str
