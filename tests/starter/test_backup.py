"""Backups of a real state: made in use, kept by number, looked at, put back; and what is no backup is left alone."""

import asyncio
import json
import os
import re
import resource
import shutil
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from contracts.visibility import workflow_id
from runtime import state_file
from runtime.connection import connect, register_search_attributes
from runtime.key_file import add_key
from starter.keeping import backups, forgotten
from starter.program.instance import PUBLISHED, only_one
from tests.commandline import Ran, alone
from tests.crash.processes import DevServer, dev_server
from tests.processes import marked_environment
from tests.world import World

FULL = 65_536


@dataclass
class Installation:
    """A state that is in use, encrypted, with a party in it."""

    folder: Path
    server: DevServer
    party: str

    @property
    def settings(self) -> dict[str, str]:
        settings = self.server.settings
        return {
            **marked_environment(),
            "TEMPORAL_ENCRYPT": "true",
            "TEMPORAL_KEYS": str(self.folder / "keys.json"),
            "TEMPORAL_STATE": str(settings.state),
            "TEMPORAL_PORT": str(settings.port),
        }

    async def run(self, *command: str, **settings: str) -> Ran:
        """A command."""
        return await alone(*command, **{**self.settings, **settings})

    async def run_on_full_disk(self, *command: str) -> Ran:
        """A command as a process, in which no file may become larger than a few pages."""
        started = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", *command),
            env=self.settings,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            stdin=asyncio.subprocess.DEVNULL,
        )
        resource.prlimit(started.pid, resource.RLIMIT_FSIZE, (FULL, FULL))
        out, err = await asyncio.wait_for(started.communicate(), 60)
        assert started.returncode is not None
        return Ran(started.returncode, out.decode(), err.decode())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """One for all: it is only looked at until the last tests, which stop it."""
    folder = tmp_path_factory.mktemp("state")
    add_key(folder / "keys.json")
    async with dev_server(folder) as server:
        await server.up()
        client = await connect(server.settings.model_copy(update={"keys": folder / "keys.json"}))
        await register_search_attributes(client)
        async with World.open(WorkflowEnvironment.from_client(client)) as world:
            party, _ = await world.linked()
            await world.closed(party)
        yield Installation(folder, server, party)


def mode(file: Path) -> int:
    """Who may do what with it."""
    return stat.S_IMODE(file.stat().st_mode)


def empty_database(path: Path) -> Path:
    """Somebody's, of the name that ours have."""
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    return path


async def test_of_a_folder_the_newest_of_ours_are_kept_and_nothing_else_is_touched(
    installation: Installation, tmp_path: Path
) -> None:
    """Not another's database by our kind of name, not a copy by another name, not the state itself."""
    made = []
    for day in ("20261120", "20261121", "20261122"):
        state_file.copy(installation.server.settings.state, tmp_path / f"beteiligte-{day}T033000Z.db")
        made.append(tmp_path / f"beteiligte-{day}T033000Z.db")
    foreign = empty_database(tmp_path / "beteiligte-20260101T033000Z.db")
    renamed = tmp_path / "before the move.db"
    shutil.copy(made[0], renamed)
    link = tmp_path / "beteiligte-20260102T033000Z.db"
    link.symlink_to(renamed)
    notes = tmp_path / "notes.txt"
    notes.touch()

    ran = await installation.run("backup", str(tmp_path), "--keep", "2", "--json")

    assert ran.code == 0
    new = Path(ran.json["made"]["file"])
    assert backups.NAMED.fullmatch(new.name)
    assert mode(new) == 0o600
    assert ran.json["removed"] == [str(made[1]), str(made[0])]
    assert {*os.listdir(tmp_path)} == {file.name for file in (new, made[2], foreign, renamed, link, notes)}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--keep", "2", "a/file.db"), "needs a folder"),
        (("--keep", "0", "."), "or equal to 1"),
        (("--verify", "--keep", "2", "."), "--keep"),
        (("no/such/folder/",), "no folder"),
        (("",), "name a file"),
        ((), "name a file"),
    ],
)
async def test_what_cannot_be_meant_is_said(installation: Installation, words: tuple[str, ...], said: str) -> None:
    """And nothing is made."""
    ran = await installation.run("backup", *words)

    assert ran.code == 2
    assert said in " ".join(ran.err.split())


async def test_a_full_disk_leaves_no_half_backup(installation: Installation, tmp_path: Path) -> None:
    """And none of the older ones is removed for it."""
    state_file.copy(installation.server.settings.state, old := tmp_path / "beteiligte-20261120T033000Z.db")

    ran = await installation.run_on_full_disk("backup", str(tmp_path), "--keep", "1")

    assert ran.code == 4
    assert "Nothing was copied" in ran.err
    assert os.listdir(tmp_path) == [old.name]


async def test_a_look_says_what_is_in_a_backup_and_that_it_opens(installation: Installation, tmp_path: Path) -> None:
    """Runs, keys; and it leaves nothing beside the file."""
    await installation.run("backup", str(tmp_path / "copy.db"))

    ran = await installation.run("backup", "--verify", str(tmp_path / "copy.db"), "--json")

    assert ran.code == 0
    assert (ran.json["kept"]["runs"] > 0, ran.json["keys"], ran.json["missing_keys"]) == (True, ["key-1"], [])
    assert os.listdir(tmp_path) == ["copy.db"]


@pytest.mark.parametrize("keys", ["none.json", "another.json"])
async def test_a_backup_that_no_key_here_opens_is_none_to_rely_on(
    installation: Installation, tmp_path: Path, keys: str
) -> None:
    """A key file that is lost, and one that has another key of the same id: open runs could not go on."""
    add_key(tmp_path / "another.json")
    await installation.run("backup", str(tmp_path / "copy.db"))

    for command in (("backup", "--verify"), ("restore", "--yes")):
        ran = await installation.run(*command, str(tmp_path / "copy.db"), TEMPORAL_KEYS=str(tmp_path / keys))
        assert ran.code == 2
        assert "key-1" in ran.err


async def test_a_folder_to_be_looked_at_is_said_to_be_one(installation: Installation, tmp_path: Path) -> None:
    """With the newest backup in it; and times are told as everywhere else."""
    empty = await installation.run("backup", "--verify", str(tmp_path))
    made = Path((await installation.run("backup", f"{tmp_path}/", "--json")).json["made"]["file"])
    ran = await installation.run("backup", "--verify", str(tmp_path))
    whole = await installation.run("backup", "--verify", str(made))

    assert (empty.code, ran.code, whole.code) == (5, 5, 0)
    assert "is a folder: name a file in it" in " ".join(empty.err.split())
    assert made.name in ran.err
    assert re.search(r"begun \d{4}-\d\d-\d\d \d\d:\d\d:\d\d Encrypted", " ".join(whole.out.split()))


async def test_what_is_no_backup_is_said_to_be_none(installation: Installation, tmp_path: Path) -> None:
    """Truncated, another's, no database, empty, not there: by --verify and by restore, which changes nothing."""
    await installation.run("backup", str(whole := tmp_path / "whole.db"))
    (truncated := tmp_path / "truncated.db").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    (text := tmp_path / "text.db").write_text("no database, but long enough to have a header of its own, or so")
    (empty := tmp_path / "empty.db").touch()
    files = {truncated: 4, text: 4, empty: 4, empty_database(tmp_path / "mine.db"): 4, tmp_path / "none.db": 5}
    before = installation.server.settings.state.stat().st_ino

    for file, code in files.items():
        for command in (("backup", "--verify"), ("restore", "--yes")):
            ran = await installation.run(*command, str(file))
            assert ran.code == code, (file, command, ran.err)
            assert "Traceback" not in ran.err
            assert file.name in ran.err
    assert installation.server.settings.state.stat().st_ino == before


async def test_a_damaged_state_is_not_copied(installation: Installation, tmp_path: Path) -> None:
    """A backup that cannot be restored would be found out too late."""
    await installation.run("backup", str(whole := tmp_path / "whole.db"))
    (damaged := tmp_path / "damaged.db").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    ran = await installation.run("backup", str(tmp_path / "copy.db"), TEMPORAL_STATE=str(damaged))

    assert ran.code == 4
    assert not (tmp_path / "copy.db").exists()


async def test_nothing_is_restored_while_the_program_runs(installation: Installation, tmp_path: Path) -> None:
    """By its lock, and by its server, which a killed program may have left over."""
    await installation.run("backup", str(copy := tmp_path / "copy.db"))
    before = installation.server.settings.state.stat().st_ino

    left_over = await installation.run("restore", "--yes", str(copy))
    with only_one(installation.server.settings.state.with_name(PUBLISHED)):
        locked = await installation.run("restore", "--yes", str(copy))
    elsewhere = await installation.run("restore", "--yes", str(copy), TEMPORAL_ADDRESS="127.0.0.1:1")

    assert (left_over.code, locked.code, elsewhere.code) == (4, 4, 2)
    assert "TEMPORAL_PORT" in left_over.err
    assert "The program runs" in locked.err
    assert "TEMPORAL_ADDRESS" in elsewhere.err
    assert installation.server.settings.state.stat().st_ino == before


async def test_of_a_temporal_that_runs_elsewhere_nothing_is_copied(installation: Installation, tmp_path: Path) -> None:
    """A state that lies here is an old one then: a copy of it would pass for a backup."""
    ran = await installation.run("backup", str(tmp_path / "copy.db"), TEMPORAL_ADDRESS="127.0.0.1:1")

    assert ran.code == 2
    assert "Temporal runs elsewhere (127.0.0.1:1, TEMPORAL_ADDRESS)" in ran.err
    assert not (tmp_path / "copy.db").exists()


async def test_a_backup_takes_the_place_of_the_state_which_is_set_aside(
    installation: Installation, tmp_path: Path
) -> None:
    """Killed in use, with its log; what was erased since is named; the server goes on with what it knew then."""
    state, backup = installation.server.settings.state, tmp_path / "copy.db"
    await installation.run("backup", str(backup))
    forgotten.remember(state, installation.party, backups.now())
    await installation.server.kill()
    before = sqlite3.connect(state)
    expected = before.execute("SELECT count(*) FROM executions").fetchone()
    before.close()

    full = await installation.run_on_full_disk("restore", "--yes", str(backup))
    unasked = await installation.run("restore", str(backup))
    assert (full.code, unasked.code) == (4, 7)
    assert state.exists()
    ran = await installation.run("restore", "--yes", "--json", str(backup))

    assert ran.code == 0
    assert ran.json["forgotten"] == [installation.party]
    aside = Path(ran.json["set_aside"])
    assert sqlite3.connect(aside).execute("SELECT count(*) FROM executions").fetchone() == expected
    assert mode(state) == 0o600
    assert not state_file.is_copy(state), "in use it is nothing that `--keep` may remove"
    assert backup.exists()
    assert [name for name in os.listdir(state.parent) if name.startswith(f"{state.name}-")] == []
    await installation.server.start()
    client = await installation.server.up()
    assert (await client.get_workflow_handle(workflow_id(installation.party)).describe()).history_length > 0


def test_where_backups_lie_is_remembered_and_read_leniently(tmp_path: Path) -> None:
    """A file that is broken costs the list, and no backup."""
    state = tmp_path / "temporal.db"
    assert backups.folders(state) == ()
    backups.remember(state, tmp_path / "a")
    backups.remember(state, tmp_path / "b")
    backups.remember(state, tmp_path / "a")

    assert backups.folders(state) == (tmp_path / "a", tmp_path / "b")
    assert json.loads(state.with_name(backups.FOLDERS).read_text())["folders"]
    state.with_name(backups.FOLDERS).write_text("[")
    assert backups.folders(state) == ()


def test_who_was_erased_is_known_by_a_hash_alone(tmp_path: Path) -> None:
    """It answers for an id, and says none; a broken file answers for nobody."""
    state = tmp_path / "temporal.db"
    forgotten.remember(state, "6b04cd6d623bec762", backups.now())
    forgotten.remember(state, "d57ed982c12f1167f", backups.now())

    known = forgotten.known(state)
    assert known.among(["6b04cd6d623bec762", "d57ed982c12f1167f", "0208d4492fb435c68"]) == (
        "6b04cd6d623bec762",
        "d57ed982c12f1167f",
    )
    assert "6b04cd6d623bec762" not in state.with_name(forgotten.NAME).read_text()
    state.with_name(forgotten.NAME).write_text("{")
    assert forgotten.known(state).among(["6b04cd6d623bec762"]) == ()
