"""Who asks the task queue for work: whether anybody does, and how many share the calls of a second.

Temporal can limit a task queue, but it counts activities, and one of those makes between one call and some hundred.
So each worker process takes its share of the calls; how many there are is a setting, and more that Temporal sees count
as well. It sees a new worker at once, and one that has ended for some time longer: whoever wants to know whether a
worker lives has to have a question answered.
"""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from contracts import visibility
from runtime.connection import TEMPORAL_ANSWERS

log = logging.getLogger(__name__)
ALIVE = timedelta(seconds=90)
"""A living worker asks at least once a minute; Temporal lists it for five more."""
ANSWERS_WITHIN = timedelta(seconds=10)
"""A living worker takes some milliseconds, a busy one longer; and soon Temporal knows by itself that nobody asks."""
ANY_QUESTION = "__temporal_workflow_metadata"
"""Every workflow answers it."""
SILENCE = (RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.FAILED_PRECONDITION)
"""Nobody took the question in time, or Temporal knows already that nobody will."""
LOOK_EVERY = timedelta(seconds=10)


class WorkerSeen(Frozen):
    """A worker that asked for work lately."""

    identity: str
    last_seen: datetime


async def seen(client: Client, task_queue: str) -> tuple[WorkerSeen, ...]:
    """Workers that live, as far as Temporal knows. Raises RPCError."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=TEMPORAL_ANSWERS)
    since = datetime.now(UTC) - ALIVE
    found = (
        WorkerSeen(identity=poller.identity, last_seen=poller.last_access_time.ToDatetime(UTC))
        for poller in answer.pollers
    )
    return tuple(worker for worker in found if worker.last_seen > since)


async def alive(client: Client, task_queue: str, *, within: timedelta = ANSWERS_WITHIN) -> tuple[WorkerSeen, ...]:
    """The same, but none where nobody answers: one that has ended is listed for a while longer. Raises RPCError."""
    found = await seen(client, task_queue)
    return found if found and await _answers(client, task_queue, within) else ()


async def _answers(client: Client, task_queue: str, within: timedelta) -> bool:
    """Whether any worker answers a question about a run that has ended; where there is none, nobody can be asked."""
    query = f"TaskQueue = {visibility.literal(task_queue)} AND ExecutionStatus = 'Completed'"
    async for run in client.list_workflows(query, limit=1, rpc_timeout=ANSWERS_WITHIN):
        handle = client.get_workflow_handle(run.id, run_id=run.run_id)
        try:
            await handle.query(ANY_QUESTION, rpc_timeout=within)
        except WorkflowQueryFailedError:
            return True  # also that is an answer
        except RPCError as error:
            if error.status not in SILENCE:
                raise
            return False
    return True


@dataclass
class WorkerCount:
    """The workers of one task queue, as one of them knows them; itself among them before it first asks for work."""

    client: Client
    task_queue: str
    expected: int
    every: timedelta = LOOK_EVERY
    _seen: int = 1
    _heard: float = field(default_factory=time.monotonic)

    def silent_for(self) -> timedelta:
        """Time since Temporal last answered this worker: some seconds while it does, since it is asked all the time."""
        return timedelta(seconds=time.monotonic() - self._heard)

    def number(self) -> int:
        """How many share: as many as set, or more where more ask for work."""
        return max(self.expected, self._seen)

    async def watch(self) -> None:
        """Keep looking until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(self.every.total_seconds())

    async def look(self) -> None:
        """Count them; while Temporal is away the last number counts."""
        before = self.number()
        with suppress(RPCError):
            found = await seen(self.client, self.task_queue)
            self._heard = time.monotonic()
            self._seen = len({worker.identity for worker in found} | {self.client.identity})
        if self.number() != before:
            log.info("%d worker processes share the calls per second", self.number())
