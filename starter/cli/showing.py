"""The tables of `status`."""

from collections.abc import Sequence
from datetime import UTC, datetime

from contracts.party import SyncOutcome
from starter import report
from starter.cli import alarms, answers, delivering, sighting
from starter.cli.exits import Exit
from starter.views import parties, pausing
from starter.views.inspection import Inspection, Pending
from starter.views.outages import Outage
from starter.views.overview import Looked, Overview
from starter.views.runs import Run
from starter.views.sweeps import Sweep
from starter.views.undecided import Found, Undecided

NO_WORKER = "no worker answers: what runs hold in memory (landed, untold, requests) cannot be shown"


def everything(seen: Overview, task_queue: str) -> None:
    """The overview: first what needs looking at."""
    counts = ", ".join(f"{number} {state}" for state, number in sorted(seen.counts.items())) or "none yet"
    report.line(f"Runs: {counts}")
    report.line(f"Workers on {task_queue}: {', '.join(w.identity for w in seen.workers) or NO_WORKER}")
    for queue in seen.elsewhere:
        if not queue.workers:
            runs = report.counted(queue.runs, "run is", "runs are")
            report.line(
                f"{runs} open on task queue {queue.name}, where no worker asks for work: start one with "
                f"TEMPORAL_TASK_QUEUE={queue.name} until they have ended"
            )
    if seen.pause:
        report.line(pausing.line(seen.pause))
    for found in seen.self_test:
        report.line(found.line)
    for text in (*sighting.lines(seen.advoware), *delivering.lines(seen.deliveries)):
        report.line(text)
    report.table(
        ("outage", "since", "parties wait", "cause", "people told", "next try"),
        [_outage(outage) for outage in seen.outages],
        title="Outages",
    )
    _reconciliations(seen.reconciliations)
    waiting = [one for one in seen.running.shown if one.retrying]
    _landed(seen.running)
    report.table(
        ("party", "step", "attempt", "next try", "last failure"),
        [(one.run.party_id, *_step(step)) for one in waiting for step in one.retrying],
        title="Waiting for another attempt",
    )
    working = [one for one in seen.running.shown if not one.retrying]
    report.table(
        ("party", "since", "betNr", "step"),
        [
            (
                one.run.party_id,
                report.moment(one.run.started),
                _bet_nr(one.run),
                ", ".join(p.activity for p in one.pending) or "waits",
            )
            for one in working
        ],
        title="Working",
    )
    _more(seen.running.more, "running")
    _failed(seen.failed)
    _undecided(seen.undecided)


def _reconciliations(found: Sequence[Sweep]) -> None:
    rows = [(one.workflow_id, report.moment(one.started), *_where(one)) for one in found]
    report.table(("reconciliation", "since", "state", "seen", "due", "synced"), rows, title="Reconciliations")
    for one in found:
        for step in one.retrying:
            report.line(_hangs(one, step))
        for text in alarms.lines(one.workflow_id, one.state) if one.state and one.state.asks else ():
            report.line(text)
        if one.failure:
            report.line(f"{one.workflow_id} failed with {one.failure.code}: {one.failure.message}")


def _hangs(one: Sweep, step: Pending) -> str:
    attempt = f"attempt {step.attempt} of {step.attempts or '∞'}"
    return f"{one.workflow_id} waits: {step.activity}, {attempt} {_next(step)}; {step.failure}"


def _where(one: Sweep) -> tuple[str, ...]:
    if one.state is None:
        return ("failed" if one.failure else "no worker answers", "", "", "")
    state, counts = one.state, one.state.counts
    doing = f"{state.phase}, waits" if one.retrying else state.phase
    return "asks" if state.asks else doing, f"{counts.rows + counts.linked}", str(state.due), str(counts.asked)


def _landed(running: Looked) -> None:
    rows = [
        (
            one.run.party_id,
            str(one.state.landed_unwritten.bet_nr or "unknown") if one.state.landed_unwritten else "",
            str(one.state.untold or ""),
        )
        for one in running.shown
        if one.state and (one.state.landed_unwritten or one.state.untold)
    ]
    title = "Not finished: the betNr that landed and is not yet written to EspoCRM, messages not told"
    report.table(("party", "landed", "untold"), rows, title=title)


def _failed(failed: Looked) -> None:
    report.table(
        ("party", "closed", "betNr", "cause", "message"),
        [
            (
                one.run.party_id,
                report.moment(one.run.closed),
                _bet_nr(one.run),
                one.failure.code if one.failure else one.run.state,
                one.failure.message if one.failure else "",
            )
            for one in failed.shown
        ],
        title="Failed (`retry-failed` tries again)",
    )
    _more(failed.more, "failed")


def _undecided(undecided: Found) -> None:
    report.table(
        ("party", "betNr", "status", "what is open"),
        [(one.party_id, _bet_nr(one), one.sync_status or "", _open(one)) for one in undecided.shown],
        title="A person decides, in the record or by a command (`status <id>` shows the values)",
    )
    _more(undecided.more, "undecided")


def _open(one: Undecided) -> str:
    """Each question, with the commands that answer it; where the newest run left none, what shows them."""
    if not one.questions:
        return f"beteiligte-sync diff {one.party_id}   # shows what is open; the newest run left no question"
    return "\n".join(
        "\n".join((question.text, *(f"  {answer}" for answer in question.answers))) for question in one.questions
    )


def _more(more: bool, what: str) -> None:
    if more:
        report.line(f"… more {what} than shown: --limit")


def _outage(outage: Outage) -> tuple[str, ...]:
    said = outage.state
    if said is None:
        return outage.workflow_id, report.moment(outage.started), "no worker answers", "", "", ""
    probe = f"{said.next_probe.astimezone():%H:%M:%S}" if said.next_probe else "now"
    told = "suspected, not yet" if outage.suspected else "yes" if said.told else "not yet"
    name = outage.workflow_id or said.system
    return name, report.moment(said.since), str(said.waiting), ", ".join(said.codes), told, probe


def _step(step: Pending) -> tuple[str, ...]:
    return step.activity, f"{step.attempt}/{step.attempts or '∞'}", _next(step), step.failure


def _next(step: Pending) -> str:
    if step.next_try is None:
        return "running now"
    left = int((step.next_try - datetime.now(UTC)).total_seconds())
    return f"{step.next_try.astimezone():%H:%M:%S}, in {_duration(left)}" if left > 0 else "now"


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _bet_nr(run: Run) -> str:
    return str(run.bet_nr or "")


def party(one: Inspection, earlier: Sequence[Run]) -> None:
    """One party: its newest run, what it waits for, what came of it, what is open."""
    report.table(("", ""), _facts(one))
    if one.state is None:
        report.line(NO_WORKER)
    report.table(("step", "attempt", "next try", "last failure"), [_step(p) for p in one.pending], title="Pending")
    if one.last is not None:
        _last(one.last)
    for text in [answers.failed(one.failure)] if one.failure else []:
        report.line(f"\nIt {text}")
    report.table(
        ("earlier runs", "state", "decision", "status", "betNr"),
        [
            (report.moment(run.started), run.state, run.decision or "", run.sync_status or "", _bet_nr(run))
            for run in earlier
        ],
        title="Before",
    )
    report.line()
    report.link(one.link)


def _facts(one: Inspection) -> list[tuple[str, str]]:
    run, state = one.run, one.state
    facts = [
        ("party", run.party_id),
        ("betNr", _bet_nr(run)),
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
        [(outcome.shown, str(outcome.bet_nr or ""), outcome.status, answers.fields(outcome))],
        title="Last sync",
    )
    report.table(("party", "field", "EspoCRM", "Advoware", "kept"), answers.conflicts(outcome), title="Conflicts")
    unknown = Exit.of(outcome) is Exit.UNKNOWN
    for text in [parties.NOBODY_S] if unknown else answers.of_outcome(outcome):
        report.line(f"\n{text}")
    if outcome.observed:
        report.line(f"\n{answers.OBSERVED}")
