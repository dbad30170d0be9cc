"""Processes of the bench: started with a log of their own, gone when their block ends."""

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from runtime.engine import HOST, listens

UP_WITHIN = 60
"""Seconds until a system listens."""
SETTLED = 2
"""Seconds for what a system begins by itself once it listens."""
LOOK_EVERY = 0.1
"""Seconds between two looks."""


@asynccontextmanager
async def process(
    *command: str, log: Path, environment: Mapping[str, str] | None = None, cwd: Path | None = None, within: float = 10
) -> AsyncIterator[Process]:
    """A process that is gone afterwards: asked first, killed when it takes longer than `within` seconds."""
    with log.open("ab") as output:
        environment = {**os.environ, **(environment or {})}
        running = await asyncio.create_subprocess_exec(
            *command, env=environment, cwd=cwd, stdin=DEVNULL, stdout=output, stderr=output
        )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(running.wait(), within)
            except TimeoutError:
                running.kill()
                await running.wait()


async def up(port: int, log: Path, *others: Process) -> None:
    """Wait until somebody listens there, and a moment more. Raises RuntimeError where a process ends meanwhile."""
    async with asyncio.timeout(UP_WITHIN):
        while not await listens(HOST, port):
            _alive(log, others)
            await asyncio.sleep(LOOK_EVERY)
    await asyncio.sleep(SETTLED)
    _alive(log, others)


def _alive(log: Path, processes: Sequence[Process]) -> None:
    if any(each.returncode is not None for each in processes):
        raise RuntimeError(f"a process ended at once: {end_of(log)}")


def end_of(log: Path) -> str:
    """What a process wrote last."""
    return log.read_text(errors="replace")[-2000:]
