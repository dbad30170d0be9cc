"""One running program per state: the first holds a lock and publishes its addresses, a second one reads them.

The lock is the kernel's (filelock), so a program that was killed holds none.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import ValidationError

from beteiligte.frozen import Frozen
from starter import waits

PUBLISHED = "up.json"
"""Beside the state: the addresses of the running program."""


class ProgramAddresses(Frozen):
    """Where the parts of a running program are."""

    pid: int
    temporal: str
    web_ui: str | None = None
    """None where the Temporal server is not ours."""
    webhook: str
    desk: str | None = None
    """None: none runs."""
    state: str | None = None


class RunningAlready(Exception):
    """The program runs already; `addresses` is None while it has none to show."""

    def __init__(self, addresses: ProgramAddresses | None) -> None:
        super().__init__("the program is running already")
        self.addresses = addresses


class Published:
    """What a second start shall find."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.withdraw()  # those of one that was killed

    def publish(self, addresses: ProgramAddresses) -> None:
        """Show them to every later start."""
        self._path.write_text(addresses.model_dump_json(), encoding="utf-8")

    def withdraw(self) -> None:
        """Show none."""
        self._path.write_text("", encoding="utf-8")


def running(path: Path) -> ProgramAddresses | None:
    """The program that publishes in this file and lives; one that was killed left its addresses behind."""
    addresses = _read(path)
    if addresses is None:
        return None
    lock = FileLock(path.with_suffix(".lock"))
    if not _taken(lock):
        return addresses
    lock.release()
    return None


@contextmanager
def only_one(path: Path, *, patience: timedelta = waits.FIRST_START) -> Iterator[Published]:
    """Be the only one that publishes in this file; the lock lies beside it.

    Raises RunningAlready, after waiting for a first that is still starting.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_suffix(".lock"))
    deadline = time.monotonic() + patience.total_seconds()
    while not _taken(lock):
        addresses = _read(path)
        if addresses or time.monotonic() > deadline:
            raise RunningAlready(addresses)
        time.sleep(waits.LOOK_AT_FIRST_START.total_seconds())
    published = Published(path)
    try:
        yield published
    finally:
        published.withdraw()
        lock.release()


def _taken(lock: FileLock) -> bool:
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    return True


def _read(path: Path) -> ProgramAddresses | None:
    try:
        return ProgramAddresses.model_validate_json(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        return None
