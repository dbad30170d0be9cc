"""The one PUT that ends a sync in EspoCRM: data, link, base and status together (design §5).

EspoCRM may refuse a value (400: left out and told, the rest is written), ignore it (200: the base is put right at
once, or the next sync would take the old value for an edit), or have moved meanwhile (Stale). Its answer echoes what
was sent and is no re-read, but a forbidden attribute shows its stored value (facts/espocrm.md §2.3, recording err-14).
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import JsonValue
from temporalio import activity

from activities.boundary import boundary, by_server_clock, looks_old, now
from activities.espocrm import read_party
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.view import FieldView
from beteiligte.faults import Blame, ConfigurationFault, Rejected, Stale, System
from beteiligte.messages import Language
from beteiligte.record.field_table import FieldTable, Form
from beteiligte.record.mapping import field_at_espocrm, to_espocrm
from beteiligte.record.snapshots import EspoSnapshot
from beteiligte.record.value_kinds import Unmappable, Value
from beteiligte.settle import bookkeeping
from beteiligte.settle.settlement import Settlement, differs, settle
from clients.espocrm import EspoCrmClient
from clients.records import EspoRecord
from contracts import activity_names
from contracts.writing import WriteBackOrder, WrittenBack

VITAL = (bookkeeping.BETNR, bookkeeping.ROW_ID, bookkeeping.BASE)
"""Without these a party would be created or decided anew, so EspoCRM must really have stored them."""
RUN_AGAIN = timedelta(seconds=8)
"""Earlier no local activity of a killed worker runs again: its workflow task lasts 10 s (temporal.md §5)."""
REMEMBERED = 10_000
"""Local write-backs that this process has begun; each is asked for again within seconds or never."""


@dataclass(frozen=True)
class BegunHere:
    """Local write-backs that this process began: what a lost workflow task does again leaves no word in the history.

    The server refuses a run's end that has not heard of a request, a task may fail, and each time its local activities
    are begun anew at once, as first attempts, or as regular ones since there is more than one request now.
    """

    known: OrderedDict[tuple[str, datetime], None] = field(default_factory=OrderedDict)

    def begin(self, order: WriteBackOrder) -> bool:
        """Whether it was begun before: of one run, by one reading of the record, there is one write-back."""
        key = (activity.info().workflow_run_id or "", order.situation.espocrm.read_at)
        before = key in self.known
        if order.local:
            self.known[key] = None
            while len(self.known) > REMEMBERED:
                self.known.popitem(last=False)
        return before


@dataclass
class _Writing:
    """One write-back on its way: what EspoCRM holds, and what it refused so far."""

    order: WriteBackOrder
    present: EspoSnapshot
    refused: dict[str, str]
    language: Language
    table: FieldTable
    word_kept: bool = False
    """EspoCRM refuses to empty a word that is answered."""

    @property
    def values(self) -> dict[str, Value]:
        """Fields to write: decided, not refused, and not already there."""
        held = self.present.side.values
        wanted = self.order.decision.to_espocrm
        return {n: v for n, v in wanted.items() if n not in self.refused and not (n in held and held[n] == v)}

    @property
    def form(self) -> Form:
        """Where names go."""
        return FieldView(self.order.situation, self.table).form

    def settled(self, not_taken: Mapping[str, Value] | None = None, *, overridden: bool = False) -> Settlement:
        """What stands in EspoCRM afterwards."""
        order = self.order
        return settle(
            order.situation,
            order.decision,
            order.landed,
            table=self.table,
            refused=self.refused,
            not_taken=not_taken,
            status_overridden=overridden,
            word_kept=self.word_kept,
            language=self.language,
        )


@dataclass(frozen=True)
class WriteBackActivities:
    """The write-back to EspoCRM."""

    espocrm: EspoCrmClient
    fresh_for: timedelta
    table: FieldTable
    language: Language = Language.GERMAN
    begun: BegunHere = field(default_factory=BegunHere)

    @activity.defn(name=activity_names.ESPOCRM_WRITE_BACK)
    async def write_back(self, order: WriteBackOrder) -> WrittenBack:
        """Bring EspoCRM to what was decided. Safe to repeat. Raises Gone, Stale, ConfigurationFault, Rejected."""
        with by_server_clock(order.local), boundary():
            writing = _Writing(order, order.situation.espocrm, {}, self.language, self.table)
            if self._must_read(order) or _lost_its_link(order):
                writing.present = await self._unmoved(writing)
            if not writing.values and not differs(writing.settled(), writing.present):
                return _report(writing.settled(), wrote=False)
            answer = await self._put(writing)
            return await self._verified(writing, answer)

    def _must_read(self, order: WriteBackOrder) -> bool:
        """Whether it may have been written before, or may have moved. A local one that runs again is a first attempt,
        so that its process or the age of what was read must tell.
        """
        fresh_for = min(self.fresh_for, RUN_AGAIN) if order.local else self.fresh_for
        begun = self.begun.begin(order)
        return begun or order.again or looks_old(order.situation.espocrm.read_at, fresh_for)

    async def _unmoved(self, writing: _Writing) -> EspoSnapshot:
        seen, wanted = writing.present, writing.order.decision.to_espocrm
        current = await read_party(self.espocrm, seen.party_id, self.table)
        settled = writing.settled()
        after = {**seen.side.values, **wanted}
        moved = [n for n, v in current.side.values.items() if v not in (seen.side.values.get(n), after.get(n))]
        said = current.decision not in (seen.decision, "")  # by somebody else, meanwhile
        relinked = current.bet_nr not in (seen.bet_nr, settled.bet_nr)
        # An earlier attempt may have put the base right behind a status that a formula had changed.
        ours = (settled.base_text, writing.settled(overridden=True).base_text)
        rebased = (current.base_text or "") not in (seen.base_text or "", *ours)
        if moved or said or relinked or rebased or current.side.values.keys() != seen.side.values.keys():
            raise Stale(f"party {seen.party_id} changed after it was compared", system=System.ESPOCRM)
        return current

    async def _put(self, writing: _Writing) -> EspoRecord:
        """PUT, leaving out one refused value after the other: only the first faulty field is ever named."""
        while True:
            body = _body(writing, writing.settled())
            try:
                return await self.espocrm.write(writing.present.party_id, body, version=writing.present.version)
            except Rejected as refusal:
                field = field_at_espocrm(refusal.field or "", self.table)
                if refusal.field == bookkeeping.DECISION and not writing.word_kept:
                    writing.word_kept = True
                    continue
                if refusal.field in bookkeeping.ALL:
                    raise _set_up_fault(refusal) from refusal
                if field is None or field not in writing.values:
                    raise
                writing.refused[field] = "validation"

    async def _verified(self, writing: _Writing, answer: EspoRecord) -> WrittenBack:
        settled = writing.settled()
        body = _body(writing, settled)
        _vital_attributes_stored(answer, body)
        writing.word_kept |= bookkeeping.DECISION in body and bool(bookkeeping.word_of(answer.attributes, self.table))
        not_taken = _not_taken(writing, answer)
        overridden = answer.attributes.get(bookkeeping.STATUS) != settled.status.value
        corrected = writing.settled(not_taken, overridden=overridden)
        if corrected.base_text != settled.base_text:
            right: dict[str, JsonValue] = {
                bookkeeping.BASE: corrected.base_text,
                bookkeeping.ERROR: corrected.error_message,
            }
            # Without a version: it is about our own write alone, and must not fail by what a person edits meanwhile.
            await self.espocrm.write(writing.present.party_id, right)
        return _report(corrected, wrote=True)


def _lost_its_link(order: WriteBackOrder) -> bool:
    """Believed when it is read twice: from an older state of the record our write would take base and link back."""
    return any(finding.kind is FindingKind.LINK_LOST for finding in order.decision.findings)


def _body(writing: _Writing, settled: Settlement) -> dict[str, JsonValue]:
    data = to_espocrm(writing.values, writing.form, writing.table)
    return {**data, **bookkeeping.body(settled, writing.present, now=now() + writing.present.ahead)}


def _report(settled: Settlement, *, wrote: bool) -> WrittenBack:
    return WrittenBack(
        status=settled.status.value,
        bet_nr=settled.bet_nr,
        findings=settled.findings,
        unsettled=settled.unsettled,
        wrote=wrote,
    )


def _set_up_fault(refusal: Rejected) -> ConfigurationFault:
    """A refused bookkeeping attribute is the set-up's fault, for instance a missing option of `syncStatus`."""
    return ConfigurationFault(
        f"EspoCRM refuses our value of {refusal.field}: compare its type, length and options with the set-up",
        system=System.ESPOCRM,
        field=refusal.field,
    )


def _vital_attributes_stored(answer: EspoRecord, body: Mapping[str, JsonValue]) -> None:
    for name in VITAL:
        if name in body and answer.attributes.get(name) != body[name]:
            raise ConfigurationFault(
                f"EspoCRM answered 200 and did not store {name}: give the integration's role the right to edit it",
                system=System.ESPOCRM,
                field=name,
                blame=Blame.UNCLEAR,  # a formula may keep it from one record
                operation="write",
            )


def _not_taken(writing: _Writing, answer: EspoRecord) -> dict[str, Value]:
    """Fields whose answer shows another value than was sent, with that value."""
    ignored: dict[str, Value] = {}
    for row in writing.table.rows:
        attribute = row.attribute(writing.form)
        if row.name not in writing.values or attribute is None or attribute not in answer.attributes:
            continue
        try:
            stored = row.kind.canonical(answer.attributes[attribute])
        except Unmappable:
            stored = None
        if stored != writing.values[row.name]:
            ignored[row.name] = stored
    return ignored
