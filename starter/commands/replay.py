"""`replay`: does a run's history still fit today's workflow code?"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from temporalio.client import WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer

from beteiligte.frozen import Frozen
from starter import waits
from starter.cli import connection, report
from starter.cli.arguments import AsJson, Party
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import parties, runs
from starter.views.parties import UnknownParty
from workflows.registry import WORKFLOWS, sandbox

EXAMPLE = "beteiligte-sync replay 6b04cd6d623bec762"

RunId = Annotated[str | None, typer.Option("--run-id", help="An earlier run, as `status <id> --json` names it.")]
MAX_PROBLEM = 2_000


class Replayed(Frozen):
    """The JSON document."""

    party_id: str
    run_id: str
    events: int
    deterministic: bool
    problem: str = ""
    """Where the code leaves the history, in Temporal's words."""


def command(party: Party, run_id: RunId = None, as_json: AsJson = False) -> None:
    """Fetch a run's history and replay it through the workflow code installed here; nothing is called or written.

    A run that does not fit stands still until the code fits again.
    """

    async def work(requests: Requests) -> Exit:
        party_id = await parties.find(requests.client, party)
        with report.progress("fetching and replaying", None):
            replayed = await _replay(requests, party_id, run_id)
        if as_json:
            report.as_json(replayed)
        else:
            _show(replayed)
        return Exit.DONE if replayed.deterministic else Exit.FAILED

    connection.run(work)


async def _replay(requests: Requests, party_id: str, run_id: str | None) -> Replayed:
    try:
        history = await runs.handle(requests.client, party_id, run_id).fetch_history(rpc_timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            raise
        raise UnknownParty(f"Temporal holds no such run of party {party_id} ({error.message})") from error
    await _readable(requests, history)
    problem = await check(requests, history)
    return Replayed(
        party_id=party_id,
        run_id=history.run_id,
        events=len(history.events),
        deterministic=problem is None,
        problem=str(problem or "")[:MAX_PROBLEM],
    )


async def _readable(requests: Requests, history: WorkflowHistory) -> None:
    """Raises Unreadable: a missing key must not look like code that does not fit."""
    started = history.events[0].workflow_execution_started_event_attributes
    await requests.client.data_converter.decode(started.input.payloads)


async def check(requests: Requests, history: WorkflowHistory) -> Exception | None:
    """What a replay stumbles over, with the sandbox and the data converter that a worker uses."""
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=sandbox(),
        namespace=requests.client.namespace,
        data_converter=requests.client.data_converter,
        runtime=requests.client.service_client.config.runtime,
    )
    with _quiet():
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    return result.replay_failure


@contextmanager
def _quiet() -> Iterator[None]:
    """The SDK also logs what it answers, with a stack trace."""
    logger = logging.getLogger("temporalio")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _show(replayed: Replayed) -> None:
    if replayed.deterministic:
        report.line(f"Run {replayed.run_id}: all {replayed.events} events fit today's code.")
    else:
        report.line(f"Run {replayed.run_id}: today's code does not fit its {replayed.events} events.")
        report.line(replayed.problem)
