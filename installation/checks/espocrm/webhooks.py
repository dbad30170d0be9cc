"""The three webhooks: there, once each, active, leading to our service, believed by it, and skipping our own writes."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from installation.check import Check
from installation.checks.espocrm import receivers, screens
from installation.checks.espocrm.saying import WEBHOOKS
from installation.checks.espocrm.seen import Answering, EspoCrmSeen, ReceiverSeen, SecretStanding, Unread, WebhookSeen
from installation.espocrm import receiver, wanted

ALL, SECRETS, RECEIVER, NAMED = "webhooks", "WEBHOOK_SECRETS", "receiver", "receiver's host name"


@dataclass(frozen=True)
class OurService:
    """What our side of it is."""

    secrets: Collection[str]
    """The ids that WEBHOOK_SECRETS knows."""
    port: int
    """At which our service listens."""
    observe: bool
    """Nothing is written yet, so that webhooks may wait."""


def checks(seen: EspoCrmSeen, ours: OurService) -> list[Check]:
    """A line for each kind, and what concerns all of them."""
    if isinstance(seen.webhooks, Unread):
        return [WEBHOOKS.unknown(ALL, seen.webhooks.why, seen.webhooks.remedy)]
    version = wanted.version(seen.me.version)
    kinds = [_kind(wanted.event(seen.entity_type, kind), seen.webhooks, ours, version) for kind in wanted.KINDS]
    return [*kinds, *_left_over(seen.webhooks, ours), *_receivers(seen, ours, version)]


# ---------------------------------------------------------------------------- one kind


def _kind(event: str, seen: Sequence[WebhookSeen], ours: OurService, version: tuple[int, ...] | None) -> Check:
    name = f"webhook {event}"
    found = [one for one in seen if one.event == event]
    leading = sorted(filter(_leads_to_us, found), key=_worse)
    if not leading:
        return WEBHOOKS.wrong(name, _none(found, event), f"{screens.SETUP} (it lists before it makes one)")
    one, *others = leading
    if twins := [other.id for other in others if (other.url, other.active) == (one.url, one.active)]:
        told = f"{', '.join((one.id, *twins))} deliver the same to the same address: every event comes more than once"
        return WEBHOOKS.wrong(name, told, f"{screens.webhook(event)}: Remove {', '.join(twins)}")
    return _one(name, one, ours, version)


def _worse(one: WebhookSeen) -> tuple[bool, bool]:
    """Of several the one that we believe is ours, and of these the one that is active."""
    return one.secret not in (SecretStanding.KNOWN, SecretStanding.AMONG), not one.active


def _leads_to_us(one: WebhookSeen) -> bool:
    """By the path: host and port may be a proxy's."""
    return one.url.rstrip("/").endswith(f"{receiver.PATH}/{one.event.rpartition('.')[2]}")


def _none(found: Sequence[WebhookSeen], event: str) -> str:
    kind = event.rpartition(".")[2]
    if found:
        return f"{', '.join(one.id for one in found)} leads elsewhere: the address must end in {receiver.PATH}/{kind}"
    return f"the API user has none: what happens in EspoCRM ({kind}) is only found by sweeps"


def _one(name: str, one: WebhookSeen, ours: OurService, version: tuple[int, ...] | None) -> Check:
    """The worst of what is the matter with it."""
    if wrong := _believed(name, one):
        return wrong
    if not one.active:
        told = f"{one.id} is switched off: what happens in EspoCRM is only found by sweeps"
        remedy = f"{screens.webhook(one.event)} → Edit → Is Active; or {screens.SETUP} --activate --apply"
        if ours.observe:
            return WEBHOOKS.warning(name, f"{told} (SYNC_OBSERVE=true, so this may be as meant)", remedy)
        return WEBHOOKS.wrong(name, told, remedy)
    if one.secret is SecretStanding.AMONG:
        told = f"{one.id}: whoever has an old secret of it is believed as well"
        remedy = f"when an hour has passed since it was changed, leave in WEBHOOK_SECRETS only {_shown(one)}"
        return WEBHOOKS.warning(name, told, remedy)
    return _own(name, one, version)


def _believed(name: str, one: WebhookSeen) -> Check | None:
    """A delivery of a webhook whose secret we do not know is refused, and EspoCRM soon gives it up."""
    shown = _shown(one)
    match one.secret:
        case SecretStanding.NOT_SET:
            told = f"{one.id} is none of WEBHOOK_SECRETS: what it delivers is refused"
            return WEBHOOKS.wrong(name, told, f'WEBHOOK_SECRETS={{…, "{one.id}": "…"}} in .env, with {shown}')
        case SecretStanding.OTHER:
            told = f"{one.id} has another secret than WEBHOOK_SECRETS says: what it delivers is refused"
            return WEBHOOKS.wrong(name, told, f'WEBHOOK_SECRETS={{…, "{one.id}": "…"}} in .env, with {shown}')
        case SecretStanding.UNREAD:
            told = f"{one.id}: EspoCRM did not show its secret"
            return WEBHOOKS.unknown(name, told, f"compare it with WEBHOOK_SECRETS: {shown}")
        case SecretStanding.KNOWN | SecretStanding.AMONG:
            return None


def _shown(one: WebhookSeen) -> str:
    """Where EspoCRM shows its secret."""
    return f"{screens.webhook(one.event)} → Secret Key"


def _own(name: str, one: WebhookSeen, version: tuple[int, ...] | None) -> Check:
    """`skipOwn` leaves out what its owner writes, and we are the owner (recording wh-17)."""
    if one.skips_own:
        return WEBHOOKS.ok(name, f"{one.id}: active, once, its secret known, own writes left out")
    told = "the sync's own writes come back and cost two reads each"
    if one.skips_own is None or (version is not None and version < wanted.SKIP_OWN_SINCE):
        return WEBHOOKS.ok(name, f"{one.id}: active, once, its secret known; before EspoCRM 9.2 {told}")
    return WEBHOOKS.warning(name, f"{one.id}: {told}", f"{screens.webhook(one.event)} → Edit → Skip Own")


def _left_over(seen: Sequence[WebhookSeen], ours: OurService) -> list[Check]:
    """Secrets of webhooks that are gone: after a 410, or made anew (facts/espocrm.md §1.6)."""
    gone = sorted(set(ours.secrets) - {one.id for one in seen})
    if not gone:
        return []
    told = f"names {', '.join(gone)}, which the API user does not have"
    remedy = "take them out of WEBHOOK_SECRETS in .env; webhooks of another user leave out that one's writes, not ours"
    return [WEBHOOKS.warning(SECRETS, told, remedy)]


# ---------------------------------------------------------------------------- where they lead


def _receivers(seen: EspoCrmSeen, ours: OurService, version: tuple[int, ...] | None) -> list[Check]:
    """Each host once: the three lead to the same as a rule."""
    assert not isinstance(seen.webhooks, Unread)
    leading = {one.url for one in seen.webhooks if _leads_to_us(one)}
    hosts = {receivers.address(one.url): one for one in reversed(seen.receivers) if one.url in leading}
    return [check for one in hosts.values() for check in (_answers(one, ours), _host(one, seen, version))]


def _answers(one: ReceiverSeen, ours: OurService) -> Check:
    """Asked from here, which may be another way than EspoCRM's."""
    where = receivers.address(one.url)
    match one.answering:
        case Answering.OURS:
            return WEBHOOKS.ok(RECEIVER, f"our service answers at {where}, asked from here")
        case Answering.ANOTHER:
            remedy = (
                f"lead {where}{receiver.PATH} to our service (WEBHOOK_PORT={ours.port}), or {screens.webhook('URL')}"
            )
            return WEBHOOKS.wrong(RECEIVER, f"something else than our service answers at {where}", remedy)
        case Answering.PROXY:
            remedy = f"start the program (make up) at port {ours.port}, and let the proxy answer 503 while it is away"
            told = f"a proxy at {where} reaches nobody behind it; EspoCRM gives up events for good on 502 and 504"
            return WEBHOOKS.wrong(RECEIVER, told, remedy)
        case Answering.NOBODY:
            remedy = (
                f"start the program (make up); WEBHOOK_HOST, WEBHOOK_PORT={ours.port}, firewall and DNS lead there?"
            )
            return WEBHOOKS.warning(RECEIVER, f"nobody answers at {where}, asked from here", remedy)


def _host(one: ReceiverSeen, seen: EspoCrmSeen, version: tuple[int, ...] | None) -> Check:
    """The traps of the versions (facts/espocrm.md §1.1, §1.6)."""
    host, where = receivers.host(one.url), receivers.address(one.url)
    if version is None:
        return WEBHOOKS.unknown(NAMED, "EspoCRM does not tell its version", "docs/connect.md: traps of the versions")
    if receiver.stalls(one.url, version):
        told = f"{host} is an IP address: on EspoCRM 10 it can stop all webhooks of the firm"
        return WEBHOOKS.wrong(NAMED, told, f"{screens.webhook('URL')}: a host name in place of {host}")
    if one.private and version >= wanted.PRIVATE_REFUSED_SINCE:
        return _allowed(where, seen.me.allowed_receivers)
    later = "; ".join(_later(one, where))
    return WEBHOOKS.ok(NAMED, f"{host}{f' (before an upgrade: {later})' if later else ''}")


def _later(one: ReceiverSeen, where: str) -> Iterator[str]:
    """What an older version does not mind yet."""
    if one.private:
        yield f"9.3.2 needs {_entry(where)}"
    if receiver.stalls(one.url, wanted.ADDRESS_STALLS_SINCE):
        yield "10 needs a host name"


def _entry(where: str) -> str:
    """The line of EspoCRM's configuration."""
    return f"'webhookAllowedAddressList' => ['{where}'] in {screens.CONFIGURATION}"


def _allowed(where: str, allowed: Collection[str] | None) -> Check:
    if allowed is not None and where in allowed:
        return WEBHOOKS.ok(NAMED, f"{where} has a private address, and EspoCRM allows it")
    told = f"{where} has a private address and is not among those that EspoCRM allows: nothing is delivered there"
    return WEBHOOKS.wrong(NAMED, told, _entry(where))
