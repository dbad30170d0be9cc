"""The rows of a plan that are left to a person: who, why, and where the record is."""

from collections.abc import Iterable

from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.plan import PlanRow
from beteiligte.frozen import Frozen
from beteiligte.messages.answering import commands


class WaitingRow(Frozen):
    """One of them."""

    party_id: str
    bet_nr: int | None = None
    why: str
    """What could not be compared, or the kind of finding that a person must decide, with what matches."""
    answer: str = ""
    """A command that answers it; none where it is answered in the record."""
    answers: tuple[str, ...] = ()
    """All of them."""
    address: str = ""
    """The record's in EspoCRM."""
    name: str = ""


def of(lines: Iterable[PlanRow]) -> tuple[WaitingRow, ...]:
    """Those that wait for a person, or could not be compared."""
    return tuple(_waiting(line) for line in lines if line.waits)


def _waiting(line: PlanRow) -> WaitingRow:
    answers = commands(_findings(line), line.party_id)
    known = line.model_dump(include={"party_id", "bet_nr", "address", "name"})
    return WaitingRow(**known, why=line.waits, answer=next(iter(answers), ""), answers=answers)


def _findings(line: PlanRow) -> list[Finding]:
    """What is asked, as far as a plan holds it."""
    if line.held:
        emptied = line.candidates[0] if line.held == FindingKind.LINK_LOST and line.candidates else None
        return [Finding(kind=FindingKind(line.held), bet_nr=emptied)]
    return [Finding(kind=FindingKind.UNDECIDED, field=field) for field in line.undecided]
