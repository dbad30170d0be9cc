"""Who asks the task queue for work: whether anybody does, and how many share the calls of a second.

Temporal can limit a task queue, but it counts activities, and one of those makes between one call and some hundred.
So each worker process takes its share of the calls; how many there are is a setting, and more that Temporal sees count
as well. It sees a new worker at once, and one that has ended for some time longer.
"""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from beteiligte.record import Frozen

log = logging.getLogger(__name__)
ALIVE = timedelta(seconds=90)
"""A living worker asks at least once a minute; Temporal lists it for five more."""
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
    answer = await client.workflow_service.describe_task_queue(request, timeout=timedelta(seconds=10))
    since = datetime.now(UTC) - ALIVE
    found = (
        WorkerSeen(identity=poller.identity, last_seen=poller.last_access_time.ToDatetime(UTC))
        for poller in answer.pollers
    )
    return tuple(worker for worker in found if worker.last_seen > since)


@dataclass
class Crew:
    """The workers of one task queue, as one of them knows them; itself among them before it first asks for work."""

    client: Client
    task_queue: str
    expected: int
    every: timedelta = LOOK_EVERY
    _seen: int = 1

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
            self._seen = len({worker.identity for worker in found} | {self.client.identity})
        if self.number() != before:
            log.info("%d worker processes share the calls per second", self.number())
