"""Whether deliveries arrive: what our webhook services kept, beside what people did in EspoCRM meanwhile."""

from datetime import datetime, timedelta

from installation.check import Check
from installation.checks.espocrm import screens
from installation.checks.espocrm.saying import WEBHOOKS
from installation.checks.espocrm.seen import DeliveriesSeen, EspoCrmSeen, PartiesListed, Unread

ARRIVING = "deliveries"
SOON = timedelta(minutes=10)
"""A delivery takes seconds to two minutes where the queue is short (recording whd-40)."""
LATELY = timedelta(days=1)
TRY = "change a field of a test party in EspoCRM: within two minutes it must be here"


def checks(seen: EspoCrmSeen, deliveries: DeliveriesSeen | None, now: datetime) -> list[Check]:
    """One line."""
    if isinstance(seen.webhooks, Unread) or not any(webhook.active for webhook in seen.webhooks):
        return []
    if deliveries is None:
        told = "no webhook service of this machine has kept any"
        return [WEBHOOKS.unknown(ARRIVING, told, f"run doctor where the service runs; or {TRY}")]
    return [_refused(deliveries, now) or _missed(seen, deliveries, now) or _last(deliveries)]


def _refused(deliveries: DeliveriesSeen, now: datetime) -> Check | None:
    """EspoCRM gives up most refused ones for good (facts/espocrm.md §1.6)."""
    lately = [refused for refused in deliveries.refused if now - refused.last < LATELY]
    if not lately:
        return None
    last = max(lately, key=lambda refused: refused.last)
    told = f"{last.number} refused since the last good one, the last at {_at(last.last)}"
    return WEBHOOKS.wrong(ARRIVING, told, last.remedy)


def _missed(seen: EspoCrmSeen, deliveries: DeliveriesSeen, now: datetime) -> Check | None:
    """Something was done in EspoCRM that should have been delivered by now."""
    if isinstance(seen.listed, Unread):
        return None
    ahead = seen.ahead or timedelta(0)
    for what, at, kind in _done(seen.listed):
        here = at - ahead
        came = deliveries.last_good.get(kind, deliveries.since)
        if deliveries.since < here < now - SOON and came < here:
            told = (
                f"a party was {what} at {_at(here)}, and no delivery of that kind ({kind}) has come since {_at(came)}"
            )
            remedy = (
                f"{screens.JOBS} → Process Webhook Queue → Log: does it run? Is our service reachable from EspoCRM?"
            )
            return WEBHOOKS.warning(ARRIVING, told, f"{remedy} (An import in silent mode sends none.)")
    return None


def _done(listed: PartiesListed) -> list[tuple[str, datetime, str]]:
    done = (("created", listed.created, "create"), ("edited", listed.edited, "update"))
    return [(what, at, kind) for what, at, kind in done if at is not None]


def _last(deliveries: DeliveriesSeen) -> Check:
    if not deliveries.last_good:
        told = f"none has come since {_at(deliveries.since)}, when the service began to keep them"
        return WEBHOOKS.unknown(ARRIVING, told, TRY)
    kind, at = max(deliveries.last_good.items(), key=lambda each: each[1])
    return WEBHOOKS.ok(ARRIVING, f"the last good one ({kind}) came at {_at(at)}")


def _at(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
