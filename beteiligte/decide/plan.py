"""What a first rollout would do with one party, in a row that a person can read and a sync can be held to."""

import hashlib
import json

from beteiligte.decide.decision import Decision
from beteiligte.decide.findings import ASKED, FindingKind
from beteiligte.decide.found import Candidates
from beteiligte.frozen import Frozen
from beteiligte.sync_status import Result

LINK = "link"
AMBIGUOUS = "ambiguous"
RESULTS = (*(result.value for result in Result), LINK, AMBIGUOUS)


class PlanRow(Frozen):
    """One party of a plan. Field names only, unless names of parties were asked for: values stand in both systems."""

    party_id: str
    bet_nr: int | None = None
    result: str = ""
    """A `Result`; LINK where an unlinked record alone matches one free party, AMBIGUOUS where it is not certain."""
    first: bool = False
    """EspoCRM holds the link, and no base of ours names it: it was taken over from an earlier program, or typed."""
    candidates: tuple[int, ...] = ()
    """Free parties that match, or the one whose link was emptied."""
    rivals: tuple[str, ...] = ()
    """Other EspoCRM records without a betNr that the only candidate suits as well: none of them is linked to it."""
    to_advoware: tuple[str, ...] = ()
    to_espocrm: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    """Fields that both sides hold different values of; who wins stands in `to_advoware` and `to_espocrm`,
    unless a person decides."""
    held: str = ""
    """The kind of finding for which a person must decide."""
    undecided: tuple[str, ...] = ()
    """Those of `conflicts` that a person settles."""
    fingerprint: str = ""
    """A sync that is held to the plan does this or nothing."""
    problem: str = ""
    """Why it could not be planned."""
    address: str = ""
    """The record's in EspoCRM."""
    name: str = ""
    """Of the party, where it was asked for: the one value that a plan may hold."""

    @property
    def acts(self) -> bool:
        """Whether applying the plan does anything with it."""
        if not self.fingerprint or self.held:
            return False
        return self.only_entered or self.result not in (Result.NO_CHANGE, Result.EXCLUDED, AMBIGUOUS)

    @property
    def waits(self) -> str:
        """Why it is left to a person; empty where it is not."""
        if self.problem:
            return self.problem
        why = self.held or (AMBIGUOUS if self.result == AMBIGUOUS else "")
        if not why:
            return f"{FindingKind.UNDECIDED}: {', '.join(self.undecided)}" if self.undecided else ""
        others = f"EspoCRM {', '.join(self.rivals)}" if self.rivals else ""
        matches = f"betNr {', '.join(map(str, self.candidates))}" if self.candidates else ""
        about = "; ".join(filter(None, (matches, others)))
        return f"{why}: {about}" if about else why

    @property
    def only_entered(self) -> bool:
        """Whether both sides are equal and only our bookkeeping does not know it yet."""
        return self.first and self.result == Result.NO_CHANGE

    @property
    def held_to(self) -> str:
        """What a sync is asked to be held to: equal values of another party are not what was shown."""
        return f"{self.fingerprint}@{self.bet_nr}" if self.bet_nr else self.fingerprint


def fingerprint(decision: Decision) -> str:
    """A hash of what would be written, and where."""
    what = [decision.result, decision.action, sorted(decision.to_advoware.items()), sorted(decision.to_espocrm.items())]
    return hashlib.sha256(json.dumps([*what, decision.held], ensure_ascii=False).encode()).hexdigest()[:16]


UNCHANGED = fingerprint(Decision(result=Result.NO_CHANGE))
"""Of every sync that finds both sides equal."""


def as_shown(planned: str, decision: Decision, bet_nr: int | None) -> bool:
    """Whether it is what a sync was asked to be held to, of the same party in Advoware or of none yet."""
    shown, _, number = planned.partition("@")
    return fingerprint(decision) == shown and number == str(bet_nr or "")


def plan_row(
    party_id: str, bet_nr: int | None, decision: Decision, *, result: str = "", first: bool = False
) -> PlanRow:
    """The row of a decision."""
    findings = (*decision.findings, *decision.still_open)
    asked = findings[0] if decision.held and findings else None
    return PlanRow(
        party_id=party_id,
        bet_nr=bet_nr,
        result=result or decision.result.value,
        first=first,
        to_advoware=tuple(sorted(decision.to_advoware)),
        to_espocrm=tuple(sorted(decision.to_espocrm)),
        candidates=asked.candidates if asked else (),
        rivals=asked.records if asked else (),
        conflicts=tuple(sorted(f.field for f in findings if f.kind in {FindingKind.CONFLICT, *ASKED})),
        held=asked.kind.value if asked else "",
        undecided=tuple(sorted(f.field for f in findings if f.kind in ASKED)),
        fingerprint=fingerprint(decision),
    )


def ambiguous(plain: PlanRow, found: Candidates) -> PlanRow:
    """The row of a party that a look-up is not certain of: a person says who it is, and no sync is held to it."""
    return plain.but(
        result=AMBIGUOUS,
        held=FindingKind.SEVERAL_MATCH.value,
        fingerprint="",
        candidates=found.bet_nrs,
        rivals=found.rivals,
    )
