"""What a person gets back for each party asked for: by `sync`, `resolve`, `undo` and `apply`."""

from collections.abc import Sequence

from temporalio.client import WorkflowUpdateFailedError

from beteiligte.decide.choice import WORDS, Choice
from beteiligte.decide.findings import FindingKind
from beteiligte.frozen import Frozen
from beteiligte.ids import MEANT, is_record_id
from contracts.inbox import SyncRequest
from contracts.party import SyncOutcome
from starter.cli import decided, person
from starter.cli.exits import Exit
from starter.requests import NotAnswered, Patience, Requests, by_person
from starter.views import parties, queues
from workflows.client import DecidedMeanwhile, NotTaken

NOT_DONE = "observe mode: nothing was written"


class PartyAnswer(Frozen):
    """One party's."""

    given: str
    """The id or betNr as it was typed."""
    party_id: str | None = None
    outcome: SyncOutcome | None = None
    problem: str = ""
    """Why there is no outcome."""
    exit: int


class PartyAnswers(Frozen):
    """The JSON document."""

    parties: tuple[PartyAnswer, ...]


async def ask(requests: Requests, given: str, request: SyncRequest | None = None) -> PartyAnswer:
    """Only ask. Raises RPCError where Temporal does not answer."""
    try:
        party_id = await parties.find(requests.client, given)
    except parties.UnknownParty as unknown:
        return PartyAnswer(given=given, problem=str(unknown), exit=Exit.UNKNOWN)
    await requests.store(party_id, request or by_person(by=person.name()))
    if waits := await queues.stuck(requests.client, party_id, requests.task_queue):
        return PartyAnswer(given=given, party_id=party_id, problem=waits, exit=Exit.NO_ANSWER)
    return PartyAnswer(given=given, party_id=party_id, exit=Exit.DONE)


async def sync(requests: Requests, given: str, patience: Patience, request: SyncRequest | None = None) -> PartyAnswer:
    """Ask and wait; what is wrong with one party keeps none of the others. Raises RPCError for a silent Temporal."""
    try:
        party_id = await parties.find(requests.client, given)
    except parties.UnknownParty as unknown:
        return PartyAnswer(given=given, problem=str(unknown), exit=Exit.UNKNOWN)
    return await _synced(requests, given, party_id, patience, request or by_person(by=person.name()))


async def sync_record(requests: Requests, record_id: str, patience: Patience, request: SyncRequest) -> PartyAnswer:
    """The same where it is surely an id, and digits alone are no betNr."""
    if not is_record_id(record_id):
        return PartyAnswer(given=record_id, problem=f"no EspoCRM id ({MEANT})", exit=Exit.UNKNOWN)
    return await _synced(requests, record_id, record_id, patience, request)


async def _synced(
    requests: Requests, given: str, party_id: str, patience: Patience, request: SyncRequest
) -> PartyAnswer:
    if waits := await queues.stuck(requests.client, party_id, requests.task_queue):
        await requests.store(party_id, request)
        return PartyAnswer(given=given, party_id=party_id, problem=waits, exit=Exit.NO_ANSWER)
    try:
        outcome = await requests.sync_now(party_id, request, patience)
    except NotTaken:
        problem = f"stored; it will be synced when a worker runs on task queue {requests.task_queue}"
        return PartyAnswer(given=given, party_id=party_id, problem=problem, exit=Exit.NO_ANSWER)
    except NotAnswered:
        problem = f"still under way: `beteiligte-sync status {party_id}` shows what it waits for"
        return PartyAnswer(given=given, party_id=party_id, problem=problem, exit=Exit.NO_ANSWER)
    except DecidedMeanwhile as meanwhile:
        problem = f"nothing was done: {decided.before(meanwhile.word)}; that is being carried out"
        return PartyAnswer(given=given, party_id=party_id, problem=problem, exit=Exit.PERSON_DECIDES)
    except WorkflowUpdateFailedError as failed:
        problem = f"the run ended without an outcome ({failed.cause}); try again"
        return PartyAnswer(given=given, party_id=party_id, problem=problem, exit=Exit.FAILED)
    return PartyAnswer(
        given=given, party_id=party_id, outcome=outcome, problem=_unknown(outcome), exit=Exit.of(outcome)
    )


def _unknown(outcome: SyncOutcome) -> str:
    return parties.NOBODY_S if Exit.of(outcome) is Exit.UNKNOWN else ""


def of_choices(answer: PartyAnswer, choices: Sequence[Choice]) -> PartyAnswer:
    """A sync may go well and still not carry out what was chosen: says which fields, and why."""
    outcome = answer.outcome
    if outcome is None or outcome.failure or answer.exit == Exit.UNKNOWN:
        return answer
    fields = {choice.field for choice in choices}
    problems = [NOT_DONE] if outcome.observed else []
    problems += [f"{field} was not changed: {WORDS[why]}" for field, why in outcome.declined.items()]
    problems += [
        f"{found.field} was not taken by {found.system}"
        for found in outcome.findings
        if found.kind in (FindingKind.NOT_TAKEN, FindingKind.REFUSED) and found.field in fields
    ]
    return answer.but(problem="\n".join(problems), exit=Exit.PERSON_DECIDES) if problems else answer
