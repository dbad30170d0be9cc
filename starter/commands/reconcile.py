"""`reconcile`: compare everything now, watch a run, answer one that stopped and asks."""

import asyncio
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from temporalio.client import WorkflowFailureError, WorkflowHandle

from runtime import settings as s
from runtime.loading import load_all
from starter import report
from starter.commands import alarms, connecting
from starter.commands.arguments import AsJson
from starter.commands.exits import Exit
from starter.requests import Requests
from workflows.reconciliation import ReconciliationWorkflow
from workflows.sweep_contracts import (
    DECIDE,
    RECONCILIATION,
    Counts,
    Kind,
    Phase,
    ReconciliationOrder,
    ReconciliationState,
    Summary,
    Verdict,
)

EXAMPLE = "beteiligte-sync reconcile run --dry-run"
LOOK_EVERY = 0.5
Handle = WorkflowHandle[ReconciliationWorkflow, Summary]

app = typer.Typer(no_args_is_help=True, help="Find what webhooks miss.")
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only report what would be synced, by reason.")]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Start it and return.")]
WorkflowId = Annotated[str, typer.Argument(help="Workflow id of the run, as told or as `reconcile watch` shows it.")]
Newest = Annotated[str, typer.Argument(help="Workflow id of the run; without it the newest.")]
By = Annotated[str, typer.Option("--by", help="Who decides; kept in the run's history.")]


@app.command("run")
def run(dry_run: DryRun = False, no_wait: NoWait = False, as_json: AsJson = False) -> None:
    """Compare every record with its base and Advoware's list now, and sync what is due. Exit 7: it stopped and asks."""

    async def work(asking: Requests) -> Exit:
        pace = load_all(s.SweepSettings)[s.SweepSettings].pace()
        order = ReconciliationOrder(kind=Kind.NIGHTLY, pace=pace, dry_run=dry_run)
        name = f"nightly-by-hand-{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        handle = await asking.client.start_workflow(
            ReconciliationWorkflow.run, order, id=name, task_queue=asking.task_queue
        )
        if no_wait:
            report.line(name)
            return Exit.DONE
        await connecting.say_if_nobody_works(asking)
        return await _watch(handle, as_json=as_json)

    connecting.run(work)


@app.command("watch")
def watch(workflow_id: Newest = "", as_json: AsJson = False) -> None:
    """Show the progress of a run until it ends or asks: rows, rate, how long it will take. Exit 5: none is known."""

    async def work(asking: Requests) -> Exit:
        name = workflow_id or await _newest(asking)
        if name is None:
            report.note("No reconciliation is known: `beteiligte-sync schedules apply`, or `reconcile run`")
            return Exit.UNKNOWN
        return await _watch(asking.client.get_workflow_handle_for(ReconciliationWorkflow.run, name), as_json=as_json)

    connecting.run(work)


@app.command("confirm")
def confirm(workflow_id: WorkflowId, by: By = "") -> None:
    """Let a run that stopped go on: what it found is intended."""
    _decide(workflow_id, by, go_on=True)


@app.command("refuse")
def refuse(workflow_id: WorkflowId, by: By = "") -> None:
    """End a run that stopped; nothing of what it found is synced by it."""
    _decide(workflow_id, by, go_on=False)


def _decide(workflow_id: str, by: str, *, go_on: bool) -> None:
    async def work(asking: Requests) -> Exit:
        handle = asking.client.get_workflow_handle_for(ReconciliationWorkflow.run, workflow_id)
        state = await handle.query(ReconciliationWorkflow.state, rpc_timeout=timedelta(seconds=10))
        if not state.asks:
            report.note(f"{workflow_id} asks nothing: it is {state.phase}")
            return Exit.UNKNOWN
        await handle.signal(
            DECIDE, Verdict(go_on=go_on, by=by or getpass.getuser(), at=datetime.now(UTC), alarm=state.alarm)
        )
        report.line(f"{workflow_id} {'goes on' if go_on else 'ends'}. It had stopped: {state.alarm}")
        return Exit.DONE

    connecting.run(work)


async def _newest(asking: Requests) -> str | None:
    async for found in asking.client.list_workflows(f"WorkflowType = '{RECONCILIATION}'", limit=1):
        return found.id
    return None


async def _watch(handle: Handle, *, as_json: bool) -> Exit:
    ending = asyncio.ensure_future(handle.result())
    with _bar() as (bar, task):
        while not ending.done():
            state = await handle.query(ReconciliationWorkflow.state, rpc_timeout=timedelta(seconds=10))
            _move(bar, task, state)
            if state.asks:
                ending.cancel()
                return _asks(handle.id, state, as_json=as_json)
            await asyncio.wait({ending}, timeout=LOOK_EVERY)
    try:
        summary = ending.result()
    except WorkflowFailureError as failed:
        report.note(f"{handle.id} failed: {failed.cause}")
        return Exit.FAILED
    report.as_json(summary) if as_json else _show(summary)
    return Exit.DONE


def _asks(workflow_id: str, state: ReconciliationState, *, as_json: bool) -> Exit:
    if as_json:
        report.as_json(state)
        return Exit.PERSON_DECIDES
    for text in alarms.lines(workflow_id, state):
        report.line(text)
    return Exit.PERSON_DECIDES


@contextmanager
def _bar() -> Iterator[tuple[Progress, TaskID]]:
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[seen]}"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        yield shown, shown.add_task("looking", total=None, seen="", rate="")


def _move(bar: Progress, task: TaskID, state: ReconciliationState) -> None:
    counts, began = state.counts, state.began
    seconds = max(1.0, (datetime.now(UTC) - began).total_seconds())
    looked = counts.rows + counts.linked
    bar.update(
        task,
        description=state.phase.value,
        completed=counts.asked if state.phase is Phase.SYNCING else counts.rows,
        total=_of(state),
        seen=f"{counts.rows} rows, {counts.linked} links, {state.due} due, {counts.asked} synced",
        rate=f"{looked / seconds:.0f}/s",
    )


def _of(state: ReconciliationState) -> int | None:
    """Out of how many; a sweep looks at those modified lately, and how many these are is known when it saw them."""
    if state.phase is Phase.SYNCING:
        return state.counts.asked + state.due
    return state.counts.total if state.kind is Kind.NIGHTLY else None


def _show(summary: Summary) -> None:
    counts = summary.counts
    report.table(
        ("looked at", ""),
        [
            ("records in EspoCRM", f"{counts.rows} of {summary.total or '?'}"),
            ("links compared with Advoware", str(counts.linked)),
            ("parties only Advoware has", _only_advoware(counts)),
            ("betNr held twice", ", ".join(map(str, counts.doubled)) or "none"),
            *((f"due: {reason}", str(number)) for reason, number in sorted(summary.due.items())),
            ("synced", "none: dry run" if summary.dry_run else f"{counts.asked}, {counts.slow} of them still going on"),
        ],
    )
    if summary.alarm:
        answer = summary.verdict
        said = f" {answer.by}: {'it is intended' if answer.go_on else 'refused'}." if answer else ""
        report.line(f"It {'would have stopped' if summary.dry_run else 'stopped'}: {summary.alarm}{said}")


def _only_advoware(counts: Counts) -> str:
    """How many, and the first by betNr; `--json` names up to a thousand."""
    first = ", ".join(map(str, counts.only_advoware[:10]))
    more = ", …" if counts.unknown > 10 else ""
    return f"{counts.unknown}: {first}{more}" if counts.unknown else "none"
