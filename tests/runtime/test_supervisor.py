"""Parts are watched, started again, and never left behind."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from runtime.supervisor import SETTINGS_WRONG, Part, PartFailed, Supervisor
from tests.processes import marked_environment, running, until

FOR_EVER = "import os; os.read(os.pipe()[0], 1)"
"""Reads from a pipe into which nobody writes."""
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); {FOR_EVER}"


@pytest_asyncio.fixture(loop_scope="session")
async def parts() -> AsyncIterator[Supervisor]:
    async with Supervisor.open() as opened:
        opened.first_wait = 0.05
        yield opened


def part(code: str, environment: dict[str, str], **more: float) -> Part:
    return Part(name="part", command=(sys.executable, "-S", "-c", code), environment=environment, **more)  # type: ignore[arg-type]


async def test_a_part_that_was_killed_is_started_again(parts: Supervisor) -> None:
    """Nobody told it to end."""
    environment = marked_environment()
    await parts.start(part(FOR_EVER, environment))
    first = parts.pid("part")

    os.kill(first, signal.SIGKILL)

    await until(lambda: parts.pid("part") != first, "a new process")
    await parts.stop()
    assert running(environment) == {}


async def test_a_part_whose_settings_are_wrong_is_not_started_again(parts: Supervisor) -> None:
    """Starting it again would only repeat the message."""
    await parts.start(part(f"import sys; sys.exit({SETTINGS_WRONG})", marked_environment()))

    await asyncio.wait_for(parts.failed.wait(), 10)


async def test_a_part_that_ends_at_once_is_reported(parts: Supervisor) -> None:
    """It never became ready: the start fails instead of waiting for ever."""

    async def never() -> bool:
        return False

    ends = Part(name="short", command=(sys.executable, "-c", "exit(7)"), environment={}, ready=never)

    with pytest.raises(PartFailed, match="short ended at once with exit code 7"):
        await parts.start(ends)


async def test_a_part_that_does_not_answer_is_reported(parts: Supervisor) -> None:
    """Ready within a bounded time, or not at all."""
    parts.up_within = 0.2

    async def never() -> bool:
        return False

    deaf = Part(name="deaf", command=(sys.executable, "-S", "-c", FOR_EVER), environment={}, ready=never)

    with pytest.raises(PartFailed, match="deaf did not answer within"):
        await parts.start(deaf)


async def test_a_part_that_does_not_drain_in_time_is_killed(parts: Supervisor, tmp_path: Path) -> None:
    """Stopping is bounded."""
    environment = marked_environment()
    listens_no_more = tmp_path / "deaf"
    code = DEAF.replace("print(flush=True)", f"open({str(listens_no_more)!r}, 'w')")
    await parts.start(part(code, environment, stops_within=0.2))
    await until(listens_no_more.exists, "a process that ignores SIGTERM")

    await parts.stop()

    assert running(environment) == {}


async def test_a_part_dies_with_a_starter_that_was_killed() -> None:
    """No orphan keeps a port or a file (Linux: parent-death signal)."""
    environment = marked_environment()
    starter = f"""
import asyncio, os, sys
from runtime.supervisor import Part, Supervisor

async def main():
    async with Supervisor.open() as parts:
        command = (sys.executable, "-S", "-c", {FOR_EVER!r})
        await parts.start(Part(name="part", command=command, environment=os.environ, aside=True))
        await asyncio.Event().wait()

asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", starter, env=environment)
    part = f"{sys.executable} -S -c {FOR_EVER} "
    await until(lambda: part in running(environment).values(), "a running part")

    process.kill()

    await process.wait()
    await until(lambda: not running(environment), "no process left", within=10)
