"""The lines of `status` about EspoCRM's deliveries: when the last good one came, and what was refused since."""

from collections.abc import Iterator, Mapping

from starter import report
from starter.received import OfKind, Received

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


def _refusals(kinds: Mapping[str, OfKind]) -> Iterator[str]:
    for kind, of_it in sorted(kinds.items()):
        since = "since then" if of_it.last_good else "so far"
        for why, refused in sorted(of_it.refused.items()):
            deliveries = "delivery" if refused.number == 1 else "deliveries"
            last = report.moment(refused.last)
            yield f"Refused {since}: {refused.number} {kind} {deliveries} ({why}, last {last}): {why.remedy}"
