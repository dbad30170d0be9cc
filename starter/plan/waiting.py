"""The rows of a plan that are left to a person: who, why, and where the record is."""

from collections.abc import Iterable, Sequence

from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.plan import Line
from beteiligte.frozen import Frozen
from beteiligte.messages.answering import commands
from starter import report

SHOWN = 50
"""Rows of a table; the file holds all of them."""


class Waiting(Frozen):
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


def of(lines: Iterable[Line]) -> tuple[Waiting, ...]:
    """Those that wait for a person, or could not be compared."""
    return tuple(_waiting(line) for line in lines if line.waits)


def _waiting(line: Line) -> Waiting:
    answers = commands(_findings(line), line.party_id)
    known = line.model_dump(include={"party_id", "bet_nr", "address", "name"})
    return Waiting(**known, why=line.waits, answer=next(iter(answers), ""), answers=answers)


def _findings(line: Line) -> list[Finding]:
    """What is asked, as far as a plan holds it."""
    if line.held:
        emptied = line.candidates[0] if line.held == FindingKind.LINK_LOST and line.candidates else None
        return [Finding(kind=FindingKind(line.held), bet_nr=emptied)]
    return [Finding(kind=FindingKind.UNDECIDED, field=field) for field in line.undecided]


def show(waiting: Sequence[Waiting], *, title: str) -> None:
    """As a table, then how many more there are."""
    rows = [(one.party_id, str(one.bet_nr or ""), one.name, one.why) for one in waiting[:SHOWN]]
    report.table(("party", "betNr", "name", "why"), rows, title=title)
    for one in waiting[:SHOWN]:
        if one.address:
            report.link(f"{one.party_id}: {one.address}")
        for place, command in enumerate(one.answers):
            report.link(f"{'      or' if place else '  answer'}: {command}")
    if len(waiting) > SHOWN:
        report.line(f"… {len(waiting) - SHOWN} more; the plan's file holds all of them")
