"""Do stored runs fit the workflow code that is installed here? Histories are read and replayed; nothing is called."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from temporalio.api.history.v1 import WorkflowExecutionStartedEventAttributes
from temporalio.client import Client, WorkflowExecution, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer

from beteiligte.frozen import Frozen
from contracts import bounded
from runtime.codec import Unreadable, strict
from starter import waits
from starter.views import runs
from starter.views.parties import UnknownParty
from starter.views.recorded.reading import CLOSINGS
from starter.views.unknown_parts import noting
from workflows.disbelief import DropWhatIsNotBelieved
from workflows.registry import WORKFLOWS, sandbox

MAX_PROBLEM = 2_000
DEFINITION = "__temporal_workflow_definition"
"""Where Temporal's library keeps what `workflow.defn` was told; it has no public word for it."""
AT_ONCE = 4
"""Histories fetched at the same time; replaying itself takes one core."""
PORTION = 50
"""Runs whose histories are held in memory together."""


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
    newer: tuple[str, ...] = ()
    """What a newer version wrote and this one does not know: it drops these fields, and a request with such a value."""

    @property
    def fits(self) -> bool:
        """Whether this version can go on with it; of a run that has ended nothing more is lost."""
        return self.deterministic and not (self.running and self.newer)


class ReplayedAll(Frozen):
    """The JSON document of `--all`."""

    replayed: tuple[Replayed, ...]
    more: bool
    """There are more open runs than can be looked at."""

    @property
    def unfit(self) -> tuple[Replayed, ...]:
        """Those that do not fit, or of which it is not known."""
        return tuple(run for run in self.replayed if not run.fits)


_Fetched = tuple[Replayed, WorkflowHistory]


async def of_party(client: Client, party_id: str, run_id: str | None) -> Replayed:
    """One run of a party. Raises UnknownParty, Unreadable, RPCError."""
    try:
        history = await runs.handle(client, party_id, run_id).fetch_history(rpc_timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status not in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            raise
        raise UnknownParty(f"Temporal holds no such run of party {party_id} ({error.message})") from error
    begun = await _begun(client, history)
    shown = Replayed(
        workflow_id=history.workflow_id,
        run_id=history.run_id,
        workflow_type=begun.workflow_type.name,
        running=not _has_ended(history),
    )
    [replayed] = [one async for one in _replayed(client, [(shown, history)])]
    return replayed


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

    async def one(run: WorkflowExecution) -> _Fetched | Replayed | None:
        return await _fetched(client, run)

    replayed: list[Replayed] = []
    for start in range(0, len(executions), PORTION):
        fetched = await bounded.each(executions[start : start + PORTION], one, at_once=AT_ONCE)
        replayed += [run for run in fetched if isinstance(run, Replayed)]
        async for run in _replayed(client, [run for run in fetched if isinstance(run, tuple)]):
            replayed.append(run)
            done()
    return replayed


async def _fetched(client: Client, run: WorkflowExecution) -> _Fetched | Replayed | None:
    """Its history; that no key here opens it; None: it was deleted meanwhile."""
    shown = Replayed(
        workflow_id=run.id, run_id=run.run_id, workflow_type=run.workflow_type, running=run.close_time is None
    )
    try:
        handle = client.get_workflow_handle(run.id, run_id=run.run_id)
        history = await handle.fetch_history(rpc_timeout=waits.TEMPORAL)
        await _begun(client, history)
    except Unreadable as error:
        return shown.but(events=len(history.events), unreadable=True, problem=str(error)[:MAX_PROBLEM])
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return shown, history


async def _begun(client: Client, history: WorkflowHistory) -> WorkflowExecutionStartedEventAttributes:
    """How it began. Raises Unreadable: a missing key must not look like code that does not fit."""
    started = history.events[0].workflow_execution_started_event_attributes
    await client.data_converter.decode(started.input.payloads)
    return started


def _has_ended(history: WorkflowHistory) -> bool:
    last = str(history.events[-1].WhichOneof("attributes") or "")
    return last.removeprefix("workflow_execution_").removesuffix("_event_attributes") in CLOSINGS


def _types() -> list[str]:
    return sorted(str(getattr(kind, DEFINITION).name) for kind in WORKFLOWS)


def _listed(client: Client, query: str, limit: int) -> AsyncIterator[WorkflowExecution]:
    return client.list_workflows(query, limit=limit, rpc_timeout=waits.TEMPORAL)


async def _replayed(client: Client, fetched: Sequence[_Fetched]) -> AsyncIterator[Replayed]:
    """What a replay stumbles over, with the sandbox and the data converter that a worker uses.

    One replayer for many: to begin one takes longer than to replay a run.
    """
    noted = set[str]()
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=sandbox(),
        namespace=client.namespace,
        data_converter=replace(strict(client.data_converter, only_sealed=False), payload_converter_class=noting(noted)),
        interceptors=[DropWhatIsNotBelieved()],
        runtime=client.service_client.config.runtime,
    )
    with _quiet():
        async with replayer.workflow_replay_iterator(_histories(fetched)) as results:
            for shown, history in fetched:
                result = await anext(results)
                yield shown.but(
                    events=len(history.events),
                    deterministic=result.replay_failure is None,
                    problem=str(result.replay_failure or "")[:MAX_PROBLEM],
                    newer=tuple(sorted(noted)),
                )
                noted.clear()


async def _histories(fetched: Sequence[_Fetched]) -> AsyncIterator[WorkflowHistory]:
    for _, history in fetched:
        yield history


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
