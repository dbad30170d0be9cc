"""The screen of `status`: the verdict, then everything that runs, waits, failed or waits for a person."""

from collections.abc import Iterator, Sequence

from starter.cli import alarm_lines, delivery_lines, detection_lines, report, verdict_lines
from starter.cli.step_rows import NO_WORKER, bet_nr, next_try, step
from starter.schedules import SWEEP
from starter.views.health import JudgedOverview
from starter.views.inspection import Inspection, PendingStep
from starter.views.outages import Outage, OutageKind
from starter.views.overview import InspectedRuns
from starter.views.runs import HowMany
from starter.views.sweeps import Sweep
from starter.views.timetable import TimetableRow
from starter.views.undecided import UndecidedParties, UndecidedParty


def everything(seen: JudgedOverview) -> None:
    """The overview: the verdict and its reasons, the facts, and what needs looking at."""
    report.headline(verdict_lines.headline(seen.health), verdict_lines.STYLES[seen.health.verdict])
    for text in verdict_lines.lines(seen):
        report.item(text)
    for text in (verdict_lines.BESIDE, "", *_facts(seen)):
        report.line(text)
    _outages([one for one in seen.outages if not (seen.pause and one.kind is OutageKind.PAUSE)])
    _reconciliations(seen.reconciliations)
    _landed(seen.running)
    _running(seen.running)
    _failed(seen.failed)
    _undecided(seen.undecided)


def _facts(seen: JudgedOverview) -> Iterator[str]:
    counts = ", ".join(f"{number} {state}" for state, number in sorted(seen.counts.items())) or "none yet"
    yield f"Runs: {counts}"
    yield f"Workers on {seen.task_queue}: {', '.join(_workers(seen)) or NO_WORKER}"
    yield from detection_lines.lines(seen.advoware)
    yield from (_nightly(row) for row in seen.schedules if row.there and row.id != SWEEP)
    yield from delivery_lines.lines(seen.deliveries)


def _workers(seen: JudgedOverview) -> Iterator[str]:
    """With the version of each that says one: while workers are replaced one by one, two stand beside each other."""
    versions = {worker.identity: worker.card.version for worker in seen.crew if worker.card}
    for worker in seen.workers:
        known = versions.get(worker.identity)
        yield f"{worker.identity} ({known})" if known else worker.identity


def _nightly(row: TimetableRow) -> str:
    coming = f", next {report.moment(row.next)}" if row.next else ""
    return f"Last completed {row.id} comparison: {report.moment(row.last_good) or 'none yet'}{coming}"


def _outages(outages: Sequence[Outage]) -> None:
    columns = ("outage", "since", "parties wait", "cause", "people told", "next try")
    report.table(columns, [_outage(outage) for outage in outages], title="Outages")


def _running(running: InspectedRuns) -> None:
    report.table(
        ("party", "step", "attempt", "next try", "last failure"),
        [(one.run.party_id, *step(waits)) for one in running.shown for waits in one.retrying],
        title="Waiting for another attempt",
    )
    working = [one for one in running.shown if not one.retrying]
    report.table(("party", "since", "betNr", "step"), [_working(one) for one in working], title="Working")
    _more(running, "running")


def _working(one: Inspection) -> tuple[str, ...]:
    steps = ", ".join(pending.activity for pending in one.pending) or "waits"
    return one.run.party_id, report.moment(one.run.started), bet_nr(one.run), steps


def _reconciliations(found: Sequence[Sweep]) -> None:
    rows = [(one.workflow_id, report.moment(one.started), *_where(one)) for one in found]
    report.table(("reconciliation", "since", "state", "seen", "due", "synced"), rows, title="Reconciliations")
    for one in found:
        for waits in one.retrying:
            report.line(_hangs(one, waits))
        for text in alarm_lines.lines(one.workflow_id, one.state) if one.state and one.state.asks else ():
            report.line(text)


def _hangs(one: Sweep, waits: PendingStep) -> str:
    attempt = f"attempt {waits.attempt} of {waits.attempts or '∞'}"
    return f"{one.workflow_id} waits: {waits.activity}, {attempt} {next_try(waits)}; {waits.failure}"


def _where(one: Sweep) -> tuple[str, ...]:
    if one.state is None:
        return ("failed" if one.failure else "no worker answers", "", "", "")
    state, counts = one.state, one.state.counts
    doing = f"{state.phase}, waits" if one.retrying else state.phase
    return "asks" if state.asks else doing, f"{counts.rows + counts.linked}", str(state.due), str(counts.asked)


def _landed(running: InspectedRuns) -> None:
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


def _failed(failed: InspectedRuns) -> None:
    report.table(
        ("party", "closed", "betNr", "cause", "message"),
        [
            (
                one.run.party_id,
                report.moment(one.run.closed),
                bet_nr(one.run),
                one.failure.code if one.failure else one.run.state,
                one.failure.message if one.failure else "",
            )
            for one in failed.shown
        ],
        title="Failed (`retry-failed` tries again)",
    )
    _more(failed, "failed")


def _undecided(undecided: UndecidedParties) -> None:
    report.table(
        ("party", "betNr", "status", "what is open"),
        [(one.party_id, bet_nr(one), one.sync_status or "", _open(one)) for one in undecided.shown],
        title="A person decides, in the record or by a command (`status <id>` shows the values)",
    )
    _more(undecided, "undecided")


def _open(one: UndecidedParty) -> str:
    """Each question, with the commands that answer it; where the newest run left none, what shows them."""
    if not one.questions:
        return f"beteiligte-sync diff {one.party_id}   # shows what is open; the newest run left no question"
    return "\n".join(
        "\n".join((question.text, *(f"  {answer}" for answer in question.answers))) for question in one.questions
    )


def _more(amount: HowMany, what: str) -> None:
    if amount.more:
        least = "at least " if amount.at_least else ""
        report.line(f"… {least}{amount.number} {what}, more than shown: --limit")


def _outage(outage: Outage) -> tuple[str, ...]:
    said = outage.state
    if said is None:
        return outage.workflow_id, report.moment(outage.started), "no worker answers", ", ".join(outage.codes), "", ""
    probe = f"{said.next_probe.astimezone():%H:%M:%S}" if said.next_probe else "now"
    told = "suspected, not yet" if outage.suspected else "yes" if said.told else "not yet"
    name = outage.workflow_id or said.system
    return name, report.moment(said.since), str(said.waiting), ", ".join(outage.codes), told, probe
