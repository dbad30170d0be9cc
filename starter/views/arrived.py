"""What the webhook services of this machine kept, as the checks of an installation judge it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from installation.checks.espocrm.seen import DeliveriesSeen, RefusedSeen
from starter.webhook import received
from starter.webhook.received import Received, ReceivedOfKind


def look(state: Path) -> DeliveriesSeen | None:
    """In the folder of the state; None: no service has kept any there."""
    found = received.known(state)
    return deliveries(found) if found else None


def deliveries(found: Received) -> DeliveriesSeen:
    """Refused counts what no good delivery of its kind followed; what a stranger sends elsewhere is none of it."""
    kinds = [(kind, of) for kind, of in found.kinds.items() if kind != received.OTHER]
    return DeliveriesSeen(
        since=found.since,
        last_good={kind: of.last_good for kind, of in kinds if of.last_good},
        refused=tuple(_refused(of for _, of in kinds)),
    )


def _refused(kinds: Iterable[ReceivedOfKind]) -> Iterator[RefusedSeen]:
    for of in kinds:
        for why, count in of.refused.items():
            yield RefusedSeen(number=count.number, last=count.last, remedy=why.remedy)
