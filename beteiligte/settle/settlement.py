"""What both sides hold after the writes, and what is written about it into EspoCRM.

`settle` is called twice: to plan the write-back, and, where EspoCRM's answer differs from what was sent, to put it
right. The base moves only to what the answers showed (correctness.md: a base moved when planned loses edits).
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from beteiligte import messages
from beteiligte.decide import base as bases
from beteiligte.decide import word
from beteiligte.decide.base import Base, SweepMark, agreed
from beteiligte.decide.decision import Decision
from beteiligte.decide.findings import ASKED, HOLDING, SETTLED, Finding, FindingKind, Open
from beteiligte.decide.situation import Situation
from beteiligte.decide.verdict import Source
from beteiligte.decide.view import FieldView
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.messages import Language
from beteiligte.record.field_table import FieldTable, Form
from beteiligte.record.snapshots import EspoSnapshot
from beteiligte.record.value_kinds import Value
from beteiligte.settle.last_said import last_word_of
from beteiligte.sync_status import SyncStatus


class Landed(Frozen):
    """What a write to Advoware left there, as its answer showed."""

    bet_nr: int
    row_id: str | None = None
    changed_at: datetime | None = None
    """Its `geaendertAm`."""
    values: dict[str, Value] = {}
    wrote: bool = True
    """False: an earlier attempt had already brought it there."""
    overtaken: tuple[str, ...] = ()
    """Fields that the answer shows changed although they were not written: somebody edited between read and PUT."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What only the answer shows: no later comparison would find it."""
        if not self.overtaken:
            return ()
        return (Finding(kind=FindingKind.OVERTAKEN, bet_nr=self.bet_nr, fields=self.overtaken),)


class Settlement(Frozen):
    """EspoCRM's side after a sync."""

    bet_nr: int | None
    row_id: str | None
    status: SyncStatus
    error_message: str | None
    base_text: str
    findings: tuple[Finding, ...] = ()
    """All that is new: of the decision, and of what did not take."""
    unsettled: tuple[str, ...] = ()
    """Fields that still differ and that nobody was told of: one more sync is due."""
    stuck: bool = False
    """EspoCRM keeps a word that was answered."""

    def empties(self, espocrm: EspoSnapshot) -> bool:
        """Whether a word stands in the record that is answered by this, so that it counts once."""
        return bool(espocrm.decision) and not self.stuck


def settle(
    situation: Situation,
    decision: Decision,
    landed: Landed | None = None,
    *,
    table: FieldTable,
    refused: Mapping[str, str] | None = None,
    not_taken: Mapping[str, Value] | None = None,
    status_overridden: bool = False,
    word_kept: bool = False,
    language: Language = Language.GERMAN,
) -> Settlement:
    """What stands in EspoCRM afterwards.

    Args:
        situation: What was compared.
        decision: What was decided.
        landed: The answer of the write to Advoware, if there was one.
        table: The fields in force.
        refused: Fields whose value EspoCRM refused, with its reason.
        not_taken: Fields that EspoCRM answered with another value than was sent, with that value.
        status_overridden: EspoCRM stored another status than was sent.
        word_kept: EspoCRM did not let a person's word be emptied.
        language: Of `syncErrorMessage`.
    """
    view = FieldView(situation, table)
    overridden = (*_overridden(status_overridden, view.base), *_stuck(word_kept, view))
    if decision.held:
        return _held(view, decision, overridden, language)
    answers = _Answers(landed, refused or {}, not_taken or {})
    sides = _sides_after(view, decision, answers)
    missed = (*_missed(decision, sides, answers), *overridden)
    open_now = _open((*decision.findings, *decision.still_open, *missed))
    after = expected_base(view, decision, landed, sides, open_now)
    return Settlement(
        bet_nr=after.bet_nr,
        row_id=after.row_id or None,
        status=status_of(open_now, held=False),
        error_message=messages.summary(open_now, table, language),
        base_text=bases.dumps(after),
        findings=(*decision.findings, *(found for found in missed if _is_news(found, decision, view.base))),
        unsettled=_unsettled(sides, open_now),
        stuck=_is_stuck(open_now),
    )


@dataclass(frozen=True)
class _Answers:
    """What both systems answered to what was written, as far as it was."""

    landed: Landed | None
    refused: Mapping[str, str]
    not_taken: Mapping[str, Value]


@dataclass(frozen=True)
class _Sides:
    """What both sides hold, as far as answers showed it."""

    espocrm: Mapping[str, Value]
    advoware: Mapping[str, Value]


def expected_base(
    view: FieldView, decision: Decision, landed: Landed | None, sides: _Sides, open_now: tuple[Open, ...]
) -> Base:
    """What both sides are known to hold then, and what is open between them.

    What a base cannot hold, such as a property that Advoware's answers lack, would look edited for ever: then it is
    marked, and a sweep goes by the mark.
    """
    situation = view.situation
    base = Base(
        party_id=situation.espocrm.party_id,
        bet_nr=landed.bet_nr if landed else situation.bet_nr,
        row_id=_row_id(situation, landed) or "",
        form=Form.COMPANY if view.form is Form.COMPANY else None,
        changed_at=_changed_at(situation, landed),
        values={**view.base.values, **agreed(sides.espocrm, sides.advoware)},
        open=open_now,
        last=last_word_of(situation, decision) or view.stored_base.last,
    )
    read = landed is None  # the answer of a create may show next to nothing
    marked = bool(open_now) or (read and not sides.espocrm.keys() <= base.values.keys()) or not bases.fits(base)
    return base.but(mark=SweepMark(record=bases.fingerprint(base.bet_nr, sides.espocrm))) if marked else base


def status_of(open_now: tuple[Open, ...], *, held: bool) -> SyncStatus:
    """What people see: whether anything waits for one of them, be it a single field while the others go on."""
    if any(item.kind is FindingKind.DELETED_IN_ADVOWARE for item in open_now):
        return SyncStatus.DELETED_IN_ADVOWARE
    waits = held or any(item.kind in ASKED for item in open_now)
    return SyncStatus.CONFLICT if waits else SyncStatus.CLEAN


def _held(view: FieldView, decision: Decision, overridden: tuple[Finding, ...], language: Language) -> Settlement:
    """Nothing but status and questions is written, and what landed before."""
    situation, base = view.situation, view.base
    kept = {item for item in base.open if item.kind not in HOLDING | {FindingKind.DECISION_STUCK}}
    open_now = _open((*decision.findings, *decision.still_open, *overridden), kept)
    landed = situation.owed.bet_nr is not None
    bet_nr = situation.espocrm.bet_nr or situation.bet_nr
    # The base keeps naming the betNr it was made for: a link that is not confirmed must not become its.
    after = (view.moved_base if landed else view.stored_base).but(
        open=open_now,
        mark=SweepMark(record=bases.fingerprint(bet_nr, view.espocrm), row=_row_now(situation)),
        sent=_sent(situation, open_now),
        asked=_asked(situation, open_now),
    )
    return Settlement(
        bet_nr=bet_nr,
        row_id=situation.owed.row_id if landed else situation.espocrm.row_id,
        status=status_of(open_now, held=True),
        error_message=messages.summary(open_now, view.table, language),
        base_text=bases.dumps(after),
        findings=(*decision.findings, *(found for found in overridden if not base.knows(found))),
        stuck=_is_stuck(open_now),
    )


def _sent(situation: Situation, open_now: tuple[Open, ...]) -> str:
    """What an unanswered create was made of, as long as the question is open."""
    if not any(item.kind is FindingKind.CREATE_UNANSWERED for item in open_now):
        return ""
    return situation.owed.sent if situation.owed.unanswered else situation.stored_head.sent


def _asked(situation: Situation, open_now: tuple[Open, ...]) -> str:
    """What was searched with, as long as it is open who the party is."""
    if not any(item.kind is FindingKind.SEVERAL_MATCH for item in open_now):
        return ""
    return situation.owed.asked if situation.owed.several else situation.stored_head.asked


def _row_now(situation: Situation) -> str:
    """Advoware's rowId for the mark; where an answer shows none, the one that was marked before."""
    there = situation.advoware
    if there is None:
        return ""
    return bases.NO_ROW if there.gone else there.row_id or situation.stored_head.mark.row


def _sides_after(view: FieldView, decision: Decision, answers: _Answers) -> _Sides:
    sent = {name: value for name, value in decision.to_espocrm.items() if name not in answers.refused}
    return _Sides({**view.espocrm, **sent, **answers.not_taken}, _advoware_after(view, decision, answers.landed))


def _advoware_after(view: FieldView, decision: Decision, landed: Landed | None) -> Mapping[str, Value]:
    """What answers showed: of what was written only the answer to that write, of the rest also what was read."""
    if landed is None:
        return view.advoware
    kept = {name: value for name, value in view.advoware.items() if name not in decision.to_advoware}
    return {**kept, **landed.values}


def _row_id(situation: Situation, landed: Landed | None) -> str | None:
    if landed and landed.row_id:
        return landed.row_id
    return situation.advoware.row_id if situation.advoware else None


def _changed_at(situation: Situation, landed: Landed | None) -> datetime | None:
    """As it stood when the rowId was new: a time stamp that moves alone must not cost a write."""
    written, read = situation.stored_head, situation.advoware
    if landed and landed.row_id:
        return landed.changed_at
    if read is None or read.row_id == written.row_id:
        return written.changed_at
    return read.changed_at


def _missed(decision: Decision, sides: _Sides, answers: _Answers) -> list[Finding]:
    """Fields that were written and do not hold what was written."""

    def finding(kind: FindingKind, name: str, system: System, reason: str = "") -> Finding:
        values = {"espocrm": sides.espocrm.get(name), "advoware": sides.advoware.get(name)}
        return Finding(kind=kind, field=name, system=system, reason=reason, **values)

    found = [finding(FindingKind.REFUSED, name, System.ESPOCRM, why) for name, why in answers.refused.items()]
    found += [finding(FindingKind.NOT_TAKEN, name, System.ESPOCRM) for name in answers.not_taken]
    if answers.landed is None:
        return found
    there = sides.advoware
    missing = [name for name, value in decision.to_advoware.items() if name in there and there[name] != value]
    found += [finding(FindingKind.NOT_TAKEN, name, System.ADVOWARE) for name in missing]
    return [*found, *answers.landed.findings]


def _is_news(finding: Finding, decision: Decision, base: Base) -> bool:
    """Whoever chose a value is told that it was not taken, also where that was so before."""
    verdict = decision.verdicts.get(finding.field)
    return not base.knows(finding) or (verdict is not None and verdict.source is Source.CHOSEN)


def _overridden(now: bool, base: Base) -> tuple[Finding, ...]:
    """Once seen it stays known: the status that EspoCRM sets by itself is no longer read as a request."""
    return (Finding(kind=FindingKind.STATUS_OVERRIDDEN),) if now or base.has_open(FindingKind.STATUS_OVERRIDDEN) else ()


def _stuck(now: bool, view: FieldView) -> tuple[Finding, ...]:
    """Known as long as the same word stands there: it was answered."""
    kept = word.stuck(view.situation.espocrm.decision)
    return (kept,) if view.situation.espocrm.decision and (now or view.base.knows(kept)) else ()


def _is_stuck(open_now: tuple[Open, ...]) -> bool:
    return any(item.kind is FindingKind.DECISION_STUCK for item in open_now)


def _open(findings: tuple[Finding, ...], kept: Set[Open] = frozenset()) -> tuple[Open, ...]:
    """What stays open, in an order that is the same in every process; what is settled and only told does not."""
    items = kept | {finding.open() for finding in findings if finding.kind not in SETTLED}
    return tuple(sorted(items, key=lambda item: (item.kind, item.field, item.told)))


def _unsettled(sides: _Sides, open_now: tuple[Open, ...]) -> tuple[str, ...]:
    told, espo, advo = {item.field for item in open_now}, sides.espocrm, sides.advoware
    return tuple(name for name in espo if name in advo and espo[name] != advo[name] and name not in told)


def differs(settlement: Settlement, espocrm: EspoSnapshot) -> bool:
    """Whether anything about the bookkeeping must be written although no data is."""
    overridden = bases.head(settlement.base_text, espocrm.party_id).has_open(FindingKind.STATUS_OVERRIDDEN)
    return (
        settlement.bet_nr != espocrm.bet_nr
        or settlement.row_id != espocrm.row_id
        or settlement.base_text != (espocrm.base_text or "")
        or settlement.error_message != espocrm.error_message
        or (settlement.status != espocrm.status and not overridden)
        or settlement.empties(espocrm)
    )
