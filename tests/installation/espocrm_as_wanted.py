"""An EspoCRM in which all is well, as it is seen: each test takes one thing away."""

from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import JsonValue, SecretStr

from beteiligte.record.party_fields import PARTY_TABLE
from clients.access import EspoCrmAccess
from installation.check import Check, Verdict
from installation.checks.espocrm.examination import OurSide, judged
from installation.checks.espocrm.seen import (
    AdministrationSeen,
    Answering,
    ApiUserSeen,
    DeliveriesSeen,
    EntityDefs,
    EspoCrmSeen,
    PartiesListed,
    ReceiverSeen,
    SecretStanding,
    TypeStanding,
    WebhookSeen,
)
from installation.espocrm import wanted

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TYPE, SABINE = "CBeteiligte", "6b04ccf2ba5bc5944"
RECEIVER = "https://sync.kanzlei.example/webhook/beteiligte"
ACCESS = EspoCrmAccess(url="https://crm.kanzlei.example", api_key=SecretStr("k3y-of-ours"))


def defs(field: wanted.WantedField) -> dict[str, JsonValue]:
    """The field as EspoCRM shows it once it was made so."""
    return {name: value for name, value in field.body().items() if name not in ("name", "label")}


FIELDS = {field.name: defs(field) for field in wanted.fields(PARTY_TABLE)}
WEBHOOKS = tuple(
    WebhookSeen(
        id=f"hook-{kind}",
        event=wanted.event(TYPE, kind),
        url=f"{RECEIVER}/{kind}",
        active=True,
        skips_own=True,
        secret=SecretStanding.KNOWN,
    )
    for kind in wanted.KINDS
)
ME = ApiUserSeen(
    id="6b04ccf0b49919a4e",
    login="advoware-abgleich",
    type="api",
    rights=wanted.rights(TYPE),
    messages="all",
    version="9.2.7",
    most_rows=200,
)
WELL = EspoCrmSeen(
    entity_type=TYPE,
    url=ACCESS.url,
    me=ME,
    ahead=timedelta(seconds=-0.4),
    listed=PartiesListed(parties=TypeStanding.THERE),
    defs=EntityDefs(fields=FIELDS, versions=True),
    people=frozenset({SABINE}),
    webhooks=WEBHOOKS,
    receivers=tuple(ReceiverSeen(url=one.url, answering=Answering.OURS, private=False) for one in WEBHOOKS),
    administration=AdministrationSeen(
        job_active=True, job_schedule="*/2 * * * *", job_ran=NOW - timedelta(minutes=1), update_duplicate_check=True
    ),
)
DELIVERIES = DeliveriesSeen(since=NOW - timedelta(days=1), last_good={"update": NOW - timedelta(minutes=3)})
OURS = OurSide(
    table=PARTY_TABLE,
    recipients=(SABINE,),
    secrets={one.id: (SecretStr(f"s3cr3t-of-{one.id}"),) for one in WEBHOOKS},
    deliveries=DELIVERIES,
)


def checked(seen: EspoCrmSeen = WELL, ours: OurSide = OURS, access: EspoCrmAccess = ACCESS) -> list[Check]:
    """What is said of it."""
    return judged(seen, access, ours, now=NOW)


def not_ok(seen: EspoCrmSeen = WELL, ours: OurSide = OURS, access: EspoCrmAccess = ACCESS) -> dict[str, Check]:
    """What is said of it and is not green, by name."""
    return {check.name: check for check in checked(seen, ours, access) if check.verdict is not Verdict.OK}


def only(seen: EspoCrmSeen = WELL, ours: OurSide = OURS, access: EspoCrmAccess = ACCESS) -> Check:
    """The one thing that is not green."""
    (check,) = not_ok(seen, ours, access).values()
    return check


def with_field(name: str, **parameters: JsonValue) -> EspoCrmSeen:
    """One field otherwise."""
    return with_fields({**FIELDS, name: {**FIELDS[name], **parameters}})


def with_fields(fields: dict[str, dict[str, JsonValue]]) -> EspoCrmSeen:
    """Just these."""
    return WELL.but(defs=EntityDefs(fields=fields, versions=True))


def with_webhook(kind: str, **otherwise: Any) -> EspoCrmSeen:
    """One webhook otherwise."""
    changed = tuple(one.but(**otherwise) if one.event.endswith(kind) else one for one in WEBHOOKS)
    return WELL.but(webhooks=changed)
