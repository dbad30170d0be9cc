"""Temporal's own server as a part, configured by environment variables as its image is; and its namespace.

Each role of the server has two ports, and it serves its figures at one more.
"""

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from temporalio.client import Client

from cluster.binaries import Binaries
from cluster.database import Database, said
from runtime.engine import HOST, listens, server_binary
from runtime.ports import is_free
from runtime.settings import TemporalSettings
from runtime.supervisor import Part
from runtime.values import write_span

NAME = "Temporal"
DYNAMIC_CONFIG = Path(__file__).parents[1] / "deploy/temporal/dynamic_config.yaml"
NAMESPACE = DYNAMIC_CONFIG.with_name("namespace.sh")
PORTS = (
    "FRONTEND_GRPC_PORT",
    "FRONTEND_HTTP_PORT",
    "FRONTEND_MEMBERSHIP_PORT",
    "HISTORY_GRPC_PORT",
    "HISTORY_MEMBERSHIP_PORT",
    "MATCHING_GRPC_PORT",
    "MATCHING_MEMBERSHIP_PORT",
    "WORKER_GRPC_PORT",
    "WORKER_MEMBERSHIP_PORT",
)
"""What the server's own template asks for, the frontend's first: where clients connect."""
HIGHEST = 32_767
"""In its tables on PostgreSQL a port is a small integer (temporal.md §14)."""


def chosen_ports() -> tuple[int, ...]:
    """Free ones that its tables take, one for each of PORTS."""
    tried = random.sample(range(10_000, HIGHEST), 40 * len(PORTS))
    free = (port for port in tried if is_free(HOST, port))
    return tuple(islice(free, len(PORTS)))


@dataclass(frozen=True)
class TemporalOnSql:
    """Where it is, and what it keeps its state in."""

    ports: tuple[int, ...]
    """As PORTS."""
    metrics_port: int
    database: Database

    @property
    def address(self) -> str:
        """Of the frontend."""
        return f"{HOST}:{self.ports[0]}"

    def part(self, binaries: Binaries, environment: Mapping[str, str]) -> Part:
        """The server with all of its roles."""
        told = {
            **self.database.environment(environment),
            **dict(zip(PORTS, map(str, self.ports), strict=True)),
            "PROMETHEUS_ENDPOINT": f"{HOST}:{self.metrics_port}",
            "DYNAMIC_CONFIG_FILE_PATH": str(DYNAMIC_CONFIG),
            "TEMPORAL_BROADCAST_ADDRESS": HOST,
            "LOG_LEVEL": "error",
        }

        async def ready() -> bool:
            return await listens(HOST, self.ports[0]) and await _serves(self.address)

        return Part(
            name=NAME,
            command=(str(binaries.temporal / "temporal-server"), "--allow-no-auth", "start"),
            environment=told,
            ready=ready,
            aside=True,
        )


async def run_temporal(settings: TemporalSettings, *arguments: str) -> str:
    """Temporal's own command line, as the program's environment holds it. Raises PartFailed."""
    return await said((server_binary(), *arguments), {"TEMPORAL_ADDRESS": settings.address, "HOME": "/nonexistent"})


async def keep_namespace(settings: TemporalSettings) -> str:
    """The namespace by the script of a deployment, which makes it or brings its retention. Raises PartFailed."""
    path = os.pathsep.join((str(Path(server_binary()).parent), os.defpath))
    told = {"TEMPORAL_NAMESPACE": settings.namespace, "RETENTION": write_span(settings.retention), "PATH": path}
    return await said(
        ("/bin/sh", str(NAMESPACE)), {**told, "TEMPORAL_ADDRESS": settings.address, "HOME": "/nonexistent"}
    )


async def _serves(address: str) -> bool:
    """Whether its frontend answers: it listens some time before it does."""
    try:
        client = await Client.connect(address)
        return await client.service_client.check_health()
    except RuntimeError:
        return False
