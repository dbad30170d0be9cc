"""The rows of a plan that are left to a person: who, why, and where the record is."""

from collections.abc import Iterable, Sequence

from beteiligte.answering import RESOLVE
from beteiligte.plan import AMBIGUOUS, Line
from beteiligte.record import Frozen
from starter import report

SHOWN = 50
"""Rows of a table; the file holds all of them."""


class Waiting(Frozen):
    """One of them."""

    party_id: str
    bet_nr: int | None = None
    why: str
    """What could not be compared, or the matter that a person must decide, with what matches."""
    answer: str = ""
    """The command that answers it, where there is one before the first sync."""
    address: str = ""
    """The record's in EspoCRM."""
    name: str = ""


def of(lines: Iterable[Line]) -> tuple[Waiting, ...]:
    """Those that wait for a person, or could not be compared."""
    return tuple(_waiting(line) for line in lines if line.waits)


def _waiting(line: Line) -> Waiting:
    answer = f"{RESOLVE} {line.party_id} --betnr N" if line.result == AMBIGUOUS else ""
    known = line.model_dump(include={"party_id", "bet_nr", "address", "name"})
    return Waiting(**known, why=line.waits, answer=answer)


def show(waiting: Sequence[Waiting], *, title: str) -> None:
    """As a table, then how many more there are."""
    rows = [(one.party_id, str(one.bet_nr or ""), one.name, one.why) for one in waiting[:SHOWN]]
    report.table(("party", "betNr", "name", "why"), rows, title=title)
    for one in waiting[:SHOWN]:
        if one.address:
            report.link(f"{one.party_id}: {one.address}")
        if one.answer:
            report.link(f"  answer: {one.answer}")
            report.link(f"      or: {one.answer.partition(' --betnr')[0]} --create")
    if len(waiting) > SHOWN:
        report.line(f"… {len(waiting) - SHOWN} more; the plan's file holds all of them")
