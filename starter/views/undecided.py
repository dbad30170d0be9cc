"""Parties that wait for a person: what is open about each, and the commands that answer it."""

from temporalio.client import Client

from beteiligte.decide.findings import ASKED, HOLDING, Finding, FindingKind
from beteiligte.frozen import Frozen
from beteiligte.messages import Language, summary
from beteiligte.messages.answering import commands
from beteiligte.sync_status import PERSON_DECIDES
from contracts import bounded
from contracts.party import SyncOutcome
from contracts.visibility import SYNC_STATUS
from starter import fields
from starter.views import inspection, runs
from starter.views.runs import PARTIES, HowMany, Run

STATUSES = ", ".join(f"'{status}'" for status in sorted(PERSON_DECIDES))
UNDECIDED = f"{PARTIES} AND ExecutionStatus = 'Completed' AND {SYNC_STATUS.name} IN ({STATUSES})"


class Question(Frozen):
    """One thing that a person decides; names of fields, no values."""

    kind: FindingKind
    field: str = ""
    """Empty: the whole party is held."""
    text: str
    answers: tuple[str, ...] = ()
    """Commands, one of which answers it; none: it is answered in the record."""


class UndecidedParty(Run):
    """A party whose newest run left questions."""

    questions: tuple[Question, ...] = ()


class UndecidedParties(HowMany):
    """Some of them."""

    shown: tuple[UndecidedParty, ...] = ()


async def look(client: Client, limit: int, *, most: int = runs.LOOKED_AT) -> UndecidedParties:
    """Ask Temporal alone: what is open stands in the run's result. Raises RPCError, Unreadable."""
    found = await runs.newest(client, UNDECIDED, limit, most=most)

    async def one(run: Run) -> UndecidedParty:
        outcome, _ = await inspection.ending(client, run)
        return UndecidedParty(**run.model_dump(), questions=questions(outcome) if outcome else ())

    return UndecidedParties(shown=tuple(await bounded.each(found.shown, one)), **dict(found.amount))


def questions(outcome: SyncOutcome) -> tuple[Question, ...]:
    """What a sync left to a person, new or asked before."""
    found = (*outcome.findings, *outcome.still_open)
    return tuple(_question(finding, outcome.party_id) for finding in found if finding.kind in HOLDING | ASKED)


def _question(finding: Finding, party_id: str) -> Question:
    return Question(
        kind=finding.kind,
        field=finding.field if finding.kind in ASKED else "",
        text=summary([finding.open()], fields.table(), Language.ENGLISH) or finding.kind.value,
        answers=commands([finding], party_id),
    )
