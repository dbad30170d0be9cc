"""Pages of a sweep: EspoCRM's rows against their bases, links against Advoware's rowIds (design §7).

A page costs one list call, however many rows need nothing. An answer that is odd, short or lacks an attribute is a
fault: it never looks like "nothing there".
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue
from temporalio import activity

from activities.boundary import boundary, last_attempt, now
from activities.heartbeats import alive, told_before
from activities.history import HistoryActivities
from activities.other_parties import OtherParties
from beteiligte.decide import base as bases
from beteiligte.decide.base import Base
from beteiligte.decide.findings import FindingKind
from beteiligte.faults import CredentialsRefused, Gone, OddAnswer, SyncFault, System, Throttled
from beteiligte.record.snapshots import EspoSnapshot
from beteiligte.record.table import FieldTable
from beteiligte.settle import bookkeeping
from beteiligte.status import SyncStatus
from beteiligte.sweep.alarms import NAMED
from beteiligte.sweep.due import Due, Look, look
from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from clients.records import Attributes, ListQuery, Page, Where
from contracts import activity_names
from contracts.sweep import Cursor, DueParty, LinksOrder, LinksSeen, PageOrder, PageSeen
from contracts.timing import PAGE

MODIFIED = "modifiedAt"
IDS = 100
"""In one question to EspoCRM: its address must not grow too long."""
LISTED = 1_000
"""Asked of Advoware at once."""
ODD = 5
"""So many parties of a page that Advoware does not answer for now are theirs; more are a fault of the system."""
A_SECOND = timedelta(seconds=1)
"""`modifiedAt` and `Date` know no less, and what was modified before the answer is to be seen."""
NIGHTS = 14
"""In so many nights every quiet party of a page has its turn."""
SLIPPED = 10
"""Rows of one second asked for again: an edit between two pages takes a row away and moves the others up."""


@dataclass(frozen=True)
class Rows:
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
class There:
    """What Advoware has."""

    row_ids: Mapping[int, str]
    unread: frozenset[int] = frozenset()
    """Parties it does not answer for, although it does for others."""


@dataclass(frozen=True)
class ListingActivities:
    """Activities that read many records; they write nothing."""

    espocrm: EspoCrmClient
    advoware: AdvowareClient
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

    async def rows(self, order: PageOrder) -> Rows:
        """One page of snapshots, without those of the page before; one list call."""
        page = await self.espocrm.find(self._query(order))
        following = _next(page.rows, order.since) if page.more and page.rows else None
        known = frozenset(order.since.again if order.since else ())
        at = page.at or now()
        newest = max((_modified(row) for row in page.rows), default="")
        return Rows(
            snapshots=tuple(self._snapshot(row) for row in page.rows if row["id"] not in known),
            total=page.total,
            at=at,
            until=order.until or max(bookkeeping.espo_datetime(at + A_SECOND), newest),
            newest=newest,
            next=following,
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
            select=(*bookkeeping.REQUIRED, bookkeeping.LOCKED, MODIFIED, *_attributes(self.table)),
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
        return look(row, at, tried=there, retry=retry_after)

    # ------------------------------------------------------------------ links

    @activity.defn(name=activity_names.SWEEP_LINKS)
    async def links(self, order: LinksOrder) -> LinksSeen:
        """Linked parties whose rowId moved or whose betNr is gone in Advoware, or held twice."""
        read = _read_before()
        with boundary():
            async with alive(lambda: read):
                return await self._links(order, read)

    async def _links(self, order: LinksOrder, read: dict[str, str]) -> LinksSeen:
        page = await self._page_of_links(order)
        until = _until(_numbers(page.rows), more=page.more)
        rows = [row for row in page.rows if until is None or (bookkeeping.bet_nr_of(row) or 0) <= until]
        recent = Page(()) if order.recent is None else await self._recent(order.recent)
        rows += _others(recent.rows, than=rows)
        numbers = _numbers(rows)
        furthest = max(numbers, default=0)
        listed = await self._listed(order.after, until, furthest) if order.listing else None
        there = await self._read(numbers, read) if listed is None else There(listed)
        unknown = there.row_ids.keys() - set(numbers)
        doubled = {number for number in numbers if numbers.count(number) > 1}
        told = {bookkeeping.bet_nr_of(row) for row in rows if _base(row).has_open(FindingKind.LINK_HELD_TWICE)}
        found = [
            DueParty(party_id=str(row["id"]), due=due) for row in rows if (due := _due(row, there, doubled - told))
        ]
        deleted = await self._without_record(await self.history.parties_of(unknown))
        return LinksSeen(
            rows=len(rows),
            found=(*found, *(DueParty(party_id=party, due=Due.DELETED) for party in sorted(deleted))),
            moved=sum(item.due is Due.MOVED for item in found),
            gone=sum(item.due is Due.GONE for item in found),
            doubled=tuple(sorted(doubled)),
            unknown=len(unknown),
            only_advoware=tuple(sorted(unknown)[:PAGE]),
            total=recent.total,
            next=until,
        )

    async def _page_of_links(self, order: LinksOrder) -> Page:
        if not order.limit:
            return Page(())
        return await self.espocrm.find(_linked(order.after, max_size=order.limit, order_by=bookkeeping.BETNR))

    async def _recent(self, number: int) -> Page:
        """The linked parties modified last: on either side, since what comes from Advoware is written to EspoCRM."""
        query = _linked(0, max_size=number, order_by=MODIFIED, order="desc", counted=True)
        return await self.espocrm.find_all(query, most=number)

    async def _listed(self, after: int, until: int | None, furthest: int) -> dict[int, str]:
        """Advoware's rowIds in (after, until]; until None: to the end.

        A page that is shorter than was asked for may be all that Advoware gives at once: it ends the listing only where
        it comes as far as EspoCRM's links do, else the next page must be empty.
        """
        row_ids: dict[int, str] = {}
        while True:
            lines = await self.advoware.listing(after=after, limit=LISTED)
            row_ids |= {line.bet_nr: line.row_id for line in lines if until is None or line.bet_nr <= until}
            last = lines[-1].bet_nr if lines else None
            if last is None or last >= (until or sys.maxsize) or (len(lines) < LISTED and last >= furthest):
                return row_ids
            after = last

    async def _read(self, numbers: list[int], read: dict[str, str]) -> "There":
        """One party after the other. Raises where Advoware answers for nobody, or for many does not for now.

        `read`: rowIds by betNr that an attempt before read in time; grows by what is read.
        """
        faults: dict[int, SyncFault] = {}
        for number in (number for number in dict.fromkeys(numbers) if str(number) not in read):
            try:
                read[str(number)] = await self._row_id(number)
            except Gone:
                continue
            except (Throttled, CredentialsRefused):
                raise  # that is about all of them
            except SyncFault as fault:
                faults[number] = fault
        passing = [fault for fault in faults.values() if fault.retry]
        row_ids = {number: read[str(number)] for number in numbers if str(number) in read}
        many = len(passing) > ODD and not last_attempt()
        if faults and (many or (not row_ids and not await self._answers(besides=frozenset(faults)))):
            raise next(iter(passing or faults.values()))
        return There(row_ids, frozenset(faults))

    async def _answers(self, *, besides: AbstractSet[int]) -> bool:
        """Whether Advoware answers for others: the last page of a sweep may hold a single party."""
        other_parties = OtherParties(self.espocrm, self.advoware)
        try:
            others = await other_parties.witnesses()
            return await other_parties.answers_for_any(tuple(number for number in others if number not in besides))
        except SyncFault:
            return False

    async def _row_id(self, bet_nr: int) -> str:
        record = await self.advoware.read(bet_nr)
        if record.row_id is None:
            raise OddAnswer(f"Advoware's answer about betNr {bet_nr} holds no rowId", system=System.ADVOWARE)
        return record.row_id

    async def _without_record(self, party_ids: set[str]) -> set[str]:
        """Of these parties, those that EspoCRM has no more: out of scope, opted out or linked anew is not deleted."""
        wanted, kept = sorted(party_ids), set[str]()
        for start in range(0, len(wanted), IDS):
            some = Where(type="in", attribute="id", value=wanted[start : start + IDS])
            query = ListQuery(where=(some,), select=(bookkeeping.BETNR,), order_by="id")
            kept |= {str(row["id"]) for row in (await self.espocrm.find_all(query)).rows}
        return party_ids - kept


def _linked(after: int, *, max_size: int, order_by: str, order: str = "asc", counted: bool = False) -> ListQuery:
    return ListQuery(
        where=(Where(type="greaterThan", attribute=bookkeeping.BETNR, value=after),),
        select=(bookkeeping.BETNR, bookkeeping.ROW_ID, bookkeeping.STATUS, bookkeeping.BASE),
        order_by=order_by,
        order=order,
        max_size=max_size,
        counted=counted,
        scoped=True,
    )


def _read_before() -> dict[str, str]:
    """What an attempt that ran out of time had read."""
    told = told_before()
    return dict(told) if isinstance(told, dict) else {}


def _numbers(rows: Iterable[Mapping[str, JsonValue]]) -> list[int]:
    return [number for row in rows if (number := bookkeeping.bet_nr_of(row))]


def _others(rows: Iterable[Attributes], *, than: Iterable[Attributes]) -> list[Attributes]:
    """Those whose betNr is not read anyway."""
    known = set(_numbers(than))
    return [row for row in rows if bookkeeping.bet_nr_of(row) not in known]


def _until(numbers: list[int], *, more: bool) -> int | None:
    """How far a page speaks for certain: its last betNr may be held by a row of the next as well."""
    if not more or not numbers:
        return None
    surely = [number for number in numbers if number < numbers[-1]]
    return surely[-1] if surely else numbers[-1]


def _due(row: Mapping[str, JsonValue], there: There, doubled: AbstractSet[int | None]) -> Due | None:
    number, status = bookkeeping.bet_nr_of(row), row.get(bookkeeping.STATUS)
    if number is None or status == SyncStatus.PERMANENTLY_FAILED:
        return None  # the latter has its own time
    if number in doubled:
        return Due.DOUBLED
    if number in there.unread:
        return None if status == SyncStatus.FAILED else Due.UNREADABLE
    row_id = there.row_ids.get(number)
    if status == SyncStatus.DELETED_IN_ADVOWARE:
        return Due.MOVED if row_id else None
    if row_id == _known(row):
        return None
    return Due.MOVED if row_id else Due.GONE


def _known(row: Mapping[str, JsonValue]) -> JsonValue:
    """The rowId that was seen last; of a party that is held it stands beside the question. None: there was none."""
    if row.get(bookkeeping.STATUS) == SyncStatus.CONFLICT:
        held = _base(row).held_row
        if held:
            return None if held == bases.NO_ROW else held
    return row.get(bookkeeping.ROW_ID) or bases.NO_ROW


def _base(row: Mapping[str, JsonValue]) -> Base:
    text = row.get(bookkeeping.BASE)
    return bases.parse(text if isinstance(text, str) else None, str(row["id"]))


def _attributes(table: FieldTable) -> tuple[str, ...]:
    """What a row must show so that it can be compared."""
    return tuple(dict.fromkeys(attribute for field in table.rows for attribute in field.attributes))


def _modified(row: Mapping[str, JsonValue]) -> str:
    modified = row.get(MODIFIED)
    if not isinstance(modified, str):
        raise OddAnswer("EspoCRM's list holds a row without modifiedAt", system=System.ESPOCRM, field=MODIFIED)
    return modified


def _next(rows: Sequence[Mapping[str, JsonValue]], since: Cursor | None) -> Cursor:
    """The place after these rows: `modifiedAt` of the last, and how many of that second were seen."""
    last = _modified(rows[-1])
    same = [str(row["id"]) for row in rows if row.get(MODIFIED) == last]
    before = since.offset if since is not None and since.modified_at == last else 0
    offset = max(0, before + len(same) - min(SLIPPED, len(rows) // 2))  # on at any rate, however small the page
    return Cursor(modified_at=last, offset=offset, again=tuple(same[offset - before :]))
