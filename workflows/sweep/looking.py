"""What a reconciliation run looks at next, and where it is after a page.

Pure: progress and a page in, progress out. A run that is killed goes on at its page: all it knows is its progress.
"""

from collections import Counter
from datetime import timedelta

from beteiligte.settle.bookkeeping import espo_datetime, moment
from beteiligte.sweep.due import BY_STATUS
from beteiligte.sweep.paging import Cursor
from beteiligte.sync_status import SyncStatus
from contracts.reconciliation import Phase, Position, Progress, ReconciliationOrder, RunKind
from contracts.sweep import DueParty, LinksOrder, LinksSeen, PageOrder, PageSeen
from contracts.sweep_limits import MOST_REMEMBERED
from contracts.timing import PAGE, READ_AT_ONCE
from workflows.sweep.counts import with_due, with_foreigners, with_found, with_links, with_rows

DUE_STATUSES = (
    SyncStatus.PENDING_SYNC,
    SyncStatus.DIRTY,
    SyncStatus.FAILED,
    SyncStatus.SYNCING,
    SyncStatus.PERMANENTLY_FAILED,
)
BEHIND = {Phase.STATUSES: Phase.MODIFIED, Phase.MODIFIED: Phase.LINKS}
"""What is looked at behind the last page of records."""


def next_page(order: ReconciliationOrder, run: Progress) -> PageOrder:
    """The next page of EspoCRM's records: those with a status that is due, then those that were modified."""
    position, first = run.position, run.position.cursor is None
    by_status = run.phase is Phase.STATUSES
    start = Cursor(modified_at=position.since) if position.since and not by_status else None
    return PageOrder(
        until="" if first else position.until,
        since=position.cursor or start,
        statuses=tuple(DUE_STATUSES) if by_status else (),
        counted=first and not by_status,
        retry_after=order.timing.retry_after,
        remember=order.timing.remember if order.kind is RunKind.NIGHTLY else timedelta(0),
    )


def next_links(order: ReconciliationOrder, run: Progress) -> LinksOrder | None:
    """The next page of links; None where all that shall be read was. How many are linked is counted once, at first.

    All where Advoware lists them in bulk, or on request; else so many reads a sweep, in turn.
    """
    timing, counts, after = order.timing, run.counts, run.position.links_after
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


def after_page(order: ReconciliationOrder, run: Progress, seen: PageSeen) -> Progress:
    """A page of records was looked at. What a sweep finds by its status it does not ask for once more by its time."""
    by_status = run.phase is Phase.STATUSES
    known = BY_STATUS if order.kind is RunKind.SWEEP and not by_status else frozenset()
    further = run.but(
        phase=run.phase if seen.next else BEHIND[run.phase],
        position=_at(run, seen),
        counts=with_rows(run.counts, seen, again=by_status),
        named=with_foreigners(run.named, seen.foreigners),
    )
    return _remembering(order, further, tuple(party for party in seen.found if party.due not in known))


def after_links(order: ReconciliationOrder, run: Progress, asked: LinksOrder, seen: LinksSeen) -> Progress:
    """A page of links was compared."""
    further = run.but(
        phase=run.phase if seen.next else Phase.JUDGING,
        counts=with_links(run.counts, seen),
    )
    if asked.limit:
        every = seen.next is None and not run.before.links_after
        further = further.but(position=run.position.but(links_after=seen.next or 0, all_links=every))
    return _remembering(order, further, seen.found)


def _at(run: Progress, seen: PageSeen) -> Position:
    """Where a page of records came to; the first answer of all tells whether EspoCRM's clock was set back."""
    position, since, back = run.position, run.position.since, run.before.back
    if since and back and not position.until:
        since = min(since, _earlier(seen.until, back))
    return position.but(since=since, until=seen.until, cursor=seen.next, newest=max(position.newest, seen.newest))


def _earlier(at: str, by: timedelta) -> str:
    known = moment(at)
    return espo_datetime(known - by) if known else at


def _remembering(order: ReconciliationOrder, run: Progress, found: tuple[DueParty, ...]) -> Progress:
    """Each due party once. Where these are more than are carried, they are judged and synced before the rest."""
    known = {party.party_id: party for party in run.found}
    new = [party for party in found if party.party_id not in known]
    run = run.but(
        due=dict(Counter(run.due) + Counter(party.due.value for party in new)),
        named=with_found(run.named, found),
        counts=with_due(run.counts, new),
        found=() if order.dry_run else (*known.values(), *new),
    )
    if len(run.found) < MOST_REMEMBERED:
        return run
    return run.but(position=run.position.but(resume=run.phase), phase=Phase.JUDGING)
