"""What EspoCRM 9.2.7 stores of what is sent, and what it refuses (facts/espocrm.md §2.6; recordings write-*, norm-01).

Not done: e-mail and phone attributes, currencies, relations.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

Attributes = dict[str, object]


class Invalid(Exception):
    """A refused value: attribute and kind of refusal as EspoCRM names them."""

    def __init__(self, field: str, kind: str) -> None:
        """Name both."""
        super().__init__(field, kind)
        self.field = field
        self.kind = kind


@dataclass(frozen=True)
class Text:
    """varchar: trimmed, "" is null, numbers become text, lists the word "Array"."""

    longest: int = 255
    person_name: bool = False

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is None:
            return None
        text = "Array" if isinstance(value, list | dict) else str(value).strip(" \t\n\r\0\x0b")
        if len(text) > self.longest:
            raise Invalid(name, "maxLength")
        if self.person_name and re.search("[<>=]", text):
            raise Invalid(name, "pattern")
        return text or None


@dataclass(frozen=True)
class Enum:
    """enum: one of the options, nothing else."""

    options: tuple[str | None, ...]

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value not in self.options:
            raise Invalid(name, "valid")
        return value


@dataclass(frozen=True)
class Int:
    """int: "" is 0."""

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is None:
            return None
        if value == "":
            return 0
        if isinstance(value, bool | list | dict) or not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
            raise Invalid(name, "valid")
        number = int(float(str(value)))
        if abs(number) > 2147483647:
            raise Invalid(name, "max")
        return number


@dataclass(frozen=True)
class Day:
    """date: YYYY-MM-DD only."""

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is None:
            return None
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise Invalid(name, "valid")
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise Invalid(name, "valid") from None


@dataclass(frozen=True)
class Moment:
    """datetime: `YYYY-MM-DD HH:MM[:SS]` in UTC, or ISO 8601 with a zone and no fraction."""

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is None:
            return None
        plain = r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?"
        iso = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})"
        if not isinstance(value, str) or not re.fullmatch(f"{plain}|{iso}", value):
            raise Invalid(name, "valid")
        parsed = datetime.fromisoformat(value)
        utc = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
        return f"{utc:%Y-%m-%d %H:%M:%S}"


STATUSES = (
    "pending_sync",
    "clean",
    "dirty",
    "syncing",
    "failed",
    "conflict",
    "permanently_failed",
    "deleted_in_advoware",
)
Kind = Text | Enum | Int | Day | Moment

ATTRIBUTES: dict[str, Kind] = {
    "salutationName": Enum((None, "", "Mr.", "Ms.", "Mrs.", "Dr.")),
    "firstName": Text(100, person_name=True),
    "lastName": Text(100, person_name=True),
    "firmenname": Text(),
    "rechtsform": Text(),
    "titel": Text(),
    "briefAnrede": Text(),
    "zusatz": Text(),
    "dateOfBirth": Day(),
    "art": Text(),
    "kurzname": Text(),
    "geburtsname": Text(),
    "familienstand": Text(),
    "handelsregisterNummer": Text(),
    "registergericht": Text(),
    "betnr": Int(),
    "advowareRowId": Text(50),
    "advowareLastSync": Moment(),
    "advowareSyncBase": Text(100_000),
    "syncStatus": Enum(STATUSES),
    "syncErrorMessage": Text(2_000),
    "assignedUserId": Text(24),
}
