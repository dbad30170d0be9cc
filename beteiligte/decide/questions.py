"""What people are asked or told about single fields, and what of it they know already.

Each function returns Findings. What holds a whole party back: holds.py.
"""

from collections.abc import Iterable, Mapping

from beteiligte.decide.base import Base
from beteiligte.decide.evidence import Basis
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.situation import Situation
from beteiligte.decide.verdict import FieldVerdict, Source
from beteiligte.decide.view import FieldView
from beteiligte.faults import System
from beteiligte.record.snapshots import Side
from beteiligte.record.value_kinds import Value

BLOCKS = (
    (FindingKind.NOT_TAKEN, System.ADVOWARE),
    (FindingKind.NOT_TAKEN, System.ESPOCRM),
    (FindingKind.REFUSED, System.ESPOCRM),
)
"""Told when a write did not take; while both values stand as they did, it is neither tried nor told again."""


def of_fields(verdicts: Mapping[str, FieldVerdict], view: FieldView) -> list[Finding]:
    """What a person learns, or learned, about the fields of a linked party."""
    found: list[Finding] = []
    for name, verdict in verdicts.items():
        both: dict[str, Value] = {"espocrm": view.espocrm[name], "advoware": view.advoware[name]}
        if verdict.source is Source.CHOSEN:
            found += _of_choice(name, verdict, view.situation, both)
        else:
            found += _of_difference(name, verdict, view, both)
    return [*found, *_of_changed_form(view), *unmappable(view)]


def _of_changed_form(view: FieldView) -> list[Finding]:
    """What a person who became a company leaves behind in Advoware; told with the write that says so."""
    told = any(finding.kind is FindingKind.FORM_CHANGED for finding in view.situation.owed.findings)
    if not view.turned or told:
        return []
    left = [name for name, value in view.advoware.items() if value and not view.has(name)]
    return [Finding(kind=FindingKind.FORM_CHANGED, fields=tuple(left))] if left else []


def _of_choice(name: str, verdict: FieldVerdict, situation: Situation, both: Mapping[str, Value]) -> list[Finding]:
    """What a person's choice overwrites; each value once, also where it takes several readings to land."""
    landed = situation.owed.findings
    decided = (finding for finding in landed if finding.kind is FindingKind.DECIDED and finding.field == name)
    if any({*both.values()} <= {told.espocrm, told.advoware, told.chosen} for told in decided):
        return []
    who = {"by": verdict.by, "at": verdict.at}
    return [Finding(kind=FindingKind.DECIDED, field=name, chosen=verdict.chosen, **both, **who)]


def _of_difference(name: str, verdict: FieldVerdict, view: FieldView, both: Mapping[str, Value]) -> list[Finding]:
    blocks = (Finding(kind=kind, field=name, system=system, **both) for kind, system in BLOCKS)
    if known := next(filter(view.base.knows, blocks), None):
        return [known]
    if verdict.source is Source.ESPOCRM and name not in view.table.writable:
        return [Finding(kind=FindingKind.NOT_WRITABLE, field=name, **both)]
    if not verdict.conflict:
        return []
    asked = FindingKind.SET_BACK if verdict.basis is Basis.SET_BACK else FindingKind.UNDECIDED
    return [
        Finding(
            kind=FindingKind.CONFLICT if verdict.winner else asked,
            field=name,
            group=view.table.by_name[name].group,
            winner=verdict.winner,
            reason=verdict.basis.value if verdict.basis and verdict.winner else "",
            **both,
        )
    ]


def unmappable(view: FieldView) -> list[Finding]:
    """Fields that one side does not show or that have no counterpart, where something may be lost by it."""
    there, espo = view.situation.advoware, view.situation.espocrm.side
    found = _unmappable(System.ESPOCRM, espo, view.advoware, view)
    return found if there is None else [*found, *_unmappable(System.ADVOWARE, there.side, espo.values, view)]


def _unmappable(system: System, side: Side, other: Mapping[str, Value], view: FieldView) -> list[Finding]:
    known = "advoware" if system is System.ESPOCRM else "espocrm"
    odd = [
        Finding(kind=FindingKind.UNMAPPABLE, field=name, system=system, reason=reason, **{known: other.get(name)})
        for name, reason in side.unmappable.items()
        if view.has(name)
    ]
    hidden = [
        Finding(kind=FindingKind.UNREADABLE, field=name, system=system, **{known: other.get(name)})
        for name in side.unreadable
        if view.has(name) and (other.get(name) is not None or name in view.base.values)
    ]
    return [*odd, *hidden]


def sorted_out(findings: Iterable[Finding], base: Base) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """New findings, and those that stand open exactly as they were told."""
    new: list[Finding] = []
    known: list[Finding] = []
    for finding in findings:
        (known if base.knows(finding) else new).append(finding)
    return tuple(new), tuple(known)
