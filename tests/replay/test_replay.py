"""Today's workflow code still fits every stored history: a run that is open when the program is updated goes on."""

import json
import re
import socket
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from runtime.payloads import BOUNDED
from tests.replay.changed import ChangedWorkflow
from tests.replay.record import HISTORIES, IDENTITY
from tests.replay.situations import SITUATIONS
from workflows.registry import WORKFLOWS, sandbox

STORED = sorted(HISTORIES.glob("*.json"))
PARTIES = [path for path in STORED if '"name":"Beteiligter"' in path.read_text(encoding="utf-8")]


def history(path: Path) -> WorkflowHistory:
    """A stored history."""
    text = path.read_text(encoding="utf-8")
    return WorkflowHistory.from_json(json.loads(text)["workflowId"], text)


def replayer(*workflows: type) -> Replayer:
    """As a worker replays: the same sandbox, the same converter."""
    return Replayer(workflows=workflows, workflow_runner=sandbox(), data_converter=BOUNDED)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
async def test_the_code_fits_the_history(path: Path) -> None:
    """A failure names the event: guard the change with workflow.patched, or open runs stand still."""
    result = await replayer(*WORKFLOWS).replay_workflow(history(path), raise_on_replay_failure=False)

    assert result.replay_failure is None


@pytest.mark.parametrize("path", PARTIES, ids=lambda path: path.stem)
async def test_a_changed_workflow_is_noticed(path: Path) -> None:
    """Else the replays above would prove nothing."""
    result = await replayer(ChangedWorkflow).replay_workflow(history(path), raise_on_replay_failure=False)

    assert isinstance(result.replay_failure, NondeterminismError)


def test_every_situation_and_every_workflow_has_a_history() -> None:
    """A situation without its history, or a workflow without a situation, is not held."""
    recorded = {re.sub(r"-\d+$", "", path.stem) for path in STORED}
    assert recorded == {situation.name for situation in SITUATIONS}

    types = {history(path).events[0].workflow_execution_started_event_attributes.workflow_type.name for path in STORED}
    assert len(types) == len(WORKFLOWS)


SERVERS_OWN = ("history-service", "temporal-scheduler-default-sweep")
"""What the server calls its parts where they are the same everywhere."""


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_history_tells_nothing_of_the_machine_it_was_recorded_on(path: Path) -> None:
    """No host, no process id, no path."""
    text = path.read_text(encoding="utf-8")

    assert set(re.findall(r'"identity":"([^"]*)"', text)) <= {IDENTITY, *SERVERS_OWN, ""}
    assert socket.gethostname() not in text
    assert "site-packages" not in text
    assert str(Path.home()) not in text.replace('"/root"', "")
