"""What a benchmark runs on: stand-ins in this process, the real server and a worker in processes of their own.

Both can be killed by SIGKILL, after which the supervisor starts them again as it would in the firm.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sys import executable

from temporalio.client import Client, ScheduleActionExecutionStartWorkflow, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from contracts.reconciliation import RunSummary
from contracts.timing import Timing
from runtime import key_file
from runtime.connection import connect
from runtime.engine import HOST, engine
from runtime.loading import names
from runtime.ports import free_ports
from runtime.settings import ALL, SweepSettings, TemporalSettings
from runtime.supervisor import Part, Supervisor
from simulators import Simulators
from starter import schedules
from workflows.client import PartyClient
from workflows.sweep.workflow import ReconciliationWorkflow

TEMPORAL, WORKER = "Temporal", "worker"
SHORT_WAITS = {"SYNC_FIRST_WAIT": "1s", "SYNC_CALL": "5s", "WORKER_STICKY": "1s", "SYNC_SYNCING_AFTER": "1h"}
"""Where a crash makes one wait, so that nothing of it counts while nothing fails; `syncing`, which a sync that is held
up shows to people, would look like a write done twice."""
AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.UNKNOWN, RPCStatusCode.DEADLINE_EXCEEDED)
"""What calls end with while the server is killed and started again."""
NOTICED = 0.05
"""Seconds between two looks at whether a run has begun."""


@dataclass
class Rig:
    """Everything a run needs."""

    world: Simulators
    client: Client
    temporal: TemporalSettings
    parts: Supervisor
    sweep: SweepSettings = field(default_factory=lambda: SweepSettings(listing=True))

    @classmethod
    @asynccontextmanager
    async def open(
        cls, directory: Path, *, dynamic: tuple[str, ...] = (), optimistic_concurrency: bool = False
    ) -> AsyncIterator["Rig"]:
        """Start everything; on leaving, nothing is left. `dynamic`: server settings as KEY=JSON. Logs: stage.log."""
        _forget_settings()
        world = Simulators(optimistic_concurrency=optimistic_concurrency)
        world.advoware.has_listing = True
        port, ui_port = free_ports(HOST, 0, 0)
        temporal = TemporalSettings(
            port=port,
            ui_port=ui_port,
            address=f"{HOST}:{port}",
            state=directory / "temporal.db",
            keys=directory / "keys.json",
        )
        key_file.add_key(temporal.keys)
        with (directory / "stage.log").open("w") as log:
            async with world.served(), Supervisor.open(output=log, directory=directory) as parts:
                parts.first_wait = 0.2
                await parts.start(engine(temporal, dict(os.environ), dynamic=dynamic))
                client = await connect(temporal)
                await parts.start(_worker(world, temporal))
                yield cls(world, client, temporal, parts)

    @property
    def parties(self) -> PartyClient:
        """Asks for syncs as the starter does."""
        return PartyClient(self.client, self.temporal.task_queue, Timing())

    def kill(self, part: str) -> None:
        """SIGKILL: no goodbye to anybody. The supervisor starts it again."""
        os.kill(self.parts.pid(part), signal.SIGKILL)

    # ------------------------------------------------------------------ runs

    async def schedule(self, **settings: object) -> None:
        """The schedules of the program, so that a run knows of the one before it; here they start by hand only."""
        self.sweep = SweepSettings.model_validate({**self.sweep.model_dump(), **settings})
        await schedules.apply(self.client, self.sweep, self.temporal.task_queue)
        await schedules.pause_all(self.client, "by hand")

    async def start(self, schedule: str) -> WorkflowHandle[ReconciliationWorkflow, RunSummary]:
        """Start a schedule's run now."""
        handle = self.client.get_schedule_handle(schedule)
        before = (await handle.describe()).info.num_actions
        await handle.trigger()
        while (info := (await handle.describe()).info).num_actions == before:  # noqa: ASYNC110  (the server's work)
            await asyncio.sleep(NOTICED)
        begun = info.recent_actions[-1].action
        assert isinstance(begun, ScheduleActionExecutionStartWorkflow)
        return self.client.get_workflow_handle_for(ReconciliationWorkflow.run, begun.workflow_id)

    # ------------------------------------------------------------------ the worker's memory

    def begin_peak(self) -> None:
        """Measure the worker's peak from now on."""
        Path(f"/proc/{self.parts.pid(WORKER)}/clear_refs").write_text("5")

    def peak(self) -> float:
        """The worker's largest resident size since then, in MB."""
        status = Path(f"/proc/{self.parts.pid(WORKER)}/status").read_text()
        [kilobytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        return int(kilobytes) / 1024


async def ended(handle: WorkflowHandle[ReconciliationWorkflow, RunSummary]) -> RunSummary:
    """A run's summary, also where the server was away for a while."""
    while True:
        try:
            return await handle.result()
        except RPCError as error:
            if error.status not in AWAY:
                raise
            await asyncio.sleep(NOTICED)


def _worker(world: Simulators, temporal: TemporalSettings) -> Part:
    environment: Mapping[str, str] = {
        **os.environ,
        **world.environment(),
        **SHORT_WAITS,
        "TEMPORAL_ADDRESS": temporal.address,
        "TEMPORAL_KEYS": str(temporal.keys),
    }
    return Part(name=WORKER, command=(executable, "-m", "worker"), environment=environment)


def _forget_settings() -> None:
    """A benchmark is the same everywhere and never reaches a real system."""
    for kind in ALL:
        kind.model_config["env_file"] = None
        for name in names(kind).values():
            os.environ.pop(name, None)
