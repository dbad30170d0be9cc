"""`pause` and `resume`: stop all writing at once, and catch everything up later."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from beteiligte.faults import System
from contracts.outage import PROBE
from contracts.pause import PauseOrder, ResumeOrder
from contracts.visibility import PAUSE_ID, outage_id
from runtime.control import LOOK_EVERY
from starter import report, schedules
from starter.cli import connecting, person
from starter.cli.exits import Exit
from starter.requests import Requests
from starter.views import pausing
from workflows.pause import PauseWorkflow

EXAMPLE = 'beteiligte-sync pause --note "move of the CRM server"'
RESUME_EXAMPLE = "beteiligte-sync resume --by anna"
WITHIN = timedelta(seconds=10)

By = Annotated[str, typer.Option("--by", help="Who; shown as long as the pause lasts. Default: your user name.")]
Note = Annotated[str, typer.Option("--note", help="Why; shown to whoever asks for a sync. No client's data.")]


def pause(note: Note = "", by: By = "") -> None:
    """Stop all writing to both systems until `resume`. Edits wait and are caught up; nothing is lost.

    Exit: 0 paused, also when it was paused already.
    """

    async def work(asking: Requests) -> Exit:
        order = PauseOrder(by=person.name(by), at=datetime.now(UTC), note=note)
        try:
            await asking.client.start_workflow(
                PauseWorkflow.run,
                order,
                id=PAUSE_ID,
                task_queue=asking.task_queue,
                static_summary=f"all writing is paused by {order.by}: {order.note or 'no reason given'}",
                rpc_timeout=WITHIN,
            )
        except WorkflowAlreadyStartedError:
            await schedules.pause_all(asking.client, schedules.PAUSED_WITH_WRITING)
            known = await pausing.in_force(asking.client)
            report.line(f"All writing is paused already{f', {pausing.told(known)}' if known else ''}")
            return Exit.DONE
        await schedules.pause_all(asking.client, schedules.PAUSED_WITH_WRITING)
        # A worker looks every second; afterwards no write begins any more.
        await asyncio.sleep(2 * LOOK_EVERY.total_seconds())
        report.line(f"{pausing.line(order)}. A call that had begun may still end.")
        return Exit.DONE

    connecting.run(work)


def resume(by: By = "") -> None:
    """Let writing go on; every party that waited is synced now, and the sweeps look back over the pause.

    Exit: 0 resumed, 5 nothing was paused.
    """

    async def work(asking: Requests) -> Exit:
        # Also where writing goes on already: a resume that broke off must not leave the sweeps paused.
        await schedules.resume_all(asking.client, schedules.PAUSED_WITH_WRITING)
        paused = await pausing.in_force(asking.client)
        if paused is None:
            report.note("Nothing is paused")
            return Exit.UNKNOWN
        handle = asking.client.get_workflow_handle_for(PauseWorkflow.run, PAUSE_ID)
        await handle.signal(PauseWorkflow.resume, ResumeOrder(by=person.name(by), at=datetime.now(UTC)))
        if not await connecting.say_if_nobody_works(asking):
            report.note("The resume is stored; writing goes on when a worker runs")
            return Exit.NO_ANSWER
        await handle.result(rpc_timeout=timedelta(seconds=60))
        await _wake(asking)
        report.line(f"Writing goes on; whoever waited is synced now. It was paused {pausing.told(paused)}")
        return Exit.DONE

    connecting.run(work)


async def _wake(asking: Requests) -> None:
    """Parties that met the pause wait with the outage workflows, which would try by themselves in a while."""
    for system in System:
        with suppress(RPCError):
            await asking.client.get_workflow_handle(outage_id(system)).signal(PROBE, rpc_timeout=WITHIN)
