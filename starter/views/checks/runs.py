"""The open runs: visible, on a queue that somebody works on, and going on.

A run whose code or key does not fit stands still without an end: its workflow task fails, and Temporal tries it again
for ever. Nobody sees that but by looking at the run.
"""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowExecution
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from contracts import bounded, visibility
from installation.check import Check
from starter import waits
from starter.views import queues
from starter.views.checks.check import fine, warning, wrong

LOOKED_AT = 200
"""Open runs looked at, so that no question takes for ever: those begun first, as far as Temporal lists them."""
SETTLED = timedelta(seconds=30)
"""A younger run is looked at another time."""
FAILED = 3
"""Attempts of a workflow task: two that fail are a request that came in between."""
NAMED = 5


class OpenRun(Frozen):
    """An open run, as far as it may hang."""

    id: str
    task_attempt: int = 0
    last_attempts: tuple[str, ...] = ()
    """Activities that make their last attempt."""


async def checks(client: Client, task_queue: str) -> Sequence[Check]:
    """Look at them. Raises RPCError."""
    types = ", ".join(f"'{name}'" for name in queues.OURS)
    open_ones = f"ExecutionStatus = 'Running' AND WorkflowType IN ({types})"
    counted = await client.count_workflows(open_ones, rpc_timeout=waits.TEMPORAL)
    older = f"{open_ones} AND StartTime < '{(datetime.now(UTC) - SETTLED).isoformat()}'"
    found = [run async for run in client.list_workflows(older, limit=LOOKED_AT, rpc_timeout=waits.TEMPORAL)]

    async def one(run: WorkflowExecution) -> OpenRun:
        return await _looked(client, run)

    seen = await bounded.each(found, one)
    return [*judged(seen, counted.count), *_left_alone(await queues.others(client, task_queue))]


async def _looked(client: Client, run: WorkflowExecution) -> OpenRun:
    handle = client.get_workflow_handle(run.id, run_id=run.run_id)
    try:
        raw = (await handle.describe(rpc_timeout=waits.TEMPORAL)).raw_description
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return OpenRun(id=run.id)
        raise
    last = [a.activity_type.name for a in raw.pending_activities if 1 < a.maximum_attempts <= a.attempt]
    return OpenRun(id=run.id, task_attempt=raw.pending_workflow_task.attempt, last_attempts=tuple(last))


def judged(seen: Sequence[OpenRun], number: int) -> Sequence[Check]:
    """What hangs among those looked at; `number` are open in all."""
    hanging = [run for run in seen if run.task_attempt >= FAILED]
    last = [run for run in seen if run.last_attempts]
    checks = []
    if hanging:
        seen_text = f"{len(hanging)} stand still, their workflow task fails again and again: {_named(hanging)}"
        checks.append(wrong("open runs go on", seen_text, _replay(hanging[0])))
    if last:
        seen_text = f"{len(last)} make the last attempt of a step: {_named(last)}"
        party = shlex.quote(visibility.party_of(last[0].id))
        remedy = f"beteiligte-sync status {party}   # shows why; then people are told"
        checks.append(warning("open runs have attempts left", seen_text, remedy))
    if not checks:
        checks.append(fine("open runs go on", f"{number} open"))
    return checks


def _named(runs: Sequence[OpenRun]) -> str:
    more = f" and {len(runs) - NAMED} more" if len(runs) > NAMED else ""
    return ", ".join(visibility.party_of(run.id) for run in runs[:NAMED]) + more


def _replay(run: OpenRun) -> str:
    """A party's run is replayed by a command; any other is looked at where Temporal shows it."""
    if visibility.is_party(run.id):
        return f"beteiligte-sync replay {visibility.party_of(run.id)}   # shows why: another version, or a missing key?"
    return f"temporal workflow show --workflow-id {shlex.quote(run.id)}   # the last WorkflowTaskFailed says why"


def _left_alone(elsewhere: Sequence[queues.Queue]) -> Sequence[Check]:
    return [
        wrong(
            f"task queue {queue.name}",
            f"{queue.runs} runs are open there, and no worker asks for work",
            f"TEMPORAL_TASK_QUEUE={shlex.quote(queue.name)} beteiligte-sync worker   # until they have ended",
        )
        for queue in elsewhere
        if not queue.workers
    ]
