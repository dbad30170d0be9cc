"""Runs the processes that belong together: in order, watched, and none of them left behind.

A part that ends though nobody told it to is started again, after a wait that grows; one that says its settings are
wrong is not, since that would only repeat. Stopping goes the other way round, so that Temporal stays until the worker
has drained. What a crash of this process leaves is the kernel's business: die_with_parent.py.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

log = logging.getLogger(__name__)

SETTINGS_WRONG = 2
"""Exit code of a part of ours whose settings are missing or wrong."""
DIE_WITH_PARENT = (sys.executable, "-I", "-S", str(Path(__file__).with_name("die_with_parent.py")))


class PartFailed(Exception):
    """A part did not come up, or cannot go on; the message says which."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process."""

    name: str
    command: tuple[str, ...]
    """The executable as an absolute path, and its arguments."""
    environment: Mapping[str, str]
    ready: Callable[[], Awaitable[bool]] | None = None
    """Whether it answers; None: it counts as up once it runs."""
    stops_within: float = 10
    """Seconds from SIGTERM to SIGKILL."""
    aside: bool = False
    """In a process group of its own, so that Ctrl-C does not reach it before the others have drained."""


@dataclass
class Supervisor:
    """The running parts. `failed` is set when one cannot go on."""

    output: IO[str] | None = None
    """Where the parts' log lines go; None: to where this process writes its own."""
    directory: Path | None = None
    up_within: float = 20
    first_wait: float = 1
    longest_wait: float = 60
    failed: asyncio.Event = field(default_factory=asyncio.Event)
    _running: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _watches: dict[str, tuple[Part, asyncio.Task[None]]] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def open(cls, *, output: IO[str] | None = None, directory: Path | None = None) -> AsyncIterator["Supervisor"]:
        """A supervisor that stops everything it started, however the block is left."""
        supervisor = cls(output=output, directory=directory)
        try:
            yield supervisor
        finally:
            await supervisor.stop()

    async def start(self, part: Part) -> None:
        """Start a part and wait until it is ready. Raises PartFailed."""
        process = await self._spawn(part)
        self._watches[part.name] = part, asyncio.create_task(self._watch(part, process))
        try:
            async with asyncio.timeout(self.up_within):
                while not await _is_ready(part):
                    if process.returncode is not None:
                        raise PartFailed(f"{part.name} ended at once with exit code {process.returncode}")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise PartFailed(f"{part.name} did not answer within {self.up_within:g} s") from None

    def pid(self, name: str) -> int:
        """The process id of a part."""
        return self._running[name].pid

    async def stop(self) -> None:
        """End all parts, the last first; each gets its time to drain."""
        watches = [watch for _, watch in self._watches.values()]
        for watch in watches:
            watch.cancel()  # all of them first: Ctrl-C reaches some parts directly, and they must stay down
        await asyncio.gather(*watches, return_exceptions=True)
        for part, _ in reversed(self._watches.values()):
            await _end(self._running[part.name], part.stops_within)
        self._watches.clear()

    async def _spawn(self, part: Part) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *DIE_WITH_PARENT,
            str(os.getpid()),
            *part.command,
            env=dict(part.environment),
            cwd=self.directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,  # ours log to stderr; the server greets on stdout
            stderr=self.output,
            process_group=0 if part.aside else None,
        )
        self._running[part.name] = process
        return process

    async def _watch(self, part: Part, process: asyncio.subprocess.Process) -> None:
        clock = asyncio.get_running_loop().time
        wait, began = self.first_wait, clock()
        while await process.wait() != SETTINGS_WRONG:
            if clock() - began > self.longest_wait:
                wait = self.first_wait  # it had been well for a while
            log.error("%s ended (%s), starting it again in %g s", part.name, process.returncode, wait)
            await asyncio.sleep(wait)
            wait, began = min(2 * wait, self.longest_wait), clock()
            process = await self._spawn(part)
        log.error("%s ended: its settings are missing or wrong", part.name)
        self.failed.set()


async def _is_ready(part: Part) -> bool:
    return part.ready is None or await part.ready()


async def _end(process: asyncio.subprocess.Process, within: float) -> None:
    """SIGTERM, and SIGKILL for what does not go in time."""
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), within)
    except TimeoutError:
        process.kill()
        await process.wait()
