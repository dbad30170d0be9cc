"""Decides, field by field, which side's value both sides should have.

Pure: two snapshots, a base and the rules in, a Decision out. Read `decide` (the whole party), `_fields` and `judge`
(one field). Who wins a conflict: policy.py. Parties without a base: first_sync.py. What holds a whole party back:
holds.py. What both sides hold afterwards and what is written about it: settlement.py.
Held by tests/domain/test_decision.py: every combination of three values.
"""

from collections.abc import Mapping
from enum import StrEnum

from beteiligte import base as bases
from beteiligte import first_sync, holds
from beteiligte.base import Base
from beteiligte.faults import System
from beteiligte.fields import FIELDS, PERSONS_ONLY, Form
from beteiligte.findings import Finding, Matter
from beteiligte.kinds import Value
from beteiligte.mapping import form_at_advoware
from beteiligte.policy import Rules
from beteiligte.record import AdvowareSnapshot, EspoSnapshot, Frozen
from beteiligte.status import Result
from beteiligte.verdict import Take, Verdict

BLOCKS = (
    (Matter.NOT_TAKEN, System.ADVOWARE),
    (Matter.NOT_TAKEN, System.ESPOCRM),
    (Matter.REFUSED, System.ESPOCRM),
)
"""Told when a write did not take; while both values stand as they did, it is neither tried nor told again."""


class Pending(Frozen):
    """What landed in Advoware and is not yet written to EspoCRM; the workflow carries it until it is."""

    bet_nr: int | None = None
    row_id: str | None = None
    agreed: dict[str, Value] = {}
    """Values that both sides were known to hold when it landed: the base of these fields has moved."""
    findings: tuple[Finding, ...] = ()
    """Told when the write-back has landed: status first, then the message."""
    unanswered_create: bool = False
    """A POST may have created a party; EspoCRM does not yet know that this is open."""


class Situation(Frozen):
    """All that a decision needs."""

    espocrm: EspoSnapshot
    advoware: AdvowareSnapshot | None = None
    pending: Pending | None = None
    others: tuple[str, ...] = ()
    """Ids of other EspoCRM records that hold the same betNr."""
    last_bet_nr: int | None = None
    """Of the party's last run; for a record that can no longer be read."""
    create_anyway: bool = False
    """A person said so after an unanswered create."""

    @property
    def bet_nr(self) -> int | None:
        """The party's betNr: what landed counts before EspoCRM knows it."""
        landed = self.pending.bet_nr if self.pending else None
        return landed or self.espocrm.bet_nr

    def written(self) -> Base:
        """The base as it stands in EspoCRM."""
        return bases.parse(self.espocrm.base_text, self.espocrm.party_id)

    def base(self) -> Base:
        """The base in force: EspoCRM's, moved by what landed meanwhile."""
        written = self.written().for_party(self.bet_nr)
        if self.pending is None:
            return written
        return written.model_copy(update={"bet_nr": self.bet_nr, "values": {**written.values, **self.pending.agreed}})

    @property
    def form(self) -> Form:
        """What the party is; an EspoCRM record without any name takes Advoware's word for it."""
        espo = self.espocrm.side.values
        if self.advoware is None or espo.get("name") or espo.get("vorname"):
            return self.espocrm.form
        return form_at_advoware(self.advoware.side)

    def at_espocrm(self) -> dict[str, Value]:
        """EspoCRM's values as they are compared: a company has no first name of its own.

        Where the base still holds one, the person became a company, and that empties it like an edit.
        """
        values = dict(self.espocrm.side.values)
        if self.form is Form.COMPANY:
            agreed = self.base().values
            for name in PERSONS_ONLY:
                values.pop(name, None)
                values |= {name: None} if agreed.get(name) is not None else {}
        return values


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


def decide(situation: Situation, rules: Rules) -> Decision:
    """The decision of one sync."""
    base = situation.base()
    if situation.espocrm.gone:
        return Decision(result=Result.DELETED, findings=holds.deleted_in_espocrm(situation), held=True)
    if situation.espocrm.excluded:
        return Decision(result=Result.EXCLUDED, held=True)
    if hold := holds.of_link(situation):
        return _held(hold, base)
    if situation.bet_nr is None:
        return _create(situation, base, rules)
    return _compare(situation, base, rules)


def _held(finding: Finding, base: Base) -> Decision:
    result = Result.DELETED if finding.matter is Matter.DELETED_IN_ADVOWARE else Result.CONFLICT
    new, known = _sorted_out((finding,), base)
    return Decision(result=result, findings=new, still_open=known, held=True)


def _create(situation: Situation, base: Base, rules: Rules) -> Decision:
    filled = {name: value for name, value in situation.espocrm.side.values.items() if value is not None}
    findings = [
        Finding(matter=Matter.NOT_WRITABLE, field=name, espocrm=filled[name])
        for name in filled
        if name not in rules.writable
    ]
    findings += _unmappable(situation, base)
    new, known = _sorted_out(tuple(findings), base)
    return Decision(
        result=Result.CREATE,
        action=Action.CREATE,
        to_advoware={name: value for name, value in filled.items() if name in rules.writable},
        findings=new,
        still_open=known,
    )


def _compare(situation: Situation, base: Base, rules: Rules) -> Decision:
    assert situation.advoware is not None, "a linked party is read on both sides before it is compared"
    verdicts = _fields(situation, base, rules)
    questions = [_question(name, verdict, situation, base, rules) for name, verdict in verdicts.items()]
    new, known = _sorted_out((*filter(None, questions), *_unmappable(situation, base)), base)
    waiting = {finding.field for finding in (*new, *known) if finding.matter is not Matter.CONFLICT}
    acting = {name: verdict for name, verdict in verdicts.items() if name not in waiting}
    to_advoware = {n: situation.at_espocrm()[n] for n, v in acting.items() if v.take is Take.ESPOCRM}
    to_espocrm = {n: situation.advoware.side.values[n] for n, v in acting.items() if v.take is Take.ADVOWARE}
    if guard := holds.of_emptying(situation, to_advoware, to_espocrm):
        return _held(guard, base)
    return Decision(
        result=_result(acting, to_advoware, to_espocrm),
        action=Action.PUSH if to_advoware else Action.NOTHING,
        to_advoware=to_advoware,
        to_espocrm=to_espocrm,
        verdicts=verdicts,
        findings=new,
        still_open=known,
    )


def _fields(situation: Situation, base: Base, rules: Rules) -> dict[str, Verdict]:
    """Verdicts of the fields known on both sides and not simply equal."""
    assert situation.advoware is not None
    espo, advo = situation.at_espocrm(), situation.advoware.side.values
    evidence = first_sync.evidence(situation.espocrm, situation.advoware, rules)
    verdicts: dict[str, Verdict] = {}
    for field in FIELDS:
        name = field.name
        if name not in espo or name not in advo or espo[name] == advo[name]:
            continue
        verdicts[name] = (
            judge(base.values[name], espo[name], advo[name], rules.winner(name))
            if name in base.values
            else first_sync.judge(espo[name], advo[name], evidence, rules.winner(name))
        )
    return verdicts


def judge(base: Value, espocrm: Value, advoware: Value, winner: System) -> Verdict:
    """What one field with a base needs."""
    if espocrm == advoware:
        return Verdict(take=Take.NOTHING, because="both sides agree")
    match (espocrm != base, advoware != base):
        case (True, False):
            return Verdict(take=Take.ESPOCRM, because="edited in EspoCRM only")
        case (False, True):
            return Verdict(take=Take.ADVOWARE, because="edited in Advoware only")
        case _:
            return Verdict.conflict_won_by(winner, "edited on both sides")


def _question(name: str, verdict: Verdict, situation: Situation, base: Base, rules: Rules) -> Finding | None:
    """What a person learns, or learned, about a field that differs."""
    assert situation.advoware is not None
    both: dict[str, Value] = {
        "espocrm": situation.at_espocrm()[name],
        "advoware": situation.advoware.side.values[name],
    }
    for matter, system in BLOCKS:
        block = Finding(matter=matter, field=name, system=system, **both)
        if base.knows(block):
            return block
    if verdict.take is Take.ESPOCRM and name not in rules.writable:
        return Finding(matter=Matter.NOT_WRITABLE, field=name, **both)
    if verdict.conflict:
        group = rules.groups.get(name)
        return Finding(matter=Matter.CONFLICT, field=name, group=group, winner=verdict.winner, **both)
    return None


def _unmappable(situation: Situation, base: Base) -> list[Finding]:
    """Fields that one side does not show or that have no counterpart, where something may be lost by it."""
    espo = situation.espocrm.side
    advo = situation.advoware.side if situation.advoware else None
    found: list[Finding] = []
    for system, side, other in (
        (System.ESPOCRM, espo, advo.values if advo else {}),
        (System.ADVOWARE, advo, espo.values),
    ):
        if side is None:
            continue
        found += [
            Finding(
                matter=Matter.UNMAPPABLE,
                field=name,
                system=system,
                reason=reason,
                **_other(system, other, name),
            )
            for name, reason in side.unmappable.items()
        ]
        found += [
            Finding(matter=Matter.UNREADABLE, field=name, system=system, **_other(system, other, name))
            for name in side.unreadable
            if other.get(name) is not None or name in base.values
        ]
    return found


def _other(system: System, values: Mapping[str, Value], name: str) -> dict[str, Value]:
    return {("advoware" if system is System.ESPOCRM else "espocrm"): values.get(name)}


def _sorted_out(findings: tuple[Finding, ...], base: Base) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """New findings, and those that stand open exactly as they were told."""
    new: list[Finding] = []
    known: list[Finding] = []
    for finding in findings:
        (known if base.knows(finding) else new).append(finding)
    return tuple(new), tuple(known)


def _result(acting: Mapping[str, Verdict], to_advoware: Mapping[str, Value], to_espocrm: Mapping[str, Value]) -> Result:
    if any(verdict.conflict for verdict in acting.values()):
        return Result.CONFLICT
    if to_advoware and to_espocrm:
        return Result.MERGE
    if to_advoware:
        return Result.ESPOCRM_NEWER
    return Result.ADVOWARE_NEWER if to_espocrm else Result.NO_CHANGE
