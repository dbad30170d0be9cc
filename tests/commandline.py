"""The command line as a user runs it: `run` starts the real one, `quick` does the same inside this process."""

import asyncio
import io
import json
import os
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from starter.cli import connection
from starter.cli.exits import Exit
from starter.commands import app
from tests.processes import marked_environment
from tests.world import World

JUDGED = (Exit.DONE, Exit.PERSON_DECIDES, Exit.BROKEN)
"""How `status` may end that shows everything: the verdict is on whatever other tests left on the server, too."""


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


async def quick(world: World, *command: str, **settings: str) -> Ran:
    """All of a command but its process: arguments, settings, its own connection, what it prints, its exit code.

    It ends where `run_and_exit` would leave the process, so commands must not run side by side.
    """
    return await _inside(environment(world, **{"COLUMNS": "120", **settings}), command)  # as in a pipe


async def alone(*command: str, **settings: str) -> Ran:
    """The same for a command that asks Temporal nothing."""
    return await _inside({**marked_environment(), "COLUMNS": "120", **settings}, command)


async def _inside(settings_of_it: dict[str, str], command: tuple[str, ...]) -> Ran:
    out, err = io.StringIO(), io.StringIO()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        # In its place, not in it: threads of the Temporal core read the process's environment meanwhile.
        patch.object(os, "environ", settings_of_it),
        _caught() as works,
    ):
        try:
            app(list(command))
        except SystemExit as ended:
            code = await works[0] if works else ended.code
    return Ran(int(code or 0), out.getvalue(), err.getvalue())


@contextmanager
def _caught() -> Iterator[list[Coroutine[Any, Any, int]]]:
    """What a command would run to the end of the process."""
    works: list[Coroutine[Any, Any, int]] = []
    with patch.object(connection, "run_and_exit", works.append):
        yield works


async def run(world: World, *command: str, within: float = 60, **settings: str) -> Ran:
    """Run `beteiligte-sync` as a process of its own."""
    started = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("beteiligte-sync")),
        *command,
        env=environment(world, **settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(started.communicate(), within)
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()
    assert started.returncode is not None
    return Ran(started.returncode, out.decode(), err.decode())


def environment(world: World, **settings: str) -> dict[str, str]:
    """The settings with which a command reaches this world."""
    return {
        **marked_environment(),
        "TEMPORAL_ADDRESS": world.client.service_client.config.target_host,
        "TEMPORAL_TASK_QUEUE": world.queue,
        **settings,
    }
