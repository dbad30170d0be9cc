"""What EspoCRM 9.2.7 stores of what is sent, and what it refuses (facts/espocrm.md §2.6; recordings write-*, norm-01).

Not done: relations; a currency's converted amount; the consequences of an e-mail address for its other attributes
(`emailAddressData`, `emailAddressIsOptedOut`).
"""

import re
from abc import ABC, abstractmethod
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


class Broken(Exception):
    """A value over which EspoCRM itself stumbles: 500 (recording write-istAktiv-None)."""


class AttributeKind(ABC):
    """A kind of attribute."""

    @abstractmethod
    def stored(self, name: str, value: object) -> object:
        """The stored value. Raises Invalid, Broken."""

    def echoed(self, name: str, value: object) -> object:
        """The value in the answer to a PUT, which is no re-read (recording norm-01)."""
        return self.stored(name, value)

    def kept(self, before: object, after: object) -> object:  # noqa: ARG002
        """What stays in the record when one stored value follows another."""
        return after


@dataclass(frozen=True)
class Text(AttributeKind):
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
class LongText(AttributeKind):
    """text: kept as it is; cut in lists."""

    longest: int | None = None

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is None or value == "":
            return None
        if self.longest and len(str(value)) > self.longest:
            raise Invalid(name, "maxLength")
        return str(value)


@dataclass(frozen=True)
class Enum(AttributeKind):
    """enum: one of the options, nothing else."""

    options: tuple[str | None, ...]

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value not in self.options:
            raise Invalid(name, "valid")
        return value


@dataclass(frozen=True)
class MultiEnum(AttributeKind):
    """multiEnum: a list of options; null is the empty list (recordings write-tags-*, mod-01)."""

    options: tuple[str, ...]

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is None:
            return []
        if not isinstance(value, list):
            raise Invalid(name, "array")
        if not set(value) <= set(self.options):
            raise Invalid(name, "valid")
        return value


@dataclass(frozen=True)
class Ids(AttributeKind):
    """linkMultiple: ids of related records, such as several assigned users."""

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is not None and not isinstance(value, list):
            raise Invalid(name, "array")
        return list(value or [])


@dataclass(frozen=True)
class Bool(AttributeKind):
    """bool: null breaks the server, other values count as PHP counts them."""

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is None:
            raise Broken(name)
        return value not in (0, "", "0", "false")


@dataclass(frozen=True)
class Int(AttributeKind):
    """int: "" is 0, fractions are cut."""

    least: int = -(2**31)

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is None:
            return None
        if value == "":
            return 0
        if isinstance(value, bool | list | dict) or not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
            raise Invalid(name, "valid")
        number = int(float(str(value)))
        if abs(number) > 2**31 - 1:
            raise Invalid(name, "rangeInternal")
        if number < self.least:
            raise Invalid(name, "min")
        return number


@dataclass(frozen=True)
class Amount(AttributeKind):
    """currency, without its conversion."""

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        if value is not None and not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
            raise Invalid(name, "valid")
        return value


@dataclass(frozen=True)
class Day(AttributeKind):
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
class Moment(AttributeKind):
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

    def echoed(self, name: str, value: object) -> object:
        """Without seconds it is echoed without them."""
        short = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", value)
        return value if short else self.stored(name, value)


@dataclass(frozen=True)
class Email(AttributeKind):
    """A primary e-mail address; umlauts in the domain are refused."""

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        text = str(value or "").strip()
        if text and not re.fullmatch(r"[!-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text):
            raise Invalid(name, "emailAddress")
        return text or None

    def kept(self, before: object, after: object) -> object:
        """An address that is known keeps its case: all records share it (recordings mod-01, norm-01)."""
        same = before is not None and str(before).lower() == str(after).lower()
        return before if same else after


@dataclass(frozen=True)
class Phone(AttributeKind):
    """A primary phone number: international, stored without its formatting."""

    def stored(self, name: str, value: object) -> object:
        """The stored value."""
        text = re.sub(r"[\s()/-]", "", str(value or ""))
        if text and not re.fullmatch(r"\+[1-9]\d{5,14}", text):
            raise Invalid(name, "valid")
        return text or None
