"""What a page adds to the counts of a reconciliation run. Pure."""

from collections.abc import Sequence

from activities.sweep_orders import Found, LinksSeen, PageSeen
from beteiligte.sweep import Due
from workflows.sweep_contracts import Counts

LISTED = 1_000
"""Parties that only Advoware has, named in the summary; the rest is counted."""
DOUBLES = 100


def with_rows(counts: Counts, seen: PageSeen, *, again: bool) -> Counts:
    """After a page of records. `again`: these are looked at once more by their time, and counted then."""
    total = counts.total if seen.total is None else seen.total
    if again:
        return counts.model_copy(update={"total": total})
    added = {
        "rows": counts.rows + seen.rows,
        "overwritten": counts.overwritten + seen.overwritten,
        "foreign": counts.foreign + seen.foreign,
    }
    return counts.model_copy(update={**added, "total": total})


def with_links(counts: Counts, seen: LinksSeen) -> Counts:
    """After a page of links."""
    return counts.model_copy(
        update={
            "linked": counts.linked + seen.rows,
            "linked_total": counts.linked_total if seen.total is None else seen.total,
            "moved": counts.moved + seen.moved,
            "gone": counts.gone + seen.gone,
            "deleted": counts.deleted + sum(item.due is Due.DELETED for item in seen.found),
            "unknown": counts.unknown + seen.unknown,
            "only_advoware": (*counts.only_advoware, *seen.only_advoware)[:LISTED],
            "doubled": (*counts.doubled, *seen.doubled)[:DOUBLES],
        }
    )


def with_due(counts: Counts, new: Sequence[Found]) -> Counts:
    """After due parties that were not known before."""
    return counts.model_copy(
        update={
            "first": counts.first + sum(item.first for item in new),
            "overwritten": counts.overwritten + sum(item.overwritten for item in new),
        }
    )
