"""What a Temporal server keeps of the runs: events, bytes, workflow tasks, billable actions, growth of its file."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecution

from benchmarks.comparison.models import Kept

BILLED = frozenset(
    {
        "WORKFLOW_EXECUTION_STARTED",
        "WORKFLOW_EXECUTION_SIGNALED",
        "ACTIVITY_TASK_SCHEDULED",
        "TIMER_STARTED",
        "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
        "WORKFLOW_EXECUTION_UPDATE_ACCEPTED",
    }
)
"""What Temporal Cloud bills, by event; retries of activities come on top, local activities once a workflow task."""
SAMPLE = 20
"""Newest runs that are looked at."""


async def kept(client: Client, workflow_type: str) -> Kept | None:
    """Of the newest closed runs of a type; None where there are none."""
    query = f"WorkflowType = '{workflow_type}' AND ExecutionStatus != 'Running'"
    runs = [run async for run in client.list_workflows(query, limit=SAMPLE)]
    histories = [await _events(client, run) for run in runs]
    if not histories:
        return None
    shapes = Counter(tuple(map(_name, events)) for events in histories)
    return Kept(
        runs=len(histories),
        events=median(len(events) for events in histories),
        bytes=median(run.raw_info.history_size_bytes for run in runs),
        workflow_tasks=median(sum(_name(event) == "WORKFLOW_TASK_COMPLETED" for event in one) for one in histories),
        actions=median(map(actions, histories)),
        order=shapes.most_common(1)[0][0],
    )


async def _events(client: Client, run: WorkflowExecution) -> Sequence[HistoryEvent]:
    return (await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()).events


def _name(event: HistoryEvent) -> str:
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")


def actions(events: Sequence[HistoryEvent]) -> int:
    """Billable actions of one run."""
    local = {
        event.marker_recorded_event_attributes.workflow_task_completed_event_id
        for event in events
        if event.marker_recorded_event_attributes.marker_name == "core_local_activity"
    }
    return sum(_name(event) in BILLED for event in events) + len(local)


async def running(client: Client, workflow_type: str) -> int:
    """Open runs of a type."""
    query = f"ExecutionStatus = 'Running' AND WorkflowType = '{workflow_type}'"
    return (await client.count_workflows(query)).count


def file_size(path: Path) -> int:
    """Bytes of a SQLite file by its pages, what stands in its log included; 0 where there is none."""
    if not path.is_file():
        return 0
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30) as database:
        pages, size = (int(database.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("page_count", "page_size"))
    return pages * size
