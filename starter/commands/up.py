"""`up`: the whole program on one machine: Temporal, worker and webhook service, stopped as one.

Temporal is the embedded server with its state in a file, unless TEMPORAL_ADDRESS is set. How parts are started, watched
and stopped: runtime/supervisor.py. How to run it day by day: docs/operate.md.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from temporalio.service import RPCError

from contracts.selftest import SelfTestOrder
from runtime import codec, places
from runtime import settings as s
from runtime.connection import connect
from runtime.engine import HOST, engine, keep_closed_runs, listens
from runtime.loading import SettingsError, load_all
from runtime.ports import trouble
from runtime.processes import log_to_stderr, run_and_exit, stop_event
from runtime.supervisor import Part, PartFailed, Supervisor
from starter import schedules, selftests, waits
from starter.cli import connection
from starter.cli.exits import Exit
from starter.commands import webhook
from starter.program.instance import ProgramAddresses, Published, RunningAlready, only_one

EXAMPLE = "beteiligte-sync up"
PUBLISHED = "up.json"
"""Beside the state: the lock and the addresses of the running program."""


def command() -> None:
    """Run the whole program until Ctrl-C or SIGTERM; a second start shows where the first is.

    Exit: 0 stopped or running already, 2 settings or a taken port, 3 no Temporal, 4 a part did not come up.
    """
    log_to_stderr()
    run_and_exit(main())


async def main() -> int:
    """Be the only one, run, stop."""
    if problems := _wrong_settings():
        print("\n".join(("Settings are missing or wrong:", *problems)), file=sys.stderr)
        return Exit.SETTINGS
    loaded = load_all(s.TemporalSettings, s.WorkerSettings, s.WebhookSettings, s.SweepSettings)
    program = Program(
        loaded[s.TemporalSettings], loaded[s.WorkerSettings], loaded[s.WebhookSettings], loaded[s.SweepSettings]
    )
    if unkept := program.unkept():
        print("\n".join(("The program cannot keep its state:", *unkept)), file=sys.stderr)
        return Exit.SETTINGS
    try:
        with only_one(program.temporal.state.with_name(PUBLISHED)) as published:
            return await program.run(published)
    except RunningAlready as running:
        print("The program is running already.")
        if running.addresses:
            show(running.addresses)
        return Exit.DONE


def _wrong_settings() -> list[str]:
    """Of every part, so that one message names all that is missing or wrong."""
    problems: list[str] = []
    for load in (lambda: load_all(*s.ALL), webhook.load_settings, _keys):
        try:
            load()
        except SettingsError as error:
            problems += str(error).splitlines()
    return list(dict.fromkeys(problems))


def _keys() -> codec.KeyRing | None:
    return codec.load(load_all(s.TemporalSettings)[s.TemporalSettings].keys)


@dataclass(frozen=True)
class Program:
    """Temporal, worker, webhook service."""

    temporal: s.TemporalSettings
    worker: s.WorkerSettings
    webhook: s.WebhookSettings
    sweep: s.SweepSettings | None = None
    """None: no schedules, for a story that counts every call."""

    def unkept(self) -> list[str]:
        """What cannot be written, with the setting and the remedy."""
        state = self.temporal.state
        beside = [state.with_name(f"{state.name}{end}") for end in ("-wal", "-shm")] if self.temporal.embedded else []
        files = [("TEMPORAL_STATE", file) for file in (state, *beside, state.with_name(PUBLISHED))]
        if self.temporal.encrypt and not self.temporal.keys.exists():
            files.append(("TEMPORAL_KEYS", self.temporal.keys))
        first: dict[str, str] = {}
        for name, file in files:
            if name not in first and (why := places.trouble(file)):
                first[name] = f"{name}: {why}"
        return list(first.values())

    async def run(self, published: Published) -> int:
        """Run until a signal; whatever happens, nothing is left behind."""
        if closed := self._closed():
            print("The program cannot listen:\n" + "\n".join(closed), file=sys.stderr)
            return Exit.SETTINGS
        stopping = asyncio.create_task(stop_event().wait())
        try:
            async with Supervisor.open() as parts:
                environment = {**os.environ, "TEMPORAL_ADDRESS": self.temporal.address}
                await _first(stopping, asyncio.create_task(self.start(parts, environment)))
                await _first(stopping, asyncio.create_task(self.test()))
                if not stopping.done():
                    published.publish(self.addresses())
                    show(self.addresses())
                    await _first(stopping, asyncio.create_task(parts.failed.wait()))
                print("Stopping: what is under way may finish.")
                return Exit.DONE if stopping.done() else Exit.SETTINGS
        except PartFailed as failed:
            print(f"{failed}; the program was stopped", file=sys.stderr)
            return Exit.FAILED
        except RPCError as refused:
            print(connection.refusal(refused), file=sys.stderr)
            return Exit.NO_TEMPORAL
        except (RuntimeError, TimeoutError):
            print(f"Temporal does not answer at {self.temporal.address} (TEMPORAL_ADDRESS)", file=sys.stderr)
            return Exit.NO_TEMPORAL

    async def start(self, parts: Supervisor, environment: Mapping[str, str], *, dynamic: tuple[str, ...] = ()) -> None:
        """Start all, Temporal first. Raises PartFailed, RuntimeError, TimeoutError."""
        if self.temporal.encrypt and not self.temporal.keys.exists():
            codec.add_key(self.temporal.keys)
        if self.temporal.embedded:
            await parts.start(engine(self.temporal, environment, dynamic=dynamic))
            await keep_closed_runs(await connect(self.temporal), self.temporal.retention)
        client = await connect(self.temporal)
        if self.sweep is not None:
            observe = load_all(s.SyncSettings)[s.SyncSettings].observe
            await schedules.apply(client, self.sweep, self.temporal.task_queue, observe=observe)
        for part in self.parts(environment):
            await parts.start(part)

    async def test(self) -> None:
        """Have both systems tested and say what is wrong; the program runs all the same. Raises RPCError."""
        client = await connect(self.temporal)
        await selftests.begin(client, self.temporal.task_queue, SelfTestOrder(again=self.worker.test_again))
        for found in await selftests.found(client):
            print(found.line, file=sys.stderr)

    def parts(self, environment: Mapping[str, str]) -> tuple[Part, ...]:
        """Worker, webhook service, and what lets the Web UI show payloads."""
        python = (sys.executable, "-m")

        async def answers() -> bool:
            return await listens(self.webhook.host, self.webhook.port)

        async def decrypts() -> bool:
            return await listens(HOST, self.temporal.codec_port)

        decrypting = Part(name="codec", command=(*python, "starter", "codec"), environment=environment, ready=decrypts)
        return (
            Part(
                name="worker",
                command=(*python, "worker"),
                environment=environment,
                stops_within=(self.worker.drain + waits.PART_STOPS).total_seconds(),
            ),
            Part(name="webhook", command=(*python, "starter", "webhook"), environment=environment, ready=answers),
            *((decrypting,) if self.temporal.encrypt else ()),
        )

    def addresses(self) -> ProgramAddresses:
        """Where everything is."""
        ours = self.temporal.embedded
        return ProgramAddresses(
            pid=os.getpid(),
            temporal=self.temporal.address,
            web_ui=f"http://{HOST}:{self.temporal.ui_port}" if ours else None,
            webhook=f"http://{self.webhook.host}:{self.webhook.port}/webhook/beteiligte",
            state=str(self.temporal.state.resolve()) if ours else None,
        )

    def _closed(self) -> list[str]:
        wanted = [(webhook.LISTENS, self.webhook.host, self.webhook.port)]
        if self.temporal.encrypt:
            wanted.append(("TEMPORAL_CODEC_PORT", HOST, self.temporal.codec_port))
        if self.temporal.embedded:
            wanted += [
                ("TEMPORAL_PORT", HOST, self.temporal.port),
                ("TEMPORAL_UI_PORT", HOST, self.temporal.ui_port),
            ]
        troubles = ((name, host, port, trouble(host, port)) for name, host, port in wanted)
        return [f"{name}: {port} on {host}: {why}" for name, host, port, why in troubles if why]


def show(addresses: ProgramAddresses) -> None:
    """Print where everything is."""
    table = Table(show_header=False, box=None)
    table.add_row("Temporal", addresses.temporal)
    table.add_row("Web UI", addresses.web_ui or "that of your Temporal server")
    table.add_row("Webhooks", addresses.webhook + "/{create,update,delete}")
    table.add_row("State", addresses.state or "in your Temporal server")
    table.add_row("Stop", f"Ctrl-C, or kill {addresses.pid}")
    Console(soft_wrap=True).print(table)


async def _first(stopping: "asyncio.Task[bool]", other: "asyncio.Task[None] | asyncio.Task[bool]") -> None:
    """Wait for either; what `other` raised is raised, and where stopping came first it is cancelled."""
    await asyncio.wait({stopping, other}, return_when=asyncio.FIRST_COMPLETED)
    if other.done():
        other.result()
        return
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
