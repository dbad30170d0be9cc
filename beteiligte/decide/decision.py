"""Decides, field by field, which side's value both sides should have.

Pure: two snapshots, a base and the rules in, a Decision out. Read `decide` (the whole party), `_fields` and `judge`
(one field). Who wins a conflict: policy.py, by what: evidence.py, on a person's word: choice.py. Parties without a
base: first_sync.py. What is told and asked about fields: questions.py. What holds a whole party back: link_rules.py and
holds.py. What both sides hold afterwards and what is written about it: settlement.py.
Held by tests/laws/test_decision.py: every combination of three values.
"""

from collections.abc import Mapping
from enum import StrEnum

from beteiligte.decide import first_sync, holds, link_rules, questions
from beteiligte.decide.base import Base
from beteiligte.decide.choice import Refusal, carry_out
from beteiligte.decide.evidence import Basis, Resolution, newest, set_back
from beteiligte.decide.findings import ASKED, SETTLED, Finding, FindingKind
from beteiligte.decide.policy import Rules
from beteiligte.decide.situation import Situation
from beteiligte.decide.verdict import Source, Verdict
from beteiligte.frozen import Frozen
from beteiligte.record.kinds import Value
from beteiligte.status import Result


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
    verdicts: dict[str, Verdict] = {}
    """Of the fields that are not simply equal."""
    findings: tuple[Finding, ...] = ()
    """New ones, to be told. `still_open` holds those that were told before."""
    still_open: tuple[Finding, ...] = ()
    held: bool = False
    """Nothing but status and open questions is written until a person acts."""
    declined: dict[str, Refusal] = {}
    """Choices that are not carried out, by field."""


def decide(situation: Situation, rules: Rules) -> Decision:
    """The decision of one sync."""
    decision = _decide(situation, rules)
    if decision.held or decision.action is Action.CREATE:
        declined = {choice.field: Refusal.NOT_COMPARED for choice in situation.choices}
        return decision.model_copy(update={"declined": declined})
    return decision


def _decide(situation: Situation, rules: Rules) -> Decision:
    base = situation.base()
    if situation.espocrm.gone:
        findings = holds.deleted_in_espocrm(situation)
        new, known = ((), findings) if situation.delete_told else (findings, ())
        return Decision(result=Result.DELETED, findings=new, still_open=known, held=True)
    if situation.espocrm.excluded:
        return Decision(result=Result.EXCLUDED, held=True)
    if hold := link_rules.hold(situation, rules):
        return _held(hold, base)
    if situation.bet_nr is None:
        return _create(situation, base, rules)
    return _compare(situation, base, rules)


def _held(finding: Finding, base: Base) -> Decision:
    result = Result.DELETED if finding.kind is FindingKind.DELETED_IN_ADVOWARE else Result.CONFLICT
    new, known = questions.sorted_out((finding,), base)
    return Decision(result=result, findings=new, still_open=known, held=True)


def _create(situation: Situation, base: Base, rules: Rules) -> Decision:
    filled = {name: value for name, value in situation.at_espocrm().items() if value is not None}
    findings = [
        Finding(kind=FindingKind.NOT_WRITABLE, field=name, espocrm=filled[name])
        for name in filled
        if name not in rules.table.writable
    ]
    new, known = questions.sorted_out(
        [*findings, *questions.unmappable(situation, base), *holds.moved(situation)], base
    )
    return Decision(
        result=Result.CREATE,
        action=Action.CREATE,
        to_advoware={name: value for name, value in filled.items() if name in rules.table.writable},
        findings=new,
        still_open=known,
    )


def _compare(situation: Situation, base: Base, rules: Rules) -> Decision:
    assert situation.advoware is not None, "a linked party is read on both sides before it is compared"
    espo, advo = situation.at_espocrm(), situation.advoware.side.values
    chosen, declined = carry_out(situation.choices, espo, advo, rules.table.writable)
    verdicts = {**_fields(situation, base, rules), **chosen}
    new, known = questions.sorted_out(
        [*questions.of_fields(verdicts, situation, base, rules), *holds.moved(situation)], base
    )
    waiting = {finding.field for finding in (*new, *known) if finding.kind not in SETTLED}
    acting = {name: verdict for name, verdict in verdicts.items() if name not in waiting}
    wanted = {n: v.value(espo[n], advo[n]) for n, v in acting.items() if v.take is not Source.NOTHING}
    to_advoware = {name: value for name, value in wanted.items() if value != advo[name]}
    to_espocrm = {name: value for name, value in wanted.items() if value != espo[name]}
    if doubt := holds.of_form(situation, to_espocrm):
        return _held(doubt, base)
    if guard := holds.of_emptying(situation, _unasked(to_advoware, chosen), _unasked(to_espocrm, chosen)):
        return _held(guard, base)
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
        declined=declined,
    )


def _unasked(values: Mapping[str, Value], chosen: Mapping[str, Verdict]) -> dict[str, Value]:
    """Without what a person chose: an emptiness on his word is no accident."""
    return {name: value for name, value in values.items() if name not in chosen}


def _fields(situation: Situation, base: Base, rules: Rules) -> dict[str, Verdict]:
    """Verdicts of the fields known on both sides and not simply equal."""
    assert situation.advoware is not None
    espo, advo = situation.at_espocrm(), situation.advoware.side.values
    evidence = first_sync.evidence(situation.espocrm, situation.advoware, rules)
    last = newest(situation.espocrm, situation.advoware)
    older = set_back(situation.written(), situation.advoware)
    verdicts: dict[str, Verdict] = {}
    for name in (field.name for field in rules.table.rows):
        if name not in espo or name not in advo or espo[name] == advo[name]:
            continue
        ruling = rules.resolution(name, last)
        if base.has_open(FindingKind.SET_BACK, name) or (older and base.values.get(name) != advo[name]):
            verdicts[name] = Verdict.of_conflict(
                Resolution(ground=Basis.SET_BACK), "an older record came back in Advoware"
            )
        elif ruling.ground is Basis.MANUAL and base.has_open(FindingKind.UNDECIDED, name):
            # Also where one side took its edit back: an answer to the question would look just like that.
            verdicts[name] = Verdict.of_conflict(ruling, "asked, and the sides do not agree yet")
        elif name in base.values:
            verdicts[name] = judge(base.values[name], espo[name], advo[name], ruling)
        else:
            verdicts[name] = first_sync.judge(espo[name], advo[name], evidence, ruling)
    return verdicts


def judge(base: Value, espocrm: Value, advoware: Value, ruling: Resolution) -> Verdict:
    """What one field with a base needs."""
    if espocrm == advoware:
        return Verdict(take=Source.NOTHING, because="both sides agree")
    match (espocrm != base, advoware != base):
        case (True, False):
            return Verdict(take=Source.ESPOCRM, because="edited in EspoCRM only")
        case (False, True):
            return Verdict(take=Source.ADVOWARE, because="edited in Advoware only")
        case _:
            return Verdict.of_conflict(ruling, "edited on both sides")


def _direction(to_advoware: Mapping[str, Value], to_espocrm: Mapping[str, Value]) -> Result:
    if to_advoware and to_espocrm:
        return Result.MERGE
    if to_advoware:
        return Result.ESPOCRM_NEWER
    return Result.ADVOWARE_NEWER if to_espocrm else Result.NO_CHANGE
