"""Erases what Temporal keeps of a party: an open run is ended decently first, then every run is deleted and gone.

Deleting is asynchronous (the server answers before it has begun), so that a run is gone is seen by asking for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError, RPCStatusCode

from contracts import bounded, visibility
from contracts.party import WORKFLOW
from runtime.codec import Unreadable
from starter import waits
from starter.keeping.traces import Trace
from starter.views import runs


async def end(client: Client, own: Sequence[Trace], within: float) -> bool:
    """Cancel the party's open run and wait; whether none is open.

    A cancelled run first writes to EspoCRM what landed in Advoware, and tells what is to be told. Looks that are still
    under way write nothing: deleting ends them.
    """
    opened = [trace for trace in own if trace.closed is None and trace.kind == WORKFLOW]
    try:
        async with asyncio.timeout(within):
            for trace in opened:
                handle = client.get_workflow_handle(trace.workflow_id, run_id=trace.run_id)
                await _unless_gone(handle.cancel(rpc_timeout=waits.TEMPORAL))
                # Cancelled, failed by its last sync, or with a result that no key here opens: it has ended.
                with suppress(WorkflowFailureError, Unreadable):
                    await _unless_gone(handle.result(follow_runs=False))
    except TimeoutError:
        return False
    return True


async def erase(
    client: Client, traces: Sequence[Trace], *, erased: Callable[[], None] = lambda: None
) -> tuple[Trace, ...]:
    """Delete these runs, and wait until they are gone; those that are not in time. Raises RPCError."""
    await bounded.each(traces, lambda trace: runs.delete(client, trace.workflow_id, trace.run_id))

    async def one(trace: Trace) -> bool:
        while not await _is_gone(client, trace):  # noqa: ASYNC110  (the server's work)
            await asyncio.sleep(waits.LOOK_AT_ERASING.total_seconds())
        erased()
        return True

    waiting = [asyncio.create_task(one(trace)) for trace in traces]
    if waiting:
        await asyncio.wait(waiting, timeout=waits.ERASED.total_seconds())
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    return tuple(trace for trace, task in zip(traces, waiting, strict=True) if task.cancelled())


async def _unless_gone(asked: Awaitable[object]) -> None:
    """What is asked of a run that may have left by itself by now."""
    try:
        await asked
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


async def _is_gone(client: Client, trace: Trace) -> bool:
    """From its own record, and from the lists."""
    try:
        await client.get_workflow_handle(trace.workflow_id, run_id=trace.run_id).describe(rpc_timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        query = f"WorkflowId = {visibility.literal(trace.workflow_id)} AND RunId = '{trace.run_id}'"
        return (await client.count_workflows(query, rpc_timeout=waits.TEMPORAL)).count == 0
    return False
