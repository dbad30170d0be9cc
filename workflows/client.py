"""How workflows are asked, by whoever holds a Temporal client: the starter, and the worker's activities.

Always with start: the request joins a running workflow and starts a closed one afresh. A signal is stored without a
worker; an update waits for its outcome (temporal.md §2).
"""

import asyncio
import contextlib
import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowFailureError,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.common import Priority, WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from beteiligte.decide.findings import FindingKind
from beteiligte.decide.last_word import LastWord
from beteiligte.faults import Blame
from beteiligte.request_reason import Reason
from contracts import bounded
from contracts.deletes import DeletedSeen, DeletesOrder, DeletesTold
from contracts.delivery import ARRIVED, MOST, DeliveryAsked, DeliveryOrder
from contracts.inbox import DECIDED_MEANWHILE, SyncRequest
from contracts.outage import WAIT, OutageOrder, OutageReport, Tried, TryOrder, Waiting
from contracts.party import REQUEST, SWEEP_PRIORITY, PartyOrder, SyncOutcome
from contracts.timing import OutageTiming, Timing
from contracts.visibility import outage_id, workflow_id
from workflows import web_ui
from workflows.deletes import DeletesWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.outage import OutageWorkflow
from workflows.party.workflow import PartyWorkflow

STORED_WITHIN = timedelta(seconds=10)
"""For Temporal to store a request: it answers in milliseconds, and what takes longer is down or being restarted. Who
asked is told, or asks again, while he still looks."""
PRIORITIES = {Reason.PERSON: Priority(priority_key=1), Reason.SWEEP: Priority(priority_key=SWEEP_PRIORITY)}
"""People before deliveries, deliveries before sweeps; 3 is the server's default."""
TAKEN_WITHIN = timedelta(seconds=20)
"""For a worker to take a request: twice what Temporal lets pass until a killed one's work is handed on, 10 s by
`WORKER_STICKY` (temporal.md §4)."""
RUN_CLOSED = "AcceptedUpdateCompletedWorkflow"
"""Temporal's own name: the run ended while the update was being answered (temporal.md §2)."""
RUNS_ASKED = 5
"""Runs that may close under one request before it is given up: each closes within milliseconds of being asked, so that
a second one does is rare, and a fifth is a bug."""


class DecidedMeanwhile(Exception):
    """Somebody else decided the same first, and otherwise; nothing was stored of the second word."""

    def __init__(self, word: LastWord) -> None:
        """What he decided."""
        super().__init__(f"{word.by or 'somebody'} decided {', '.join(word.fields)} meanwhile: {word.take}")
        self.word = word


class NotTaken(Exception):
    """No worker took the request in time; it is stored and will be done when one runs."""


@dataclass(frozen=True)
class PartyClient:
    """Asks workflows on one task queue. All methods raise RPCError when Temporal does not take it in time."""

    client: Client
    task_queue: str
    timing: Timing
    outage_timing: OutageTiming = field(default_factory=OutageTiming)

    async def request(
        self, party_id: str, request: SyncRequest, *, within: timedelta = STORED_WITHIN
    ) -> WorkflowHandle[PartyWorkflow, SyncOutcome]:
        """Store a request for a party's sync; the run that will answer it."""
        return await self.client.start_workflow(
            PartyWorkflow.run,
            self._order(party_id),
            id=workflow_id(party_id),
            task_queue=self.task_queue,
            start_signal=REQUEST,
            start_signal_args=[request],
            priority=PRIORITIES.get(request.reason, Priority.default),
            static_summary=web_ui.asked_for(request.reason),
            static_details=web_ui.ABOUT,
            rpc_timeout=within,
        )

    async def ask(self, party_id: str, reason: Reason) -> None:
        """The same, as an activity asks for it."""
        await self.request(party_id, SyncRequest(reason=reason, at=datetime.now(UTC)))

    async def sync(self, party_id: str, request: SyncRequest, *, taken: timedelta = TAKEN_WITHIN) -> SyncOutcome:
        """Request a sync and wait for its outcome, also that of a failing one.

        A run that closes under the request is asked anew: a request may be answered twice, but never not at all.
        Raises NotTaken when no worker takes it within `taken`, DecidedMeanwhile.
        """
        request_id = str(uuid.uuid4())
        for remaining in reversed(range(RUNS_ASKED)):
            try:
                update = await self._update(party_id, request, request_id, taken)
                return await update.result()
            except WorkflowUpdateFailedError as error:
                _raise_meanwhile(error)
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
            priority=PRIORITIES.get(request.reason, Priority.default),
            static_summary=web_ui.asked_for(request.reason),
            static_details=web_ui.ABOUT,
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
            await self.request(party_id, request)
            raise NotTaken from None

    async def deleted(self, party_id: str) -> DeletedSeen:
        """Request the sync of a party whose record was deleted, and get what is to be told of it."""
        request = SyncRequest(reason=Reason.DELETED_TOGETHER, at=datetime.now(UTC))
        outcome = await self.sync(party_id, request)
        known = tuple(found for found in outcome.still_open if found.kind is FindingKind.DELETED_IN_ESPOCRM)
        return DeletedSeen(bet_nr=outcome.bet_nr, to_tell=outcome.to_tell, known=known)

    def _order(self, party_id: str) -> PartyOrder:
        return PartyOrder(party_id=party_id, timing=self.timing)

    async def follow(self, party_id: str, reason: Reason, *, patience: timedelta) -> bool:
        """Request a sync and wait for its run to end, but not longer than `patience`; the sync goes on without us."""
        handle = await self.request(party_id, SyncRequest(reason=reason, at=datetime.now(UTC)))
        return await _ends(handle, patience)

    async def ask_deletes(
        self, party_ids: tuple[str, ...], *, within: timedelta = STORED_WITHIN
    ) -> WorkflowHandle[DeletesWorkflow, DeletesTold]:
        """Store a request for many deleted parties, told together; one that is stored already is joined."""
        return await self.client.start_workflow(
            DeletesWorkflow.run,
            DeletesOrder(party_ids=party_ids, timing=self.timing),
            id=f"deletes-{_hash(party_ids)}",
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"{len(party_ids)} deletes told together",
            rpc_timeout=within,
        )

    async def ask_delivery(
        self, party_ids: tuple[str, ...], reason: Reason, *, within: timedelta = STORED_WITHIN
    ) -> list[WorkflowHandle[DeliveryWorkflow, DeliveryAsked]]:
        """Store a request for the syncs of many parties at once; one that is stored already is joined."""

        async def some(start: int) -> WorkflowHandle[DeliveryWorkflow, DeliveryAsked]:
            return await self._deliver(party_ids[start : start + MOST], reason, within)

        return await bounded.each(range(0, len(party_ids), MOST), some)

    async def _deliver(
        self, party_ids: tuple[str, ...], reason: Reason, within: timedelta
    ) -> WorkflowHandle[DeliveryWorkflow, DeliveryAsked]:
        return await self.client.start_workflow(
            DeliveryWorkflow.run,
            DeliveryOrder(party_ids=party_ids, reason=reason, timing=self.timing),
            id=f"delivery-{reason}-{_hash(party_ids)}",
            task_queue=self.task_queue,
            start_signal=ARRIVED,
            static_summary=f"{len(party_ids)} parties of one delivery",
            rpc_timeout=within,
        )

    async def follow_deletes(self, party_ids: tuple[str, ...], *, patience: timedelta) -> bool:
        """Request them and wait until people are told, but not longer than `patience`; it goes on without us."""
        return await _ends(await self.ask_deletes(party_ids), patience)

    async def trial(self, order: TryOrder) -> Tried:
        """Sync a party with a single attempt: it ends well, fails by the system's fault, or by its own."""
        outcome = await self.sync(order.party_id, SyncRequest(reason=Reason.TRIAL, at=datetime.now(UTC)))
        failure = outcome.failure
        if failure is None or failure.system is not order.system:
            return Tried(worked=True)
        if failure.blame is not Blame.SYSTEM:
            return Tried(worked=True, own=True)
        return Tried(worked=False, code=failure.code, said=failure.said)

    async def report(self, report: OutageReport) -> str:
        """Tell the system's outage workflow that a party waits; the workflow's id."""
        await self.client.start_workflow(
            OutageWorkflow.run,
            OutageOrder(system=report.system, timing=self.outage_timing),
            id=outage_id(report.system),
            task_queue=self.task_queue,
            start_signal=WAIT,
            start_signal_args=[Waiting(party_id=report.party_id, code=report.code, said=report.said)],
            rpc_timeout=STORED_WITHIN,
        )
        return outage_id(report.system)


def _raise_meanwhile(error: WorkflowUpdateFailedError) -> None:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == DECIDED_MEANWHILE:
        raise DecidedMeanwhile(LastWord.model_validate(cause.details[0])) from None


def _hash(party_ids: tuple[str, ...]) -> str:
    return hashlib.sha256(" ".join(sorted(party_ids)).encode()).hexdigest()[:16]


async def _ends(handle: WorkflowHandle[Any, Any], patience: timedelta) -> bool:
    """Whether the run ends within the patience; why one failed stands in its status and was told."""
    with contextlib.suppress(WorkflowFailureError):
        try:
            async with asyncio.timeout(patience.total_seconds()):
                await handle.result()
        except TimeoutError:
            return False
    return True
