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
    pause = await pausing.in_force(client)
    found = [check for row in schedules.TABLE for check in await _one(client, row, loaded, paused=pause is not None)]
    if pause is None:
        return found
    seen = f"paused by {pause.by} since {pause.at.astimezone():%Y-%m-%d %H:%M}"
    return [*found, warning("writing", seen, "beteiligte-sync resume")]


async def _one(client: Client, row: ScheduleRow, loaded: Loaded, *, paused: bool) -> Sequence[Check]:
    if not all(kind in loaded for kind in (s.SweepSettings, s.SyncSettings)):
        return []
    observe, queue = loaded[s.SyncSettings].observe, loaded[s.TemporalSettings].task_queue
    wanted = schedules.schedule(row, loaded[s.SweepSettings], queue, observe=observe)
    state = await schedules.compared(client, row, wanted)
    name = f"schedule {row.id}"
    if state is None:
        return [wrong(name, "Temporal has none: what webhooks miss is not found", APPLY)]
    return list(_judged(name, state, paused=paused))


def _judged(name: str, state: ScheduleState, *, paused: bool) -> Iterator[Check]:
    """As `status` judges it: one that is paused by itself is wrong, with all writing it is as meant."""
    if state.differs:
        yield wrong(name, f"otherwise than the settings want it: {', '.join(state.differs)}", APPLY)
    if state.paused:
        together = state.note == PAUSED_WITH_WRITING
        remedy = "beteiligte-sync resume" if together else f"beteiligte-sync schedules resume {state.id}"
        judge = warning if together and paused else wrong
        seen = f"it is paused ({state.note or 'no note'}): what webhooks miss is not found meanwhile"
        yield judge(f"starts of {name}", seen, remedy)
    elif not state.differs:
        yield fine(name, f"next start {state.next}" if state.next else "as the settings want it")
