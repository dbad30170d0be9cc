"""Which processes of a test still run: found by a marker in their environment, however deep they were started."""

import asyncio
import os
import secrets
from collections.abc import Callable
from pathlib import Path

MARKER = "BETEILIGTE_TEST_MARKER"
OURS = ("BETEILIGTE_", "ESPOCRM_", "ADVOWARE_", "SYNC_", "TEMPORAL_", "WEBHOOK_", "WORKER_", "DESK_")


def marked_environment() -> dict[str, str]:
    """This process's environment without settings of the program, and a marker of its own.

    In clear: the test's own client, which has no keys, starts runs and looks at them.
    Without a desk, which few ask for.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return {**kept, MARKER: secrets.token_hex(8), "COLUMNS": "100", "TEMPORAL_ENCRYPT": "false", "DESK_PORT": "0"}


def running(environment: dict[str, str]) -> dict[int, str]:
    """Process ids and command lines of the processes that carry this environment's marker."""
    marker = f"{MARKER}={environment[MARKER]}".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if marker in (process / "environ").read_bytes().split(b"\0"):
                found[int(process.name)] = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it has just ended, or is not ours to see
    return {pid: line for pid, line in found.items() if line}  # a zombie has no command line


async def until(ready: Callable[[], object], what: str, *, within: float = 30) -> None:
    """Wait until something holds; a failure says what did not."""
    try:
        async with asyncio.timeout(within):
            while not ready():  # noqa: ASYNC110  (what is awaited happens in other processes)
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {within} s: {what}") from None
