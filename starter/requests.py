"""How a sync is asked for: signal-with-start for deliveries, update-with-start where somebody waits (design §3)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

from beteiligte.pace import Pace
from beteiligte.search import workflow_id
from workflows.contracts import REQUEST, PartyOrder, PartyState, Reason, SyncOutcome, SyncRequest
from workflows.party import PartyWorkflow


@dataclass(frozen=True)
class Requests:
    """Asks parties' workflows for syncs."""

    client: Client
    task_queue: str
    pace: Pace

    async def ask(self, party_id: str, reason: Reason, *, within: timedelta) -> None:
        """Store a request in Temporal; needs no worker. Raises RPCError when Temporal does not take it in time."""
        await self.client.start_workflow(
            PartyWorkflow.run,
            self._order(party_id),
            id=workflow_id(party_id),
            task_queue=self.task_queue,
            start_signal=REQUEST,
            start_signal_args=[_request(reason)],
            rpc_timeout=within,
        )

    async def sync_now(self, party_id: str, *, create_anyway: bool = False) -> SyncOutcome:
        """Ask and wait for the outcome, also that of a failing sync. Needs a worker."""
        operation = WithStartWorkflowOperation(
            PartyWorkflow.run,
            self._order(party_id),
            id=workflow_id(party_id),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return await self.client.execute_update_with_start_workflow(
            PartyWorkflow.sync_now,
            _request(Reason.PERSON, create_anyway=create_anyway),
            start_workflow_operation=operation,
        )

    async def state(self, party_id: str) -> PartyState:
        """What the party's newest run is doing. Raises RPCError where there is none."""
        handle: WorkflowHandle[PartyWorkflow, SyncOutcome] = self.client.get_workflow_handle_for(
            PartyWorkflow.run, workflow_id(party_id)
        )
        return await handle.query(PartyWorkflow.state, rpc_timeout=timedelta(seconds=10))

    def _order(self, party_id: str) -> PartyOrder:
        return PartyOrder(party_id=party_id, pace=self.pace)


def _request(reason: Reason, *, create_anyway: bool = False) -> SyncRequest:
    return SyncRequest(reason=reason, at=datetime.now(UTC), create_anyway=create_anyway)
