"""The parts of the whole program on one machine: Temporal, worker, webhook service, the desk, and what shows payloads.

Temporal is the embedded server with its state in a file, unless TEMPORAL_ADDRESS is set. How parts are started, watched
and stopped: runtime/supervisor.py.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from beteiligte.selftest import Problem
from contracts.selftest import SelfTestOrder
from runtime import key_file, state_versions, storage_places
from runtime import settings as s
from runtime.connection import connect
from runtime.engine import HOST, engine, keep_closed_runs, listens
from runtime.environments import narrowed
from runtime.loading import load
from runtime.ports import trouble
from runtime.supervisor import Part, Supervisor
from starter import schedules, selftests, waits
from starter.program.instance import PUBLISHED, ProgramAddresses
from starter.webhook.service import LISTENS

CODEC = (s.TemporalSettings,)
"""Settings that a part reads; no other's reach it (runtime/environments.py)."""
WEBHOOK = (s.TemporalSettings, s.SyncSettings, s.WebhookSettings, s.TelemetrySettings, s.OtelSettings)
OF_THE_DESK = (s.DeskSettings, s.OidcSettings)
WORKER = tuple(kind for kind in s.ALL if kind not in (s.WebhookSettings, s.SweepSettings, *OF_THE_DESK))
DESK = (s.TemporalSettings, s.SyncSettings, *OF_THE_DESK, s.EspoCrmSettings, s.AdvowareFieldSettings)
DESK_LISTENS = "DESK_HOST, DESK_PORT"
"""The settings that say where the desk listens."""


@dataclass(frozen=True)
class Program:
    """Temporal, worker, webhook service, desk."""

    temporal: s.TemporalSettings
    worker: s.WorkerSettings
    webhook: s.WebhookSettings
    sweep: s.SweepSettings | None = None
    """None: no schedules, for a story that counts every call."""
    desk: s.DeskSettings | None = None
    """None: no page on which people decide."""

    @property
    def published(self) -> Path:
        """Where a second start looks for this one."""
        return self.temporal.state.with_name(PUBLISHED)

    @property
    def shown_desk(self) -> s.DeskSettings | None:
        """The desk's settings, where one is to run."""
        return self.desk if self.desk and self.desk.port else None

    def unkept(self) -> list[str]:
        """What cannot be written, with the setting and the remedy."""
        state = self.temporal.state
        beside = [state.with_name(f"{state.name}{end}") for end in ("-wal", "-shm")] if self.temporal.embedded else []
        files = [("TEMPORAL_STATE", file) for file in (state, *beside, self.published)]
        if self.temporal.encrypt and not self.temporal.keys.exists():
            files.append(("TEMPORAL_KEYS", self.temporal.keys))
        if self.shown_desk and not self.shown_desk.key.exists():
            files.append(("DESK_KEY", self.shown_desk.key))
        first: dict[str, str] = {}
        for name, file in files:
            if name not in first and (why := storage_places.trouble(file)):
                first[name] = f"{name}: {why}"
        return list(first.values())

    def closed(self) -> list[str]:
        """Where it cannot listen, with the setting and the remedy."""
        wanted = [(LISTENS, self.webhook.host, self.webhook.port)]
        if self.temporal.encrypt:
            wanted.append(("TEMPORAL_CODEC_PORT", HOST, self.temporal.codec_port))
        if self.shown_desk:
            wanted.append((DESK_LISTENS, self.shown_desk.host, self.shown_desk.port))
        if self.temporal.embedded:
            wanted += [
                ("TEMPORAL_PORT", HOST, self.temporal.port),
                ("TEMPORAL_UI_PORT", HOST, self.temporal.ui_port),
            ]
        troubles = ((name, host, port, trouble(host, port)) for name, host, port in wanted)
        return [f"{name}: {port} on {host}: {why}" for name, host, port, why in troubles if why]

    async def start(self, parts: Supervisor, environment: Mapping[str, str], *, dynamic: tuple[str, ...] = ()) -> None:
        """Start all, Temporal first. Raises PartFailed, RuntimeError, TimeoutError."""
        if self.temporal.encrypt and not self.temporal.keys.exists():
            key_file.add_key(self.temporal.keys)
        if self.temporal.embedded:
            await parts.start(engine(self.temporal, environment, dynamic=dynamic))
            await keep_closed_runs(await connect(self.temporal), self.temporal.retention)
            state_versions.note(self.temporal.state)
        client = await connect(self.temporal)
        if self.sweep is not None:
            observe = load(s.SyncSettings).observe
            await schedules.apply(client, self.sweep, self.temporal.task_queue, observe=observe)
        for part in self.parts(environment):
            await parts.start(part)

    async def test(self) -> tuple[Problem, ...]:
        """Have both systems tested; what is wrong, as far as it is known soon. Raises RPCError."""
        client = await connect(self.temporal)
        await selftests.begin(client, self.temporal.task_queue, SelfTestOrder(again=self.worker.test_again))
        return await selftests.found(client)

    def parts(self, environment: Mapping[str, str]) -> tuple[Part, ...]:
        """Worker, webhook service, what lets the Web UI show payloads, and the desk."""
        python = (sys.executable, "-m")

        async def answers() -> bool:
            return await listens(self.webhook.host, self.webhook.port)

        async def decrypts() -> bool:
            return await listens(HOST, self.temporal.codec_port)

        decrypting = Part(
            name="codec",
            command=(*python, "starter", "codec"),
            environment=narrowed(environment, *CODEC),
            ready=decrypts,
        )
        return (
            Part(
                name="worker",
                command=(*python, "worker"),
                environment=narrowed(environment, *WORKER),
                stops_within=(self.worker.drain + waits.PART_STOPS).total_seconds(),
            ),
            Part(
                name="webhook",
                command=(*python, "starter", "webhook"),
                environment=narrowed(environment, *WEBHOOK),
                ready=answers,
            ),
            *((decrypting,) if self.temporal.encrypt else ()),
            *((self._desk(environment, self.shown_desk),) if self.shown_desk else ()),
        )

    def _desk(self, environment: Mapping[str, str], desk: s.DeskSettings) -> Part:
        async def shows() -> bool:
            return await listens(desk.host, desk.port)

        command = (sys.executable, "-m", "starter", "desk")
        return Part(name="desk", command=command, environment=narrowed(environment, *DESK), ready=shows)

    def addresses(self) -> ProgramAddresses:
        """Where everything is."""
        ours = self.temporal.embedded
        return ProgramAddresses(
            pid=os.getpid(),
            temporal=self.temporal.address,
            web_ui=f"http://{HOST}:{self.temporal.ui_port}" if ours else None,
            webhook=f"http://{self.webhook.host}:{self.webhook.port}/webhook/beteiligte",
            desk=self.shown_desk.url if self.shown_desk else None,
            state=str(self.temporal.state.resolve()) if ours else None,
        )
