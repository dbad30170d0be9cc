"""The schedules: there, as the settings want them, and not paused; what is stopped is said with who resumes it."""

from collections.abc import Iterator, Sequence

from temporalio.client import Client

from installation.check import Check
from runtime import settings as s
from runtime.loading import Loaded
from starter import schedules
from starter.schedules import PAUSED_WITH_WRITING, ScheduleRow, ScheduleState
from starter.views import pausing
from starter.views.checks.check import fine, warning, wrong

APPLY = "beteiligte-sync schedules apply"


async def checks(client: Client, loaded: Loaded) -> Sequence[Check]:
    """Each of the table, and the pause of all writing. Raises RPCError, Unreadable."""
    found = [check for row in schedules.TABLE for check in await _one(client, row, loaded)]
    pause = await pausing.in_force(client)
    if pause is None:
        return found
    seen = f"paused by {pause.by} since {pause.at.astimezone():%Y-%m-%d %H:%M}"
    return [*found, warning("writing goes on", seen, "beteiligte-sync resume")]


async def _one(client: Client, row: ScheduleRow, loaded: Loaded) -> Sequence[Check]:
    if not all(kind in loaded for kind in (s.SweepSettings, s.SyncSettings)):
        return []
    observe, queue = loaded[s.SyncSettings].observe, loaded[s.TemporalSettings].task_queue
    wanted = schedules.schedule(row, loaded[s.SweepSettings], queue, observe=observe)
    state = await schedules.compared(client, row, wanted)
    name = f"schedule {row.id}"
    if state is None:
        return [wrong(name, "Temporal has none: what webhooks miss is not found", APPLY)]
    return list(_judged(name, state))


def _judged(name: str, state: ScheduleState) -> Iterator[Check]:
    if state.differs:
        yield wrong(name, f"otherwise than the settings want it: {', '.join(state.differs)}", APPLY)
    if state.paused:
        together = state.note == PAUSED_WITH_WRITING
        remedy = "beteiligte-sync resume" if together else f"beteiligte-sync schedules resume {state.id}"
        yield warning(f"{name} starts", "it is paused: what webhooks miss is not found meanwhile", remedy)
    elif not state.differs:
        yield fine(name, f"next start {state.next}" if state.next else "as the settings want it")
