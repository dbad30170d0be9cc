"""What goes over the wire and how the systems are reached, as typed values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue, SecretStr

from contracts.timing import PAGE

Attributes = Mapping[str, JsonValue]
LONGEST_ROW_ID = 1_000
"""Far longer than any (about 40 characters): what is longer is none."""
_DIGITS = re.compile(r"[0-9]{1,15}")


class Access(BaseModel):
    """What both systems need."""

    model_config = ConfigDict(frozen=True)

    call_timeout: timedelta = timedelta(seconds=30)
    connect_timeout: timedelta = timedelta(seconds=10)
    """Shorter than a call's, so that a call that got no connection is known not to have been sent."""
    max_concurrent: int = 8
    calls_per_second: float = 0
    """By all worker processes together; 0: no limit."""
    turn_timeout: timedelta = timedelta(seconds=10)
    """How long a call waits for these two limits."""
    proxy: SecretStr | None = None
    ca_file: Path | None = None
    """Trusted beside the operating system's certificates."""
    hold_after_401: timedelta = timedelta(seconds=60)
    """One attempt a minute with refused credentials: more lock out everything behind the address."""


class Where(BaseModel):
    """One condition of a list."""

    model_config = ConfigDict(frozen=True)

    type: str
    attribute: str
    value: JsonValue = None


class EspoCrmAccess(Access):
    """How EspoCRM is reached."""

    url: str
    api_key: SecretStr
    secret_key: SecretStr | None = None
    """Set: calls are signed (HMAC) and the key alone is refused (facts/espocrm.md §2.1)."""
    entity_type: str = "CBeteiligte"
    scope: tuple[Where, ...] = ()
    """Only records that meet these conditions are the program's business."""
    opt_out: str = ""
    """A boolean attribute by which a record is left alone; none: there is no such attribute."""
    lockout_wait: timedelta = timedelta(seconds=65)
    """EspoCRM's lock-out by address ends by itself after about 60 s (facts/espocrm.md §2.1)."""


class AdvowareAccess(Access):
    """How Advoware is reached."""

    url: str | None = None
    security_gateway: str | None = None
    discovery_url: str = "https://www2.advo-net.net/AdvonetConfigurator/api/Url"
    """Asked for those of the two addresses that are not set."""
    discovery_timeout: timedelta = timedelta(seconds=15)
    discover_again: timedelta = timedelta(minutes=1)
    prefix: str = "/api/v1/advonet"
    app_id: str
    api_key: SecretStr
    """Base64."""
    kanzlei: str
    database: str
    user: str
    password: SecretStr
    role: int = 2
    product: int = 64
    surely_refused: frozenset[int] = frozenset({429, 503})
    """Statuses after which a create had no effect for certain; 503 only with Retry-After (design §5)."""
    token_timeout: timedelta = timedelta(seconds=15)
    token_margin: timedelta = timedelta(minutes=2)
    """A token is renewed so long before it expires."""
    token_life: timedelta = timedelta(minutes=55)
    """Of a token whose answer does not say (facts/advoware.md §1)."""


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
    """A positive whole number, whether as a number or as text."""
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


class ListQuery(BaseModel):
    """A list call; at most a page of rows."""

    model_config = ConfigDict(frozen=True)

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
