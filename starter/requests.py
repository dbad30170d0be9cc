"""How a sync is asked for: signal-with-start for deliveries, update-with-start where somebody waits (design §3)."""

import asyncio
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from beteiligte.pace import Pace
from beteiligte.search import workflow_id
from workflows.contracts import REQUEST, PartyOrder, PartyState, Reason, SyncOutcome, SyncRequest
from workflows.party import PartyWorkflow

RUN_CLOSED = "AcceptedUpdateCompletedWorkflow"
"""Temporal's own name: the run ended while the update was being answered (temporal.md §2)."""
AGAIN = 5
"""Runs that may close under one request before it is given up."""
RPC = timedelta(seconds=10)


class NotTaken(Exception):
    """No worker took the request in time; it is stored and will be done when one runs."""


class NotAnswered(Exception):
    """The sync has begun and goes on; there is no outcome yet."""


@dataclass(frozen=True)
class Patience:
    """How long somebody waits."""

    taken: timedelta = timedelta(seconds=20)
    """For a worker to take the request; a killed one's work is handed on after 10 s (temporal.md §4)."""
    answered: timedelta = timedelta(minutes=10)
    """For the outcome."""


@dataclass(frozen=True)
class Requests:
    """Asks parties' workflows for syncs."""

    client: Client
    task_queue: str
    pace: Pace

    async def ask(self, party_id: str, reason: Reason, *, within: timedelta) -> None:
        """Store a request in Temporal; needs no worker. Raises RPCError when Temporal does not take it in time."""
        await self.store(party_id, SyncRequest(reason=reason, at=datetime.now(UTC)), within=within)

    async def sync_now(
        self, party_id: str, request: SyncRequest | None = None, patience: Patience | None = None
    ) -> SyncOutcome:
        """Ask and wait for the outcome, also that of a failing sync. Raises NotTaken, NotAnswered, RPCError."""
        patience = patience or Patience()
        try:
            async with asyncio.timeout(patience.answered.total_seconds()):
                return await self._outcome(party_id, request or by_person(), patience.taken)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            raise NotAnswered from None

    async def _outcome(self, party_id: str, request: SyncRequest, taken: timedelta) -> SyncOutcome:
        """A run that closes under the request is asked anew: a request may be answered twice, but never not at all."""
        request_id = str(uuid.uuid4())
        for remaining in reversed(range(AGAIN)):
            try:
                update = await self._update(party_id, request, request_id, taken)
                return await update.result()
            except WorkflowUpdateFailedError as error:
                closed = isinstance(error.cause, ApplicationError) and error.cause.type == RUN_CLOSED
                if not closed or not remaining:
                    raise
        raise AssertionError("the last try returns or raises")

    async def _update(
        self, party_id: str, request: SyncRequest, request_id: str, taken: timedelta
    ) -> WorkflowUpdateHandle[SyncOutcome]:
        operation = WithStartWorkflowOperation(
            PartyWorkflow.run,
            self._order(party_id),
            id=workflow_id(party_id),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        try:
            async with asyncio.timeout(taken.total_seconds()):
                return await self.client.start_update_with_start_workflow(
                    PartyWorkflow.sync_now,
                    request,
                    start_workflow_operation=operation,
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                    id=request_id,
                    rpc_timeout=taken,
                )
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
            # An update that no worker has taken is not kept by the server; a signal is.
            await self.store(party_id, request)
            raise NotTaken from None

    async def store(self, party_id: str, request: SyncRequest, *, within: timedelta = RPC) -> None:
        """Store a request. Raises RPCError when Temporal does not take it in time."""
        await self.client.start_workflow(
            PartyWorkflow.run,
            self._order(party_id),
            id=workflow_id(party_id),
            task_queue=self.task_queue,
            start_signal=REQUEST,
            start_signal_args=[request],
            rpc_timeout=within,
        )

    async def state(self, party_id: str) -> PartyState:
        """What the party's newest run is doing. Raises RPCError where there is none."""
        handle: WorkflowHandle[PartyWorkflow, SyncOutcome] = self.client.get_workflow_handle_for(
            PartyWorkflow.run, workflow_id(party_id)
        )
        return await handle.query(PartyWorkflow.state, rpc_timeout=RPC)

    def _order(self, party_id: str) -> PartyOrder:
        return PartyOrder(party_id=party_id, pace=self.pace)


def by_person(*, create_anyway: bool = False, link: int | None = None) -> SyncRequest:
    """A person's request, with what he decided."""
    return SyncRequest(reason=Reason.PERSON, at=datetime.now(UTC), create_anyway=create_anyway, link=link)
