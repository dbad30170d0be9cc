"""What a sync does in EspoCRM: read, find who holds a betNr, enter one, show `syncing`, write a final failure.

The write-back has a file of its own, activities/write_back.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue
from temporalio import activity

from activities.boundary import boundary, last_attempt, now
from activities.failure_history import FailureHistory
from activities.history import HistoryActivities
from activities.other_parties import OtherParties
from beteiligte.decide import base as bases
from beteiligte.decide.base import Base
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.word import stuck
from beteiligte.faults import Gone, Locked, Rejected, Stale, SyncFault, System
from beteiligte.messages import Language, failure_summary
from beteiligte.record.field_table import FieldTable
from beteiligte.record.snapshots import EspoSnapshot
from beteiligte.settle import bookkeeping
from beteiligte.sync_status import SyncStatus
from clients.espocrm import EspoCrmClient
from clients.records import EspoRecord
from contracts import activity_names
from contracts.fault_report import FailureOrder, FailureWritten
from contracts.look_up import FindRivals
from contracts.reading import FetchParty, FindHolders, Holders
from contracts.writing import Linked, LinkOrder, Marked, MarkSyncing


async def read_party(espocrm: EspoCrmClient, party_id: str, table: FieldTable) -> EspoSnapshot:
    """A snapshot of the party. Raises what the client raises, MissingAttribute and OddAnswer."""
    return snapshot(party_id, await espocrm.read(party_id), table)


def snapshot(party_id: str, record: EspoRecord, table: FieldTable) -> EspoSnapshot:
    """A record as this attempt read it. Raises MissingAttribute, OddAnswer."""
    read = bookkeeping.espo_snapshot(party_id, record.attributes, table, read_at=now(), version=record.version)
    # What is written into the record as the moment of its sync is compared with its `modifiedAt`.
    return read.but(ahead=record.at - read.read_at) if record.at else read


@dataclass(frozen=True)
class EspoCrmActivities:
    """Activities on EspoCRM."""

    espocrm: EspoCrmClient
    other_parties: OtherParties
    history: HistoryActivities
    table: FieldTable
    language: Language = Language.GERMAN

    @activity.defn(name=activity_names.ESPOCRM_FETCH)
    async def fetch(self, order: FetchParty) -> EspoSnapshot:
        """Read the party; a record that no longer exists is an answer, not a failure."""
        with boundary():
            try:
                record = await self.espocrm.read(order.party_id)
            except Gone:
                return EspoSnapshot(party_id=order.party_id, read_at=now(), gone=True)
            if not await self.espocrm.concerns(record):
                return EspoSnapshot(party_id=order.party_id, read_at=now(), excluded=True)
            party = snapshot(order.party_id, record, self.table)
            return await self.known(party)

    async def known(self, party: EspoSnapshot) -> EspoSnapshot:
        """The snapshot with what earlier runs tell of its link: a restored record may not show it, or another's."""
        unnamed = bases.head(party.base_text, party.party_id).bet_nr is None
        if party.bet_nr is not None:
            elsewhere = await self.history.known_elsewhere(party.bet_nr, besides=party.party_id)
            party = party.but(known_elsewhere=elsewhere)
        if unnamed and (party.bet_nr is None or party.first_link):
            party = party.but(known_bet_nr=await self.history.agreed_bet_nr(party.party_id))
        if party.bet_nr is not None and party.first_link:
            told = await self.history.told_deleted(party.bet_nr, besides=party.party_id)
            party = party.but(told_deleted=told)
        return party

    @activity.defn(name=activity_names.ESPOCRM_HOLDERS)
    async def holders(self, order: FindHolders) -> Holders:
        """Other records with the same betNr."""
        with boundary():
            return await self.other_parties.holders(order.bet_nr, besides=order.party_id)

    @activity.defn(name=activity_names.ESPOCRM_RIVALS)
    async def rivals(self, order: FindRivals) -> Holders:
        """Other records of the same name without a betNr that wait for a person."""
        with boundary():
            others = await self.other_parties.waiting(
                order.values.get(self.table.name) or "", self.table, besides=order.party_id
            )
            return Holders(others=others, held=others)

    @activity.defn(name=activity_names.ESPOCRM_LINK)
    async def link(self, order: LinkOrder) -> Linked:
        """Enter the betNr, unless the record has another one. Safe to repeat: it reads first."""
        with boundary():
            try:
                present = await read_party(self.espocrm, order.party_id, self.table)
            except Gone:
                return Linked(bet_nr=None)
            if present.bet_nr is not None:
                return Linked(bet_nr=present.bet_nr)
            values: dict[str, JsonValue] = {bookkeeping.BETNR: order.bet_nr}
            await self.espocrm.write(order.party_id, values, version=present.version)
            return Linked(bet_nr=order.bet_nr)

    @activity.defn(name=activity_names.ESPOCRM_MARK_SYNCING)
    async def mark_syncing(self, order: MarkSyncing) -> Marked:
        """Show people that a sync is under way."""
        with boundary():
            answer = await self.espocrm.write(order.party_id, {bookkeeping.STATUS: SyncStatus.SYNCING.value})
            return Marked(version=answer.version)

    @activity.defn(name=activity_names.ESPOCRM_WRITE_FAILURE)
    async def write_failure(self, order: FailureOrder) -> FailureWritten:
        """Write status and cause, unless people know them; a status that EspoCRM sets itself aside.

        Where EspoCRM takes no status either, what people know stands on the party's runs (failure_history.py), and is
        not tried again until something else is to be told.
        """
        with boundary():
            before = await FailureHistory(self.history.client).of(order.party_id)
            told = [seen.trouble for seen in before if seen.trouble.told == order.fault.told]
            locked = order.fault.code == Locked.code and order.fault.system is System.ESPOCRM
            if locked or any(trouble.unwritten for trouble in told):
                return FailureWritten(known=bool(told), refused=True)
            try:
                return await self._write_failure(order, told=bool(told))
            except (Gone, Stale):
                raise
            except SyncFault as refusal:
                if refusal.retry and not last_attempt():
                    raise
                activity.logger.warning("the status of party %s was not written: %s", order.party_id, refusal)
                return FailureWritten(known=bool(told), refused=not refusal.retry)

    async def _write_failure(self, order: FailureOrder, *, told: bool) -> FailureWritten:
        status = SyncStatus.PERMANENTLY_FAILED if order.permanent else SyncStatus.FAILED
        fault = order.fault
        error = failure_summary(
            fault.code, fault.system, fault.field, self.table, self.language, said=fault.said, own=order.permanent
        )
        wanted = {bookkeeping.STATUS: status.value, bookkeeping.ERROR: error}
        present = (await self.espocrm.read(order.party_id)).attributes
        base = bookkeeping.base_of(present, order.party_id, self.table)
        overridden = base.has_open(FindingKind.STATUS_OVERRIDDEN)
        # Who chose a word is told that it came to nothing, also of a failure that is known; then it is his again.
        said = self._said(present, base) if order.permanent and not order.asked_since else ""
        kept = {n: v for n, v in wanted.items() if not (overridden and n == bookkeeping.STATUS)}
        if not said and all(present.get(n) == v for n, v in kept.items()):
            # An attempt whose answer was lost wrote it, and nobody was told yet.
            return FailureWritten(known=told or activity.info().attempt == 1)
        # A slow sync shows `syncing` meanwhile: what stands beside it was told.
        known = present.get(bookkeeping.ERROR) == error and present.get(bookkeeping.STATUS) == SyncStatus.SYNCING
        answer = await self._put_failure(order.party_id, wanted, empty=bool(said))
        overrides = answer.attributes.get(bookkeeping.STATUS) != status.value and not overridden
        sticks = bool(said and bookkeeping.word_of(answer.attributes, self.table))
        if not (overrides or sticks) or base.unreadable:
            return FailureWritten(known=known and not said)
        marked = base.with_open(Finding(kind=FindingKind.STATUS_OVERRIDDEN)) if overrides else base
        marked = marked.with_open(stuck(said)) if sticks else marked
        await self.espocrm.write(order.party_id, {bookkeeping.BASE: bases.dumps(marked)})
        return FailureWritten(known=known and not said, overridden=overrides, word_kept=said if sticks else "")

    def _said(self, present: Mapping[str, JsonValue], base: Base) -> str:
        """A word that somebody waits for."""
        word = bookkeeping.word_of(present, self.table)
        return "" if base.knows(stuck(word)) else word

    async def _put_failure(self, party_id: str, wanted: Mapping[str, JsonValue], *, empty: bool) -> EspoRecord:
        """With the word emptied where there is one; an EspoCRM that refuses that takes the rest."""
        if empty:
            try:
                return await self.espocrm.write(party_id, {**wanted, bookkeeping.DECISION: None})
            except Rejected as refusal:
                if refusal.field != bookkeeping.DECISION:
                    raise
        return await self.espocrm.write(party_id, dict(wanted))
