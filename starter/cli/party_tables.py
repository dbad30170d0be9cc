"""The tables of `status <id>`: one party's newest run, what it waits for, what came of it, what is open."""

from collections.abc import Sequence

from beteiligte.selftest import SHOWN
from contracts.party import SyncOutcome
from starter.cli import outcome_tables, pause_lines, report, verdict_lines
from starter.cli.exits import Exit
from starter.cli.step_rows import NO_WORKER, bet_nr, step
from starter.views import parties
from starter.views.inspection import Inspection
from starter.views.outages import Outage, OutageKind
from starter.views.runs import Run


def party(one: Inspection, outage: Outage | None, earlier: Sequence[Run]) -> None:
    """One party: its newest run, what it waits for, what came of it, what is open."""
    report.table(("", ""), [*_facts(one), *_outage(outage)])
    if one.state is None:
        report.line(NO_WORKER)
    report.table(("step", "attempt", "next try", "last failure"), [step(p) for p in one.pending], title="Pending")
    if one.last is not None:
        _last(one.last)
    for text in [outcome_tables.failed(one.failure)] if one.failure else []:
        report.line(f"\nIt {text}")
    report.table(
        ("earlier runs", "state", "decision", "status", "betNr"),
        [
            (report.moment(run.started), run.state, run.decision or "", run.sync_status or "", bet_nr(run))
            for run in earlier
        ],
        title="Before",
    )
    report.line()
    report.link(one.link)


def line(one: Inspection, outage: Outage | None) -> str:
    """The party in one line: its run, its status, and what it waits for."""
    run = one.run
    steps = [f"{step.activity} {step.attempt}/{step.attempts or '∞'}" for step in one.pending]
    failed = f"failed: {one.failure.code}" if one.failure and not outage else ""
    waits = (f"{name} {what}" for name, what in _outage(outage))
    said = (run.state, run.sync_status or "", run.decision or "", failed, *steps, *waits)
    return f"{run.party_id}: {', '.join(filter(None, said))}"


def _outage(outage: Outage | None) -> list[tuple[str, str]]:
    """The cause, when it is tried next, and what tries at once."""
    if outage is None:
        return []
    if outage.kind is OutageKind.PAUSE:
        return [("waits for", f"the end of the pause of all writing: {pause_lines.RESUME}")]
    at = outage.state.next_probe if outage.state else None
    coming = f"next try {report.moment(at)}" if at else "tried again by itself"
    cause = f"{verdict_lines.trouble(outage.kind, [outage.system])} ({', '.join(outage.codes) or 'cause unknown'})"
    return [("waits for", f"{SHOWN[outage.system]}: {cause}; {coming}, `beteiligte-sync retry-failed` at once")]


def _facts(one: Inspection) -> list[tuple[str, str]]:
    run, state = one.run, one.state
    facts = [
        ("party", run.party_id),
        ("betNr", bet_nr(run)),
        (
            "run",
            f"{run.state}, since {report.moment(run.started)}"
            if run.running
            else f"{run.state} {report.moment(run.closed)}",
        ),
        ("status", run.sync_status or ""),
        ("decision", run.decision or ""),
    ]
    if one.state is None and run.running:
        facts.append(("task queue", f"{run.task_queue}, where no worker asks for work"))
    if state is not None:
        facts.append(("unanswered requests", ", ".join(state.reasons) if state.asked > state.answered else ""))
        facts.append(
            ("landed, not written", str(state.landed_unwritten.bet_nr or "unknown") if state.landed_unwritten else "")
        )
        facts.append(("messages untold", str(state.untold or "")))
    return [(name, value) for name, value in facts if value]


def _last(outcome: SyncOutcome) -> None:
    report.table(
        ("last outcome", "betNr", "status", "fields"),
        [(outcome.shown, str(outcome.bet_nr or ""), outcome.status, outcome_tables.fields(outcome))],
        title="Last sync",
    )
    report.table(
        ("party", "field", "EspoCRM", "Advoware", "kept"), outcome_tables.conflicts(outcome), title="Conflicts"
    )
    unknown = Exit.of(outcome) is Exit.UNKNOWN
    for text in [parties.NOBODY_S] if unknown else outcome_tables.of_outcome(outcome):
        report.line(f"\n{text}")
    if outcome.observed:
        report.line(f"\n{outcome_tables.OBSERVED}")
