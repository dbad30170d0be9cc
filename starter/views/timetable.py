"""The schedules as Temporal holds them: is each there, does it start, and when did a run of it last go well."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from temporalio.client import Client, ScheduleInfo
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from starter import waits
from starter.schedules import PAUSED_WITH_WRITING, TABLE, running
from starter.views import sweeps

LATE = timedelta(hours=1)
"""Beyond its time before a run counts as overdue, and for one that comes more often its own interval."""


class TimetableRow(Frozen):
    """One schedule."""

    id: str
    there: bool = True
    """It was applied, and nobody took it away."""
    paused: bool = False
    with_writing: bool = False
    """Paused by `pause`, and resumed by `resume`."""
    note: str = ""
    """Why it is paused."""
    next: datetime | None = None
    last_good: datetime | None = None
    """When the newest run that was completed began."""
    running: tuple[str, ...] = ()
    overdue: bool = False
    """It starts, and for too long no run was completed or is under way."""


async def look(client: Client) -> tuple[TimetableRow, ...]:
    """Ask Temporal alone. Raises RPCError."""
    return tuple([await _row(client, row.id) for row in TABLE])


async def _row(client: Client, schedule_id: str) -> TimetableRow:
    try:
        described = await client.get_schedule_handle(schedule_id).describe(rpc_timeout=waits.TEMPORAL)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return TimetableRow(id=schedule_id, there=False)
        raise
    state, info = described.schedule.state, described.info
    good = [execution.start_time async for execution in sweeps.completed(client, schedule_id, 1)]
    last_good = good[0] if good else None
    return TimetableRow(
        id=schedule_id,
        paused=state.paused,
        with_writing=state.paused and state.note == PAUSED_WITH_WRITING,
        note=(state.note or "") if state.paused else "",
        next=None if state.paused else next(iter(info.next_action_times), None),
        last_good=last_good,
        running=running(info),
        overdue=not state.paused and is_overdue(info, last_good, datetime.now(UTC)),
    )


def is_overdue(info: ScheduleInfo, last_good: datetime | None, now: datetime) -> bool:
    """One that was just made or changed has its first time before it; one under way says itself how it goes."""
    ahead = sorted(info.next_action_times)
    longest = max((after - before for before, after in pairwise(ahead)), default=None)
    if info.running_actions or longest is None:
        return False
    since = max(moment for moment in (last_good, info.created_at, info.last_updated_at) if moment)
    return now - since > longest + min(longest, LATE)
