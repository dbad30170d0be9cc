"""`make units`: the units of deploy/systemd/ started and killed for real, where no systemd is at hand.

What systemd would do is read from the unit: command, folder, mask, limits, when it is started again, how a stop goes. A
reboot without warning is a SIGKILL for everything at once, with a party that waits to be tried again; then the unit is
started anew. First the whole program as one service, then its parts as services of their own beside a Temporal
elsewhere.
What only systemd can do (another user, the shut room) is left out; `systemd-analyze verify` looks at that.

Exit: 0 all of it held, 1 something did not.
"""

import asyncio
import configparser
import json
import os
import resource
import shlex
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from runtime.engine import HOST, engine, listens
from runtime.ports import free_ports
from runtime.settings import TemporalSettings
from runtime.supervisor import Supervisor
from simulators import Simulators
from simulators.faults import RefusedBeforeEffect
from starter.cli.exits import Exit
from tests.deploy.composed import ROOT
from tests.processes import marked_environment, running, until

UNITS = ROOT / "deploy" / "systemd"
INSTALLED = "/opt/beteiligte-sync/.venv/bin/beteiligte-sync"
QUICK = {"SYNC_FIRST_WAIT": "2s", "SYNC_WAIT_FACTOR": "1", "SYNC_ATTEMPTS": "99", "OUTAGE_FIRST_PROBE": "1s"}
UP_WITHIN = 120
BY_FILE = ("TEMPORAL_ENCRYPT", "DESK_PORT")
"""Other tests switch them off; here `.env` says what is."""


def step(text: str) -> None:
    """Show what is done."""
    print(f"== {text}", flush=True)


@dataclass
class Unit:
    """One service, as systemd reads it."""

    name: str
    machine: "UnitMachine"
    instance: str = ""
    _process: asyncio.subprocess.Process | None = None
    _watch: "asyncio.Task[int] | None" = None

    @property
    def said(self) -> configparser.SectionProxy:
        """Its section [Service]."""
        parsed = configparser.ConfigParser(interpolation=None)
        parsed.optionxform = str  # type: ignore[assignment,method-assign]
        parsed.read(UNITS / self.name)
        return parsed["Service"]

    def _command(self, line: str) -> list[str]:
        ours = str(Path(sys.executable).with_name("beteiligte-sync"))
        return shlex.split(line.replace(INSTALLED, ours).replace("%i", self.instance))

    async def start(self) -> None:
        """Begin its command, and begin it again as the unit says."""
        await self._begin()
        self._watch = asyncio.create_task(self._kept())

    async def _kept(self) -> int:
        """The exit code with which it stays ended."""
        assert self._process is not None
        while (code := await self._process.wait()) != Exit.DONE and self.said.get("Restart") == "always":
            if str(code) == self.said["RestartPreventExitStatus"]:
                break
            step(f"{self.name} ended with {code}: started again after {self.said['RestartSec']} s")
            await asyncio.sleep(int(self.said["RestartSec"]))
            await self._begin()
        return code

    def forget(self) -> None:
        """Nobody starts it again: the machine is off, or it shall stop."""
        if self._watch is not None:
            self._watch.cancel()

    async def _begin(self) -> None:
        """What goes before is done first."""
        for line in filter(None, [self.said.get("ExecStartPre")]):
            before = await asyncio.create_subprocess_exec(*self._command(line), cwd=self.machine.folder)
            assert await before.wait() == 0
        said, log = self.said, (self.machine.folder / "journal").open("ab")
        with log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(said["ExecStart"]),
                cwd=self.machine.folder,  # WorkingDirectory, which is StateDirectory
                env=self.machine.environment,
                umask=int(said["UMask"], 8),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: _limits(said),
            )
        step(f"{self.name.replace('@', f'@{self.instance}')}: {said['ExecStart'].rpartition('/')[2]}")

    async def stop(self) -> int:
        """As `systemctl stop`: SIGTERM to the main process, within TimeoutStopSec; its exit code."""
        assert self._process is not None
        self.forget()
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), int(self.said["TimeoutStopSec"]))

    async def ended(self) -> int:
        """The exit code of one that ends by itself."""
        assert self._watch is not None
        return await asyncio.wait_for(self._watch, UP_WITHIN)


def _limits(said: configparser.SectionProxy) -> None:
    """In the child, before its command."""
    for name, limit in (("LimitNOFILE", resource.RLIMIT_NOFILE), ("LimitCORE", resource.RLIMIT_CORE)):
        if name in said:
            resource.setrlimit(limit, (int(said[name]), int(said[name])))


@dataclass
class UnitMachine:
    """A server: the folder of the state, both systems elsewhere."""

    folder: Path
    world: Simulators
    environment: dict[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def settings(self, **more: str) -> None:
        """Write `.env`, as a person would."""
        hook = f"http://{HOST}:{self.ports['WEBHOOK_PORT']}/webhook/beteiligte"
        secrets = self.world.espocrm.deliveries.subscribe(hook)
        lines = {**self.world.environment(), **QUICK, "WEBHOOK_SECRETS": json.dumps(secrets), **more}
        lines |= {name: str(port) for name, port in self.ports.items()}
        (self.folder / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in lines.items()))
        (self.folder / ".env").chmod(0o600)

    async def command(self, *arguments: str) -> None:
        """One of the program's, in the folder of `.env`."""
        ours = str(Path(sys.executable).with_name("beteiligte-sync"))
        process = await asyncio.create_subprocess_exec(ours, *arguments, cwd=self.folder, env=self.environment)
        assert await process.wait() == Exit.DONE

    async def ready(self) -> None:
        """Deliveries are taken, and payloads shown."""
        async with httpx.AsyncClient(timeout=5) as http, asyncio.timeout(UP_WITHIN):
            address = f"http://{HOST}:{self.ports['WEBHOOK_PORT']}/health/ready"
            others = [self.ports[name] for name in ("TEMPORAL_CODEC_PORT", "DESK_PORT")]
            while not (await _ready(http, address) and all([await listens(HOST, port) for port in others])):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def reboot(self, *units: Unit) -> None:
        """The power goes: nothing says goodbye."""
        for unit in units:
            unit.forget()
        killed = running(self.environment)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        await until(lambda: not running(self.environment), "everything is dead")
        step(f"SIGKILL for {len(killed)} processes at once")

    async def party_under_way(self) -> str:
        """One whose create in Advoware is refused, so that it waits to be tried again."""
        self.world.faults.outage("advoware", RefusedBeforeEffect())
        party = self.world.espocrm.add(lastName="Müßig", salutationName="Ms.", rechtsform="natürliche Person")
        assert await self.world.espocrm.deliveries.flush() == [200]
        record = self.world.espocrm.records[party]
        await until(lambda: record["syncStatus"] == "syncing", "it waits to be tried again", within=60)
        step("a delivery was taken; the party waits, since Advoware is away")
        return party

    async def finishes(self, party: str) -> None:
        """It is synced, and created once."""
        self.world.faults.lift("advoware")
        record = self.world.espocrm.records[party]
        await until(lambda: record["syncStatus"] == "clean", "the party is synced", within=UP_WITHIN)
        assert len(self.world.advoware.records) == 1
        step(f"the party is synced, and stands in Advoware once: betNr {record['betnr']}")


async def _ready(http: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await http.get(address)).status_code == 200
    except httpx.HTTPError:
        return False


@asynccontextmanager
async def server(*names: str) -> AsyncIterator[UnitMachine]:
    """A fresh one; nothing of it runs afterwards."""
    with tempfile.TemporaryDirectory(prefix="units-") as made:
        world = Simulators()
        async with world.served():
            marked = {name: value for name, value in marked_environment().items() if name not in BY_FILE}
            ports = dict(zip(names, free_ports(HOST, *(0 for _ in names)), strict=True))
            machine = UnitMachine(Path(made), world, marked, ports)
            machine.folder.chmod(0o700)
            try:
                yield machine
            except BaseException:
                print((machine.folder / "journal").read_text(errors="replace")[-3000:], file=sys.stderr)
                raise
            finally:
                await machine.reboot()


async def as_one() -> None:
    """The program as one service."""
    names = ("TEMPORAL_PORT", "TEMPORAL_UI_PORT", "WEBHOOK_PORT", "TEMPORAL_CODEC_PORT", "DESK_PORT")
    async with server(*names) as machine:
        machine.settings()
        unit = Unit("beteiligte-sync.service", machine)
        await unit.start()
        await machine.ready()
        party = await machine.party_under_way()
        backup = Unit("beteiligte-sync-backup.service", machine)
        await backup.start()
        assert await backup.ended() == Exit.DONE
        assert list((machine.folder / "backups").glob("*.db")), "no backup"
        await machine.reboot(unit)
        await unit.start()
        await machine.ready()
        await machine.finishes(party)
        assert await unit.stop() == Exit.DONE
        assert not running(machine.environment), running(machine.environment)
        step("stopped within its time, with exit code 0, and nothing is left")
        machine.settings(SYNC_ATTEMPTS="0")
        await unit.start()
        assert str(await unit.ended()) == unit.said["RestartPreventExitStatus"]
        step("with wrong settings it ends so that systemd does not start it again")


async def as_parts() -> None:
    """Its parts as services of their own, beside a Temporal that is not rebooted."""
    async with server("WEBHOOK_PORT", "TEMPORAL_CODEC_PORT", "DESK_PORT") as machine, Supervisor.open() as elsewhere:
        port, ui_port = free_ports(HOST, 0, 0)
        address, state = f"{HOST}:{port}", machine.folder / "elsewhere" / "temporal.db"
        temporal = TemporalSettings(address=address, port=port, ui_port=ui_port, state=state)
        await elsewhere.start(engine(temporal, os.environ))
        machine.settings(TEMPORAL_ADDRESS=temporal.address, WORKER_PROCESSES="2")
        await machine.command("keys", "add")
        await machine.command("keys", "use", "key-1")
        units = [Unit("beteiligte-sync-worker@.service", machine, instance) for instance in ("1", "2")]
        units += [Unit(f"beteiligte-sync-{part}.service", machine) for part in ("webhook", "codec", "desk")]
        for unit in units:
            await unit.start()
        await machine.ready()
        party = await machine.party_under_way()
        await machine.reboot(*units)
        for unit in units:
            await unit.start()
        await machine.ready()
        await machine.finishes(party)
        codes = [await unit.stop() for unit in units]
        assert codes == [Exit.DONE] * len(units), codes
        step("each stopped within its time, with exit code 0")


async def main() -> None:
    """One after the other."""
    await as_one()
    await as_parts()


if __name__ == "__main__":
    asyncio.run(main())
    step("left out: another user, the shut room, and that systemd itself starts it")
