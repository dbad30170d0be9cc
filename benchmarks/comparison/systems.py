"""What is measured, each as real processes: how it starts, where its webhook is, which processes are its own."""

import asyncio
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.comparison import usage
from benchmarks.comparison.cases import BARE, PROGRAM
from benchmarks.comparison.processes import process, up
from runtime.engine import HOST, server_binary
from runtime.ports import free_ports

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-bench" / "bin" / "python"
"""The environment of the peers that need libraries which the program does not (`make bench`)."""
SECRET = ("0123456789abcdef0", "bench")
WIDE = {"ESPOCRM_MAX_CONCURRENT": "100", "ADVOWARE_MAX_CONCURRENT": "100"}
"""As many calls at the same time as all others make."""


@dataclass(frozen=True)
class Ground:
    """Where a system runs."""

    directory: Path
    environment: Mapping[str, str]
    """How the stand-ins are reached."""


@dataclass(frozen=True)
class Running:
    """A system that is up."""

    hook: str = ""
    parts: usage.Parts = field(default_factory=usage.Parts)
    temporal: str = ""
    """Address of its Temporal server."""
    workflow_type: str = ""
    state: Path = Path()
    secret: tuple[str, str] | None = None


@dataclass(frozen=True)
class Contender:
    """One thing to measure."""

    name: str
    start: Callable[[Ground], AbstractAsyncContextManager[Running]]
    needs: Callable[[], str] = lambda: ""
    """What is missing here; empty where nothing is."""
    slow: bool = False
    """It gets fewer parties."""


@asynccontextmanager
async def _bare(_: Ground) -> AsyncIterator[Running]:
    yield Running()


@asynccontextmanager
async def _queue(at: Ground) -> AsyncIterator[Running]:
    """Redis without persistence, one process."""
    redis_port, port = free_ports(HOST, 0, 0)
    options = ("--port", str(redis_port), "--bind", HOST, "--save", "", "--appendonly", "no")
    environment = {**at.environment, "BENCH_REDIS": f"redis://{HOST}:{redis_port}/0", "BENCH_PORT": str(port)}
    log, server = at.directory / "queue.log", shutil.which("redis-server") or ""
    async with (
        process(server, *options, log=log, cwd=at.directory) as redis,
        _module("benchmarks.peers.queue_lock", log, environment, python=_peers()) as worker,
    ):
        await up(port, log, redis, worker)
        yield Running(f"http://{HOST}:{port}/hook", usage.Parts({"worker": worker.pid, "server": redis.pid}))


@asynccontextmanager
async def _dbos(at: Ground) -> AsyncIterator[Running]:
    """One process with its state in a SQLite file."""
    [port] = free_ports(HOST, 0)
    state, log = at.directory / "dbos.sqlite", at.directory / "dbos.log"
    state.unlink(missing_ok=True)
    environment = {**at.environment, "BENCH_DATABASE": f"sqlite:///{state}", "BENCH_PORT": str(port)}
    async with _module("benchmarks.peers.durable", log, environment, python=_peers()) as worker:
        await up(port, log, worker)
        yield Running(f"http://{HOST}:{port}/hook", usage.Parts({"worker": worker.pid}), state=state)


def _tutorial(kind: str) -> Callable[[Ground], AbstractAsyncContextManager[Running]]:
    """The tutorial's shape on the development server with its state in a file, all options its own."""

    @asynccontextmanager
    async def start(at: Ground) -> AsyncIterator[Running]:
        port, ui_port, hook_port = free_ports(HOST, 0, 0, 0)
        state, log = at.directory / "tutorial.db", at.directory / "tutorial.log"
        for old in at.directory.glob("tutorial.db*"):
            old.unlink()
        options = {"--ip": HOST, "--port": port, "--ui-port": ui_port, "--db-filename": state, "--log-level": "error"}
        flat = [str(part) for pair in options.items() for part in pair]
        environment = {**at.environment, "BENCH_TEMPORAL": f"{HOST}:{port}", "BENCH_PORT": str(hook_port)}
        tutorial = "benchmarks.peers.tutorial"
        async with process(server_binary(), "server", "start-dev", *flat, log=log) as server:
            await up(port, log, server)
            async with (
                _module(f"{tutorial}.worker", log, environment, kind) as worker,
                _module(f"{tutorial}.starter", log, environment) as starter,
            ):
                await up(hook_port, log, server, worker, starter)
                parts = usage.Parts({"worker": worker.pid, "server": server.pid, "webhook": starter.pid})
                yield Running(f"http://{HOST}:{hook_port}/hook", parts, f"{HOST}:{port}", "Sync", state)

    return start


def _program(settings: Mapping[str, str]) -> Callable[[Ground], AbstractAsyncContextManager[Running]]:
    """`beteiligte-sync up` as shipped: payloads encrypted, deliveries signed; only sweeps are put far away."""

    @asynccontextmanager
    async def start(at: Ground) -> AsyncIterator[Running]:
        port, ui_port, codec_port, hook_port = free_ports(HOST, 0, 0, 0, 0)
        home, log = at.directory / "program", at.directory / "program.log"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        environment = {
            **at.environment,
            "TEMPORAL_PORT": str(port),
            "TEMPORAL_UI_PORT": str(ui_port),
            "TEMPORAL_CODEC_PORT": str(codec_port),
            "WEBHOOK_PORT": str(hook_port),
            "WEBHOOK_SECRETS": json.dumps(dict([SECRET])),
            "SWEEP_EVERY": "30d",
            "DESK_PORT": "0",
            **settings,
        }
        async with _module("starter", log, environment, "up", cwd=home, within=60) as started:
            await up(hook_port, log, started)
            await up(codec_port, log, started)
            hook = f"http://{HOST}:{hook_port}/webhook/beteiligte"
            state = home / "state" / "temporal.db"
            yield Running(hook, _parts(started.pid), f"{HOST}:{port}", "Beteiligter", state, SECRET)

    return start


def _parts(starter: int) -> usage.Parts:
    signs = {"start-dev": "server", "-m worker": "worker", "starter webhook": "webhook", "starter codec": "codec"}
    pids = {"up": starter}
    for pid in usage.children(starter):
        line = usage.command(pid)
        pids |= {name: pid for sign, name in signs.items() if sign in line}
    return usage.Parts(pids)


def _module(
    module: str,
    log: Path,
    environment: Mapping[str, str],
    *arguments: str,
    python: str = sys.executable,
    cwd: Path | None = None,
    within: float = 10,
) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
    paths = {"PYTHONPATH": str(ROOT)}
    return process(
        python, "-m", module, *arguments, log=log, environment={**environment, **paths}, cwd=cwd, within=within
    )


def _peers() -> str:
    return str(PEERS) if PEERS.is_file() else sys.executable


def _peer_library(name: str) -> str:
    missing = not PEERS.is_file() and importlib.util.find_spec(name) is None
    return f"the library {name} is not installed: run `make bench`" if missing else ""


def _queue_needs() -> str:
    return "" if shutil.which("redis-server") else "redis-server is not installed"


SYSTEMS = (
    Contender(BARE, _bare),
    Contender("queue and Redis lock", _queue, lambda: _queue_needs() or _peer_library("redis")),
    Contender("DBOS on SQLite", _dbos, lambda: _peer_library("dbos"), slow=True),
    Contender("Temporal's tutorial", _tutorial("workflow"), slow=True),
    Contender("tutorial, domain re-imported", _tutorial("reimported"), slow=True),
    Contender(PROGRAM, _program({})),
    Contender(f"{PROGRAM}, wide limits", _program(WIDE)),
)


def forget_settings() -> None:
    """A benchmark is the same everywhere and never reaches a real system."""
    for name in [name for name in os.environ if name.startswith(("ESPOCRM_", "ADVOWARE_", "TEMPORAL_", "SYNC_"))]:
        del os.environ[name]
