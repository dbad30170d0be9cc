"""`doctor`: what is broken on purpose is named with what mends it, within ten seconds."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.testing import WorkflowEnvironment

from installation.check import Verdict
from runtime import key_file
from runtime.ports import free_port
from runtime.supervisor import DIE_WITH_PARENT
from runtime.values import write_span
from runtime.version import version
from simulators.faults import Hang
from simulators.server import serve
from starter import codec_server, schedules
from starter.views import crew
from starter.views.crew import Standing
from tests.commandline import Ran, environment, quick, run
from tests.engines import skipping_engine
from tests.starter.sweeping import NEVER
from tests.world import World

AS_APPLIED = {"SWEEP_NIGHTLY": NEVER.nightly, "SWEEP_EVERY": write_span(NEVER.every)}
IDLE = pytest.mark.parametrize("world", [{"working": False}], indirect=True)


@asynccontextmanager
async def employed(world: World, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker process, as soon as it answers for itself."""
    process = await asyncio.create_subprocess_exec(
        *(*DIE_WITH_PARENT, str(os.getpid()), sys.executable, "-m", "worker"),
        env={**environment(world), **world.environment(), **settings},
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await until_seen(world, process.pid, Standing.ANSWERS)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until_seen(world: World, process: int, standing: Standing, ready: Callable[[Any], bool] = bool) -> None:
    """Wait until a worker stands so, and its card says something."""
    async with asyncio.timeout(30):
        while not any(  # noqa: ASYNC110  (what is awaited happens in another process)
            worker.here == process and worker.standing is standing and ready(worker.card)
            for worker in await crew.look(world.client, world.queue)
        ):
            await asyncio.sleep(0.05)


def checks(ran: Ran) -> dict[str, dict[str, Any]]:
    """The checks of --json by their names."""
    return {check["name"]: check for check in ran.json["checks"]}


def wrong(ran: Ran) -> dict[str, str]:
    """The names of what is wrong, with the remedies."""
    return {name: check["remedy"] for name, check in checks(ran).items() if check["verdict"] == "wrong"}


@pytest_asyncio.fixture(loop_scope="session")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own: what a test breaks in Temporal, and whose keys it uses, is no other test's matter."""
    async with skipping_engine() as env:
        yield env


@pytest_asyncio.fixture(loop_scope="session")
async def kept(world: World) -> AsyncIterator[World]:
    """A world whose closed runs are kept as the settings say, and its schedules."""
    await _keep(world, days=30)
    await schedules.apply(world.client, NEVER, world.queue)
    yield world


async def _keep(world: World, *, days: int) -> None:
    config = NamespaceConfig(workflow_execution_retention_ttl=Duration(seconds=days * 86_400))
    request = UpdateNamespaceRequest(namespace=world.client.namespace, config=config)
    await world.client.workflow_service.update_namespace(request)


async def of_temporal(world: World, *more: str, **settings: str) -> Ran:
    """Temporal's part of it."""
    return await quick(
        world, "doctor", "--only", "temporal", "--only", "keys", "--json", *more, **(AS_APPLIED | settings)
    )


@IDLE
async def test_a_worker_that_hangs_is_named_beside_one_that_works(
    kept: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With the command that lets it go on; on another machine, whose kernel tells nothing here, by its silence."""
    settings = {**AS_APPLIED, "WORKER_PROCESSES": "2"}
    async with employed(kept) as works, employed(kept) as stopped:
        well = await of_temporal(kept, WORKER_PROCESSES="2")
        stopped.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        ran = await of_temporal(kept, WORKER_PROCESSES="2")
        took = time.monotonic() - began
        began = time.monotonic()
        shown = await quick(kept, "status", **settings)
        shown_in = time.monotonic() - began
        host = socket.gethostname()
        monkeypatch.setattr(crew, "PROC", tmp_path / "none")
        elsewhere = await crew.look(kept.client, kept.queue)
        monkeypatch.undo()
        stopped.send_signal(signal.SIGCONT)

    assert (wrong(well), well.code) == ({}, 0)
    assert wrong(ran) == {f"worker {stopped.pid}@{host}": f"kill -CONT {stopped.pid}"}
    assert checks(ran)[f"worker {works.pid}@{host}"]["verdict"] == "ok"
    assert {worker.identity: worker.standing for worker in elsewhere} == {
        f"{works.pid}@{host}": Standing.ANSWERS,
        f"{stopped.pid}@{host}": Standing.SILENT,
    }
    assert ran.code == shown.code == 8
    assert shown.out.startswith("Broken: 1 worker that does not answer\n")
    assert f"`kill -CONT {stopped.pid}`" in shown.out
    assert f"Workers on {kept.queue}: {works.pid}@{host} ({version()})\n" in shown.out
    assert max(took, shown_in) < 10


@IDLE
async def test_without_a_worker_that_is_said_first(kept: World) -> None:
    """With what starts one."""
    ran = await of_temporal(kept)

    assert set(wrong(ran)) == {"workers"}
    assert "make up" in wrong(ran)["workers"]


@IDLE
async def test_a_key_that_one_worker_alone_has_is_named(kept: World, tmp_path: Path) -> None:
    """Distributed to one only, it is a warning; once somebody encrypts with it, it is wrong."""
    here, there = tmp_path / "here.json", tmp_path / "there.json"
    key_file.add_key(here)
    there.write_bytes(here.read_bytes())
    settings = {"TEMPORAL_ENCRYPT": "true", "WORKER_PROCESSES": "2"}
    async with (
        employed(kept, **settings, TEMPORAL_KEYS=str(here)) as one,
        employed(kept, **settings, TEMPORAL_KEYS=str(there)) as other,
    ):
        key_file.learn_key(here)
        await until_seen(kept, one.pid, Standing.ANSWERS, lambda card: "key-2" in card.keys)
        learned = checks(await of_temporal(kept, **settings, TEMPORAL_KEYS=str(here)))
        key_file.use_key(here, "key-2")
        used = await of_temporal(kept, **settings, TEMPORAL_KEYS=str(here))
        shown = await run(kept, "status", "--quiet", within=60, **settings, TEMPORAL_KEYS=str(here))
        name = f"keys of worker {other.pid}@{socket.gethostname()}"

    assert learned[name]["verdict"] == "warning"
    assert "key-2" in learned[name]["seen"]
    assert set(wrong(used)) == {name}
    assert "copy the key file" in wrong(used)[name]
    assert (shown.code, shown.out) == (8, "Broken: 1 worker that lacks a key\n")


@IDLE
async def test_payloads_under_a_key_that_is_missing_here_are_named(kept: World, tmp_path: Path) -> None:
    """Their history cannot be read, and open runs of that time cannot go on."""
    key_file.add_key(tmp_path / "old.json")
    sealing = {"TEMPORAL_ENCRYPT": "true", "TEMPORAL_KEYS": str(tmp_path / "old.json")}
    await quick(kept, "sync", "--no-wait", kept.espocrm.add(lastName="Müßig"), **sealing)

    ran = await of_temporal(kept, TEMPORAL_ENCRYPT="true", TEMPORAL_KEYS=str(tmp_path / "other.json"))

    assert "keys of what Temporal keeps" in wrong(ran)
    assert "key-1" in checks(ran)["keys of what Temporal keeps"]["seen"]

    key_file.add_key(tmp_path / "other.json")
    alike = await of_temporal(kept, TEMPORAL_ENCRYPT="true", TEMPORAL_KEYS=str(tmp_path / "other.json"))
    assert "put the key file here" in wrong(alike)["keys of what Temporal keeps"], "a key made anew has the same id"
    assert "another key under the id" in checks(alike)["keys of what Temporal keeps"]["seen"]
    well = await of_temporal(kept, **sealing)
    assert "keys of what Temporal keeps" not in wrong(well)


async def test_a_schedule_that_is_paused_changed_or_gone_is_named(kept: World) -> None:
    """Each with the command that brings it back."""
    await kept.client.get_schedule_handle("nightly").pause(note="import")
    paused = checks(await of_temporal(kept))
    line = await quick(kept, "doctor", "--only", "temporal", "--quiet", **AS_APPLIED)
    status = await quick(kept, "status", "--quiet", **AS_APPLIED)
    other = await of_temporal(kept, SWEEP_EVERY="20m", SWEEP_NIGHTLY="0 4 * * *")
    await kept.client.get_schedule_handle("sweep").delete()
    gone = await of_temporal(kept)

    assert paused["starts of schedule nightly"]["verdict"] == "wrong"
    assert "(import)" in paused["starts of schedule nightly"]["seen"]
    assert paused["starts of schedule nightly"]["remedy"] == "beteiligte-sync schedules resume nightly"
    assert paused["schedule sweep"]["verdict"] == "ok"
    assert (line.code, line.out.count("\n")) == (8, 1)
    assert line.out.startswith("1 wrong, ")
    assert status.code == line.code
    assert {"SWEEP_EVERY", "SWEEP_NIGHTLY"} <= {
        checks(other)[name]["seen"].rpartition(": ")[2] for name in ("schedule sweep", "schedule nightly")
    }
    assert wrong(other)["schedule sweep"] == "beteiligte-sync schedules apply"
    assert wrong(gone)["schedule sweep"] == "beteiligte-sync schedules apply"


async def test_another_retention_and_another_namespace_are_named(kept: World) -> None:
    """What people know is forgotten with the runs."""
    await _keep(kept, days=3)
    short = checks(await of_temporal(kept))["retention"]
    await _keep(kept, days=30)
    nowhere = await of_temporal(kept, TEMPORAL_NAMESPACE="nowhere")

    assert (short["verdict"], "--retention 30d" in short["remedy"]) == ("warning", True)
    assert set(wrong(nowhere)) == {"namespace"}
    assert "namespace create --namespace nowhere" in wrong(nowhere)["namespace"]


@IDLE
async def test_runs_left_on_another_queue_are_named(kept: World) -> None:
    """They wait for a worker there, whatever works here."""
    party = kept.espocrm.add(lastName="Müßig")
    stays = {"TEMPORAL_TASK_QUEUE": f"{kept.queue}-before"}
    await quick(kept, "sync", "--no-wait", party, **stays)

    ran = await of_temporal(kept)

    assert f"task queue {kept.queue}-before" in wrong(ran)


@pytest.mark.parametrize("hangs", [False, True])
async def test_a_temporal_that_is_away_or_hangs_is_named_in_time(world: World, hangs: bool) -> None:
    """A port that nobody listens at, and one that takes everything and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        if hangs:
            listening.listen()
        at = f"127.0.0.1:{listening.getsockname()[1]}"
        began = time.monotonic()
        ran = await quick(world, "doctor", "--json", "--only", "temporal", TEMPORAL_ADDRESS=at)
        took = time.monotonic() - began

    assert set(wrong(ran)) == {"Temporal"}
    assert at in checks(ran)["Temporal"]["seen"]
    assert took < 10


@IDLE
async def test_where_everything_hangs_it_ends_and_names_each(world: World) -> None:
    """Temporal, EspoCRM and Advoware take what they are asked and say nothing."""
    espocrm, advoware = Hang(), Hang()
    world.faults.outage("espocrm", espocrm)
    world.faults.outage("advoware", advoware)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        at = {"TEMPORAL_ADDRESS": f"127.0.0.1:{listening.getsockname()[1]}", "WEBHOOK_SECRETS": '{"w":"s"}'}
        began = time.monotonic()
        ran = await run(world, "doctor", "--json", within=60, **world.environment(), **at)
        took = time.monotonic() - began
    for hang in (espocrm, advoware):
        hang.release()
    world.faults.clear()

    assert {check["area"] for check in ran.json["checks"] if check["verdict"] == "wrong"} >= {
        *("temporal", "espocrm", "advoware")
    }
    assert took < 15, "ten seconds, and the start of a process on a busy machine"


async def test_a_full_disk_is_named(world: World, tmp_path: Path) -> None:
    """By the attempt to write there, whatever is said to be free."""
    program = str(Path(sys.executable).with_name("beteiligte-sync"))
    started = await asyncio.create_subprocess_exec(
        *("bash", "-c", 'ulimit -f 0; exec "$0" doctor --json --only machine', program),
        env=environment(world, TEMPORAL_STATE=str(tmp_path / "temporal.db")),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(started.communicate(), 30)
    ran = Ran(started.returncode or 0, out.decode(), "")

    assert "the state can be kept" in wrong(ran)
    assert str(tmp_path) in checks(ran)["the state can be kept"]["seen"]
    assert ran.code == 8


async def test_a_port_that_another_program_holds_is_named(world: World, tmp_path: Path) -> None:
    """Before `up` meets it."""
    with socket.socket() as taking:
        taking.bind(("127.0.0.1", 0))
        taking.listen()
        taken = str(taking.getsockname()[1])
        free = free_port("127.0.0.1")
        ports = {"WEBHOOK_PORT": taken, "TEMPORAL_CODEC_PORT": str(free), "TEMPORAL_ENCRYPT": "true"}
        state = {"TEMPORAL_STATE": str(tmp_path / "temporal.db")}
        ran = await quick(world, "doctor", "--json", "--only", "webhooks", "--only", "machine", **ports, **state)

    assert "webhook service" in wrong(ran)
    assert taken in checks(ran)["webhook service"]["seen"]
    assert checks(ran)[f"what decrypts for the Web UI: port {free}"]["verdict"] == "ok"


async def test_a_part_that_runs_as_a_service_of_its_own_is_no_other_program(world: World, tmp_path: Path) -> None:
    """Where `up` runs nothing: units, containers, several machines. It is known by what only it answers."""
    file = tmp_path / "keys.json"
    key_file.add_key(file)
    ring = key_file.load(file)
    assert ring is not None
    async with serve(codec_server.app(ring, ui="http://127.0.0.1:1")) as url:
        port = url.rpartition(":")[2]
        settings = {"TEMPORAL_CODEC_PORT": port, "TEMPORAL_ENCRYPT": "true", "TEMPORAL_KEYS": str(file)}
        ran = await quick(
            world, "doctor", "--json", "--only", "machine", TEMPORAL_STATE=str(tmp_path / "temporal.db"), **settings
        )

    assert checks(ran)[f"what decrypts for the Web UI: port {port}"]["verdict"] == "ok"


async def test_wrong_settings_hide_nothing_else_and_are_shown_to_people(kept: World, tmp_path: Path) -> None:
    """A table for people: each area, what is wrong with the remedy behind an arrow, the count."""
    ran = await quick(kept, "doctor", SYNC_ATTEMPTS="many", TEMPORAL_STATE=str(tmp_path / "x.db"), **AS_APPLIED)

    assert ran.code == 8
    assert "Settings" in ran.out
    assert "SYNC_ATTEMPTS=…" in ran.out
    assert "Temporal and the workers" in ran.out
    assert "Temporal" in ran.out
    assert "wrong" in ran.out.splitlines()[-1]


async def test_json_says_the_worst_verdict(world: World, tmp_path: Path) -> None:
    """For a script that asks for more than the exit code."""
    ran = await quick(world, "doctor", "--json", "--only", "machine", TEMPORAL_STATE=str(tmp_path / "x.db"))

    assert ran.json["verdict"] in {verdict.value for verdict in Verdict}
    assert {check["area"] for check in ran.json["checks"]} == {"machine"}
