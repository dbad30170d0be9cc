"""The reconciliations that need looking at: under way, stopped and asking, or failed when last tried."""

from collections.abc import AsyncIterator
from datetime import datetime

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from contracts.fault_report import FaultReport
from contracts.reconciliation import RECONCILIATION, ReconciliationState, RunSummary
from starter import schedules, waits
from starter.views import inspection
from starter.views.inspection import PendingStep
from workflows.sweep.workflow import ReconciliationWorkflow

ALL = f"WorkflowType = '{RECONCILIATION}'"
UNDER_WAY = f"{ALL} AND ExecutionStatus = 'Running'"
MOST = 10
"""Reconciliations under way that are looked at: schedules start no second one, so there are two and those by hand."""
BROKEN = ("Failed", "TimedOut", "Terminated")
ENDED = f"{ALL} AND ExecutionStatus IN ({', '.join(repr(state) for state in ('Completed', *BROKEN))})"
"""A run that was cancelled was so by a person, who needs no telling."""


class Sweep(Frozen):
    """One reconciliation."""

    workflow_id: str
    started: datetime
    state: ReconciliationState | None = None
    """Where it is and what it asks; None: it ended, or no worker answered."""
    pending: tuple[PendingStep, ...] = ()
    """What it does, or tries again and why."""
    stumbled: int = 0
    """Times in a row that no worker could go on with it."""
    failure: FaultReport | None = None
    """Why it ended without a result."""

    @property
    def retrying(self) -> tuple[PendingStep, ...]:
        """What failed and is tried again."""
        return tuple(step for step in self.pending if step.failed)


async def look(client: Client, *, ask_worker: bool) -> tuple[Sweep, ...]:
    """Those under way, and of each schedule the newest that ended, if it failed. Raises RPCError."""
    under_way = [
        await _under_way(client, execution, ask_worker=ask_worker)
        async for execution in _listed(client, UNDER_WAY, MOST)
    ]
    failed = [
        Sweep(workflow_id=execution.id, started=execution.start_time, failure=failure)
        for row in schedules.TABLE
        async for execution in _listed(client, f"{ENDED} AND WorkflowId STARTS_WITH '{row.id}-'", 1)
        if (failure := (await ending(client, execution))[1])
    ]
    return (*under_way, *failed)


def completed(client: Client, schedule_id: str, limit: int) -> AsyncIterator[WorkflowExecution]:
    """The newest runs of a schedule that were completed, those by hand included. Raises RPCError."""
    query = f"{ALL} AND ExecutionStatus = 'Completed' AND WorkflowId STARTS_WITH '{schedule_id}-'"
    return _listed(client, query, limit)


async def ending(client: Client, ended: WorkflowExecution) -> tuple[RunSummary | None, FaultReport | None]:
    """What it came to, or why to nothing. Raises RPCError, Unreadable."""
    return await inspection.result(
        client.get_workflow_handle_for(ReconciliationWorkflow.run, ended.id, run_id=ended.run_id)
    )


async def _under_way(client: Client, execution: WorkflowExecution, *, ask_worker: bool) -> Sweep:
    found = await inspection.waits_for(client, client.get_workflow_handle(execution.id))
    return Sweep(
        workflow_id=execution.id,
        started=execution.start_time,
        state=await _state(client, execution.id) if ask_worker else None,
        pending=found.steps,
        stumbled=found.stumbled,
    )


async def is_one(client: Client, workflow_id: str) -> bool:
    """Whether the id is that of a reconciliation which Temporal keeps. Raises RPCError."""
    try:
        described = await client.get_workflow_handle(workflow_id).describe(rpc_timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status in (RPCStatusCode.NOT_FOUND, RPCStatusCode.INVALID_ARGUMENT):
            return False
        raise
    return described.workflow_type == RECONCILIATION


async def newest(client: Client) -> str | None:
    """Id of the one that began last; of those under way, if any. Raises RPCError."""
    async for execution in _listed(client, ALL, 1):
        return execution.id
    return None


def _listed(client: Client, query: str, limit: int) -> AsyncIterator[WorkflowExecution]:
    return client.list_workflows(query, limit=limit, rpc_timeout=waits.TEMPORAL)


async def _state(client: Client, workflow_id: str) -> ReconciliationState | None:
    handle = client.get_workflow_handle_for(ReconciliationWorkflow.run, workflow_id)
    return await inspection.answered(handle.query(ReconciliationWorkflow.state, rpc_timeout=waits.WORKER))
