"""One run looked at closely: what it waits for, what landed, why it failed.

Pending retries come from `describe`, why a run failed from its last event; neither needs a worker. Only the query
`state` does, so it is asked for apart and may be missing.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import ValidationError
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowQueryFailedError
from temporalio.exceptions import ApplicationError, FailureError
from temporalio.service import RPCError

from beteiligte.faults import Blame
from beteiligte.frozen import Frozen
from contracts.fault_report import FaultReport
from contracts.party import PartyState, SyncOutcome
from contracts.visibility import workflow_id
from runtime.codec import Unreadable
from starter import waits
from starter.views import runs
from starter.views.runs import Run
from workflows.party.workflow import PartyWorkflow

T = TypeVar("T")
NO_RESULT = FaultReport(code="NotBelieved", message="the run ended with something that no run of ours ends with")


class PendingStep(Frozen):
    """An activity that runs, or waits for its next attempt."""

    activity: str
    attempt: int
    attempts: int
    """In all; 0: without end."""
    next_try: datetime | None = None
    """None while an attempt runs."""
    failure: str = ""
    """Of the attempt before."""
    fault: FaultReport | None = None
    """The same where a system is to blame, or may be."""

    @property
    def failed(self) -> int:
        """Attempts that failed."""
        return self.attempt - 1


class WaitsFor(Frozen):
    """What a running run waits for, as Temporal says it."""

    steps: tuple[PendingStep, ...] = ()
    stumbled: int = 0
    """Times in a row that no worker could go on with it."""


class Inspection(Frozen):
    """A run and what can be known of it."""

    run: Run
    pending: tuple[PendingStep, ...] = ()
    stumbled: int = 0
    """Times in a row that no worker could go on with it: its code or its keys are others, or it was ended at it."""
    failure: FaultReport | None = None
    state: PartyState | None = None
    """None: no worker answered."""
    last: SyncOutcome | None = None
    link: str = ""
    """Into the Web UI."""

    @property
    def retrying(self) -> tuple[PendingStep, ...]:
        """What failed and is tried again."""
        return tuple(step for step in self.pending if step.attempt > 1)


async def inspect(client: Client, run: Run, *, ui: str, ask_worker: bool) -> Inspection:
    """Look at one run. Raises RPCError where Temporal does not answer; a silent worker is none."""
    state = await _state(client, run) if ask_worker else None
    outcome, failure = (None, None) if run.running else await ending(client, run)
    found = await waits_for(client, runs.handle(client, run.party_id, run.run_id)) if run.running else WaitsFor()
    return Inspection(
        run=run,
        pending=(*found.steps, *_waited_for(state)),
        stumbled=found.stumbled,
        failure=failure,
        state=state,
        last=(state.last if state else None) or outcome,
        link=f"{ui.rstrip('/')}/namespaces/{client.namespace}/workflows/{workflow_id(run.party_id)}/{run.run_id}/history",
    )


def _waited_for(state: PartyState | None) -> tuple[PendingStep, ...]:
    """A step between its first attempt, which the worker made by itself, and the second."""
    if state is None or state.waits is None:
        return ()
    waits = state.waits
    return (
        PendingStep(
            activity=waits.step,
            attempt=2,
            attempts=waits.attempts,
            next_try=waits.until,
            failure=f"{waits.fault.code}: {waits.fault.message}",
            fault=_of_system(waits.fault),
        ),
    )


def _of_system(told: FaultReport) -> FaultReport | None:
    return None if told.system is None or told.blame is Blame.PARTY else told


async def _state(client: Client, run: Run) -> PartyState | None:
    return await answered(
        runs.handle(client, run.party_id, run.run_id).query(PartyWorkflow.state, rpc_timeout=waits.WORKER)
    )


async def answered(query: Awaitable[T]) -> T | None:
    """What a worker answers; None where none does in time."""
    try:
        async with asyncio.timeout(waits.WORKER.total_seconds()):
            return await query
    except (RPCError, TimeoutError, WorkflowQueryFailedError):
        return None


async def ending(client: Client, run: Run) -> tuple[SyncOutcome | None, FaultReport | None]:
    """A closed run's result, or why it has none. Raises RPCError, Unreadable."""
    return await result(runs.handle(client, run.party_id, run.run_id))


async def result(handle: WorkflowHandle[Any, T], *, follow_runs: bool = False) -> tuple[T | None, FaultReport | None]:
    """The same of any run, or of the last that goes on for it. Raises RPCError, Unreadable.

    One that nobody of ours ended so is shown as what it is: whoever reaches Temporal's port makes such runs, and the
    others must be seen all the same.
    """
    try:
        return await handle.result(follow_runs=follow_runs, rpc_timeout=waits.TEMPORAL), None
    except WorkflowFailureError as error:
        return None, failure_of(error.cause)
    except Unreadable as sealed:
        raise type(sealed)(f"{sealed}; it stands in {handle.id}, run {handle.run_id}") from None
    except (ValueError, TypeError, LookupError, RuntimeError):
        return None, NO_RESULT


def failure_of(cause: BaseException | None) -> FaultReport:
    """Why a run failed, as the workflow raised it; without the system's own words, which may hold a value.

    They stand in the note, and in what `status <id>` asks the run. Nor with the call that was refused: by it is only
    found out whose fault it is.
    """
    if not isinstance(cause, ApplicationError):
        return FaultReport(code=type(cause).__name__, message=str(cause))
    if cause.details and isinstance(cause.details[0], Mapping):
        try:
            return FaultReport.model_validate({**cause.details[0], "said": "", "operation": "", "status": 0})
        except ValidationError:
            return NO_RESULT
    return FaultReport(code=cause.type or "Unknown", message=cause.message)


async def pending(client: Client, handle: WorkflowHandle[Any, Any]) -> tuple[PendingStep, ...]:
    """The steps that a run waits for. Raises RPCError."""
    return (await waits_for(client, handle)).steps


async def waits_for(client: Client, handle: WorkflowHandle[Any, Any]) -> WaitsFor:
    """What a run waits for; needs no worker. Raises RPCError."""
    described = (await handle.describe(rpc_timeout=waits.TEMPORAL)).raw_description
    steps = [await _step(client, info) for info in described.pending_activities]
    return WaitsFor(steps=tuple(steps), stumbled=max(0, described.pending_workflow_task.attempt - 1))


async def _step(client: Client, info: PendingActivityInfo) -> PendingStep:
    failure, fault = "", None
    if info.HasField("last_failure"):
        error = await client.data_converter.decode_failure(info.last_failure)
        code = error.type if isinstance(error, ApplicationError) else type(error).__name__
        failure = f"{code}: {error.message if isinstance(error, FailureError) else error}"
        fault = _of_system(failure_of(error))
    waits = info.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    return PendingStep(
        activity=info.activity_type.name,
        attempt=info.attempt,
        attempts=info.maximum_attempts,
        next_try=info.scheduled_time.ToDatetime(UTC) if waits and info.HasField("scheduled_time") else None,
        failure=failure,
        fault=fault,
    )
