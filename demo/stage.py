"""What runs in the demo: both stand-ins in this process, and the program as `make up` runs it, with shorter waits."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.client import Client

from demo.narration import Narration
from demo.tally import Tally
from runtime import settings as s
from runtime.connection import connect
from runtime.engine import HOST, SHORT_TIMERS
from runtime.loading import load_all, names
from runtime.ports import free_ports
from runtime.supervisor import Supervisor
from simulators import Simulators, page
from simulators.espocrm_types import DECISION
from simulators.espocrm_users import User
from simulators.server import serve
from starter.program.program import Program

USUAL_PORTS = {
    "TEMPORAL_PORT": 7233,
    "TEMPORAL_UI_PORT": 8233,
    "TEMPORAL_CODEC_PORT": 8234,
    "WEBHOOK_PORT": 8080,
    "DESK_PORT": 8090,
}
LEFT_TO_PEOPLE = """
[zusatz]
group = "kontaktdaten"
[briefanrede]
group = "kontaktdaten"
"""
"""Fields whose conflicts people decide here, so that a trial has something to decide."""
SHORT_WAITS = {
    "SYNC_FIRST_WAIT": "500ms",
    "SYNC_WAIT_FACTOR": "2",
    "SYNC_SYNCING_AFTER": "1m",  # longer: hundreds at once take their time, and a budget is that of a quick sync
    "SYNC_WRITE_BACK_AGAIN": "2s",
    "SYNC_FRESH_FOR": "60s",  # longer, so that a busy machine breaks no budget by reading again
    "ESPOCRM_CALL_TIMEOUT": "60s",
    "OUTAGE_FIRST_PROBE": "3s",
    "OUTAGE_LONGEST_PROBE": "3s",
    "WORKER_DRAIN": "5s",
}
"""Minutes become moments; in the firm the waits are 1, 4, 16 and 64 minutes."""
HEAD_OF_OFFICE = User(login="buero", name="Bürovorsteherin", id="5f3e1c0a9b8d7e6f5", kind="regular", method="password")
"""Who is always told."""
DELIVERED_EVERY = 0.1
"""Seconds; EspoCRM's own job runs once a minute or two."""


@dataclass
class DemoStage:
    """Everything a chapter needs."""

    world: Simulators
    client: Client
    program: Program
    parts: Supervisor
    directory: Path
    night: int
    """Parties in the night without Advoware."""
    say: Narration
    tally: Tally = field(default_factory=Tally)
    at_the_post: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever delivers EspoCRM's webhooks."""
    screen: str = ""
    """Where EspoCRM is shown as its users see it."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, directory: Path, say: Narration, *, night: int, desk: bool = False
    ) -> AsyncIterator["DemoStage"]:
        """Start everything, the desk where it is wanted; on leaving, nothing is left.

        The processes log to demo.log in the directory.
        """
        world = Simulators()
        world.espocrm.let_people_decide()
        world.espocrm.users.add(HEAD_OF_OFFICE)
        async with world.served(), serve(page.app(world.espocrm)) as screen:
            _set(world, directory, screen)
            loaded = load_all(*s.ALL)
            program = Program(
                loaded[s.TemporalSettings],
                loaded[s.WorkerSettings],
                loaded[s.WebhookSettings],
                desk=loaded[s.DeskSettings] if desk else None,
            )
            with (directory / "demo.log").open("w") as log:
                async with Supervisor.open(output=log, directory=directory) as parts:
                    environment = {**os.environ, "TEMPORAL_ADDRESS": program.temporal.address}
                    await program.start(parts, environment, dynamic=(SHORT_TIMERS,))
                    stage = cls(world, await connect(program.temporal), program, parts, directory, night, say)
                    stage.screen = screen
                    delivering = asyncio.create_task(stage._deliver())
                    try:
                        yield stage
                    finally:
                        delivering.cancel()
                        await asyncio.gather(delivering, return_exceptions=True)

    @property
    def web_ui(self) -> str:
        """Address of the list of runs."""
        temporal = self.program.temporal
        return f"http://{HOST}:{temporal.ui_port}/namespaces/{temporal.namespace}/workflows"

    async def _deliver(self) -> None:
        """What EspoCRM's scheduled job does."""
        while True:
            async with self.at_the_post:
                await self.world.espocrm.deliveries.flush()
            await asyncio.sleep(DELIVERED_EVERY)


def forget_settings() -> None:
    """The demo is the same everywhere and never reaches a real system: the environment's settings do not count."""
    for kind in s.ALL:
        for name in names(kind).values():
            os.environ.pop(name, None)


def _set(world: Simulators, directory: Path, screen: str) -> None:
    """Put the demo's settings into the environment, from where this process and the parts read them."""
    ports = free_ports(HOST, *USUAL_PORTS.values())
    os.environ.update(zip(USUAL_PORTS, map(str, ports), strict=True))
    receiver = f"http://{HOST}:{os.environ['WEBHOOK_PORT']}/webhook/beteiligte"
    secrets = world.espocrm.deliveries.subscribe(receiver, skip_own=True)
    fields = directory / "fields.toml"
    fields.write_text(LEFT_TO_PEOPLE, encoding="utf-8")
    os.environ.update(
        {
            **world.environment(),
            **SHORT_WAITS,
            "ESPOCRM_RECIPIENTS": HEAD_OF_OFFICE.id,
            "SYNC_DECISION_FIELD": world.espocrm.labels[DECISION],
            "WEBHOOK_SECRETS": json.dumps(secrets),
            "TEMPORAL_STATE": str(directory / "temporal.db"),
            "TEMPORAL_KEYS": str(directory / "keys.json"),
            "DESK_KEY": str(directory / "desk.key"),
            "DESK_RECORDS": f"{screen}/CBeteiligte/view/{{id}}",
            "DESK_LINK_LIFE": "12h",  # whoever tries it out may come back after lunch
            "SYNC_FIELDS_FILE": str(fields),
            "SYNC_POLICY_KONTAKTDATEN": "manual",
        }
    )
