"""`pause`: stop all writing to both systems at once."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import typer
from temporalio.exceptions import WorkflowAlreadyStartedError

from contracts.pause import PauseOrder
from contracts.visibility import PAUSE_ID
from runtime.control import LOOK_EVERY
from starter import schedules, waits
from starter.cli import connection, pause_lines, person, report
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import pausing
from workflows.pause import PauseWorkflow

EXAMPLE = 'beteiligte-sync pause --note "move of the CRM server"'
SEEN_WITHIN = 2 * LOOK_EVERY
"""Every worker has seen the pause by then; afterwards no write begins any more."""

By = Annotated[str, typer.Option("--by", help="Who; shown as long as the pause lasts. Default: your user name.")]
Note = Annotated[str, typer.Option("--note", help="Why; shown to whoever asks for a sync. No client's data.")]


def command(note: Note = "", by: By = "") -> None:
    """Stop all writing to both systems until `resume`. Edits wait and are caught up; nothing is lost.

    Exit: 0 paused, also when it was paused already.
    """

    async def work(requests: Requests) -> Exit:
        order = PauseOrder(by=person.name(by), at=datetime.now(UTC), note=note)
        paused_now = await _begin(requests, order)
        await schedules.pause_all(requests.client, schedules.PAUSED_WITH_WRITING)
        if not paused_now:
            known = await pausing.in_force(requests.client)
            report.line(f"All writing is paused already{f', {pause_lines.told(known)}' if known else ''}")
            return Exit.DONE
        await asyncio.sleep(SEEN_WITHIN.total_seconds())
        report.line(f"{pause_lines.line(order)}. A call that had begun may still end.")
        return Exit.DONE

    connection.run(work)


async def _begin(requests: Requests, order: PauseOrder) -> bool:
    """Whether this pause is the one in force; not where there is one already."""
    try:
        await requests.client.start_workflow(
            PauseWorkflow.run,
            order,
            id=PAUSE_ID,
            task_queue=requests.task_queue,
            static_summary=f"all writing is paused by {order.by}: {order.note or 'no reason given'}",
            rpc_timeout=waits.TEMPORAL,
        )
    except WorkflowAlreadyStartedError:
        return False
    return True
