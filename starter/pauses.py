"""The pause of all writing, begun and ended: by commands and by the desk."""

from datetime import UTC, datetime

from temporalio.exceptions import WorkflowAlreadyStartedError

from contracts.pause import PauseOrder, ResumeOrder
from contracts.visibility import PAUSE_ID
from runtime.control import LOOK_EVERY
from starter import schedules, waits
from starter.requests import Requests
from workflows.pause import PauseWorkflow

SEEN_WITHIN = 2 * LOOK_EVERY
"""Every worker has seen the pause by then; afterwards no write begins any more."""


async def begin(requests: Requests, order: PauseOrder) -> bool:
    """Stop all writing; whether this pause is the one in force, not one from before. Raises RPCError."""
    try:
        await requests.client.start_workflow(
            PauseWorkflow.run,
            order,
            id=PAUSE_ID,
            task_queue=requests.task_queue,
            static_summary=f"all writing is paused by {order.by}: {order.note or 'no reason given'}",
            rpc_timeout=waits.TEMPORAL,
        )
        began = True
    except WorkflowAlreadyStartedError:
        began = False
    await schedules.pause_all(requests.client, schedules.PAUSED_WITH_WRITING)
    return began


async def let_schedules_go_on(requests: Requests) -> None:
    """Also where writing goes on already: a resume that broke off must not leave the sweeps paused."""
    await schedules.resume_all(requests.client, schedules.PAUSED_WITH_WRITING)


async def end(requests: Requests, by: str) -> None:
    """Let the pause in force end. Raises RPCError, also where there is none."""
    handle = requests.client.get_workflow_handle_for(PauseWorkflow.run, PAUSE_ID)
    await handle.signal(PauseWorkflow.resume, ResumeOrder(by=by, at=datetime.now(UTC)))
