"""The benchmark beside other ways: what it counts, how it compares, and that a run of it comes to its end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from benchmarks.comparison import history, plot, tables
from benchmarks.comparison.cases import CASES
from benchmarks.comparison.models import CaseFigures, Measured
from benchmarks.comparison.systems import SYSTEMS


def figures(system: str, *, number: int = 1, seconds: float = 1.0, unequal: int = 0) -> CaseFigures:
    """Ten parties of a case that the picture shows."""
    return CaseFigures(
        system=system,
        case=plot.SHOWN[0],
        round=number,
        parties=10,
        seconds=seconds,
        p50=seconds * 100,
        p95=0,
        cpu={"worker": 2.0},
        unequal=unequal,
    )


def measured(*several: CaseFigures) -> Measured:
    """A run of these."""
    return Measured(cores=2, python="3.11", date="2026-11-28", figures=several)


def test_a_ratio_is_taken_within_one_round() -> None:
    """A machine that slows down between two rounds changes no ratio."""
    slow = [figures("bare", number=2, seconds=10), figures("program", number=2, seconds=20)]
    seen = measured(figures("bare"), figures("program", seconds=2), *slow)

    [_, program] = tables.rows(seen, plot.SHOWN[0])
    assert program[:3] == ("program", "0.50", "2.00")


def test_a_system_whose_parties_differ_is_marked_and_in_no_picture() -> None:
    """A sync that does not happen is fast."""
    seen = measured(figures("bare"), figures("queue", unequal=1))

    assert tables.rows(seen, plot.SHOWN[0])[1][0] == "queue UNEQUAL"
    assert "queue" not in plot.plot(seen)


def test_several_rounds_are_shown_as_median_least_and_most() -> None:
    """What varies from run to run is no difference."""
    assert tables.span([3.0, 1.0, 2.0], 1) == "2.0 (1.0–3.0)"
    assert tables.span([None, 2.0], 1) == "2.0"
    assert tables.span([None], 1) == "–"


def test_local_activities_of_one_workflow_task_are_billed_once() -> None:
    """As Temporal Cloud does."""
    events = [HistoryEvent(event_type=EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED)]
    for task in (4, 4, 9):
        marker = HistoryEvent(event_type=EventType.EVENT_TYPE_MARKER_RECORDED)
        marker.marker_recorded_event_attributes.marker_name = "core_local_activity"
        marker.marker_recorded_event_attributes.workflow_task_completed_event_id = task
        events.append(marker)

    assert history.actions(events) == 3


def test_names_of_cases_and_systems_tell_them_apart() -> None:
    """Figures are compared by them."""
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({system.name for system in SYSTEMS}) == len(SYSTEMS)
    assert {case for case in plot.SHOWN} <= {case.name for case in CASES}


@pytest.mark.timeout(300)
def test_the_program_is_measured_beside_bare_calls(tmp_path: Path) -> None:
    """From outside: processes, deliveries, both sides equal, nothing left running."""
    kept = tmp_path / "figures.json"
    command = [
        sys.executable,
        "-m",
        "benchmarks.comparison",
        "bare",
        "wide",
        "--case",
        "update, alone, 0 ms",
        "--rounds",
        "1",
    ]
    done = subprocess.run(
        [*command, "--share", "0.05", "--json", str(kept)], capture_output=True, text=True, timeout=240, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    found = Measured.model_validate(json.loads(kept.read_text()))
    assert [one.system for one in found.figures if one.unequal] == []
    calls = {one.system: one.calls for one in found.figures}
    assert calls["program, wide limits"] == calls["bare"]
