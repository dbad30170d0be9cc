"""One running program per state: the first holds a lock and publishes its addresses, a second one reads them.

The lock is the kernel's, so a program that was killed holds none.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from beteiligte.frozen import Frozen


class ProgramAddresses(Frozen):
    """Where the parts of a running program are."""

    pid: int
    temporal: str
    web_ui: str | None = None
    """None where the Temporal server is not ours."""
    webhook: str
    state: str | None = None


class RunningAlready(Exception):
    """The program runs already; `addresses` is None while it has none to show."""

    def __init__(self, addresses: ProgramAddresses | None) -> None:
        super().__init__("the program is running already")
        self.addresses = addresses


class Published:
    """What a second start shall find."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def publish(self, addresses: ProgramAddresses) -> None:
        """Show them to every later start."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(addresses.model_dump_json())
        self._file.flush()


@contextmanager
def only_one(path: Path, *, patience: timedelta = timedelta(seconds=20)) -> Iterator[Published]:
    """Be the only one with this lock file. Raises RunningAlready, after waiting for a first that is still starting."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        deadline = time.monotonic() + patience.total_seconds()
        while not _locked(file):
            addresses = _read(path)
            if addresses or time.monotonic() > deadline:
                raise RunningAlready(addresses)
            time.sleep(0.1)
        file.truncate(0)
        try:
            yield Published(file)
        finally:
            file.truncate(0)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path) -> ProgramAddresses | None:
    try:
        return ProgramAddresses.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError:
        return None
