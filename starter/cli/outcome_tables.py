"""What came of syncs, for people: one row a party, both values of each conflict, what is open and what answers it."""

from collections.abc import Sequence

from beteiligte.decide.findings import ASKED, OVERWRITING, Finding
from beteiligte.faults import Blame, Paused
from beteiligte.messages import Language, fault_text, line
from beteiligte.messages.answering import commands
from contracts.fault_report import FaultReport
from contracts.party import SyncOutcome
from starter import fields as fields_in_force
from starter.cli import decided, report
from starter.cli.exits import Exit
from starter.cli.party_answers import PartyAnswer

OBSERVED = (
    "Observe mode (SYNC_OBSERVE=true): nothing was written and nobody was told; above stands what a sync would do."
)


def show(answers: Sequence[PartyAnswer]) -> None:
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


def _row(answer: PartyAnswer) -> tuple[str, ...]:
    party, outcome = answer.party_id or answer.given, answer.outcome
    if answer.exit == Exit.UNKNOWN:
        return party, "", "unknown", "", ""
    if outcome is None:
        return party, "", "asked" if answer.exit in (Exit.DONE, Exit.NO_ANSWER) else "not asked", "", ""
    paused = outcome.failure is not None and outcome.failure.code == Paused.code
    result, status = ("waits", "") if paused else (outcome.shown, outcome.status)
    return party, str(outcome.bet_nr or ""), result, status, fields(outcome)


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


def remarks(answer: PartyAnswer) -> list[str]:
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
    earlier = [f"decided before: {decided.before(outcome.earlier)}"] if outcome.earlier else []
    return new + open_questions(outcome.still_open, outcome.party_id) + earlier


def failed(failure: FaultReport) -> str:
    """Why, and what to do."""
    named = f", field {failure.field}" if failure.field else ""
    own = failure.blame is Blame.PARTY
    text = fault_text(failure.code, failure.system, Language.ENGLISH, said=failure.said, own=own)
    if failure.code == Paused.code:
        return f"waits: {text}"
    return f"failed with {failure.code}{named}: {text} ({failure.message})"


def open_questions(findings: Sequence[Finding], party_id: str) -> list[str]:
    """What a person must know or do, settled conflicts aside."""
    return told([finding for finding in findings if finding.kind not in OVERWRITING], party_id)


def told(findings: Sequence[Finding], party_id: str) -> list[str]:
    """What people read about each, and what answers it."""
    return [_answered(finding, party_id) for finding in findings]


def said(finding: Finding) -> str:
    """What people read about it."""
    return line(finding, fields_in_force.table(), Language.ENGLISH)


def _answered(finding: Finding, party_id: str) -> str:
    """A line for each command, so that it can be copied."""
    known = "\n      or: ".join(commands([finding], party_id))
    return said(finding) + (f"\n  answer: {known}" if known else "")
