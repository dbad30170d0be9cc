"""What runs: PostgreSQL, Temporal's server on it, two workers, the webhook service, the codec, both stand-ins.

The parts are those of a real installation, each a process that can be killed; the supervisor starts it again, as
systemd, compose or Kubernetes would. The stage is the demo's, so that its chapters can be played on it.
"""

import asyncio
import json
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cluster import database
from cluster.binaries import Binaries
from cluster.database import Database
from cluster.engine import TemporalOnSql, chosen_ports, keep_namespace
from cluster.measuring import Prometheus
from cluster.verdicts import Verdicts
from demo.narration import Narration
from demo.stage import SHORT_WAITS, DemoStage, forget_settings
from runtime import key_file
from runtime import settings as s
from runtime.connection import connect
from runtime.engine import HOST
from runtime.loading import load_all
from runtime.ports import free_ports
from runtime.supervisor import Part, Supervisor
from simulators import Simulators
from simulators.espocrm import PERSON
from starter.program.program import Program

NAMESPACE = "kanzlei"
"""Not the default one, so that every place is seen that takes it for granted."""
WORKERS = ("worker", "worker 2")
NIGHT = 60
"""Parties that are edited while a system is away."""
PATIENT = {
    "WORKER_STICKY": "2s",
    "WORKER_PROCESSES": str(len(WORKERS)),
    "SYNC_CALL": "30s",
    "SYNC_CREATE": "30s",
    **{f"ADVOWARE_{wait}_TIMEOUT": "5s" for wait in ("TURN", "DISCOVERY", "TOKEN", "CALL")},
}
"""What a kill costs in waits: a worker's parties, a step that nobody answers for any more, above all a create. Its time
has room for all that comes before the POST (`SYNC_CREATE`)."""
LOG = "cluster.log"
UP_WITHIN = 90
"""Seconds; a server on PostgreSQL takes some, and on a busy machine more."""


@dataclass(kw_only=True)
class ClusterStage(DemoStage):
    """The demo's stage on a cluster. First nothing but Temporal runs; the rest is started in the first chapter."""

    binaries: Binaries
    served: TemporalOnSql
    figures: tuple[tuple[str, str], ...]
    """Where figures are served: the webhook service's, each worker's, the server's; each with its part's name."""
    verdicts: Verdicts = field(default_factory=Verdicts)
    prometheus: Prometheus | None = None
    _parts: dict[str, Part] = field(default_factory=dict)
    _killed: dict[str, int] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def raised(cls, binaries: Binaries, directory: Path, say: Narration) -> AsyncIterator["ClusterStage"]:
        """Start Temporal on PostgreSQL; on leaving, nothing is left. All processes log to LOG in the directory."""
        forget_settings()
        world = Simulators()
        world.advoware.has_listing = True
        os.chmod(directory, 0o711)  # whoever runs PostgreSQL goes through it
        async with world.served():
            served = _engine(directory)
            figures = _set(world, directory, served)
            loaded = load_all(*s.ALL)
            program = Program(loaded[s.TemporalSettings], loaded[s.WorkerSettings], loaded[s.WebhookSettings])
            program = replace(program, desk=loaded[s.DeskSettings])
            with (directory / LOG).open("w") as log:
                async with Supervisor.open(output=log, directory=directory) as parts:
                    parts.up_within, parts.first_wait = UP_WITHIN, 0.5
                    started = [part async for part in _temporal(parts, binaries, served, say)]
                    client = await connect(program.temporal)
                    at = (world, client, program, parts, directory, NIGHT, say)
                    stage = cls(*at, binaries=binaries, served=served, figures=figures)
                    stage._parts |= {part.name: part for part in started}
                    async with stage._delivering():
                        yield stage

    @asynccontextmanager
    async def _delivering(self) -> AsyncIterator[None]:
        delivering = asyncio.create_task(self._deliver())
        try:
            yield
        finally:
            delivering.cancel()
            await asyncio.gather(delivering, return_exceptions=True)

    async def prepare(self) -> None:
        """What a deployment does each time it starts: the schema and the namespace are there, so nothing changes."""
        await self.served.database.fill(self.binaries)
        await keep_namespace(self.program.temporal)

    async def start_program(self) -> None:
        """The program's parts, with a second worker; each worker serves its figures at a place of its own."""
        worker, *others = self.program.parts(os.environ)
        places = [at for part, at in self.figures if part == worker.name]
        for name, at in zip(WORKERS, places, strict=True):
            await self._start(replace(worker, name=name, environment=_but(worker, TELEMETRY_WORKER_METRICS=at)))
        for part in others:
            await self._start(part)

    async def start_prometheus(self) -> Prometheus | None:
        """Where it is installed."""
        if self.binaries.prometheus:
            [port] = free_ports(HOST, 0)
            self.prometheus = Prometheus(self.directory / "prometheus", port, self.figures)
            await self._start(self.prometheus.part(self.binaries.prometheus))
        return self.prometheus

    async def _start(self, part: Part) -> None:
        await self.parts.start(part)
        self._parts[part.name] = part

    def kill(self, name: str) -> None:
        """SIGKILL to a part, and to the processes below it: no goodbye to anybody. The supervisor starts it again."""
        self._killed[name] = pid = self.parts.pid(name)
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGKILL)

    async def answers(self, name: str) -> bool:
        """Whether a part that was killed was started again, and answers."""
        ready = self._parts[name].ready
        return self.parts.pid(name) != self._killed.get(name) and (ready is None or await ready())


def _engine(directory: Path) -> TemporalOnSql:
    metrics, storage = free_ports(HOST, 0, 0)
    stored = Database(directory / "postgresql", storage, secrets.token_urlsafe(24))
    return TemporalOnSql(chosen_ports(), metrics, stored)


def _set(world: Simulators, directory: Path, served: TemporalOnSql) -> tuple[tuple[str, str], ...]:
    """Put the settings into the environment, from where this process and the parts read them; where figures are."""
    parts = ("webhook", *("worker" for _ in WORKERS))
    webhook, codec, desk, *figures = free_ports(HOST, 0, 0, 0, *(0 for _ in parts))
    secret = world.espocrm.deliveries.subscribe(f"http://{HOST}:{webhook}/webhook/beteiligte", skip_own=True)
    measured = tuple((part, f"{HOST}:{port}") for part, port in zip(parts, figures, strict=True))
    os.environ.update(
        {
            **world.environment(),
            **SHORT_WAITS,
            **PATIENT,
            "ESPOCRM_RECIPIENTS": world.espocrm.users.all[PERSON].id,
            "TEMPORAL_ADDRESS": served.address,
            "TEMPORAL_NAMESPACE": NAMESPACE,
            "TEMPORAL_KEYS": str(directory / "keys.json"),
            "TEMPORAL_STATE": str(directory / "temporal.db"),
            "TEMPORAL_CODEC_PORT": str(codec),
            "WEBHOOK_PORT": str(webhook),
            "DESK_PORT": str(desk),
            "DESK_KEY": str(directory / "desk.key"),
            "WEBHOOK_SECRETS": json.dumps(secret),
            "TELEMETRY_WEBHOOK_METRICS": measured[0][1],
            "SWEEP_LISTING": "true",
        }
    )
    key_file.add_key(directory / "keys.json")
    return (*measured, ("temporal", f"{HOST}:{served.metrics_port}"))


async def _temporal(
    parts: Supervisor, binaries: Binaries, served: TemporalOnSql, say: Narration
) -> AsyncIterator[Part]:
    """PostgreSQL, made anew, and the server on it. Raises PartFailed."""
    say.sees("PostgreSQL: files, start, Temporal's databases and tables.")
    await served.database.make(binaries)
    for part in (served.database.part(binaries, os.environ), served.part(binaries, os.environ)):
        await parts.start(part)
        if part.name == database.NAME:
            await served.database.fill(binaries)
            say.sees("Temporal's server on it, with all of its roles.")
        yield part


def _but(part: Part, **others: str) -> dict[str, str]:
    return {**part.environment, **others}
