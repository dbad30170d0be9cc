"""Task queues: a run stays on the one it was started on, and what is asked of it waits there for a worker."""

import shlex
from collections import Counter

from temporalio.client import Client

from beteiligte.frozen import Frozen
from contracts import bounded, outage, party, pause
from contracts.delivery import DELIVERY
from contracts.reconciliation import RECONCILIATION
from runtime import workers
from runtime.workers import WorkerSeen
from starter import waits
from starter.views import runs

OURS = (party.WORKFLOW, outage.OUTAGE, pause.PAUSE, RECONCILIATION, DELIVERY)
"""Types of runs that others wait for."""
LOOKED_AT = 1_000
"""Runs on other queues looked at, so that no question takes for ever."""
MOST = 10
"""Other queues named: an installation has one or two."""


class Queue(Frozen):
    """A task queue other than the one that is set, on which runs are open."""

    name: str
    runs: int
    workers: tuple[WorkerSeen, ...] = ()


async def others(client: Client, task_queue: str) -> tuple[Queue, ...]:
    """Where else runs of the program are open, and who asked for work there lately. Raises RPCError.

    Not asked for an answer: it would take long where somebody has just stopped, and is told a minute later anyway.
    """
    types = ", ".join(f"'{name}'" for name in OURS)
    query = f"ExecutionStatus = 'Running' AND WorkflowType IN ({types}) AND TaskQueue != '{task_queue}'"
    found = Counter(
        [run.task_queue async for run in client.list_workflows(query, limit=LOOKED_AT, rpc_timeout=waits.TEMPORAL)]
    )

    async def one(queue: tuple[str, int]) -> Queue:
        name, number = queue
        return Queue(name=name, runs=number, workers=await workers.seen(client, name))

    return tuple(await bounded.each(found.most_common(MOST), one, at_once=MOST))


async def stuck(client: Client, party_id: str, task_queue: str) -> str:
    """What to do where the party's run is open on another queue that nobody works on; else nothing. Raises RPCError."""
    run = await runs.current(client, party_id)
    if run is None or not run.running or run.task_queue == task_queue or await workers.alive(client, run.task_queue):
        return ""
    return (
        f"stored, but the party's run is open on task queue {run.task_queue}, where no worker asks for work, not "
        f"on {task_queue}: start a worker with TEMPORAL_TASK_QUEUE={shlex.quote(run.task_queue)} until it has ended"
    )
