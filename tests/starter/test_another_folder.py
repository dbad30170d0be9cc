"""Whoever is in another folder than the installation's is told so, and not what is missing there by chance."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from temporalio.client import Client

from beteiligte.request_reason import Reason
from runtime.codec import converter
from runtime.key_file import add_key, load
from runtime.ports import free_port
from tests.commandline import Ran
from tests.processes import marked_environment
from tests.world import World


async def run_in(folder: Path, *command: str, **settings: str) -> Ran:
    """A command as a process with that working directory, and no settings but these."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter", *command),
        cwd=folder,
        env={**marked_environment(), "TEMPORAL_ENCRYPT": "true", **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(started.communicate(), 60)
    return Ran(started.returncode or 0, out.decode(), err.decode())


def address(world: World) -> str:
    return world.client.service_client.config.target_host


@pytest.mark.parametrize("named", [False, True])
async def test_what_is_encrypted_is_told_with_the_folder_that_was_looked_in(
    world: World, tmp_path: Path, named: bool
) -> None:
    """No .env here, not no key file; where the key file is set, it is that which is missing."""
    add_key(tmp_path / "keys.json")
    sealing = await Client.connect(address(world), data_converter=converter(load(tmp_path / "keys.json")))
    plain, world.client = world.client, sealing
    party = world.espocrm.add(lastName="Müßig")
    await world.ask(party, Reason.CREATED)
    world.client = plain
    keys = {"TEMPORAL_KEYS": str(tmp_path / "none.json")} if named else {}

    ran = await run_in(tmp_path, "replay", party, TEMPORAL_ADDRESS=address(world), **keys)

    assert ran.code == 2
    assert (f".env: there is none in {tmp_path}" in ran.err) is not named
    assert ("no key file" in ran.err) is named
    await world.terminate(party)


@pytest.mark.parametrize(
    "command", [("up",), ("worker",), ("webhook",), ("codec",), ("keys", "list"), ("backup", "x.db"), ("status",)]
)
async def test_every_command_says_that_there_is_no_env_file_here(tmp_path: Path, command: tuple[str, ...]) -> None:
    """Whatever it misses first."""
    port = free_port("127.0.0.1")
    ran = await run_in(tmp_path, *command, TEMPORAL_PORT=str(port))

    assert ran.code in (2, 3, 5)
    assert f".env: there is none in {tmp_path}" in ran.err
    assert ran.err.count("there is none in") == 1
    assert os.listdir(tmp_path) == []


async def test_with_an_env_file_nothing_is_said_of_folders(tmp_path: Path) -> None:
    """Then what is missing is missing."""
    (tmp_path / ".env").write_text("SYNC_OBSERVE=true\n", encoding="utf-8")

    ran = await run_in(tmp_path, "up")

    assert ran.code == 2
    assert "ESPOCRM_URL: is not set" in ran.err
    assert "there is none in" not in ran.err
