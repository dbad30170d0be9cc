"""The lines of `status` about EspoCRM's deliveries: when the last good one came, and what was refused since."""

from collections.abc import Iterator, Mapping

from starter.cli import report
from starter.webhook.received import Received, ReceivedOfKind, RefusalCount, RefusalReason

NONE = "No delivery of EspoCRM is known on this machine: the webhook service runs elsewhere, or none came yet"


def lines(seen: Received | None) -> list[str]:
    """For people."""
    if seen is None:
        return [NONE]
    kinds = {kind: of_it for kind, of_it in seen.kinds.items() if of_it.good or kind in KINDS}
    last = ", ".join(f"{kind} {report.moment(kinds[kind].last_good) or 'none'}" for kind in KINDS if kind in kinds)
    said = [f"Last good deliveries: {last or 'none'} (since {report.moment(seen.since)})"]
    return [*said, *_refusals(seen.kinds)]


KINDS = ("create", "update", "delete")


def _refusals(kinds: Mapping[str, ReceivedOfKind]) -> Iterator[str]:
    for kind, of_it in sorted(kinds.items()):
        yield from _of("since then" if of_it.last_good else "so far", kind, of_it.refused)
        yield from _of("before that", kind, of_it.before)


def _of(when: str, kind: str, refused: Mapping[RefusalReason, RefusalCount]) -> Iterator[str]:
    for why, some in sorted(refused.items()):
        deliveries = report.counted(some.number, f"{kind} delivery", f"{kind} deliveries")
        yield f"Refused {when}: {deliveries} ({why}, last {report.moment(some.last)}): {why.remedy}"
