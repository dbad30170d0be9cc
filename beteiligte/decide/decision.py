"""Decides, field by field, which side's value both sides should have.

Pure: two snapshots, a base and the rules in, a Decision out. Read `decide` (the whole party), `_fields` and `judge`
(one field). Who wins a conflict: policy.py, by what: evidence.py, on a person's word: choice.py. Parties without a
base: first_sync.py. What is told and asked about fields: questions.py. What holds a whole party back: link_rules.py and
holds.py. What both sides hold afterwards and what is written about it: settlement.py.
Held by tests/laws/test_decision.py: every combination of three values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from beteiligte.decide import first_sync, holds, link_rules, questions, record_word
from beteiligte.decide.base import Base
from beteiligte.decide.choice import Choice, ChoiceRefusal, carry_out
from beteiligte.decide.evidence import Basis, Resolution, newest, set_back
from beteiligte.decide.findings import ASKED, SETTLED, Finding, FindingKind
from beteiligte.decide.policy import Rules
from beteiligte.decide.situation import Situation
from beteiligte.decide.verdict import FieldVerdict, Source
from beteiligte.decide.view import FieldView
from beteiligte.frozen import Frozen
from beteiligte.record.value_kinds import Value
from beteiligte.sync_status import Result


class Action(StrEnum):
    """What Advoware needs."""

    NOTHING = "nothing"
    CREATE = "create"
    PUSH = "push"


class Decision(Frozen):
    """What a sync does; stands in the history and explains itself."""

    result: Result
    action: Action = Action.NOTHING
    to_advoware: dict[str, Value] = {}
    to_espocrm: dict[str, Value] = {}
    verdicts: dict[str, FieldVerdict] = {}
    """Of the fields that are not simply equal."""
    findings: tuple[Finding, ...] = ()
    """New ones, to be told. `still_open` holds those that were told before."""
    still_open: tuple[Finding, ...] = ()
    held: bool = False
    """Nothing but status and open questions is written until a person acts."""
    declined: dict[str, ChoiceRefusal] = {}
    """Choices that are not carried out, by field."""


def decide(situation: Situation, rules: Rules) -> Decision:
    """The decision of one sync."""
    decision = _decide(FieldView(situation, rules.table), rules)
    if situation.espocrm.decision and decision.result is not Result.EXCLUDED and not situation.espocrm.gone:
        decision = _with_word(decision, situation, rules)
    if decision.held or decision.action is Action.CREATE:
        return decision.but(declined={choice.field: ChoiceRefusal.NOT_COMPARED for choice in situation.choices})
    return decision


def _with_word(plain: Decision, situation: Situation, rules: Rules) -> Decision:
    """With what a person chose in the record: of what was told and stands as it was told, and answered in any case."""
    chosen = record_word.choices(situation, plain)
    word = situation.but(choices=(*situation.choices, *chosen)) if chosen else situation
    decision = _decide(FieldView(word, rules.table), rules) if chosen else plain
    return decision.but(findings=(*decision.findings, *record_word.answers(situation, decision, chosen)))


def _decide(view: FieldView, rules: Rules) -> Decision:
    situation = view.situation
    if situation.espocrm.gone:
        findings = holds.deleted_in_espocrm(situation)
        new, known = ((), findings) if situation.delete_told else (findings, ())
        return Decision(result=Result.DELETED, findings=new, still_open=known, held=True)
    if situation.espocrm.excluded:
        return Decision(result=Result.EXCLUDED, held=True)
    if hold := link_rules.hold(view, rules):
        return _held(hold, view.base)
    return _create(view) if situation.bet_nr is None else _compare(view, rules)


def _held(finding: Finding, base: Base) -> Decision:
    result = Result.DELETED if finding.kind is FindingKind.DELETED_IN_ADVOWARE else Result.CONFLICT
    new, known = questions.sorted_out((finding,), base)
    return Decision(result=result, findings=new, still_open=known, held=True)


def _create(view: FieldView) -> Decision:
    filled = {name: value for name, value in view.espocrm.items() if value is not None}
    writable = view.table.writable
    left_out = [
        Finding(kind=FindingKind.NOT_WRITABLE, field=name, espocrm=value)
        for name, value in filled.items()
        if name not in writable
    ]
    told = (*left_out, *questions.unmappable(view), *holds.moved(view.situation))
    new, known = questions.sorted_out(told, view.base)
    return Decision(
        result=Result.CREATE,
        action=Action.CREATE,
        to_advoware={name: value for name, value in filled.items() if name in writable},
        findings=new,
        still_open=known,
    )


def _compare(view: FieldView, rules: Rules) -> Decision:
    plain = _fields(view, rules)
    answering, late = _still_asked(view, plain)
    chosen, declined = carry_out(answering, view.espocrm, view.advoware, view.table)
    verdicts = {**plain, **chosen}
    told = (*questions.of_fields(verdicts, view), *holds.moved(view.situation))
    new, known = questions.sorted_out(told, view.base)
    waiting = {finding.field for finding in (*new, *known) if finding.kind not in SETTLED}
    acting = {name: verdict for name, verdict in verdicts.items() if name not in waiting}
    to_advoware, to_espocrm = _to_write(acting, view)
    if doubt := holds.of_form(view, to_espocrm):
        return _held(doubt, view.base)
    if guard := holds.of_emptying(view, _unasked(to_advoware, chosen), _unasked(to_espocrm, chosen)):
        return _held(guard, view.base)
    conflict = any(verdict.conflict for verdict in acting.values())
    undecided = any(finding.kind in ASKED for finding in (*new, *known))
    return Decision(
        result=Result.CONFLICT if conflict or undecided else _direction(to_advoware, to_espocrm),
        action=Action.PUSH if to_advoware else Action.NOTHING,
        to_advoware=to_advoware,
        to_espocrm=to_espocrm,
        verdicts=verdicts,
        findings=new,
        still_open=known,
        declined={**declined, **late},
    )


def _still_asked(view: FieldView, plain: Mapping[str, FieldVerdict]) -> tuple[list[Choice], dict[str, ChoiceRefusal]]:
    """The choices but for those whose question was answered, or reads otherwise by now than it was told."""
    choices = view.situation.choices
    if not any(choice.asked for choice in choices):
        return list(choices), {}
    told = {(found.field, found.fingerprint()) for found in questions.of_fields(plain, view)}
    late = {
        choice.field: ChoiceRefusal.CHANGED if choice.field in dict(told) else ChoiceRefusal.ANSWERED
        for choice in choices
        if choice.asked and (choice.field, choice.asked) not in told
    }
    done = {(found.field, found.by, found.at) for found in view.situation.owed.findings}
    return (
        [choice for choice in choices if choice.field not in late],
        {c.field: late[c.field] for c in choices if c.field in late and (c.field, c.by, c.at) not in done},
    )


def _to_write(verdicts: Mapping[str, FieldVerdict], view: FieldView) -> tuple[dict[str, Value], dict[str, Value]]:
    """What each side must get to hold what both shall have."""
    espo, advo = view.espocrm, view.advoware
    wanted = {n: v.value(espo[n], advo[n]) for n, v in verdicts.items() if v.source is not Source.NOTHING}
    to_advoware = {name: value for name, value in wanted.items() if value != advo[name]}
    return to_advoware, {name: value for name, value in wanted.items() if value != espo[name]}


def _unasked(values: Mapping[str, Value], chosen: Mapping[str, FieldVerdict]) -> dict[str, Value]:
    """Without what a person chose: an emptiness on his word is no accident."""
    return {name: value for name, value in values.items() if name not in chosen}


def _fields(view: FieldView, rules: Rules) -> dict[str, FieldVerdict]:
    """Verdicts of the fields known on both sides and not simply equal."""
    there = view.situation.advoware
    assert there is not None, "a linked party is read on both sides before it is compared"
    espo, advo = view.espocrm, view.advoware
    record = _Record(
        base=view.base,
        evidence=first_sync.evidence(view.situation.espocrm, there, rules),
        newest=newest(view.situation.espocrm, there),
        set_back=set_back(view.stored_base, there),
    )
    differing = [row.name for row in view.table.rows if row.name in espo and row.name in advo]
    return {
        name: _verdict(name, espo[name], advo[name], record, rules) for name in differing if espo[name] != advo[name]
    }


@dataclass(frozen=True, slots=True)
class _Record:
    """What is known of the record as a whole, by which each of its fields is judged."""

    base: Base
    evidence: Resolution
    newest: Resolution
    set_back: bool


def _verdict(name: str, espocrm: Value, advoware: Value, record: _Record, rules: Rules) -> FieldVerdict:
    base, by_policy = record.base, rules.resolution(name, record.newest)
    if base.has_open(FindingKind.SET_BACK, name) or (record.set_back and base.values.get(name) != advoware):
        return FieldVerdict.of_conflict(Resolution(basis=Basis.SET_BACK), "an older record came back in Advoware")
    if by_policy.basis is Basis.MANUAL and base.has_open(FindingKind.UNDECIDED, name):
        # Also where one side took its edit back: an answer to the question would look just like that.
        return FieldVerdict.of_conflict(by_policy, "asked, and the sides do not agree yet")
    if name in base.values:
        return judge(base.values[name], espocrm, advoware, by_policy)
    return first_sync.judge(espocrm, advoware, record.evidence, by_policy)


def judge(base: Value, espocrm: Value, advoware: Value, by_policy: Resolution) -> FieldVerdict:
    """What one field with a base needs."""
    if espocrm == advoware:
        return FieldVerdict(source=Source.NOTHING, because="both sides agree")
    match (espocrm != base, advoware != base):
        case (True, False):
            return FieldVerdict(source=Source.ESPOCRM, because="edited in EspoCRM only")
        case (False, True):
            return FieldVerdict(source=Source.ADVOWARE, because="edited in Advoware only")
        case _:
            return FieldVerdict.of_conflict(by_policy, "edited on both sides")


def _direction(to_advoware: Mapping[str, Value], to_espocrm: Mapping[str, Value]) -> Result:
    if to_advoware and to_espocrm:
        return Result.MERGE
    if to_advoware:
        return Result.ESPOCRM_NEWER
    return Result.ADVOWARE_NEWER if to_espocrm else Result.NO_CHANGE
