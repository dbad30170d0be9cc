"""Whether anybody works: who polls the task queue."""

from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from beteiligte.record import Frozen

ALIVE = timedelta(seconds=90)
"""A living worker asks at least once a minute; Temporal lists it for five more."""


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
