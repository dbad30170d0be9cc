"""The parties' runs as Temporal lists them: ids, states and search attributes, no values.

Visibility lists every run; a party is judged by its newest one alone (temporal.md §10).
"""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from typing import Self

from temporalio.api.common.v1 import WorkflowExecution as WorkflowRun
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from contracts import bounded, visibility
from contracts.party import WORKFLOW, SyncOutcome
from contracts.visibility import Trouble, outage_id
from starter import waits
from workflows.party.workflow import PartyWorkflow

PARTIES = f"WorkflowType = '{WORKFLOW}'"
FAILED = f"{PARTIES} AND ExecutionStatus = 'Failed'"
PORTION = 100
"""Runs whose parties are asked for their newest run together."""
AT_ONCE = 32
"""Of them: whoever looks at all failed parties shall not wait."""
LOOKED_AT = 20_000
"""Runs listed at most, so that no question takes for ever."""


class Run(Frozen):
    """One run of a party's workflow."""

    party_id: str
    run_id: str
    state: str
    """`running`, `completed`, `failed`, `terminated`, `canceled`, `timed_out` or `continued_as_new`."""
    started: datetime
    closed: datetime | None = None
    bet_nr: int | None = None
    sync_status: str | None = None
    decision: str | None = None
    task_queue: str = ""
    trouble: str = ""
    """What its last sync met, as it stands on the run (contracts/visibility.py)."""

    @property
    def outage(self) -> str:
        """Id of the outage that asks for the party again; empty: none does, people were told of the party itself."""
        met = Trouble.parse(self.trouble) if self.trouble else None
        return outage_id(met.kind.partition(".")[0]) if met and not met.told else ""

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.closed is None


class HowMany(Frozen):
    """How many there are of a kind of which some are shown."""

    number: int = 0
    at_least: bool = False
    """Looking ended before the last one."""
    more: bool = False
    """Than are shown."""


class Runs(HowMany):
    """Some runs of a kind."""

    shown: tuple[Run, ...] = ()

    @classmethod
    def of(cls, found: list[Run], limit: int, *, all_seen: bool) -> Self:
        """The first ones of those that were found."""
        more = len(found) > limit or not all_seen
        return cls(shown=tuple(found[:limit]), number=len(found), at_least=not all_seen, more=more)

    @property
    def amount(self) -> HowMany:
        """How many there are, without them."""
        return HowMany(number=self.number, at_least=self.at_least, more=self.more)


def handle(client: Client, party_id: str, run_id: str | None = None) -> WorkflowHandle[PartyWorkflow, SyncOutcome]:
    """One run; without a run id the newest."""
    return client.get_workflow_handle_for(PartyWorkflow.run, visibility.workflow_id(party_id), run_id=run_id)


async def listed(client: Client, query: str, limit: int) -> AsyncIterator[Run]:
    """Parties' runs by a visibility query, newest first. Raises RPCError."""
    async for execution in client.list_workflows(query, limit=limit, rpc_timeout=waits.TEMPORAL):
        if visibility.is_party(execution.id):
            yield _run(execution)


async def delete(client: Client, workflow_id: str, run_id: str | None = None) -> None:
    """Have a run deleted, the newest without a run id; one that is gone already is none. Raises RPCError.

    The server answers before it has begun, and ends a run that is open.
    """
    run = WorkflowRun(workflow_id=workflow_id, run_id=run_id or "")
    request = DeleteWorkflowExecutionRequest(namespace=client.namespace, workflow_execution=run)
    try:
        await client.workflow_service.delete_workflow_execution(request, timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


async def some(client: Client, query: str, limit: int) -> Runs:
    """The first runs by a query. Raises RPCError."""
    found = [run async for run in listed(client, query, limit + 1)]
    return Runs.of(found, limit, all_seen=len(found) <= limit)


async def current(client: Client, party_id: str) -> Run | None:
    """The party's newest run. Raises RPCError for anything but "there is none"."""
    try:
        return _run(await handle(client, party_id).describe(rpc_timeout=waits.TEMPORAL))
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def newest(
    client: Client, query: str, limit: int, *, most: int = LOOKED_AT, but: Callable[[Run], bool] = lambda _: False
) -> Runs:
    """Runs by a query that are their party's newest, but some, among the `most` begun last. Raises RPCError."""
    most = min(most, LOOKED_AT)
    found: list[Run] = []
    seen: set[str] = set()
    looked_at, all_seen = 0, False
    async for portion in _portions(listed(client, query, most)):
        looked_at += len(portion)
        first = {run.party_id: run for run in reversed(portion) if run.party_id not in seen}
        seen |= first.keys()
        now = await bounded.each(first, lambda party_id: current(client, party_id), at_once=AT_ONCE)
        current_ids = {run.run_id for run in now if run is not None}
        found += [run for run in portion if run.run_id in current_ids and not but(run)]
        if len(found) > limit and len(portion) == PORTION:
            break
    else:
        all_seen = looked_at < most
    return Runs.of(found, limit, all_seen=all_seen)


async def _portions(runs: AsyncIterator[Run]) -> AsyncIterator[list[Run]]:
    portion: list[Run] = []
    async for run in runs:
        portion.append(run)
        if len(portion) == PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _run(execution: WorkflowExecution) -> Run:
    attributes = execution.typed_search_attributes
    return Run(
        party_id=execution.id.removeprefix(visibility.WORKFLOW_PREFIX),
        run_id=execution.run_id,
        state=(execution.status or WorkflowExecutionStatus.RUNNING).name.lower(),
        started=execution.start_time,
        closed=execution.close_time,
        bet_nr=visibility.bet_nr_of(attributes),
        sync_status=attributes.get(visibility.SYNC_STATUS),
        decision=attributes.get(visibility.DECISION),
        task_queue=execution.task_queue,
        trouble=attributes.get(visibility.TROUBLE) or "",
    )
