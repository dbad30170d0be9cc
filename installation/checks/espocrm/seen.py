"""What was read of EspoCRM, or why it could not be: what the checks judge.

Ids, names and numbers only. A secret is compared where it is read and does not get here.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import JsonValue

from beteiligte.frozen import Frozen


class Unread(Frozen):
    """Something that could not be read, and why."""

    why: str
    remedy: str


class ApiUserSeen(Frozen):
    """Who the program is in EspoCRM and what it may (recording auth-12)."""

    id: str
    login: str
    type: str
    rights: Mapping[str, JsonValue] = {}
    """By entity type; one without any right is not there at all."""
    hidden: frozenset[str] = frozenset()
    """Attributes of the parties that it may not read."""
    fixed: frozenset[str] = frozenset()
    """Attributes that it may not edit: such a write is answered 200 and changes nothing (recording err-14)."""
    messages: str = "no"
    version: str = ""
    most_rows: int | None = None
    """`recordListMaxSizeLimit`."""
    events_at_once: int | None = None
    """`webhookQueueEventPortionSize`; None: it is not set, and EspoCRM has its default."""
    allowed_receivers: tuple[str, ...] | None = None
    """`webhookAllowedAddressList`; None: it is not set."""


class TypeStanding(StrEnum):
    """How the entity type answers."""

    THERE = "there"
    NO_SUCH_TYPE = "no such type"
    NO_RIGHT = "no right"


class PartiesListed(Frozen):
    """What a list of the parties told."""

    parties: TypeStanding
    edited: datetime | None = None
    """When somebody else than the program last edited one, where that is among the newest edits."""
    created: datetime | None = None
    """When somebody else last created one; the program never does."""


class Narrowed(Frozen):
    """What the conditions of the settings leave of the parties."""

    total: int | None = None
    refused: bool = False
    """EspoCRM does not know an attribute or a kind of condition in them, or the role may not read it."""


class EntityDefs(Frozen):
    """The entity type's fields and switches (recording meta-01)."""

    fields: Mapping[str, Mapping[str, JsonValue]] = {}
    versions: bool = False
    """Optimistic concurrency control."""
    stream: bool = True
    lockable: bool = False


class SecretStanding(StrEnum):
    """Whether deliveries of a webhook are believed."""

    KNOWN = "known"
    AMONG = "among others"
    """WEBHOOK_SECRETS has it, and more that are believed as well."""
    OTHER = "other"
    """WEBHOOK_SECRETS has another one for it."""
    NOT_SET = "not set"
    UNREAD = "unread"


class WebhookSeen(Frozen):
    """One subscription of ours (recordings wh-03, wh-04)."""

    id: str
    event: str
    url: str
    active: bool
    skips_own: bool | None
    """None: this version does not have it."""
    secret: SecretStanding = SecretStanding.UNREAD


class Answering(StrEnum):
    """What answers at a webhook's address, asked from here."""

    OURS = "ours"
    ANOTHER = "another"
    NOBODY = "nobody"
    PROXY = "proxy"
    """A proxy says that it reaches nobody behind it: EspoCRM gives up for good on that (facts/espocrm.md §1.6)."""


class ReceiverSeen(Frozen):
    """The host of a webhook's address, as it looks from here."""

    url: str
    answering: Answering
    private: bool | None = None
    """Whether the host has a private address; None: its name is not known here."""


class AdministrationSeen(Frozen):
    """What only an administrator is shown."""

    update_duplicate_check: bool = False
    job_active: bool | None = None
    """Of the job that sends webhooks; None: there is none."""
    job_schedule: str = ""
    job_ran: datetime | None = None
    waiting_since: datetime | None = None
    """The oldest event that is not sent yet."""


class RefusedSeen(Frozen):
    """Deliveries that our service refused since the last good one."""

    number: int
    last: datetime
    remedy: str


class DeliveriesSeen(Frozen):
    """What the webhook services of this machine kept."""

    since: datetime
    last_good: Mapping[str, datetime] = {}
    """By kind: create, update, delete."""
    refused: tuple[RefusedSeen, ...] = ()


class EspoCrmSeen(Frozen):
    """All of it."""

    entity_type: str
    url: str
    me: ApiUserSeen
    ahead: timedelta | None = None
    """By how much EspoCRM's clock is ahead of ours; None: its answers do not say."""
    listed: PartiesListed | Unread
    narrowed: Narrowed | Unread | None = None
    """None: the settings narrow nothing."""
    defs: EntityDefs | Unread
    people: frozenset[str] | Unread = frozenset()
    """Of the configured recipients, those who are active users."""
    webhooks: tuple[WebhookSeen, ...] | Unread = ()
    receivers: tuple[ReceiverSeen, ...] = ()
    administration: AdministrationSeen | Unread
