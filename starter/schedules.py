"""The schedules, one table, and how Temporal is brought to it (design §7).

Applying is idempotent and keeps a pause with its note. Overlap is skipped: a sweep that waits for a person's answer, or
takes long, is not overtaken. After an outage one start makes up for all that were missed, since a sweep looks back to
the last one that was completed.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleDescription,
    ScheduleInfo,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from contracts.reconciliation import ReconciliationOrder, RunKind
from contracts.sweep_limits import NIGHTLY_CATCH_UP, SWEEP_CATCH_UP
from runtime.settings import SweepSettings
from starter import waits
from workflows.sweep.workflow import ReconciliationWorkflow

PAUSED_WITH_WRITING = "paused with all writing"
"""The note of schedules that were paused by `pause`: `resume` lets them run again."""
SWEEP = RunKind.SWEEP.value
"""Schedule id of the frequent sweep."""
ZONE = "Europe/Berlin"
"""Nights are the firm's."""
NONE = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class ScheduleRow:
    """One schedule."""

    id: str
    kind: RunKind
    spec: Callable[[SweepSettings], ScheduleSpec]
    """Temporal keeps times and no cron; it also keeps a comment, by which `differences` knows the cron again."""
    catch_up: timedelta
    """Starts missed for longer are not made up for."""


TABLE = (
    ScheduleRow(
        id=SWEEP,
        kind=RunKind.SWEEP,
        spec=lambda s: ScheduleSpec(intervals=[ScheduleIntervalSpec(every=s.every)], jitter=s.jitter),
        catch_up=SWEEP_CATCH_UP,
    ),
    ScheduleRow(
        id=RunKind.NIGHTLY.value,
        kind=RunKind.NIGHTLY,
        spec=lambda s: ScheduleSpec(
            cron_expressions=[f"{s.nightly} #{s.nightly}"], time_zone_name=ZONE, jitter=s.jitter
        ),
        catch_up=NIGHTLY_CATCH_UP,
    ),
)


class ScheduleChange(StrEnum):
    """What applying did."""

    CREATED = "created"
    UPDATED = "updated"


class ScheduleState(Frozen):
    """One schedule as Temporal has it."""

    id: str
    paused: bool
    note: str = ""
    differs: tuple[str, ...] = ()
    """What is not as the settings want it, where they were asked about."""
    next: str = ""
    running: tuple[str, ...] = ()
    skipped: int = 0
    """Starts skipped because one was still running."""


def schedule(row: ScheduleRow, settings: SweepSettings, task_queue: str, *, observe: bool) -> Schedule:
    """What Temporal shall hold. In observe mode runs only report: an observed party stays due for ever."""
    return Schedule(
        action=ScheduleActionStartWorkflow(
            ReconciliationWorkflow.run,
            ReconciliationOrder(kind=row.kind, timing=settings.timing(), dry_run=observe),
            id=row.id,
            task_queue=task_queue,
            static_summary=f"{row.kind}: finds what webhooks miss",
        ),
        spec=row.spec(settings),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=row.catch_up),
    )


async def apply(
    client: Client, settings: SweepSettings, task_queue: str, *, observe: bool = False
) -> dict[str, ScheduleChange]:
    """Create or update every schedule; a pause and its note stay. Raises RPCError."""
    wanted = {row.id: schedule(row, settings, task_queue, observe=observe) for row in TABLE}
    return {row.id: await _apply(client, row, wanted[row.id]) for row in TABLE}


async def _apply(client: Client, row: ScheduleRow, wanted: Schedule) -> ScheduleChange:
    try:
        await client.create_schedule(row.id, wanted)
        return ScheduleChange.CREATED
    except ScheduleAlreadyRunningError:

        def bring(present: ScheduleUpdateInput) -> ScheduleUpdate:
            held = present.description.schedule
            held.action, held.spec, held.policy = wanted.action, wanted.spec, wanted.policy
            return ScheduleUpdate(schedule=held)

        await client.get_schedule_handle(row.id).update(bring)
        return ScheduleChange.UPDATED


async def show(client: Client) -> list[ScheduleState]:
    """Every schedule of the table that Temporal knows. Raises RPCError for one that was never applied."""
    return [_state(row.id, await client.get_schedule_handle(row.id).describe()) for row in TABLE]


async def compared(client: Client, row: ScheduleRow, wanted: Schedule) -> ScheduleState | None:
    """One schedule, and in what it is not as wanted; None: it was never applied. Raises RPCError, Unreadable."""
    try:
        described = await client.get_schedule_handle(row.id).describe(rpc_timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    differs = tuple([what async for what in _differences(client, described.schedule, wanted)])
    return _state(row.id, described).but(differs=differs)


async def _differences(client: Client, held: Schedule, wanted: Schedule) -> AsyncIterator[str]:
    """The settings that a schedule does not follow."""
    crons = [(calendar.comment or "").strip() for calendar in held.spec.calendars]
    if [each.every for each in held.spec.intervals] != [each.every for each in wanted.spec.intervals]:
        yield "SWEEP_EVERY"
    if crons != [cron.partition("#")[2].strip() for cron in wanted.spec.cron_expressions]:
        yield "SWEEP_NIGHTLY"
    if (held.spec.jitter or NONE) != (wanted.spec.jitter or NONE):
        yield "SWEEP_JITTER"
    action = held.action
    if not isinstance(action, ScheduleActionStartWorkflow) or not isinstance(
        wanted.action, ScheduleActionStartWorkflow
    ):
        yield "what it starts"
        return
    if action.task_queue != wanted.action.task_queue:
        yield "TEMPORAL_TASK_QUEUE"
    [order] = await _orders(client, action)
    if order != wanted.action.args[0]:
        yield "SWEEP_* or SYNC_OBSERVE"


async def _orders(client: Client, action: ScheduleActionStartWorkflow) -> list[object]:
    """What it starts runs with. Raises Unreadable."""
    payloads = [one for one in action.args if isinstance(one, Payload)]
    return await client.data_converter.decode(payloads, [ReconciliationOrder]) if payloads else [*action.args]


def _state(schedule_id: str, described: ScheduleDescription) -> ScheduleState:
    info, state = described.info, described.schedule.state
    return ScheduleState(
        id=schedule_id,
        paused=state.paused,
        note=state.note or "",
        next=f"{info.next_action_times[0].astimezone():%Y-%m-%d %H:%M:%S}"
        if info.next_action_times and not state.paused
        else "",
        running=running(info),
        skipped=info.num_actions_skipped_overlap,
    )


def running(info: ScheduleInfo) -> tuple[str, ...]:
    """Workflow ids of the runs under way."""
    runs = [run for run in info.running_actions if isinstance(run, ScheduleActionExecutionStartWorkflow)]
    return tuple(run.workflow_id for run in runs)


async def pause_all(client: Client, note: str) -> None:
    """Pause every schedule that is there and not paused already."""
    for row in TABLE:
        with suppress(RPCError):
            handle = client.get_schedule_handle(row.id)
            if not (await handle.describe()).schedule.state.paused:
                await handle.pause(note=note)


async def resume_all(client: Client, note: str) -> None:
    """Let those go on that were paused with this note; one that a person paused stays paused."""
    for row in TABLE:
        with suppress(RPCError):
            handle = client.get_schedule_handle(row.id)
            state = (await handle.describe()).schedule.state
            if state.paused and state.note == note:
                await handle.unpause(note="resumed with all writing")
