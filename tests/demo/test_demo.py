"""`make demo` as a process: it ends with 0 only if all of it came true, and leaves nothing behind however it ends."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from tests.processes import marked_environment, running, until

BROKEN = '''
import httpx
from demo.__main__ import main
from demo.chapters import PUSHED, created
from runtime.processes import run_and_exit

async def breaks(play):
    """Somebody breaks something"""
    world = play.stage.world
    party = await play.party("Zoë", "Çelik")
    play.edit(party, titel="Dr.")
    async with httpx.AsyncClient(base_url=world.espocrm_server.url) as stranger:
        for _ in range(3):
            await stranger.get(f"/api/v1/CBeteiligte/{party}")
    await play.synced(party, "watched by a stranger", PUSHED)
    first, *_ = world.advoware.records.values()
    first["vorname"] = "Anne"
    world.advoware.add(name="Çelik")

run_and_exit(main([created, breaks]))
'''


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Marked; what the demo keeps of a failure goes to the test's own directory."""
    return {**marked_environment(), "TMPDIR": str(tmp_path)}


@asynccontextmanager
async def demo(*arguments: str, environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """The demo, and afterwards proof that none of its processes is left."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await until(lambda: not running(environment), "no process left", within=15)


async def test_the_story_comes_true_and_leaves_nothing(environment: dict[str, str]) -> None:
    """All chapters, on other ports where one is taken; an environment that names real systems is not used."""
    environment |= {"ESPOCRM_URL": "https://crm.invalid", "TEMPORAL_ADDRESS": "192.0.2.1:7233"}
    with socket.socket() as taking:
        with suppress(OSError):
            taking.bind(("127.0.0.1", 8233))
            taking.listen()
        async with demo("-m", "demo", "--night", "20", environment=environment) as process:
            said = (await asyncio.wait_for(process.communicate(), 110))[0].decode()
            assert process.returncode == 0, said
            assert running(environment) == {}

    assert "parties are equal in both systems, every budget was kept" in said
    assert "http://127.0.0.1:8233" not in said
    assert "EspoCRM „Dr.“, Advoware „Prof.“" in said
    assert "20 parties, 2 messages, 0 differences" in said
    assert "attempt 3 of 4 failed: advoware could not be reached" in said
    assert max(len(line) for line in said.splitlines() if "http://" not in line and ".log" not in line) <= 100


async def test_a_broken_world_ends_with_1_and_is_named(environment: dict[str, str]) -> None:
    """A budget that is broken, systems that differ, a party too many."""
    async with demo("-c", BROKEN, environment=environment) as process:
        said = (await asyncio.wait_for(process.communicate(), 60))[0].decode()

    assert process.returncode == 1
    assert "watched by a stranger: 7 calls break the budget of 4" in said
    assert "vorname differs" in said
    assert "belongs to 0 parties" in said
    assert "3 things are not as they should be" in said


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 130), (signal.SIGKILL, -9)], ids=str)
async def test_however_it_is_ended_no_process_is_left(
    environment: dict[str, str], number: signal.Signals, code: int
) -> None:
    """In the middle of a chapter."""
    async with demo("-m", "demo", environment=environment) as process:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            while "Jürgen" not in (await process.stdout.readline()).decode():
                pass
        assert len(running(environment)) >= 4
        process.send_signal(number)

        assert await asyncio.wait_for(process.wait(), 20) == code
        await until(lambda: not running(environment), "no process left", within=15)


async def test_it_stays_when_asked_and_ends_with_ctrl_c(environment: dict[str, str]) -> None:
    """STAY=1: the addresses are printed, everything still runs; Ctrl-C is its ordinary end."""
    story = "from demo.__main__ import *; from demo.chapters import created; run_and_exit(main([created], stay=True))"
    async with demo("-c", story, environment=environment) as process:
        assert process.stdout is not None
        said = []
        async with asyncio.timeout(60):
            while line := (await process.stdout.readline()).decode():
                said.append(line)
                if "keeps running" in line:
                    break
        assert line, "the demo ended by itself: " + "".join(said)
        assert len(running(environment)) >= 4
        process.send_signal(signal.SIGINT)

        assert await asyncio.wait_for(process.wait(), 20) == 0
        assert running(environment) == {}
