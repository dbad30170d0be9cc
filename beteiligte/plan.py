"""What a first rollout would do with one party, in a line that a person can read and a sync can be held to."""

import hashlib
import json

from beteiligte.decision import Decision
from beteiligte.findings import ASKED, Matter
from beteiligte.record import Frozen
from beteiligte.status import Result

LINK = "link"
AMBIGUOUS = "ambiguous"
RESULTS = (*(result.value for result in Result), LINK, AMBIGUOUS)


class Line(Frozen):
    """One party of a plan. Field names only; the values stand in both systems."""

    party_id: str
    bet_nr: int | None = None
    result: str = ""
    """A `Result`; LINK where an unlinked record alone matches one free party, AMBIGUOUS where it is not certain."""
    candidates: tuple[int, ...] = ()
    """Free parties that match."""
    rivals: tuple[str, ...] = ()
    """Other EspoCRM records without a betNr that the only candidate suits as well: none of them is linked to it."""
    to_advoware: tuple[str, ...] = ()
    to_espocrm: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    """Fields that both sides hold different values of; who wins stands in `to_advoware` and `to_espocrm`,
    unless a person decides."""
    held: str = ""
    """The matter for which a person must decide."""
    fingerprint: str = ""
    """A sync that is held to the plan does this or nothing."""
    problem: str = ""
    """Why it could not be planned."""

    @property
    def acts(self) -> bool:
        """Whether applying the plan does anything with it."""
        return bool(self.fingerprint) and self.result not in ("no_change", "excluded", AMBIGUOUS) and not self.held


def fingerprint(decision: Decision) -> str:
    """A hash of what would be written, and where."""
    what = [decision.result, decision.action, sorted(decision.to_advoware.items()), sorted(decision.to_espocrm.items())]
    return hashlib.sha256(json.dumps([*what, decision.held], ensure_ascii=False).encode()).hexdigest()[:16]


def line(party_id: str, bet_nr: int | None, decision: Decision, *, result: str = "") -> Line:
    """The line of a decision."""
    findings = (*decision.findings, *decision.still_open)
    return Line(
        party_id=party_id,
        bet_nr=bet_nr,
        result=result or decision.result.value,
        to_advoware=tuple(sorted(decision.to_advoware)),
        to_espocrm=tuple(sorted(decision.to_espocrm)),
        conflicts=tuple(sorted(f.field for f in findings if f.matter in {Matter.CONFLICT, *ASKED})),
        held=findings[0].matter.value if decision.held and findings else "",
        fingerprint=fingerprint(decision),
    )
