"""When a schedule is overdue, and which edits no delivery told of: by moments alone, and by what sweeps really left."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import ScheduleActionExecutionStartWorkflow, ScheduleInfo

from contracts.reconciliation import Counts, RunKind, RunSummary
from starter.views import untold
from starter.views.timetable import is_overdue
from starter.views.untold import UntoldEdits
from starter.webhook.received import Received, RefusalReason
from tests.world import World

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)


def info(*ahead: timedelta, running: bool = False, updated: datetime | None = None) -> ScheduleInfo:
    """A schedule made a month ago, with these times before it."""
    under_way = [ScheduleActionExecutionStartWorkflow(workflow_id="nightly-1", first_execution_run_id="r")] * running
    return ScheduleInfo(
        num_actions=0,
        num_actions_missed_catchup_window=0,
        num_actions_skipped_overlap=0,
        running_actions=under_way,
        recent_actions=[],
        next_action_times=[NOW + after for after in ahead],
        created_at=NOW - timedelta(days=30),
        last_updated_at=updated,
    )


SWEEP, NIGHTLY = (QUARTER, 2 * QUARTER), (DAY, 2 * DAY)
WEEKDAYS = (DAY, 4 * DAY, 5 * DAY)
"""Seen from a Thursday: not at the weekend."""


@pytest.mark.parametrize(
    ("ahead", "ago", "overdue"),
    [
        (SWEEP, timedelta(minutes=29), False),
        (SWEEP, timedelta(minutes=31), True),
        (NIGHTLY, timedelta(hours=24, minutes=50), False),
        (NIGHTLY, timedelta(hours=25, minutes=10), True),
        (WEEKDAYS, timedelta(days=3), False),
        (WEEKDAYS, timedelta(days=3, hours=2), True),
    ],
)
def test_a_schedule_is_overdue_when_its_last_good_run_is_too_old(
    ahead: tuple[timedelta, ...], ago: timedelta, overdue: bool
) -> None:
    """Than its longest pause and some patience, a weekend without starts included."""
    assert is_overdue(info(*ahead), NOW - ago, NOW) is overdue


def test_a_run_that_never_went_well_is_as_old_as_the_schedule() -> None:
    """Unless that was applied anew a moment ago, or a run is under way."""
    assert is_overdue(info(*SWEEP), None, NOW)
    assert not is_overdue(info(*SWEEP, updated=NOW - QUARTER), None, NOW)
    assert not is_overdue(info(*SWEEP, running=True), None, NOW)
    assert not is_overdue(info(), None, NOW)


# ---------------------------------------------------------------------- edits that no delivery told of


def summary(minutes_ago: int, **due: int) -> RunSummary:
    began = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return RunSummary(kind=RunKind.SWEEP, began=began, counts=Counts(), due=due)


def test_only_edits_count_that_a_delivery_would_have_told_of() -> None:
    """Not what Advoware moved, nor what failed before."""
    assert untold.counted([summary(20, moved=3, failed=2), summary(40, gone=1)]) == UntoldEdits()
    found = untold.counted([summary(20, edited=3, moved=1), summary(40, unlinked=1, asked=1), summary(60, gone=1)])
    assert (found.sweeps, found.edits) == (2, 5)


def test_what_every_sweep_finds_says_nothing_of_deliveries() -> None:
    """A locked record takes no status and stays due; in observe mode all that was edited does."""
    assert untold.counted([summary(20, edited=2), summary(40, edited=2)]) == UntoldEdits()
    observed = [summary(ago, edited=ago).but(dry_run=True) for ago in (20, 40, 60)]
    assert untold.counted(observed) == UntoldEdits()


async def test_a_good_delivery_ends_the_silence(world: World) -> None:
    """Nobody looks further back than the last one; without any sweep nothing is said."""
    now = datetime.now(UTC)
    silent = Received(since=now - timedelta(days=1)).refused("update", RefusalReason.BODY, now)

    assert await untold.look(world.client, silent) == UntoldEdits()
    assert await untold.look(world.client, silent.taken("update", now)) == UntoldEdits()
