"""Do stored runs fit the workflow code that is installed here? Histories are read and replayed; nothing is called."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from temporalio.client import Client, WorkflowExecution, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer

from beteiligte.frozen import Frozen
from contracts import bounded
from runtime.codec import Unreadable
from starter import waits
from starter.views import runs
from starter.views.parties import UnknownParty
from workflows.registry import WORKFLOWS, sandbox

MAX_PROBLEM = 2_000
DEFINITION = "__temporal_workflow_definition"
"""Where Temporal's library keeps what `workflow.defn` was told; it has no public word for it."""
AT_ONCE = 4
"""Histories fetched at the same time; replaying itself takes one core."""


class Replayed(Frozen):
    """What became of one run."""

    workflow_id: str
    run_id: str
    workflow_type: str = ""
    running: bool = False
    events: int = 0
    deterministic: bool = False
    unreadable: bool = False
    """No key that is held here opens it, so that nothing is known of it."""
    problem: str = ""
    """Where the code leaves the history, in Temporal's words."""


class ReplayedAll(Frozen):
    """The JSON document of `--all`."""

    replayed: tuple[Replayed, ...]
    more: bool
    """There are more open runs than can be looked at."""

    @property
    def unfit(self) -> tuple[Replayed, ...]:
        """Those that do not fit, or of which it is not known."""
        return tuple(run for run in self.replayed if not run.deterministic)


async def of_party(client: Client, party_id: str, run_id: str | None) -> Replayed:
    """One run of a party. Raises UnknownParty, Unreadable, RPCError."""
    try:
        history = await runs.handle(client, party_id, run_id).fetch_history(rpc_timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            raise
        raise UnknownParty(f"Temporal holds no such run of party {party_id} ({error.message})") from error
    return await _replayed(client, history)


async def found(client: Client, closed: int) -> tuple[tuple[WorkflowExecution, ...], bool]:
    """Every open run of ours, and of each type so many closed ones; whether there are more. Raises RPCError."""
    kinds = ", ".join(f"'{name}'" for name in _types())
    still_open = f"WorkflowType IN ({kinds}) AND ExecutionStatus = 'Running'"
    chosen = [run async for run in _listed(client, still_open, runs.LOOKED_AT + 1)]
    ended = [f"WorkflowType = '{name}' AND ExecutionStatus != 'Running'" for name in _types()]
    samples = [run for query in ended if closed async for run in _listed(client, query, closed)]
    return (*chosen[: runs.LOOKED_AT], *samples), len(chosen) > runs.LOOKED_AT


async def each(client: Client, executions: tuple[WorkflowExecution, ...], done: Callable[[], None]) -> list[Replayed]:
    """What became of these; one that ended and was deleted meanwhile is left out. Raises RPCError."""

    async def one(run: WorkflowExecution) -> Replayed | None:
        shown = Replayed(
            workflow_id=run.id, run_id=run.run_id, workflow_type=run.workflow_type, running=run.close_time is None
        )
        try:
            return await _one(client, shown)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise

    replayed = await bounded.each(executions, one, at_once=AT_ONCE, done=done)
    return [run for run in replayed if run is not None]


async def _one(client: Client, shown: Replayed) -> Replayed:
    handle = client.get_workflow_handle(shown.workflow_id, run_id=shown.run_id)
    history = await handle.fetch_history(rpc_timeout=waits.TEMPORAL)
    try:
        result = await _replayed(client, history)
    except Unreadable as error:
        return shown.but(events=len(history.events), unreadable=True, problem=str(error)[:MAX_PROBLEM])
    return shown.but(events=result.events, deterministic=result.deterministic, problem=result.problem)


def _types() -> list[str]:
    return sorted(str(getattr(kind, DEFINITION).name) for kind in WORKFLOWS)


def _listed(client: Client, query: str, limit: int) -> AsyncIterator[WorkflowExecution]:
    return client.list_workflows(query, limit=limit, rpc_timeout=waits.TEMPORAL)


async def _replayed(client: Client, history: WorkflowHistory) -> Replayed:
    """Raises Unreadable: a missing key must not look like code that does not fit."""
    started = history.events[0].workflow_execution_started_event_attributes
    await client.data_converter.decode(started.input.payloads)
    problem = await _problem(client, history)
    return Replayed(
        workflow_id=history.workflow_id,
        run_id=history.run_id,
        workflow_type=started.workflow_type.name,
        events=len(history.events),
        deterministic=problem is None,
        problem=str(problem or "")[:MAX_PROBLEM],
    )


async def _problem(client: Client, history: WorkflowHistory) -> Exception | None:
    """What a replay stumbles over, with the sandbox and the data converter that a worker uses."""
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=sandbox(),
        namespace=client.namespace,
        data_converter=client.data_converter,
        runtime=client.service_client.config.runtime,
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
