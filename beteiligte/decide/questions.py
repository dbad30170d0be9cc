"""What people are asked or told about single fields, and what of it they know already.

Each function returns Findings. What holds a whole party back: holds.py.
"""

from collections.abc import Iterable, Mapping

from beteiligte.decide.base import Base
from beteiligte.decide.evidence import Basis
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.policy import Rules
from beteiligte.decide.situation import Situation
from beteiligte.decide.verdict import Source, Verdict
from beteiligte.faults import System
from beteiligte.record.kinds import Value

BLOCKS = (
    (FindingKind.NOT_TAKEN, System.ADVOWARE),
    (FindingKind.NOT_TAKEN, System.ESPOCRM),
    (FindingKind.REFUSED, System.ESPOCRM),
)
"""Told when a write did not take; while both values stand as they did, it is neither tried nor told again."""


def of_fields(verdicts: Mapping[str, Verdict], situation: Situation, base: Base, rules: Rules) -> list[Finding]:
    """What a person learns, or learned, about the fields of a linked party."""
    assert situation.advoware is not None
    espo, advo = situation.at_espocrm(), situation.advoware.side.values
    found: list[Finding] = []
    for name, verdict in verdicts.items():
        both: dict[str, Value] = {"espocrm": espo[name], "advoware": advo[name]}
        if verdict.take is Source.CHOSEN:
            found += _of_choice(name, verdict, situation, both)
        else:
            found += _of_difference(name, verdict, base, rules, both)
    return [*found, *_of_changed_form(situation), *unmappable(situation, base)]


def _of_changed_form(situation: Situation) -> list[Finding]:
    """What a person who became a company leaves behind in Advoware; told with the write that says so."""
    assert situation.advoware is not None
    told = any(finding.kind is FindingKind.FORM_CHANGED for finding in situation.owed.findings)
    if not situation.turned or told:
        return []
    left = [name for name, value in situation.advoware.side.values.items() if value and not situation.has(name)]
    return [Finding(kind=FindingKind.FORM_CHANGED, fields=tuple(left))] if left else []


def _of_choice(name: str, verdict: Verdict, situation: Situation, both: Mapping[str, Value]) -> list[Finding]:
    """What a person's choice overwrites; each value once, also where it takes several readings to land."""
    landed = situation.owed.findings
    decided = (finding for finding in landed if finding.kind is FindingKind.DECIDED and finding.field == name)
    if any({*both.values()} <= {told.espocrm, told.advoware, told.chosen} for told in decided):
        return []
    return [Finding(kind=FindingKind.DECIDED, field=name, chosen=verdict.chosen, **both)]


def _of_difference(name: str, verdict: Verdict, base: Base, rules: Rules, both: Mapping[str, Value]) -> list[Finding]:
    blocks = (Finding(kind=kind, field=name, system=system, **both) for kind, system in BLOCKS)
    if known := next(filter(base.knows, blocks), None):
        return [known]
    if verdict.take is Source.ESPOCRM and name not in rules.table.writable:
        return [Finding(kind=FindingKind.NOT_WRITABLE, field=name, **both)]
    if not verdict.conflict:
        return []
    asked = FindingKind.SET_BACK if verdict.ground is Basis.SET_BACK else FindingKind.UNDECIDED
    kind = FindingKind.CONFLICT if verdict.winner else asked
    conflict = Finding(kind=kind, field=name, group=rules.table.by_name[name].group, winner=verdict.winner, **both)
    return [conflict.model_copy(update={"reason": verdict.ground.value if verdict.ground and verdict.winner else ""})]


def unmappable(situation: Situation, base: Base) -> list[Finding]:
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
                kind=FindingKind.UNMAPPABLE,
                field=name,
                system=system,
                reason=reason,
                **_other(system, other, name),
            )
            for name, reason in side.unmappable.items()
            if situation.has(name)
        ]
        found += [
            Finding(kind=FindingKind.UNREADABLE, field=name, system=system, **_other(system, other, name))
            for name in side.unreadable
            if situation.has(name) and (other.get(name) is not None or name in base.values)
        ]
    return found


def _other(system: System, values: Mapping[str, Value], name: str) -> dict[str, Value]:
    return {("advoware" if system is System.ESPOCRM else "espocrm"): values.get(name)}


def sorted_out(findings: Iterable[Finding], base: Base) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """New findings, and those that stand open exactly as they were told."""
    new: list[Finding] = []
    known: list[Finding] = []
    for finding in findings:
        (known if base.knows(finding) else new).append(finding)
    return tuple(new), tuple(known)
