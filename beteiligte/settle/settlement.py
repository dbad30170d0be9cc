"""What both sides hold after the writes, and what is written about it into EspoCRM.

`settle` is called twice: to plan the write-back, and, where EspoCRM's answer differs from what was sent, to put it
right. The base moves only to what the answers showed (correctness.md: a base moved when planned loses edits).
"""

from collections.abc import Mapping, Set
from datetime import datetime

from beteiligte import messages
from beteiligte.decide import base as bases
from beteiligte.decide.base import Base, agreed
from beteiligte.decide.decision import Decision
from beteiligte.decide.findings import ASKED, HOLDING, SETTLED, Finding, FindingKind, Open
from beteiligte.decide.situation import Situation
from beteiligte.decide.verdict import Source
from beteiligte.decide.view import FieldView
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.messages import Language
from beteiligte.record.kinds import Value
from beteiligte.record.snapshots import EspoSnapshot
from beteiligte.record.table import FieldTable, Form
from beteiligte.status import SyncStatus


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


def settle(
    situation: Situation,
    decision: Decision,
    landed: Landed | None = None,
    *,
    table: FieldTable,
    refused: Mapping[str, str] | None = None,
    not_taken: Mapping[str, Value] | None = None,
    status_overridden: bool = False,
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
        language: Of `syncErrorMessage`.
    """
    view = FieldView(situation, table)
    base = view.base
    if decision.held:
        return _held(view, decision, _overridden(status_overridden, base), language)
    espo = _espocrm_after(view, decision, refused or {}, not_taken or {})
    advo = _advoware_after(situation, decision, landed)
    missed = _missed(decision, espo, advo, landed, refused or {}, not_taken or {})
    overridden = _overridden(status_overridden, base)
    findings = (*decision.findings, *(f for f in (*missed, *overridden) if _is_news(f, decision, base)))
    open_now = _open((*decision.findings, *decision.still_open, *missed, *overridden))
    values = {**base.values, **agreed(espo, advo)}
    after = _base_after(view, landed, values, open_now)
    read = landed is None  # the answer of a create may show next to nothing
    if open_now or (read and not espo.keys() <= values.keys()) or not bases.fits(after):
        # What the base cannot hold would look edited for ever, such as a property that Advoware's answers lack.
        after = after.but(seen=bases.fingerprint(after.bet_nr, espo))
    return Settlement(
        bet_nr=after.bet_nr,
        row_id=after.row_id or None,
        status=SyncStatus.CONFLICT if _undecided(open_now) else SyncStatus.CLEAN,
        error_message=messages.summary(open_now, view.table, language),
        base_text=bases.dumps(after),
        findings=findings,
        unsettled=_unsettled(espo, advo, open_now),
    )


def _base_after(
    view: FieldView, landed: Landed | None, values: Mapping[str, Value], open_now: tuple[Open, ...]
) -> Base:
    """What both sides are known to hold, and what is open between them."""
    situation = view.situation
    return Base(
        party_id=situation.espocrm.party_id,
        bet_nr=landed.bet_nr if landed else situation.bet_nr,
        row_id=_row_id(situation, landed) or "",
        form=Form.COMPANY if view.form is Form.COMPANY else None,
        changed_at=_changed_at(situation, landed),
        values=dict(values),
        open=open_now,
    )


def _held(view: FieldView, decision: Decision, overridden: tuple[Finding, ...], language: Language) -> Settlement:
    situation, base = view.situation, view.base
    kept = {item for item in base.open if item.kind not in HOLDING}
    open_now = _open((*decision.findings, *decision.still_open, *overridden), kept)
    deleted = any(item.kind is FindingKind.DELETED_IN_ADVOWARE for item in open_now)
    # The base keeps naming the betNr it was made for: a link that is not confirmed must not become its.
    landed = situation.owed.bet_nr is not None
    keep = view.moved_base if landed else view.stored_base
    bet_nr = situation.espocrm.bet_nr or situation.bet_nr
    held = {
        "seen": bases.fingerprint(bet_nr, view.espocrm),
        "held_row": _held_row(situation),
        "sent": _sent(situation, open_now),
        "asked": _asked(situation, open_now),
    }
    return Settlement(
        bet_nr=bet_nr,
        row_id=situation.owed.row_id if landed else situation.espocrm.row_id,
        status=SyncStatus.DELETED_IN_ADVOWARE if deleted else SyncStatus.CONFLICT,
        error_message=messages.summary(open_now, view.table, language),
        base_text=bases.dumps(keep.model_copy(update={"open": open_now, **held})),
        findings=(*decision.findings, *(found for found in overridden if not base.knows(found))),
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


def _held_row(situation: Situation) -> str:
    """What a sweep goes by that shall not ask for a held party again and again."""
    there = situation.advoware
    if there is None:
        return ""
    return bases.NO_ROW if there.gone else there.row_id or situation.stored_head.held_row


def _espocrm_after(
    view: FieldView, decision: Decision, refused: Mapping[str, str], not_taken: Mapping[str, Value]
) -> dict[str, Value]:
    sent = {name: value for name, value in decision.to_espocrm.items() if name not in refused}
    return {**view.espocrm, **sent, **not_taken}


def _advoware_after(situation: Situation, decision: Decision, landed: Landed | None) -> Mapping[str, Value]:
    """What answers showed: of what was written only the answer to that write, of the rest also what was read."""
    read = situation.advoware.side.values if situation.advoware else {}
    if landed is None:
        return read
    return {**{name: value for name, value in read.items() if name not in decision.to_advoware}, **landed.values}


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


def _missed(
    decision: Decision,
    espo: Mapping[str, Value],
    advo: Mapping[str, Value],
    landed: Landed | None,
    refused: Mapping[str, str],
    not_taken: Mapping[str, Value],
) -> list[Finding]:
    """Fields that were written and do not hold what was written."""

    def finding(kind: FindingKind, name: str, system: System, reason: str = "") -> Finding:
        values = {"espocrm": espo.get(name), "advoware": advo.get(name)}
        return Finding(kind=kind, field=name, system=system, reason=reason, **values)

    found = [finding(FindingKind.REFUSED, name, System.ESPOCRM, reason) for name, reason in refused.items()]
    found += [finding(FindingKind.NOT_TAKEN, name, System.ESPOCRM) for name in not_taken]
    if landed is not None:
        found += [
            finding(FindingKind.NOT_TAKEN, name, System.ADVOWARE)
            for name, value in decision.to_advoware.items()
            if name in advo and advo[name] != value
        ]
        found += landed.findings
    return found


def _is_news(finding: Finding, decision: Decision, base: Base) -> bool:
    """Whoever chose a value is told that it was not taken, also where that was so before."""
    verdict = decision.verdicts.get(finding.field)
    return not base.knows(finding) or (verdict is not None and verdict.source is Source.CHOSEN)


def _undecided(open_now: tuple[Open, ...]) -> bool:
    """A conflict about one field that waits for a person; the other fields go on."""
    return any(item.kind in ASKED for item in open_now)


def _overridden(now: bool, base: Base) -> tuple[Finding, ...]:
    """Once seen it stays known: the status that EspoCRM sets by itself is no longer read as a request."""
    return (Finding(kind=FindingKind.STATUS_OVERRIDDEN),) if now or base.has_open(FindingKind.STATUS_OVERRIDDEN) else ()


def _open(findings: tuple[Finding, ...], kept: Set[Open] = frozenset()) -> tuple[Open, ...]:
    """What stays open, in an order that is the same in every process; what is settled and only told does not."""
    items = kept | {finding.open() for finding in findings if finding.kind not in SETTLED}
    return tuple(sorted(items, key=lambda item: (item.kind, item.field, item.told)))


def _unsettled(espo: Mapping[str, Value], advo: Mapping[str, Value], open_now: tuple[Open, ...]) -> tuple[str, ...]:
    told = {item.field for item in open_now}
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
    )
