"""Everything that must hold in EspoCRM, read once and judged: what doctor shows of it."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from beteiligte.faults import SyncFault
from beteiligte.record.field_table import FieldTable
from clients.access import EspoCrmAccess
from clients.espocrm import EspoCrmClient
from clients.espocrm_admin import Administrator, EspoCrmMaker
from installation.check import Check
from installation.checks.espocrm import arriving, entry, fields, queue, role, switches, webhooks
from installation.checks.espocrm.look import EspoCrmLook
from installation.checks.espocrm.seen import DeliveriesSeen, EspoCrmSeen
from installation.checks.espocrm.webhooks import OurService
from runtime.values import KnownSecrets

ONE_CALL = timedelta(seconds=4)
"""Whoever asks is waiting, and EspoCRM answers within 50 ms (facts/espocrm.md §2)."""


@dataclass(frozen=True, kw_only=True)
class OurSide:
    """Our side of it, as the settings have it."""

    table: FieldTable
    recipients: tuple[str, ...] = ()
    secrets: KnownSecrets = field(default_factory=dict)
    """Of webhooks, by their ids."""
    port: int = 8080
    """At which our service takes their deliveries."""
    observe: bool = False
    deliveries: DeliveriesSeen | None = None
    """What our services kept; None: none of this machine kept any."""


def impatient(access: EspoCrmAccess) -> EspoCrmAccess:
    """The same EspoCRM, given up sooner than a sync would."""
    plain = {name: getattr(access, name) for name in EspoCrmAccess.model_fields}
    waits = ("call_timeout", "connect_timeout", "turn_timeout")
    return EspoCrmAccess(**plain).but(**{name: min(plain[name], ONE_CALL) for name in waits})


async def checks(
    access: EspoCrmAccess,
    ours: OurSide,
    administrator: Administrator | None = None,
    client: EspoCrmClient | None = None,
) -> list[Check]:
    """All of them, within ten seconds.

    `client`: the one by which others ask at the same time, so that a wrong key is tried once by all of them together.
    """
    reach, narrowed = impatient(access), bool(access.scope or access.opt_out)
    async with AsyncExitStack() as opened:
        if client is None:
            client = await opened.enter_async_context(EspoCrmClient(reach))
        maker = await opened.enter_async_context(EspoCrmMaker(reach, administrator)) if administrator else None
        try:
            seen = await EspoCrmLook(client, access.url, ours.recipients, ours.secrets, maker, narrowed).seen()
        except SyncFault as fault:
            return entry.shut_out(fault)
    return judged(seen, access, ours, now=datetime.now(UTC))


def judged(seen: EspoCrmSeen, access: EspoCrmAccess, ours: OurSide, *, now: datetime) -> list[Check]:
    """What was seen, in the order in which it is mended."""
    return [
        *entry.checks(seen.me, seen.url, seen.ahead),
        *role.checks(seen, ours.table, access.opt_out, ours.recipients),
        *fields.checks(seen, ours.table, access.opt_out),
        *switches.checks(seen),
        *webhooks.checks(seen, OurService(secrets=ours.secrets, port=ours.port, observe=ours.observe)),
        *queue.checks(seen, now),
        *arriving.checks(seen, ours.deliveries, now),
    ]
