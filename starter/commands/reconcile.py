"""`reconcile`: compare everything now, watch a run, answer one that stopped and asks."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer
from temporalio.client import WorkflowFailureError

from beteiligte.frozen import Frozen
from beteiligte.sweep.alarms import AlarmNews
from contracts.reconciliation import (
    DECIDE,
    AlarmAnswer,
    ReconciliationOrder,
    ReconciliationState,
    RunKind,
    RunSummary,
)
from runtime import settings as s
from runtime.loading import load_all
from starter import waits
from starter.cli import (
    alarm_lines,
    connection,
    coverage_lines,
    hindrances,
    person,
    read_cost,
    reconciliation_progress,
    report,
)
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import detection, inspection, sweeps
from workflows.sweep.workflow import ReconciliationWorkflow

EXAMPLE = "beteiligte-sync reconcile run --dry-run"

app = typer.Typer(no_args_is_help=True, help="Find what webhooks miss.")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only report what would be synced, by reason.")]
All = Annotated[bool, typer.Option("--all", help="Compare every linked party with Advoware; says first what it costs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="With --all: do it without asking.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Start it and return.")]
WorkflowId = Annotated[str, typer.Argument(help="Workflow id of the run, as told or as `reconcile watch` shows it.")]
Newest = Annotated[str, typer.Argument(help="Workflow id of the run; without it the newest.")]
By = Annotated[str, typer.Option("--by", help="Who decides; kept in the run's history.")]


@app.command("run", epilog=f"Example: {EXAMPLE}")
def run(
    dry_run: DryRun = False, every: All = False, yes: Yes = False, no_wait: NoWait = False, as_json: AsJson = False
) -> None:
    """Compare every record with its base and Advoware's list now, and sync what is due.

    Where Advoware lists nothing in bulk its side is left to the sweeps, which read it in turn; --all reads every party.

    Exit: 0 done, 4 it failed, 6 no worker runs, 7 it stopped and asks, or --all was not wanted.
    """

    async def work(requests: Requests) -> Exit:
        timing = load_all(s.SweepSettings)[s.SweepSettings].timing()
        await hindrances.say_what_hinders(requests)
        if not await hindrances.say_if_nobody_works(requests):
            return Exit.NO_ANSWER
        if every and not await read_cost.agreed(requests, timing, yes=yes):
            return Exit.PERSON_DECIDES
        order = ReconciliationOrder(
            kind=RunKind.NIGHTLY,
            timing=timing,
            dry_run=dry_run or requests.timing.observe,
            all_links=every,
            count_links=not timing.listing,
        )
        name = f"nightly-by-hand-{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        await requests.client.start_workflow(ReconciliationWorkflow.run, order, id=name, task_queue=requests.task_queue)
        if no_wait:
            report.line(name)
            return Exit.DONE
        return await _watch(requests, name, as_json=as_json)

    connection.run(work)


@app.command("watch", epilog="Example: beteiligte-sync reconcile watch")
def watch(workflow_id: Newest = "", as_json: AsJson = False) -> None:
    """Show the progress of a run until it ends or asks: rows, rate, how long it will take. Exit 5: none is known."""

    async def work(requests: Requests) -> Exit:
        name = workflow_id or await sweeps.newest(requests.client)
        if name is None:
            report.note("No reconciliation is known: `beteiligte-sync schedules apply`, or `reconcile run`")
            return Exit.UNKNOWN
        if not await _known(requests, name):
            return Exit.UNKNOWN
        return await _watch(requests, name, as_json=as_json)

    connection.run(work)


@app.command(
    "confirm", epilog="Example: beteiligte-sync reconcile confirm nightly-by-hand-2026-11-24T10:45:12Z --by anna"
)
def confirm(workflow_id: WorkflowId, by: By = "", as_json: AsJson = False) -> None:
    """Let a run that stopped go on: what it found is intended."""
    _decide(workflow_id, by, go_on=True, as_json=as_json)


@app.command("refuse", epilog="Example: beteiligte-sync reconcile refuse nightly-by-hand-2026-11-24T10:45:12Z")
def refuse(workflow_id: WorkflowId, by: By = "", as_json: AsJson = False) -> None:
    """End a run that stopped; nothing of what it found is synced by it."""
    _decide(workflow_id, by, go_on=False, as_json=as_json)


class AnsweredAlarm(Frozen):
    """The JSON document of an answer."""

    workflow_id: str
    answer: AlarmAnswer
    about: AlarmNews | None


def _decide(workflow_id: str, by: str, *, go_on: bool, as_json: bool) -> None:
    async def work(requests: Requests) -> Exit:
        if not await _known(requests, workflow_id):
            return Exit.UNKNOWN
        handle = requests.client.get_workflow_handle_for(ReconciliationWorkflow.run, workflow_id)
        state = await inspection.answered(handle.query(ReconciliationWorkflow.state, rpc_timeout=waits.WORKER))
        if state is None:
            report.note(f"No worker says what {workflow_id} asks, so nothing was answered: start one, then again")
            return Exit.NO_ANSWER
        if not state.asks:
            report.note(f"{workflow_id} asks nothing: it is {state.phase}")
            return Exit.UNKNOWN
        answer = AlarmAnswer(go_on=go_on, by=person.name(by), at=datetime.now(UTC), alarm=state.alarm)
        await handle.signal(DECIDE, answer)
        answered = AnsweredAlarm(workflow_id=workflow_id, answer=answer, about=state.about)
        report.as_json(answered) if as_json else _show_answered(answered)
        return Exit.DONE

    connection.run(work)


def _show_answered(answered: AnsweredAlarm) -> None:
    does = "goes on" if answered.answer.go_on else "ends"
    report.line(f"{answered.workflow_id} {does}. It had stopped: {answered.answer.alarm}")
    for text in alarm_lines.concerned(answered.about):
        report.line(text)


async def _known(requests: Requests, workflow_id: str) -> bool:
    """Whether this is a reconciliation, which alone can be watched and answered; if not, it is said."""
    if await sweeps.is_one(requests.client, workflow_id):
        return True
    report.note(
        f"{workflow_id} is no reconciliation that Temporal keeps: `beteiligte-sync status` names those that ask, "
        "`beteiligte-sync reconcile watch` the newest"
    )
    return False


async def _watch(requests: Requests, name: str, *, as_json: bool) -> Exit:
    handle = requests.client.get_workflow_handle_for(ReconciliationWorkflow.run, name)
    ending = asyncio.ensure_future(handle.result())
    with reconciliation_progress.shown(as_json=as_json) as show:
        while not ending.done():
            state = await inspection.answered(handle.query(ReconciliationWorkflow.state, rpc_timeout=waits.WORKER))
            if state is None and not await hindrances.say_if_nobody_works(requests):
                report.note(f"{name} goes on when one runs: `beteiligte-sync reconcile watch {name}`")
                ending.cancel()
                return Exit.NO_ANSWER
            if state is not None:
                pending = await inspection.pending(requests.client, handle)
                show(state, tuple(step for step in pending if step.failed))
            if state is not None and state.asks:
                ending.cancel()
                return _asks(name, state, as_json=as_json)
            await asyncio.wait({ending}, timeout=waits.LOOK_AT_RECONCILIATION.total_seconds())
    try:
        summary = ending.result()
    except WorkflowFailureError as failed:
        report.note(f"{name} failed: {failed.cause}")
        return Exit.FAILED
    report.as_json(summary) if as_json else _show(summary, await detection.look(requests.client))
    return Exit.DONE


def _asks(workflow_id: str, state: ReconciliationState, *, as_json: bool) -> Exit:
    if as_json:
        report.as_json(state)
        return Exit.PERSON_DECIDES
    for text in alarm_lines.lines(workflow_id, state):
        report.line(text)
    return Exit.PERSON_DECIDES


def _show(summary: RunSummary, seen: detection.Detection) -> None:
    counts = summary.counts
    report.table(
        ("looked at", ""),
        [
            ("records in EspoCRM", f"{counts.rows} of {summary.total or '?'}"),
            *coverage_lines.rows(summary),
            *((f"due: {reason}", str(number)) for reason, number in sorted(summary.due.items())),
            ("synced", "none: dry run" if summary.dry_run else f"{counts.asked}, {counts.slow} of them still going on"),
        ],
    )
    for text in coverage_lines.lines(summary, seen):
        report.line(text)
    if summary.alarm:
        answer = summary.answer
        said = f" {answer.by}: {'it is intended' if answer.go_on else 'refused'}." if answer else ""
        report.line(f"It {'would have stopped' if summary.dry_run else 'stopped'}: {summary.alarm}{said}")
        for text in alarm_lines.concerned(summary.about):
            report.line(text)
