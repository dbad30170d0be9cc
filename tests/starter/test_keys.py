"""Keys rotated while two workers run, each with a key file of its own, as on two machines."""

import asyncio
import json
import os
import shutil
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.applications import Starlette
from temporalio.testing import WorkflowEnvironment

from runtime.connection import connect, register_search_attributes
from runtime.key_file import BadKeys, KeyRing, add_key, learn_key, load, use_key
from runtime.workers import seen
from simulators.server import serve
from starter import codec_server
from tests.commandline import Ran, alone, quick
from tests.crash.processes import DevServer, dev_server, environment, worker_process
from tests.starter.test_another_folder import run_in
from tests.world import World

NO_SERVICES = {"WEBHOOK_PORT": "2", "TEMPORAL_CODEC_PORT": "3"}
"""Where nothing of this machine listens, whatever else is being tried on it."""


@dataclass
class TwoMachines:
    """A world with a worker on each, and where their key files are."""

    world: World
    here: Path
    there: Path

    async def keys(self, *words: str) -> Ran:
        """`keys` as it is said on the first machine."""
        settings = {"TEMPORAL_ENCRYPT": "true", "TEMPORAL_KEYS": str(self.here), **NO_SERVICES}
        return await quick(self.world, "keys", *words, **settings)

    async def soon(self, said: str, *, says: bool = True) -> Ran:
        """`keys list` once it says something, or no more: a worker follows its file within seconds."""
        async with asyncio.timeout(20):
            while (said in (ran := await self.keys("list")).out) is not says:  # noqa: ASYNC110  (other processes)
                await asyncio.sleep(0.1)
        return ran


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def machines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoMachines]:
    """Both files hold the first key."""
    folder = tmp_path_factory.mktemp("keys")
    here, there = folder / "here.json", folder / "there.json"
    add_key(here)
    shutil.copy(here, there)
    async with dev_server(folder) as server, World.open(await _encrypted(server, here), working=False) as world:
        settings = {**environment(world, server), "TEMPORAL_ENCRYPT": "true"}
        async with (
            worker_process({**settings, "TEMPORAL_KEYS": str(here)}, folder / "here.log"),
            worker_process({**settings, "TEMPORAL_KEYS": str(there)}, folder / "there.log"),
        ):
            async with asyncio.timeout(60):
                while len(await seen(world.client, world.queue)) < 2:  # noqa: ASYNC110  (other processes)
                    await asyncio.sleep(0.1)
            yield TwoMachines(world, here, there)


async def _encrypted(server: DevServer, keys: Path) -> WorkflowEnvironment:
    await server.up()
    settings = server.settings.model_copy(update={"keys": keys})
    client = await connect(settings)
    await register_search_attributes(client)
    return WorkflowEnvironment.from_client(client)


def ring(path: Path) -> KeyRing:
    loaded = load(path)
    assert loaded is not None
    return loaded


async def test_a_key_that_one_worker_lacks_is_not_used_and_nobody_meets_it(machines: TwoMachines) -> None:
    """Named with the remedy; distributed, it is used, and every worker follows without a start, while syncs go on."""
    party = machines.world.espocrm.add(lastName="Müßig")
    await machines.world.sync(party)
    added = await machines.keys("add")
    assert (added.code, ring(machines.here).encrypts) == (0, "key-1")

    listed = await machines.soon("not to worker")
    assert listed.out.count("not to worker") == 1
    refused = await machines.keys("use", "key-2")
    assert (refused.code, ring(machines.here).encrypts) == (4, "key-1")
    assert "worker" in refused.err
    assert f"copy {machines.here} there" in " ".join(refused.err.split())

    shutil.copy(machines.here, machines.there)
    await machines.soon("not to worker", says=False)
    used = await machines.keys("use", "key-2")
    assert (used.code, ring(machines.here).encrypts) == (0, "key-2")
    await machines.world.sync(party)
    behind = await machines.soon("still encrypts with key-1")
    assert behind.out.count("still encrypts") == 1, "the other machine has not got the file once more"

    shutil.copy(machines.here, machines.there)
    listed = await machines.soon("still encrypts", says=False)
    assert "of its time" in listed.out, "runs that the first key closed are still kept"
    assert await machines.world.unsettled(party) == []


async def test_forced_it_is_used_all_the_same_and_said_so(machines: TwoMachines) -> None:
    """Who lacks it is named, and gets along once he has the file."""
    assert (await machines.keys("add")).code == 0
    await machines.soon("not to worker")

    forced = await machines.keys("use", "key-3", "--force")

    assert (forced.code, ring(machines.here).encrypts) == (0, "key-3")
    assert "used although" in forced.err
    shutil.copy(machines.here, machines.there)
    party = machines.world.espocrm.add(lastName="Schmidt")
    await machines.world.sync(party)
    assert machines.world.status(party) == "clean"


async def test_a_worker_that_hangs_cannot_be_asked_and_keeps_a_key_from_use(machines: TwoMachines) -> None:
    """Stopped by a signal, it would meet the key when it goes on."""
    [one, _] = await seen(machines.world.client, machines.world.queue)
    pid = int(one.identity.partition("@")[0])
    assert (await machines.keys("add")).code == 0
    shutil.copy(machines.here, machines.there)
    os.kill(pid, 19)  # SIGSTOP
    try:
        refused = await machines.keys("use", "key-4")
    finally:
        os.kill(pid, 18)

    assert (refused.code, ring(machines.here).encrypts) == (4, "key-3")
    assert one.identity in refused.err
    assert "does not answer" in refused.err


async def test_a_key_is_added_and_used_by_two_commands(tmp_path: Path) -> None:
    """With nothing running there is nobody to ask. An unknown key is named with those that are; when each was made."""
    add_key(tmp_path / "keys.json")
    settings = {"TEMPORAL_KEYS": str(tmp_path / "keys.json"), "TEMPORAL_PORT": "1", **NO_SERVICES}

    async def keys(*words: str) -> Ran:
        return await alone("keys", *words, **settings)

    added = await keys("add")
    assert (added.code, ring(tmp_path / "keys.json").encrypts) == (0, "key-1")
    assert "keys use key-2" in " ".join(added.out.split())
    unknown = await keys("use", "key-3")
    assert (unknown.code, ring(tmp_path / "keys.json").encrypts) == (2, "key-1")
    assert "key-1, key-2" in unknown.err
    assert (await keys("use", "key-2")).code == 0
    assert ring(tmp_path / "keys.json").encrypts == "key-2"
    shown = json.loads((await keys("list", "--json")).out)
    assert [(key["id"], key["encrypts"], bool(key["made"])) for key in shown["keys"]] == [
        ("key-2", True, True),
        ("key-1", False, True),
    ]
    assert shown["asked"] is False
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


async def test_a_server_elsewhere_that_does_not_answer_is_no_leave(tmp_path: Path) -> None:
    """Its workers may run all the same."""
    add_key(tmp_path / "keys.json")
    settings = {"TEMPORAL_KEYS": str(tmp_path / "keys.json"), "TEMPORAL_ADDRESS": "127.0.0.1:1", **NO_SERVICES}
    await alone("keys", "add", **settings)

    refused = await alone("keys", "use", "key-2", **settings)
    forced = await alone("keys", "use", "key-2", "--force", **settings)

    assert (refused.code, forced.code) == (3, 0)
    assert ring(tmp_path / "keys.json").encrypts == "key-2"


async def test_a_service_of_this_machine_is_asked_at_its_port(tmp_path: Path) -> None:
    """One with another file lacks the key and keeps it from use; what answers otherwise says nothing, and neither."""
    for name in ("here.json", "there.json"):
        add_key(tmp_path / name)
    settings = {"TEMPORAL_KEYS": str(tmp_path / "here.json"), "TEMPORAL_PORT": "1"}
    await alone("keys", "add", **settings)
    other = codec_server.app(ring(tmp_path / "there.json"), ui="http://127.0.0.1:1")
    async with serve(other) as codec, serve(Starlette()) as stranger:
        ports = {"TEMPORAL_CODEC_PORT": codec.rpartition(":")[2], "WEBHOOK_PORT": stranger.rpartition(":")[2]}
        refused = await alone("keys", "use", "key-2", **settings, **ports)

    assert (refused.code, ring(tmp_path / "here.json").encrypts) == (4, "key-1")
    assert "codec at port" in refused.err
    assert "webhook service at port" in refused.err
    assert "does not say" in refused.err


async def test_a_key_of_the_same_id_with_another_secret_is_another_key(tmp_path: Path) -> None:
    """As two machines have it that each made a first one: it keeps the key from use, and no secret is shown."""
    for name in ("here.json", "there.json"):
        add_key(tmp_path / name)
    settings = {"TEMPORAL_KEYS": str(tmp_path / "here.json"), "TEMPORAL_PORT": "1", **NO_SERVICES}
    async with serve(codec_server.app(ring(tmp_path / "there.json"), ui="http://127.0.0.1:1")) as codec:
        settings |= {"TEMPORAL_CODEC_PORT": codec.rpartition(":")[2]}
        refused = await alone("keys", "use", "key-1", **settings)
        listed = await alone("keys", "list", **settings)
        shown = await alone("keys", "list", "--json", **settings)
    async with serve(codec_server.app(ring(tmp_path / "here.json"), ui="http://127.0.0.1:1")) as codec:
        same = await alone("keys", "use", "key-1", **(settings | {"TEMPORAL_CODEC_PORT": codec.rpartition(":")[2]}))

    assert (refused.code, listed.code, same.code) == (4, 0, 0)
    for said in (refused.err, listed.out):
        assert "has another key under the id key-1" in " ".join(said.split())
        assert "copy that file to both" in " ".join(said.split())
    assert shown.json["keys"][0]["another"] == [f"codec at port {settings['TEMPORAL_CODEC_PORT']}"]
    for file in ("here.json", "there.json"):
        assert ring(tmp_path / file).keys[0].secret.get_secret_value() not in shown.out + listed.out + refused.err


@pytest.mark.parametrize("words", [("use", "key-1"), ("list",)])
async def test_without_a_key_file_the_remedy_is_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    """And none is made."""
    ran = await alone("keys", *words, TEMPORAL_KEYS=str(tmp_path / "keys.json"))

    assert (ran.code, "keys add" in ran.err) == (2, True)
    assert os.listdir(tmp_path) == []


async def test_no_first_key_is_made_where_no_program_looks_for_it(tmp_path: Path) -> None:
    """In a folder without `.env`; a key file that stands there gets one, and so does a path that was set."""
    ran = await run_in(tmp_path, "keys", "add")

    assert ran.code == 2
    assert "No key was made" in " ".join(ran.err.split())
    assert os.listdir(tmp_path) == []

    add_key(tmp_path / "state" / "keys.json")
    assert (await run_in(tmp_path, "keys", "add")).code == 0
    assert ring(tmp_path / "state" / "keys.json").ids == ("key-1", "key-2")


def test_a_key_file_of_an_earlier_release_tells_no_times(tmp_path: Path) -> None:
    """It is read as ever."""
    add_key(tmp_path / "keys.json")
    keys = [{"id": k["id"], "secret": k["secret"]} for k in json.loads((tmp_path / "keys.json").read_text())["keys"]]
    (tmp_path / "keys.json").write_text(json.dumps({"keys": keys}))

    assert ring(tmp_path / "keys.json").keys[0].made is None


def test_a_key_file_of_a_newer_release_is_read_and_not_written(tmp_path: Path) -> None:
    """What this one does not know would be gone from it: keys for instance of a kind that is still to come."""
    path = tmp_path / "keys.json"
    add_key(path)
    written = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**written, "sealed_by": "a vault"}), "utf-8")
    before = path.read_bytes()

    known = load(path)
    for change in (learn_key, partial(use_key, key_id="key-1")):
        with pytest.raises(BadKeys, match=r"does not know \(sealed_by\), and would lose it"):
            change(path)

    assert known is not None
    assert known.ids == ("key-1",)
    assert path.read_bytes() == before
