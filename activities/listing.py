"""Pages of EspoCRM's records by `modifiedAt`: a sweep compares each with its base, a plan with Advoware (design §7).

A page costs one list call, however many rows need nothing. An answer that is odd, short or lacks an attribute is a
fault: it never looks like "nothing there". What only Advoware knows is found by links.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue
from temporalio import activity

from activities.boundary import boundary, now
from activities.heartbeats import alive
from activities.history import HistoryActivities
from beteiligte.faults import OddAnswer, System
from beteiligte.record.field_table import FieldTable
from beteiligte.record.snapshots import EspoSnapshot
from beteiligte.settle import bookkeeping
from beteiligte.settle.bookkeeping import MODIFIED
from beteiligte.sweep.alarms import NAMED
from beteiligte.sweep.due import Due, Look, look
from beteiligte.sweep.paging import Cursor, Place, following
from beteiligte.sync_status import SyncStatus
from clients.espocrm import EspoCrmClient
from clients.records import ListQuery, Where
from contracts import activity_names
from contracts.sweep import DueParty, PageOrder, PageSeen
from contracts.timing import PAGE

A_SECOND = timedelta(seconds=1)
"""`modifiedAt` and `Date` know no less, and what was modified before the answer is to be seen."""
NIGHTS = 14
"""In so many nights every quiet party of a page has its turn."""


@dataclass(frozen=True)
class ListedRows:
    """One page."""

    snapshots: tuple[EspoSnapshot, ...]
    total: int | None
    at: datetime
    """When EspoCRM answered, by its own clock, which alone tells the age of a row."""
    until: str
    """Up to when it looked."""
    newest: str
    """`modifiedAt` of the row that was modified last."""
    next: Cursor | None


@dataclass(frozen=True)
class ListingActivities:
    """Reads many records of EspoCRM; writes nothing."""

    espocrm: EspoCrmClient
    history: HistoryActivities
    table: FieldTable

    @activity.defn(name=activity_names.SWEEP_PAGE)
    async def page(self, order: PageOrder) -> PageSeen:
        """Which parties of one page are due. Raises MissingAttribute, OddAnswer and what the client raises."""
        with boundary():
            async with alive():
                return await self._page(order)

    async def _page(self, order: PageOrder) -> PageSeen:
        rows = await self.rows(order)
        counted = order.counted and order.since is not None  # else the page's own count speaks of all
        total = await self._all() if counted else rows.total
        snapshots = rows.snapshots
        skip_failed = any(s.status == SyncStatus.FAILED for s in snapshots) and await self.history.outage_open()
        looks = [(s.party_id, await self._look(s, rows.at, order.retry_after)) for s in snapshots]
        at_rest = [s.party_id for s, (_, seen) in zip(snapshots, looks, strict=True) if s.bet_nr and not seen.due]
        quiet = await self._quiet(at_rest, order.remember)
        return PageSeen(
            rows=len(snapshots),
            found=(
                *(
                    DueParty(party_id=party, due=seen.due, first=seen.first, overwritten=seen.overwritten)
                    for party, seen in looks
                    if seen.due and not (skip_failed and seen.due is Due.FAILED)
                ),
                *(DueParty(party_id=party, due=Due.QUIET) for party in quiet),
            ),
            foreign=sum(seen.foreign for _, seen in looks),
            foreigners=tuple(party for party, seen in looks if seen.foreign)[:NAMED],
            total=total,
            until=rows.until,
            newest=rows.newest,
            next=rows.next,
        )

    async def _quiet(self, party_ids: Sequence[str], remember: timedelta) -> list[str]:
        """Parties to be remembered, a few of a page: all of them have their turn before any is forgotten."""
        if not remember:
            return []
        quiet = await self.history.quiet(party_ids, now() - remember)
        return sorted(quiet)[: len(party_ids) // NIGHTS + 1]

    async def rows(self, order: PageOrder) -> ListedRows:
        """One page of snapshots, without those of the page before; one list call."""
        page = await self.espocrm.find(self._query(order))
        places = [Place(str(row["id"]), _modified(row)) for row in page.rows]
        known = frozenset(order.since.again if order.since else ())
        at = page.at or now()
        newest = max((place.modified_at for place in places), default="")
        return ListedRows(
            snapshots=tuple(self._snapshot(row) for row in page.rows if row["id"] not in known),
            total=page.total,
            at=at,
            until=order.until or max(bookkeeping.espo_datetime(at + A_SECOND), newest),
            newest=newest,
            next=following(places, order.since) if page.more and places else None,
        )

    async def _all(self) -> int | None:
        """How many parties there are, whenever they were modified."""
        query = ListQuery(select=(bookkeeping.BETNR,), max_size=1, counted=True, scoped=True)
        return (await self.espocrm.find(query)).total

    def _query(self, order: PageOrder) -> ListQuery:
        where = [Where(type="lessThan", attribute=MODIFIED, value=order.until)] if order.until else []
        if order.since is not None:
            where.append(Where(type="greaterThanOrEquals", attribute=MODIFIED, value=order.since.modified_at))
        if order.statuses:
            where.append(Where(type="in", attribute=bookkeeping.STATUS, value=list(order.statuses)))
        return ListQuery(
            where=tuple(where),
            select=(*bookkeeping.REQUIRED, *_optional(self.table), MODIFIED, *_attributes(self.table)),
            order_by=MODIFIED,
            offset=order.since.offset if order.since else 0,
            max_size=PAGE,
            counted=order.counted,
            scoped=True,
        )

    def _snapshot(self, row: Mapping[str, JsonValue]) -> EspoSnapshot:
        return bookkeeping.espo_snapshot(str(row["id"]), row, self.table, read_at=now())

    async def _look(self, row: EspoSnapshot, at: datetime, retry_after: timedelta) -> Look:
        failed = row.status == SyncStatus.PERMANENTLY_FAILED
        tried = await self.history.last_ended(row.party_id) if failed else None
        there = None if tried is None else tried + (at - now())  # by EspoCRM's clock, as its rows are
        return look(row, self.table, at, tried=there, retry=retry_after)


def _optional(table: FieldTable) -> tuple[str, ...]:
    """What a firm may have, and nobody misses who has it not."""
    return (bookkeeping.LOCKED, bookkeeping.DECISION) if table.decision else (bookkeeping.LOCKED,)


def _attributes(table: FieldTable) -> tuple[str, ...]:
    """What a row must show so that it can be compared."""
    return tuple(dict.fromkeys(attribute for field in table.rows for attribute in field.attributes))


def _modified(row: Mapping[str, JsonValue]) -> str:
    modified = row.get(MODIFIED)
    if not isinstance(modified, str):
        raise OddAnswer("EspoCRM's list holds a row without modifiedAt", system=System.ESPOCRM, field=MODIFIED)
    return modified
