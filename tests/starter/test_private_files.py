"""What the program keeps on its disk is its user's alone, however open the user makes files otherwise."""

import asyncio
import os
import stat
import sys
from pathlib import Path

import httpx
import pytest

from installation.check import Check, Verdict
from installation.checks import machine
from runtime.ports import free_port
from runtime.settings import TemporalSettings
from starter.keeping import backups, forgotten
from starter.keeping.backups import now
from starter.webhook import received
from starter.webhook.received import DeliveryTrail, path
from tests.processes import marked_environment, until

PRIVATE = 0o600


@pytest.fixture(autouse=True)
def openly() -> object:
    """As on most machines: new files are readable by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: mode(file) for file in folder.iterdir()}


async def test_what_became_of_deliveries_is_private(tmp_path: Path) -> None:
    trail = DeliveryTrail(path(tmp_path, 8080))
    trail.taken("create")
    trail.write()
    assert modes(tmp_path) == {"deliveries-8080.json": PRIVATE}


def test_who_was_erased_and_where_backups_lie_is_private(tmp_path: Path) -> None:
    state = tmp_path / "temporal.db"
    forgotten.remember(state, "5f1e", now())
    backups.remember(state, tmp_path)
    assert [*modes(tmp_path).values()] == [PRIVATE, PRIVATE]


async def test_a_service_of_its_own_keeps_what_it_makes_private(tmp_path: Path) -> None:
    """`webhook` without `up`, as on a machine of its own: also the folder that it makes."""
    port = free_port("127.0.0.1")
    environment = marked_environment() | {
        "WEBHOOK_PORT": str(port),
        "WEBHOOK_ALLOW_UNSIGNED": "true",
        "TEMPORAL_PORT": "1",
        "TEMPORAL_STATE": str(tmp_path / "made" / "temporal.db"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = (sys.executable, "-m", "starter", "webhook")
    service = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, env=environment)
    try:
        await until(lambda: service.returncode is not None or _listens(port), "the service")
        assert received.known(tmp_path / "made") is not None  # before anything came: it runs on this machine
    finally:
        service.terminate()
        await asyncio.wait_for(service.wait(), 30)

    assert mode(tmp_path / "made") == 0o700
    assert {*modes(tmp_path / "made").values()} == {PRIVATE}


def _listens(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/live").is_success
    except httpx.TransportError:
        return False


def looked(state: Path) -> Check | None:
    found = asyncio.run(machine.checks(TemporalSettings(state=state)))
    return next((check for check in found if check.name == machine.ALONE), None)


def test_a_state_that_others_can_read_is_named_with_the_command(tmp_path: Path) -> None:
    """One that an earlier version made keeps its mode; a closed folder keeps all of it."""
    state = tmp_path / "temporal.db"
    tmp_path.chmod(0o755)
    none = looked(state)
    for file in (state, tmp_path / "temporal.db-wal"):
        file.touch(0o644)
    opened = looked(state)
    tmp_path.chmod(0o700)
    closed = looked(state)

    assert none is None
    assert opened is not None
    assert (opened.verdict, opened.remedy) == (Verdict.WARNING, f"chmod -R go= {tmp_path}")
    assert "temporal.db, temporal.db-wal" in opened.seen
    assert closed is not None
    assert closed.verdict is Verdict.OK


def test_a_state_of_its_owner_is_well_in_an_open_folder(tmp_path: Path) -> None:
    state = tmp_path / "temporal.db"
    state.touch(PRIVATE)
    tmp_path.chmod(0o755)
    found = looked(state)
    assert found is not None
    assert found.verdict is Verdict.OK
