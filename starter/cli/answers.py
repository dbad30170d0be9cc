"""What a person gets back for each party asked for: by `sync` and `resolve`, as a table or as JSON."""

from collections.abc import Sequence

from temporalio.client import WorkflowUpdateFailedError

from beteiligte.decide.choice import WORDS, Choice
from beteiligte.decide.findings import ASKED, OVERWRITING, Finding, FindingKind
from beteiligte.faults import Blame
from beteiligte.frozen import Frozen
from beteiligte.ids import MEANT, is_record_id
from beteiligte.messages import Language, fault_text, line
from beteiligte.messages.answering import commands
from contracts.faults import FaultReport
from contracts.party import SyncOutcome, SyncRequest
from starter import report
from starter.cli.exits import Exit
from starter.requests import NotAnswered, NotTaken, Patience, Requests, by_person
from starter.views import parties, queues

OBSERVED = (
    "Observe mode (SYNC_OBSERVE=true): nothing was written and nobody was told; above stands what a sync would do."
)


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


NOT_DONE = "observe mode: nothing was written"


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


def show(answers: Sequence[Answer]) -> None:
    """The table, then both values of each conflict, then what is open."""
    report.table(("party", "betNr", "result", "status", "fields"), [_row(answer) for answer in answers])
    report.table(
        ("party", "field", "EspoCRM", "Advoware", "kept"),
        [row for answer in answers if answer.outcome for row in conflicts(answer.outcome)],
        title="Conflicts",
    )
    for answer in answers:
        for text in remarks(answer):
            report.line(f"\n{answer.party_id or answer.given}: {text}")
    if any(answer.outcome and answer.outcome.observed for answer in answers):
        report.line(f"\n{OBSERVED}")


def _row(answer: Answer) -> tuple[str, ...]:
    party, outcome = answer.party_id or answer.given, answer.outcome
    if answer.exit == Exit.UNKNOWN:
        return party, "", "unknown", "", ""
    if outcome is None:
        return party, "", "asked" if answer.exit in (Exit.DONE, Exit.NO_ANSWER) else "not asked", "", ""
    return party, str(outcome.bet_nr or ""), outcome.shown, outcome.status, fields(outcome)


def fields(outcome: SyncOutcome) -> str:
    """Which fields went where, or would."""
    would = "would " if outcome.observed else ""
    directions = (("→ Advoware", outcome.to_advoware), ("→ EspoCRM", outcome.to_espocrm))
    return "\n".join(f"{would}{arrow}: {', '.join(sorted(values))}" for arrow, values in directions if values)


def conflicts(outcome: SyncOutcome) -> list[tuple[str, ...]]:
    """Both values of each, and whose was kept, or what a person chose."""
    return [
        (outcome.party_id, f.field, report.value(f.espocrm), report.value(f.advoware), _kept(f, outcome))
        for f in (*outcome.findings, *outcome.still_open)
        if f.kind in OVERWRITING | ASKED
    ]


def _kept(finding: Finding, outcome: SyncOutcome) -> str:
    if finding.kind in ASKED:
        return "both, undecided"
    kept = finding.winner or f"chosen: {report.value(finding.chosen)}"
    return f"would be {kept}" if outcome.observed else kept


def remarks(answer: Answer) -> list[str]:
    """Why it failed, what is open, what was wrong with the request."""
    outcome = answer.outcome
    said = [answer.problem] if answer.problem else []
    if outcome is None or answer.exit == Exit.UNKNOWN or outcome.unknown_link:
        return said
    if outcome.failure:
        said.append(failed(outcome.failure))
    return said + of_outcome(outcome)


def of_outcome(outcome: SyncOutcome) -> list[str]:
    """What people were told and what is open; in observe mode they would be told, and nothing of it has happened."""
    new = open_questions(outcome.findings, outcome.party_id)
    if outcome.observed:
        new = [f"people would be told: {text}" for text in new]
    return new + open_questions(outcome.still_open, outcome.party_id)


def failed(failure: FaultReport) -> str:
    """Why, and what to do."""
    named = f", field {failure.field}" if failure.field else ""
    own = failure.blame is Blame.PARTY
    text = fault_text(failure.code, failure.system, Language.ENGLISH, said=failure.said, own=own)
    return f"failed with {failure.code}{named}: {text} ({failure.message})"


def open_questions(findings: Sequence[Finding], party_id: str) -> list[str]:
    """What a person must know or do, settled conflicts aside."""
    return told([finding for finding in findings if finding.kind not in OVERWRITING], party_id)


def told(findings: Sequence[Finding], party_id: str) -> list[str]:
    """What people read about each, and what answers it."""
    return [_answered(finding, party_id) for finding in findings]


def _answered(finding: Finding, party_id: str) -> str:
    """A line for each command, so that it can be copied."""
    known = "\n      or: ".join(commands([finding], party_id))
    return line(finding, Language.ENGLISH) + (f"\n  answer: {known}" if known else "")
