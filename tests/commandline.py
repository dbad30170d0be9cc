"""The command line as a user runs it: a process of its own with its settings in the environment."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import marked_environment
from tests.world import World


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document that --json prints."""
        return json.loads(self.out)


async def run(world: World, *command: str, within: float = 60, **settings: str) -> Ran:
    """Run `beteiligte-sync` against a world; it waits for real."""
    environment = {
        **marked_environment(),
        "TEMPORAL_ADDRESS": world.client.service_client.config.target_host,
        "TEMPORAL_TASK_QUEUE": world.queue,
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("beteiligte-sync")),
        *command,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), within)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Ran(process.returncode, out.decode(), err.decode())
