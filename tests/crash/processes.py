"""A real worker and a real Temporal server as processes of their own, to be killed by SIGKILL and started again.

They end with the test process, whatever ends it (runtime/die_with_parent.py), and are only ever killed by their own id.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from contracts.timing import Timing
from runtime.connection import connect
from runtime.engine import HOST, SHORT_TIMERS, engine
from runtime.ports import free_ports
from runtime.settings import TemporalSettings
from runtime.state_file import copy
from runtime.supervisor import DIE_WITH_PARENT
from tests.processes import marked_environment
from tests.world import BOSS, World

CHECKOUT = Path(__file__).parents[2]
UP_WITHIN = 20
WORKER = (sys.executable, "-m", "worker")


def timing(attempt: float) -> Timing:
    """Short waits; only the time-out of an attempt is as long as the machine needs."""
    return Timing(
        first_wait=timedelta(milliseconds=100),
        wait_factor=1.5,
        first_try=timedelta(seconds=attempt),
        call=timedelta(seconds=attempt),
        create=timedelta(seconds=attempt),
        write_back_again=timedelta(milliseconds=500),
        tell_again=timedelta(milliseconds=300),
        syncing_after=timedelta(hours=1),
    )


class Child:
    """One program that can be started, killed and started again; its output goes to a file."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], log: Path, folder: Path = CHECKOUT
    ) -> None:
        self._command, self._environment, self._log, self._folder = command, environment, log, folder
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; it is not ready yet."""
        assert self._process is None
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *DIE_WITH_PARENT,
                str(os.getpid()),
                *self._command,
                env=self._environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )

    async def stop(self) -> None:
        """SIGTERM, and wait until it has drained."""
        process, self._process = self._process, None
        assert process is not None
        process.terminate()
        await process.wait()

    async def kill(self) -> None:
        """SIGKILL: nothing of it runs on; no goodbye to anybody."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    def said(self) -> str:
        """The end of its output, for a failure's message."""
        return self._log.read_text(errors="replace")[-3_000:]


class DevServer(Child):
    """The real server on a state file that outlives it."""

    def __init__(self, folder: Path, dynamic: tuple[str, ...] = ()) -> None:
        port, ui_port = free_ports(HOST, 0, 0)
        self.settings = TemporalSettings(
            address=f"{HOST}:{port}", port=port, ui_port=ui_port, state=folder / "temporal.db"
        )
        part = engine(self.settings, marked_environment(), dynamic=(SHORT_TIMERS, *dynamic))
        super().__init__(part.command, part.environment, folder / "temporal.log")

    async def up(self) -> Client:
        """A client, as soon as the server answers. Raises TimeoutError."""
        async with asyncio.timeout(UP_WITHIN):
            while True:
                try:
                    return await connect(self.settings)
                except (RuntimeError, TimeoutError):
                    await asyncio.sleep(0.05)

    async def restart(self) -> None:
        """SIGKILL, then again on the same file and port."""
        await self.kill()
        await self.start()
        await self.up()

    def backup(self, name: str) -> Path:
        """A copy of its state as it is now, made as `beteiligte-sync backup` makes it."""
        kept = self.settings.state.with_name(name)
        copy(self.settings.state, kept, patience=timedelta(seconds=5))
        return kept

    async def set_back(self, backup: Path | None) -> None:
        """SIGKILL, then again with the backup for its state; None: all of it is lost."""
        await self.kill()
        for part in ("", "-wal", "-shm"):
            self.settings.state.with_name(self.settings.state.name + part).unlink(missing_ok=True)
        if backup is not None:
            os.replace(backup, self.settings.state)
        await self.start()
        await self.up()


@asynccontextmanager
async def dev_server(folder: Path, *dynamic: str) -> AsyncIterator[DevServer]:
    """A running server for the length of a `with` block. `dynamic`: more server settings as KEY=JSON."""
    server = DevServer(folder, dynamic)
    await server.start()
    try:
        yield server
    finally:
        await server.kill()


def environment(world: World, server: DevServer, **more: str) -> dict[str, str]:
    """The settings of a worker process that serves this world, shortened where a crash makes one wait."""
    return {
        **world.environment(),
        "TEMPORAL_ADDRESS": server.settings.address,
        "TEMPORAL_TASK_QUEUE": world.queue,
        "WORKER_STICKY": "1s",
        "ESPOCRM_MAX_CONCURRENT": "100",
        "ESPOCRM_RECIPIENTS": BOSS,
        "ADVOWARE_MAX_CONCURRENT": "100",
        "ADVOWARE_LOOKUP": str(world.advoware.has_search),
        **more,
    }


@asynccontextmanager
async def worker_process(environment: Mapping[str, str], log: Path) -> AsyncIterator[Child]:
    """A running worker, `python -m worker`, for the length of a `with` block."""
    worker = Child(WORKER, {**marked_environment(), **environment}, log)
    await worker.start()
    try:
        yield worker
    finally:
        await worker.kill()


@asynccontextmanager
async def at_work(
    server: DevServer,
    log: Path,
    timing: Timing,
    *,
    look_up: bool = False,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[tuple[World, Child]]:
    """Both stand-ins, and a worker process that serves them."""
    env = WorkflowEnvironment.from_client(await server.up())
    async with World.open(env, timing=timing, working=False) as world:
        world.advoware.has_search = look_up
        async with worker_process(environment(world, server, **settings), log) as worker:
            yield world, worker
            await world.end_outages()
