"""`beteiligte-sync up`: the program for real, on one machine, as processes."""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from dotenv import dotenv_values
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from contracts.visibility import workflow_id
from runtime import settings as s
from runtime.connection import connect
from runtime.engine import server_binary
from runtime.ports import free_port, free_ports
from simulators import Simulators
from simulators.faults import Hang, RefusedBeforeEffect
from tests.processes import marked_environment, running, until
from tests.states import sealed_state

PARTS = ("server start-dev", "starter webhook", "starter desk", "-m worker")
SECRETS = ("ESPOCRM_API_KEY", "ADVOWARE_API_KEY", "ADVOWARE_PASSWORD", "WEBHOOK_SECRETS")
PORTS = ("TEMPORAL_PORT", "TEMPORAL_UI_PORT", "WEBHOOK_PORT")


@dataclass
class Machine:
    """One machine: a working directory, both stand-ins, and free ports."""

    directory: Path
    world: Simulators
    environment: dict[str, str]

    @property
    def temporal(self) -> s.TemporalSettings:
        return s.TemporalSettings(port=int(self.environment["TEMPORAL_PORT"]))

    @asynccontextmanager
    async def up(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The program, until it is stopped or killed; its addresses are published."""
        process = await self.start()
        published = self.directory / "state" / "up.json"
        try:
            ours = f'"pid":{process.pid},'
            await until(lambda: process.returncode is not None or ours in _text(published), "up", within=60)
            if process.returncode is not None:
                said = await process.communicate()
                raise AssertionError(f"it ended with {process.returncode}: {said}")
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def run(self, *command: str) -> int:
        """A command's exit code."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", *command), cwd=self.directory, env=self.environment
        )
        return await asyncio.wait_for(process.wait(), 30)

    async def ready(self) -> tuple[int, str]:
        """What readiness says, and the first setting it names."""
        async with httpx.AsyncClient(timeout=20) as http:
            answer = await http.get(f"http://127.0.0.1:{self.environment['WEBHOOK_PORT']}/health/ready")
        named = re.search(r"[A-Z]+_[A-Z_]+", answer.text)
        return answer.status_code, named[0] if named else ""

    async def start(self, *command: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", *(command or ("up",))),
            cwd=self.directory,
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # a terminal of its own, so to speak
        )


@pytest_asyncio.fixture(loop_scope="session")
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    """Settings come from `.env`, as for a user."""
    world = Simulators()
    async with world.served():
        ports = dict(zip(PORTS, free_ports("127.0.0.1", 0, 0, 0), strict=True))
        secrets = world.espocrm.deliveries.subscribe(f"http://127.0.0.1:{ports['WEBHOOK_PORT']}/webhook/beteiligte")
        settings = {**world.environment(), **ports, "WEBHOOK_SECRETS": json.dumps(secrets)}
        (tmp_path / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))
        environment = {**marked_environment(), **{name: str(port) for name, port in ports.items()}}
        yield Machine(tmp_path, world, environment)
        await until(lambda: not running(environment), f"no process left: {running(environment)}", within=15)


async def test_it_syncs_is_found_is_copied_and_leaves_nothing(machine: Machine) -> None:
    """A second start shows where the first is, the desk lets in who has a link, the Web UI fetches no news; the state
    is copied while in use; SIGTERM ends all with code 0.
    """
    machine.environment["DESK_PORT"] = str(free_port("127.0.0.1"))
    machine.environment |= {name: value for name, value in _settings(machine).items() if name in SECRETS}
    async with machine.up() as first:
        _each_part_has_its_own(machine)
        party = machine.world.espocrm.add(lastName="Müßig")
        assert await machine.world.espocrm.deliveries.flush() == [200]
        await until(lambda: machine.world.espocrm.records[party]["syncStatus"] == "clean", "a synced party")

        second = await machine.start()
        said, _ = await asyncio.wait_for(second.communicate(), 20)
        assert second.returncode == 0
        assert "running already" in said.decode()
        assert str(machine.temporal.port) in said.decode()
        assert f"kill {first.pid}" in said.decode()
        assert await _let_in(machine, said.decode()) == (401, 303)
        assert await _asks_nobody_else(machine)

        assert stat.S_IMODE((machine.directory / "state" / "temporal.db").stat().st_mode) == 0o600, "for its user alone"
        assert await machine.run("backup", "copy.db") == 0
        assert await machine.run("backup", "copy.db") == 5, "an existing file is never overwritten"

        first.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(first.wait(), 30) == 0
    assert running(machine.environment) == {}
    assert await _knows(machine.directory / "copy.db", workflow_id(party))


async def test_the_state_survives_kill_9_and_a_restart(machine: Machine) -> None:
    """A killed program leaves no orphan; an older version goes on with the open run, and says so."""
    # So that a step whose worker was killed is soon tried again, and never given up.
    machine.environment |= {"SYNC_CALL": "3s", "SYNC_FIRST_WAIT": "1s", "SYNC_WAIT_FACTOR": "1", "SYNC_ATTEMPTS": "99"}
    world, hang = machine.world, Hang()
    async with machine.up() as killed:
        done = world.espocrm.add(lastName="Müßig")
        await world.espocrm.deliveries.flush()
        await until(lambda: world.espocrm.records[done]["syncStatus"] == "clean", "a synced party")
        world.faults.outage("espocrm.read", hang)
        held = world.espocrm.add(lastName="Schmidt")
        await world.espocrm.deliveries.flush()
        await asyncio.wait_for(hang.entered.wait(), 30)
        run = await _described(machine, held)
        killed.kill()
        await killed.wait()
        mark = world.calls.mark
    await until(lambda: not running(machine.environment), "no orphan", within=15)
    (machine.directory / "state" / "versions.json").write_text('{"program": "99.0", "server": "99.0"}')

    async with machine.up() as again:
        assert (await _described(machine, done)).status is WorkflowExecutionStatus.COMPLETED
        await world.calls.until(lambda calls: bool(calls.since(mark, "espocrm.read", held)), 30)
        open_run = await _described(machine, held)
        assert (open_run.run_id, open_run.status) == (run.run_id, WorkflowExecutionStatus.RUNNING)
        hang.release()
        await until(lambda: world.espocrm.records[held]["syncStatus"] == "clean", "the open run went on")
        assert world.calls.count("advoware.create") == 2

        client = await connect(machine.temporal)
        answer = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
        assert answer.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=30)
        os.killpg(again.pid, signal.SIGINT)  # as Ctrl-C does
        _, said = await asyncio.wait_for(again.communicate(), 30)
        assert again.returncode == 0
        assert "starting it again" not in said.decode()
        assert "A newer version used the state: the program 99.0, here" in said.decode()


async def test_one_message_names_every_missing_or_wrong_setting(tmp_path: Path) -> None:
    """Of all parts at once, with the remedy; nothing is started."""
    environment = {**marked_environment(), "SYNC_ATTEMPTS": "0", "TEMPORAL_PORT": "abc", "ESPOCRM_API_KEY": "geheim"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter", "up"),
        cwd=tmp_path,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 2
    named = {line.partition(":")[0] for line in said.decode().splitlines()}
    assert {"ESPOCRM_URL", "ADVOWARE_PASSWORD", "SYNC_ATTEMPTS", "TEMPORAL_PORT", "WEBHOOK_SECRETS"} <= named
    assert not named & {"ESPOCRM_API_KEY", "TEMPORAL_ADDRESS"}
    assert "geheim" not in said.decode()
    assert os.listdir(tmp_path) == []


async def test_a_wrong_key_is_said_at_the_start_and_by_readiness(machine: Machine) -> None:
    """It runs all the same: deliveries are stored; with the right key the next start is ready at once."""
    right = machine.environment.copy()
    machine.environment["ESPOCRM_API_KEY"] = "wrong"
    async with machine.up() as first:
        assert await machine.ready() == (200, "ESPOCRM_API_KEY")
        machine.world.espocrm.add(lastName="Müßig")
        assert await machine.world.espocrm.deliveries.flush() == [200]
        first.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(first.communicate(), 30)
    assert "EspoCRM: the workers reach EspoCRM: refused" in said.decode()
    assert "→ check ESPOCRM_API_KEY" in said.decode()

    machine.environment = right
    async with machine.up() as again:
        assert await machine.ready() == (200, "")
        again.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(again.communicate(), 30)
    assert "the workers reach" not in said.decode()


async def test_a_system_that_is_away_at_the_start_keeps_nothing_from_starting(machine: Machine) -> None:
    """It is said, and readiness comes back by itself when the outage is over."""
    machine.environment["WORKER_TEST_AGAIN"] = "300ms"
    machine.world.faults.outage("advoware", RefusedBeforeEffect())
    async with machine.up() as first:
        assert await machine.ready() == (200, "ADVOWARE_URL")
        machine.world.faults.clear()
        async with asyncio.timeout(20):
            while await machine.ready() != (200, ""):
                pass  # each look is a call of its own: what is awaited happens in other processes
        first.send_signal(signal.SIGTERM)
        _, said = await asyncio.wait_for(first.communicate(), 30)

    assert "Advoware: the workers reach Advoware: unreachable" in said.decode()


@pytest.mark.parametrize("name", ["TEMPORAL_PORT", "WEBHOOK_PORT"])
async def test_a_taken_port_is_named_and_nothing_is_started(machine: Machine, name: str) -> None:
    """The message says which setting to change."""
    with socket.socket() as taking:
        taking.bind(("127.0.0.1", int(machine.environment[name])))
        taking.listen()
        process = await machine.start()
        _, said = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 4
    assert f"{name}: {machine.environment[name]}" in said.decode()


@pytest.mark.parametrize("command", ["up", "webhook"])
@pytest.mark.parametrize(
    ("host", "said"), [("192.0.2.1", "no address of this machine"), ("no.such.invalid", "no such")]
)
async def test_an_address_of_another_machine_is_no_taken_port(
    machine: Machine, command: str, host: str, said: str
) -> None:
    """Freeing ports would not help; the setting and what it may be are named."""
    machine.environment["WEBHOOK_HOST"] = host
    process = await machine.start(command)
    _, told = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 4
    assert "taken" not in told.decode()
    assert [word for word in ("WEBHOOK_HOST", host, said, "0.0.0.0") if word not in told.decode()] == []


@pytest.mark.parametrize(
    ("name", "value", "encrypt"),
    [("TEMPORAL_STATE", "file/temporal.db", "false"), ("TEMPORAL_KEYS", "file/keys.json", "true")],
)
async def test_a_place_that_cannot_be_written_is_named_without_a_trace(
    machine: Machine, name: str, value: str, encrypt: str
) -> None:
    """With the path, the reason and the remedy; nothing is started."""
    (machine.directory / "file").touch()
    machine.environment |= {name: value, "TEMPORAL_ENCRYPT": encrypt}
    process = await machine.start()
    _, said = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 2
    assert f"{name}: {machine.directory / value} cannot be written" in said.decode()
    assert "another path" in said.decode()
    assert "Traceback" not in said.decode()


async def test_no_first_key_is_made_over_what_another_has_closed(machine: Machine) -> None:
    """A key file that was lost: neither `up` nor `keys add` makes one in its place, and `doctor` names it."""
    sealed_state(machine.directory / "state" / "temporal.db")
    machine.environment |= {"TEMPORAL_ENCRYPT": "true"}
    for words, code in ((("up",), 2), (("keys", "add"), 2), (("doctor", "--only", "keys"), 8)):
        process = await machine.start(*words)
        told, said = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == code, said.decode()
        assert "encrypted with key-1" in " ".join((told + said).decode().split())
        assert "Put the copy of keys.json back" in " ".join((told + said).decode().split())
    assert not (machine.directory / "state" / "keys.json").exists()


async def test_commands_say_too_which_place_cannot_be_written(machine: Machine) -> None:
    """`keys` and `backup` write files of their own."""
    (machine.directory / "file").touch()
    (machine.directory / "state").mkdir()
    sqlite3.connect(machine.directory / "state" / "temporal.db").close()
    (machine.directory / "state" / "temporal.db").touch()
    machine.environment |= {"TEMPORAL_KEYS": "file/keys.json"}

    for words in (("keys", "add"), ("backup", "file/copy.db")):
        process = await machine.start(*words)
        _, said = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 2
        assert f"{machine.directory}/file/" in said.decode()
        assert "Traceback" not in said.decode()


async def test_a_temporal_server_elsewhere_that_is_away_is_named(machine: Machine) -> None:
    """With an address set no server is started here."""
    machine.environment["TEMPORAL_ADDRESS"] = f"127.0.0.1:{free_port('127.0.0.1')}"
    process = await machine.start()
    _, said = await asyncio.wait_for(process.communicate(), 30)

    assert process.returncode == 3
    assert machine.environment["TEMPORAL_ADDRESS"] in said.decode()


def _settings(machine: Machine) -> dict[str, str]:
    """As they stand in `.env`."""
    return {name: value or "" for name, value in dotenv_values(machine.directory / ".env", interpolate=False).items()}


def _each_part_has_its_own(machine: Machine) -> None:
    """No secret in a command line, and in no environment but that of the part which needs it."""
    has: dict[str, set[str]] = {}
    for pid, line in running(machine.environment).items():
        environ = (Path("/proc") / str(pid) / "environ").read_bytes().decode()
        limits = (Path("/proc") / str(pid) / "limits").read_text()
        found = {name for name, value in _settings(machine).items() if name in SECRETS and value in environ}
        part = next((part for part in PARTS if part in line), "up")
        has[part] = has.get(part, set()) | found
        assert [name for name in SECRETS if _settings(machine)[name] in line] == []
        assert re.search(r"Max core file size +0 ", limits), part
    worker = {"ESPOCRM_API_KEY", "ADVOWARE_API_KEY", "ADVOWARE_PASSWORD"}
    assert has == {
        "server start-dev": set(),
        "starter webhook": {"WEBHOOK_SECRETS"},
        "starter desk": {"ESPOCRM_API_KEY"},
        "-m worker": worker,
        "up": {*worker, "WEBHOOK_SECRETS"},
    }


async def _asks_nobody_else(machine: Machine) -> bool:
    """Whether Temporal's Web UI shows what stands here alone."""
    async with httpx.AsyncClient(timeout=20) as http:
        answer = await http.get(f"http://127.0.0.1:{machine.environment['TEMPORAL_UI_PORT']}/api/v1/settings")
    return bool(answer.json()["DisableNewsFetch"])


async def _let_in(machine: Machine, told: str) -> tuple[int, int]:
    """What the desk answers to whoever comes, and to whoever has a link."""
    [address] = re.findall(r"http://127\.0\.0\.1:" + machine.environment["DESK_PORT"], told)
    login = await machine.start("desk", "login", "--name", "Anna", "--role", "decide")
    link, _ = await asyncio.wait_for(login.communicate(), 20)
    async with httpx.AsyncClient(base_url=address, headers={"Origin": address}) as http:
        first = await http.get("/")
        used = await http.post("/login", data={"token": link.decode().strip().rpartition("/")[2]})
    return first.status_code, used.status_code


async def _described(machine: Machine, party: str) -> WorkflowExecutionDescription:
    """The party's last run, as the program's own server knows it."""
    return await (await connect(machine.temporal)).get_workflow_handle(workflow_id(party)).describe()


async def _knows(state: Path, run: str) -> bool:
    """Whether a server on this state knows a run."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=server_binary(),
        dev_server_database_filename=str(state),
        dev_server_log_level="error",
    ) as server:
        return (await server.client.get_workflow_handle(run).describe()).history_length > 0


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
