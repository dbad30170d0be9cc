"""What a person gets back for each party asked for: by `sync`, `resolve`, `undo` and `apply`."""

from collections.abc import Sequence

from temporalio.client import WorkflowUpdateFailedError

from beteiligte.decide.choice import WORDS, Choice
from beteiligte.decide.findings import FindingKind
from beteiligte.frozen import Frozen
from beteiligte.ids import MEANT, is_record_id
from contracts.party import SyncOutcome, SyncRequest
from starter.cli.exits import Exit
from starter.requests import NotAnswered, NotTaken, Patience, Requests, by_person
from starter.views import parties, queues

NOT_DONE = "observe mode: nothing was written"


class Answer(Frozen):
    """One party's."""

    given: str
    """The id or betNr as it was typed."""
    party_id: str | None = None
    outcome: SyncOutcome | None = None
    problem: str = ""
    """Why there is no outcome."""
    exit: int


class Answers(Frozen):
    """The JSON document."""

    parties: tuple[Answer, ...]


async def ask(asking: Requests, given: str, request: SyncRequest | None = None) -> Answer:
    """Only ask. Raises RPCError where Temporal does not answer."""
    try:
        party_id = await parties.find(asking.client, given)
    except parties.UnknownParty as unknown:
        return Answer(given=given, problem=str(unknown), exit=Exit.UNKNOWN)
    await asking.store(party_id, request or by_person())
    if waits := await queues.stuck(asking.client, party_id, asking.task_queue):
        return Answer(given=given, party_id=party_id, problem=waits, exit=Exit.NO_ANSWER)
    return Answer(given=given, party_id=party_id, exit=Exit.DONE)


async def sync(asking: Requests, given: str, patience: Patience, request: SyncRequest | None = None) -> Answer:
    """Ask and wait; what is wrong with one party keeps none of the others. Raises RPCError for a silent Temporal."""
    try:
        party_id = await parties.find(asking.client, given)
    except parties.UnknownParty as unknown:
        return Answer(given=given, problem=str(unknown), exit=Exit.UNKNOWN)
    return await _synced(asking, given, party_id, patience, request or by_person())


async def sync_record(asking: Requests, record_id: str, patience: Patience, request: SyncRequest) -> Answer:
    """The same where it is surely an id, and digits alone are no betNr."""
    if not is_record_id(record_id):
        return Answer(given=record_id, problem=f"no EspoCRM id ({MEANT})", exit=Exit.UNKNOWN)
    return await _synced(asking, record_id, record_id, patience, request)


async def _synced(asking: Requests, given: str, party_id: str, patience: Patience, request: SyncRequest) -> Answer:
    if waits := await queues.stuck(asking.client, party_id, asking.task_queue):
        await asking.store(party_id, request)
        return Answer(given=given, party_id=party_id, problem=waits, exit=Exit.NO_ANSWER)
    try:
        outcome = await asking.sync_now(party_id, request, patience)
    except NotTaken:
        problem = f"stored; it will be synced when a worker runs on task queue {asking.task_queue}"
        return Answer(given=given, party_id=party_id, problem=problem, exit=Exit.NO_ANSWER)
    except NotAnswered:
        problem = f"still under way: `beteiligte-sync status {party_id}` shows what it waits for"
        return Answer(given=given, party_id=party_id, problem=problem, exit=Exit.NO_ANSWER)
    except WorkflowUpdateFailedError as failed:
        problem = f"the run ended without an outcome ({failed.cause}); try again"
        return Answer(given=given, party_id=party_id, problem=problem, exit=Exit.FAILED)
    return Answer(given=given, party_id=party_id, outcome=outcome, problem=_unknown(outcome), exit=Exit.of(outcome))


def _unknown(outcome: SyncOutcome) -> str:
    return parties.NOBODY_S if Exit.of(outcome) is Exit.UNKNOWN else ""


def of_choices(answer: Answer, choices: Sequence[Choice]) -> Answer:
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
    return (
        answer.model_copy(update={"problem": "\n".join(problems), "exit": Exit.PERSON_DECIDES}) if problems else answer
    )
