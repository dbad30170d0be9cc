"""What a sync does in Advoware: read, push, create exactly once, look up. Safe to repeat: each looks before it writes.

The PUT there replaces the whole record and the POST is not idempotent (facts/advoware.md §2); the rules that follow
from it are design §5.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity
from temporalio.service import RPCError

from activities.boundary import boundary, looks_old, now
from activities.candidate_search import CandidateSearch, bet_nr
from activities.espocrm import read_party
from activities.history import HistoryActivities
from activities.other_parties import OtherParties
from beteiligte.decide.found import Candidates
from beteiligte.decide.matching import Matching
from beteiligte.faults import (
    AmbiguousCreate,
    BegunElsewhere,
    Blame,
    Gone,
    OddAnswer,
    Stale,
    SyncFault,
    System,
    TooLarge,
    Transient,
)
from beteiligte.record.field_table import FieldTable
from beteiligte.record.mapping import from_advoware, overlay, to_advoware
from beteiligte.record.size import MAX_RAW, is_too_large
from beteiligte.record.snapshots import AdvowareSnapshot, Side
from beteiligte.record.value_kinds import Value
from beteiligte.settle.bookkeeping import advoware_snapshot, changed_at
from beteiligte.settle.settlement import Landed
from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from clients.records import AdvowareRecord
from contracts import activity_names
from contracts.look_up import LookUpOrder
from contracts.reading import FetchRecord, Left, LeftOrder
from contracts.writing import CreateOrder, PushOrder

REFUSED = "refused"
"""Heartbeat detail by which an attempt leaves word that its POST was surely refused."""


@dataclass(frozen=True)
class AdvowareActivities:
    """Activities on Advoware; EspoCRM is asked where a link or a create must be checked first."""

    advoware: AdvowareClient
    espocrm: EspoCrmClient
    history: HistoryActivities
    fresh_for: timedelta
    matching: Matching

    @property
    def table(self) -> FieldTable:
        """The field table in force."""
        return self.matching.table

    @activity.defn(name=activity_names.ADVOWARE_FETCH)
    async def fetch(self, order: FetchRecord) -> AdvowareSnapshot:
        """Read the party. A 404 is believed only while another known party still answers (design §5)."""
        with boundary():
            try:
                return await self._read(order.bet_nr)
            except Gone:
                await OtherParties(self.espocrm, self.advoware).confirm_gone(
                    order.party_id, order.bet_nr, never_linked=order.never_linked
                )
                return AdvowareSnapshot(bet_nr=order.bet_nr, read_at=now(), gone=True)

    @activity.defn(name=activity_names.ADVOWARE_LEFT)
    async def left(self, order: LeftOrder) -> Left:
        """Whether the party that the record was linked to before is left without one. Never a reason to fail a sync
        for good: a 404 is believed as it is, since nothing is done by it.
        """
        with boundary():
            if (await OtherParties(self.espocrm, self.advoware).holders(order.bet_nr, besides=order.party_id)).others:
                return Left(behind=False)
            try:
                await self.advoware.read(order.bet_nr)
            except Gone:
                return Left(behind=False)
            return Left(behind=True)

    @activity.defn(name=activity_names.ADVOWARE_PUSH)
    async def push(self, order: PushOrder) -> Landed:
        """Bring fields to the given values with one PUT of the whole record. Raises Stale if it moved meanwhile."""
        with boundary():
            seen = order.seen.but(side=from_advoware(order.seen.raw, self.table))
            if looks_old(seen.read_at, self.fresh_for):
                current = await self._read(seen.bet_nr)
                landed_before = _holds(current.side, order.values)
                if not _as_compared(current.side, seen.side, besides=order.values if landed_before else {}):
                    raise Stale(f"betNr {seen.bet_nr} changed after it was compared", system=System.ADVOWARE)
                if landed_before:
                    return _landed(current, wrote=False)
                seen = current
            landed = await self._replaced(seen, order.values)
            return landed.but(overtaken=_overtaken(landed, seen.side, order.values))

    async def _replaced(self, seen: AdvowareSnapshot, values: dict[str, Value]) -> Landed:
        """PUT; what its answer should show and does not is read once: the base moves only to what was seen.

        A read that fails fails the attempt: the next one reads first and finds that it landed. An answer that is none
        is believed where the read shows what was sent.
        """
        try:
            answer = await self.advoware.replace(seen.bet_nr, overlay(seen.raw, values, self.table))
        except OddAnswer:
            current = await self._read(seen.bet_nr)
            if not _holds(current.side, values):
                raise
            return _landed(current)
        landed = self._from_answer(seen.bet_nr, answer)
        shown = values.keys() <= landed.values.keys()
        return landed if landed.row_id is not None and shown else _landed(await self._read(seen.bet_nr))

    @activity.defn(name=activity_names.ADVOWARE_CREATE)
    async def create(self, order: CreateOrder) -> Landed:
        """POST at most once. Raises AmbiguousCreate when it is not known whether the party was created."""
        with boundary():
            attempt = activity.info().attempt
            if attempt > 1 and not _predecessor_was_refused():
                raise AmbiguousCreate(
                    f"an earlier attempt to create party {order.seen.party_id} left no word of its outcome",
                    system=System.ADVOWARE,
                )
            await self._only_begun_here(order, attempt)
            if looks_old(order.seen.read_at, self.fresh_for):
                await self._still_wanted(order, attempt)
            await self._hear_of_outages()
            answer = await self._post(order, attempt)
            return await self._shown(order, answer)

    async def _only_begun_here(self, order: CreateOrder, attempt: int) -> None:
        """A run that was reset or terminated may have sent the POST, and its activity may still send it."""
        party_id = order.seen.party_id
        try:
            elsewhere = await self.history.begun_before(party_id, order.name)
        except (RPCError, TimeoutError) as error:
            activity.heartbeat(REFUSED, attempt)  # this attempt sent no POST
            raise Transient(
                f"Temporal does not tell whether another run began to create party {party_id}; nothing was sent",
                system=System.ADVOWARE,
                blame=Blame.PARTY,  # an outage of Advoware it is not
            ) from error
        if elsewhere:
            raise BegunElsewhere(
                f"another run began to create party {party_id} and left no word of its outcome; "
                "look in Advoware before creating it again",
                system=System.ADVOWARE,
            )

    async def _still_wanted(self, order: CreateOrder, attempt: int) -> None:
        try:
            current = await read_party(self.espocrm, order.seen.party_id, self.table)
        except Transient:
            activity.heartbeat(REFUSED, attempt)  # this attempt sent no POST
            raise
        if current.bet_nr is not None or current.side != order.seen.side:
            raise Stale(f"party {order.seen.party_id} changed after it was compared", system=System.ESPOCRM)

    async def _hear_of_outages(self) -> None:
        """What this process has not met itself, another one may have."""
        if self.advoware.proven:
            return
        with suppress(RPCError, TimeoutError):
            if await self.history.outage_open(System.ADVOWARE):
                self.advoware.doubt()

    async def _post(self, order: CreateOrder, attempt: int) -> AdvowareRecord:
        try:
            return await self.advoware.create(to_advoware(order.values, self.table))
        except Transient as fault:
            if fault.surely_refused:
                activity.heartbeat(REFUSED, attempt)
                raise
            raise AmbiguousCreate(
                f"Advoware did not say whether it created party {order.seen.party_id} ({fault.code}); "
                "look there before creating it again",
                system=System.ADVOWARE,
            ) from fault

    async def _shown(self, order: CreateOrder, answer: AdvowareRecord) -> Landed:
        """What the POST's answer holds beside betNr was never settled: without rowId or values it is read once.

        A failed extra read must not lose the betNr. Without values nothing is agreed, and the first edit would look
        like a conflict.
        """
        landed = self._from_answer(bet_nr(answer), answer)
        if landed.row_id is not None and order.values.keys() <= landed.values.keys():
            return landed
        try:
            return _landed(await self._read(landed.bet_nr))
        except SyncFault as fault:
            activity.logger.warning("new betNr %s was not read yet: %s", landed.bet_nr, fault.code)
            return landed

    @activity.defn(name=activity_names.ADVOWARE_LOOK_UP)
    async def look_up(self, order: LookUpOrder) -> Candidates:
        """Parties that it may be and that no EspoCRM record holds."""
        with boundary():
            return await self.candidates(order)

    async def candidates(self, order: LookUpOrder) -> Candidates:
        """The same, for an activity that asks for many."""
        return await CandidateSearch(OtherParties(self.espocrm, self.advoware), self.matching).candidates(order)

    async def _read(self, bet_nr: int) -> AdvowareSnapshot:
        record = await self.advoware.read(bet_nr)
        if is_too_large(record.fields):
            raise TooLarge(
                f"Advoware's record of betNr {bet_nr} is larger than {MAX_RAW} bytes, all its entries counted",
                system=System.ADVOWARE,
            )
        return advoware_snapshot(bet_nr, record.row_id, record.fields, self.table, read_at=now())

    def _from_answer(self, bet_nr: int, answer: AdvowareRecord) -> Landed:
        values = from_advoware(answer.fields, self.table).values
        return Landed(bet_nr=bet_nr, row_id=answer.row_id, changed_at=changed_at(answer.fields), values=values)


def _overtaken(landed: Landed, seen: Side, written: dict[str, Value]) -> tuple[str, ...]:
    """What we did not write and yet changed under us shows that somebody edited between our read and our PUT."""
    kept = (landed.values.keys() & seen.values.keys()) - written.keys()
    return tuple(sorted(name for name in kept if landed.values[name] != seen.values[name]))


def _predecessor_was_refused() -> bool:
    info = activity.info()
    return list(info.heartbeat_details) == [REFUSED, info.attempt - 1]


def _landed(snapshot: AdvowareSnapshot, *, wrote: bool = True) -> Landed:
    return Landed(
        bet_nr=snapshot.bet_nr,
        row_id=snapshot.row_id,
        changed_at=snapshot.changed_at,
        values=snapshot.side.values,
        wrote=wrote,
    )


def _as_compared(current: Side, seen: Side, *, besides: Mapping[str, Value]) -> bool:
    """Whether it stands there as it was compared, but for what was written: else EspoCRM would get what stood there."""
    return current.values | {**besides} == seen.values | {**besides} and current.but(values={}) == seen.but(values={})


def _holds(side: Side, values: dict[str, Value]) -> bool:
    return all(name in side.values and side.values[name] == value for name, value in values.items())
