"""Records the histories of all situations, with the code that is installed: `python -m tests.replay.record [name …]`.

Record with the code that is deployed, before it is changed: a history recorded with the change proves nothing.
Ids are new at each recording; what would tell of the recording machine is left out.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from temporalio.client import Client, WorkflowHistory

from runtime.settings import ALL
from tests.engines import skipping_engine
from tests.replay.situations import SITUATIONS, Handle, Situation
from tests.world import World

HISTORIES = Path(__file__).with_name("histories")
IDENTITY = "recorder"
"""Instead of process id and host."""


async def play(situation: Situation) -> list[WorkflowHistory]:
    """The runs of the situation's workflow, the first one first."""
    async with (
        skipping_engine(situation.server, identity=IDENTITY) as env,
        World.open(env, **situation.world) as world,  # type: ignore[arg-type]
    ):
        handle = await situation.play(world)
        if world.faults.unused:
            raise AssertionError(f"{situation.name} met less than was planned: {world.faults.unused}")
        return await _chain(env.client, handle)


async def _chain(client: Client, handle: Handle) -> list[WorkflowHistory]:
    """That run, or the newest, and those it continues."""
    runs: list[WorkflowHistory] = []
    run_id = handle.result_run_id
    while True:
        runs.insert(0, await client.get_workflow_handle(handle.id, run_id=run_id).fetch_history())
        run_id = runs[0].events[0].workflow_execution_started_event_attributes.continued_execution_run_id
        if not run_id:
            return runs


def document(history: WorkflowHistory) -> str:
    """The history as JSON, on one line an event. Stack traces hold paths of the machine, and no replay reads them."""
    whole = _without_traces(json.loads(history.to_json()))
    events = ",\n".join(json.dumps(event, ensure_ascii=False, separators=(",", ":")) for event in whole["events"])
    return f'{{"workflowId":"{history.workflow_id}","events":[\n{events}\n]}}\n'


def _without_traces(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_traces(item) for key, item in value.items() if key != "stackTrace"}
    return [_without_traces(item) for item in value] if isinstance(value, list) else value


async def main(names: list[str]) -> None:
    """Record all situations, or those named."""
    for kind in ALL:
        kind.model_config["env_file"] = None
    for situation in SITUATIONS:
        if names and situation.name not in names:
            continue
        histories = await play(situation)
        for number, history in enumerate(histories, 1):
            suffix = f"-{number}" if len(histories) > 1 else ""
            path = HISTORIES / f"{situation.name}{suffix}.json"
            path.write_text(document(history), encoding="utf-8")
            print(f"{path.name}: {len(history.events)} events, {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
