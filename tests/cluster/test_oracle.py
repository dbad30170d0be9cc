"""What a visibility query should find, read without a server: the judge of what servers make of queries."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from temporalio.client import WorkflowExecution, WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from cluster.oracle import NotUnderstood, read
from contracts.visibility import BET_NR, SYNC_STATUS

BEGAN = datetime(2026, 11, 24, 10, tzinfo=UTC)


def run(
    name: str, *, status: str = "COMPLETED", minute: int = 0, kind: str = "Beteiligter", **shown: str
) -> WorkflowExecution:
    """One that took five minutes, if it has ended."""
    keys = {"bet_nr": BET_NR, "sync_status": SYNC_STATUS}
    began = BEGAN + timedelta(minutes=minute)
    return cast(
        WorkflowExecution,
        SimpleNamespace(
            id=name,
            run_id=f"run of {name}",
            workflow_type=kind,
            task_queue="queue",
            status=WorkflowExecutionStatus[status],
            start_time=began,
            close_time=None if status == "RUNNING" else began + timedelta(minutes=5),
            typed_search_attributes=TypedSearchAttributes(
                [SearchAttributePair(keys[key], value) for key, value in shown.items()]
            ),
        ),
    )


ALL = [
    run("beteiligte-1", bet_nr="104", sync_status="clean"),
    run("beteiligte-1", status="RUNNING", minute=9, bet_nr="104"),
    run("beteiligte-12", status="FAILED", minute=3, sync_status="failed"),
    run("sweep-2026", status="CONTINUED_AS_NEW", minute=6, kind="Reconciliation"),
    run("Sweep-2026", status="TIMED_OUT", minute=1, kind="Reconciliation"),
]


def found(query: str) -> list[int]:
    """Places of the runs in ALL, in the order of the list."""
    return [ALL.index(each) for each in read(query).found(ALL)]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", [1, 3, 2, 4, 0]),  # open ones first, then by their end
        ("WorkflowId = 'beteiligte-1'", [1, 0]),
        ("WorkflowId STARTS_WITH 'beteiligte-1'", [1, 2, 0]),
        ("WorkflowId STARTS_WITH 'sweep-'", [3]),  # a capital letter is another letter
        ("WorkflowType IN ('Beteiligter', 'Outage') AND ExecutionStatus != 'Running'", [2, 0]),
        ("ExecutionStatus IN ('ContinuedAsNew', 'TimedOut')", [3, 4]),
        ("BetNr IS NOT NULL", [1, 0]),
        ("SyncStatus != 'clean'", [2]),  # who has none differs from nothing
        ("StartTime < '2026-11-24T10:03:00+00:00'", [4, 0]),
        ("StartTime BETWEEN '2026-11-24T11:03:00+01:00' AND '2026-11-24T10:06:00Z'", [3, 2]),
        ("CloseTime IS NULL OR (BetNr = '104' AND SyncStatus = 'clean')", [1, 0]),
    ],
)
def test_it_reads_what_the_program_asks(query: str, places: list[int]) -> None:
    """By what a run shows, as SQL means it."""
    assert found(query) == places


def test_it_groups() -> None:
    """As `status` counts."""
    groups = read("WorkflowType = 'Beteiligter' GROUP BY ExecutionStatus")

    assert groups.group_by == "ExecutionStatus"
    assert dict(groups.groups(ALL)) == {"Running": 1, "Completed": 1, "Failed": 1}


@pytest.mark.parametrize(
    "query",
    [
        "WorkflowId",
        "WorkflowId LIKE 'a%'",
        "WorkflowId = beteiligte",
        "WorkflowId = 'a' ORDER BY StartTime",
        "WorkflowId IN ('a'",
        "(WorkflowId = 'a'",
        "WorkflowId = 'a",
        "NOT WorkflowId = 'a'",
        "BetNr IS 'a'",
    ],
)
def test_what_it_does_not_read_is_said(query: str) -> None:
    """It would else judge by something that nobody asked."""
    with pytest.raises(NotUnderstood):
        found(query)


def test_a_name_that_no_run_has_is_said() -> None:
    """A slip of the pen finds nothing on a server either."""
    with pytest.raises(NotUnderstood, match="a run has no BetNo"):
        found("BetNo = '104'")
