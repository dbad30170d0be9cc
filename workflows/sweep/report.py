"""What a reconciliation run says of itself: what it did not look at, what the next run goes on from. Pure."""

from collections.abc import Sequence
from datetime import datetime

from contracts.reconciliation import Phase, Progress, ReconciliationOrder, RunSummary, Unseen


def unseen(*, listing: bool, all_links: bool) -> tuple[Unseen, ...]:
    """What a run that has looked says nothing about.

    Args:
        listing: Advoware lists all its parties in bulk.
        all_links: Every linked party was compared.
    """
    links = () if all_links else (Unseen.LINKS, Unseen.DOUBLED)
    return links if listing else (*links, Unseen.ONLY_ADVOWARE)


def rounds(before: RunSummary | None, begins: datetime | None) -> dict[str, datetime | None]:
    """Since when sweeps read the linked parties in turn; `begins`: a new round does, with this run."""
    began, earlier = (before.round_began, before.round_before) if before else (None, None)
    return {"round_began": begins, "round_before": began} if begins else {"round_began": began, "round_before": earlier}


def as_before(refused: RunSummary, progress: Progress) -> RunSummary:
    """A count that a person did not believe is nothing to compare the next one with, nor is the place it came to."""
    began = progress.round_began
    again = {} if progress.position else {"round_began": progress.round_before, "round_before": None}
    kept = {"round_began": began, "round_before": progress.round_before, **again}
    return refused.model_copy(update={"total": progress.known, "position": progress.position, **kept})


def described(order: ReconciliationOrder, progress: Progress, not_looked_at: Sequence[Unseen]) -> str:
    """What the Web UI shows without opening an event: figures and ids."""
    counts, about = progress.counts, progress.about
    of = "" if counts.total is None else f" of {counts.total}"
    of_links = "" if counts.linked_total is None else f" of {counts.linked_total}"
    seen = (
        f"{counts.rows}{of} rows · {counts.linked}{of_links} links · {len(progress.found)} due · {counts.asked} synced"
    )
    stopped = f" · **stopped: {progress.alarm}**" if progress.phase is Phase.GUARD and progress.alarm else ""
    named = ", ".join(f"`{one.party_id}` {one.change}" for one in about.named) if stopped and about else ""
    fault = f" · **links not looked at: {progress.fault.code}**" if progress.fault else ""
    left = f" · not looked at: {', '.join(not_looked_at)}" if not_looked_at and not fault else ""
    return f"**{order.kind}: {progress.phase}** · {seen}{stopped}{' ' + named if named else ''}{fault}{left}"
