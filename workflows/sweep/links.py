"""Which links a reconciliation run compares next: all where Advoware lists them in bulk, or on request; else in turn.

Pure.
"""

from contracts.reconciliation import Progress, ReconciliationOrder, RunKind
from contracts.sweep import LinksOrder
from contracts.timing import PAGE, READ_AT_ONCE


def next_links(order: ReconciliationOrder, progress: Progress) -> LinksOrder | None:
    """The next page; None where all that shall be read was. How many are linked is counted once, at first."""
    timing, counts, after = order.timing, progress.counts, progress.after
    if timing.listing:
        return LinksOrder(after=after, listing=True, limit=PAGE)
    first = counts.linked_total is None
    if order.all_links:
        return LinksOrder(after=after, limit=READ_AT_ONCE, recent=0 if first else None)
    left = timing.reads - counts.linked if order.kind is RunKind.SWEEP else 0
    if left <= 0:
        return LinksOrder(limit=0, recent=0) if first and order.count_links else None
    recent = timing.recent_reads if first else None  # once a sweep, beside its first page
    return LinksOrder(after=after, limit=min(left - (recent or 0), READ_AT_ONCE), recent=recent)
