"""Pages of linked parties by betNr, compared with Advoware's rowIds: here is found what only Advoware knows (§7).

Advoware lists betNr and rowId in bulk, or each party is read by itself. Nothing is written.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from temporalio import activity

from activities.boundary import boundary, last_attempt
from activities.heartbeats import alive, told_before
from activities.history import HistoryActivities
from activities.other_parties import OtherParties
from beteiligte.faults import CredentialsRefused, Gone, OddAnswer, SyncFault, System, Throttled
from beteiligte.settle import bookkeeping
from beteiligte.sweep.due import Due
from beteiligte.sweep.links import AdvowareRows, LinkedRow, compare, foremost, numbers_of, too_many
from beteiligte.sweep.paging import certain_until, listing_ended
from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from clients.records import Attributes, ListQuery, Page, Where
from contracts import activity_names
from contracts.sweep import DueParty, LinksOrder, LinksSeen
from contracts.timing import PAGE

IDS = 100
"""In one question to EspoCRM: its address must not grow too long."""
LISTED = 1_000
"""Asked of Advoware at once."""
NONE = Page(())


@dataclass(frozen=True)
class LinksActivities:
    """Reads many links on both sides; writes nothing."""

    espocrm: EspoCrmClient
    advoware: AdvowareClient
    history: HistoryActivities

    @activity.defn(name=activity_names.SWEEP_LINKS)
    async def links(self, order: LinksOrder) -> LinksSeen:
        """Linked parties whose rowId moved or whose betNr is gone in Advoware, or held twice."""
        read = _read_before()
        with boundary():
            async with alive(lambda: read):
                return await self._links(order, read)

    async def _links(self, order: LinksOrder, read: dict[str, str]) -> LinksSeen:
        page = await self._page(order) if order.limit else NONE
        rows = [_linked(row) for row in page.rows]
        until = certain_until(numbers_of(rows), more=page.more)
        rows = [row for row in rows if until is None or (row.bet_nr or 0) <= until]
        recent = NONE if order.recent is None else await self._recent(order.recent)
        rows += _others((_linked(row) for row in recent.rows), than=rows)
        numbers = numbers_of(rows)
        there = await (self._listed(order, until, numbers) if order.listing else self._read(numbers, read))
        seen = compare(rows, there)
        deleted = await self._without_record(await self.history.parties_of(seen.unknown))
        due = (*seen.due, *((party, Due.DELETED) for party in sorted(deleted)))
        return LinksSeen(
            rows=len(rows),
            found=tuple(DueParty(party_id=party, due=reason) for party, reason in due),
            doubled=seen.doubled,
            unknown=len(seen.unknown),
            only_advoware=seen.unknown[:PAGE],
            total=recent.total,
            next=until,
        )

    # ------------------------------------------------------------------ EspoCRM

    async def _page(self, order: LinksOrder) -> Page:
        return await self.espocrm.find(_query(order.after, max_size=order.limit, order_by=bookkeeping.BETNR))

    async def _recent(self, number: int) -> Page:
        """The linked parties modified last: on either side, since what comes from Advoware is written to EspoCRM."""
        query = _query(0, max_size=number, order_by=bookkeeping.MODIFIED, order="desc", counted=True)
        return await self.espocrm.find_all(query, most=number)

    async def _without_record(self, party_ids: set[str]) -> set[str]:
        """Of these parties, those that EspoCRM has no more: out of scope, opted out or linked anew is not deleted."""
        wanted, kept = sorted(party_ids), set[str]()
        for start in range(0, len(wanted), IDS):
            some = Where(type="in", attribute="id", value=wanted[start : start + IDS])
            query = ListQuery(where=(some,), select=(bookkeeping.BETNR,), order_by="id")
            kept |= {str(row["id"]) for row in (await self.espocrm.find_all(query)).rows}
        return party_ids - kept

    # ------------------------------------------------------------------ Advoware

    async def _listed(self, order: LinksOrder, until: int | None, numbers: list[int]) -> AdvowareRows:
        """Advoware's rowIds behind the page before, up to `until`; None: to the end."""
        row_ids: dict[int, str] = {}
        after, furthest = order.after, max(numbers, default=0)
        while True:
            lines = await self.advoware.listing(after=after, limit=LISTED)
            row_ids |= {line.bet_nr: line.row_id for line in lines if until is None or line.bet_nr <= until}
            if listing_ended([line.bet_nr for line in lines], asked=LISTED, until=until, furthest=furthest):
                return AdvowareRows(row_ids)
            after = lines[-1].bet_nr

    async def _read(self, numbers: list[int], read: dict[str, str]) -> AdvowareRows:
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
        row_ids = {number: read[str(number)] for number in numbers if str(number) in read}
        many = too_many(faults.values(), last_attempt=last_attempt())
        if faults and (many or (not row_ids and not await self._answers(besides=frozenset(faults)))):
            raise foremost(faults.values())
        return AdvowareRows(row_ids, unread=frozenset(faults))

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


def _query(after: int, *, max_size: int, order_by: str, order: str = "asc", counted: bool = False) -> ListQuery:
    return ListQuery(
        where=(Where(type="greaterThan", attribute=bookkeeping.BETNR, value=after),),
        select=(bookkeeping.BETNR, bookkeeping.ROW_ID, bookkeeping.STATUS, bookkeeping.BASE),
        order_by=order_by,
        order=order,
        max_size=max_size,
        counted=counted,
        scoped=True,
    )


def _linked(row: Attributes) -> LinkedRow:
    """A row of EspoCRM's list. Raises MissingAttribute, OddAnswer."""
    party_id, row_id, status = str(row["id"]), row.get(bookkeeping.ROW_ID), row.get(bookkeeping.STATUS)
    return LinkedRow(
        party_id=party_id,
        bet_nr=bookkeeping.bet_nr_of(row),
        row_id=row_id if isinstance(row_id, str) else "",
        status=status if isinstance(status, str) else "",
        base=bookkeeping.base_head_of(row, party_id),
    )


def _read_before() -> dict[str, str]:
    """What an attempt that ran out of time had read."""
    told = told_before()
    return dict(told) if isinstance(told, dict) else {}


def _others(rows: Iterable[LinkedRow], *, than: Iterable[LinkedRow]) -> list[LinkedRow]:
    """Those whose betNr is not read anyway."""
    known = {row.bet_nr for row in than}
    return [row for row in rows if row.bet_nr not in known]
