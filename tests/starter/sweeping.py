"""Sweeps as the schedule starts them: each knows of the one before."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio.client import (
    ScheduleActionExecutionStartWorkflow,
    ScheduleDescription,
    ScheduleHandle,
    WorkflowHandle,
)

from contracts.reconciliation import RunSummary
from runtime.settings import SweepSettings
from starter import schedules
from tests.world import World
from workflows.sweep.workflow import ReconciliationWorkflow

EVERY = timedelta(days=300)
NEVER = SweepSettings(every=EVERY, nightly="0 0 29 2 *")
"""Times that do not come while a test runs."""


def schedule(world: World) -> ScheduleHandle:
    """That of the sweeps."""
    return world.client.get_schedule_handle(schedules.SWEEP)


async def until(world: World, so: Callable[[ScheduleDescription], bool]) -> None:
    """Wait until the schedule is described so: Temporal takes a change at once and shows it a moment later."""
    while not so(await schedule(world).describe()):  # noqa: ASYNC110  (the server's work)
        await asyncio.sleep(0.01)


async def apply(world: World, *, observe: bool = False, **settings: object) -> None:
    """Bring the schedules to these settings."""
    wanted = SweepSettings.model_validate({**NEVER.model_dump(), **settings})
    before = (await schedule(world).describe()).info.last_updated_at
    await schedules.apply(world.client, wanted, world.queue, observe=observe)
    await until(world, lambda described: described.info.last_updated_at != before)


async def pause(world: World, note: str) -> None:
    """Pause the sweeps."""
    await schedule(world).pause(note=note)
    await until(world, lambda described: described.schedule.state.note == note)


async def begun(world: World) -> WorkflowHandle[ReconciliationWorkflow, RunSummary]:
    """Start a sweep; it has made its first call."""
    mark = world.calls.mark
    handle = schedule(world)
    await handle.trigger()
    await world.calls.until(lambda calls: calls.count("espocrm.list", since=mark) > 0)
    started = (await handle.describe()).info.recent_actions[-1].action
    assert isinstance(started, ScheduleActionExecutionStartWorkflow)
    first = started.first_execution_run_id  # two that were started in one second share a workflow id
    return world.client.get_workflow_handle_for(ReconciliationWorkflow.run, started.workflow_id, run_id=first)


async def swept(world: World) -> RunSummary:
    """Have a sweep run to its end."""
    return await (await begun(world)).result()
