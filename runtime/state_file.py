"""The file of the embedded server's state, looked at from outside: copied, checked, searched; never changed in use.

A copy is made page by page. VACUUM would number the rows of Temporal's tables anew, and its text index goes by those
numbers. A copy of ours carries a mark in its header, so that whoever removes old ones removes nothing else.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

from temporalio.api.common.v1 import Payload
from temporalio.api.history.v1 import History

from beteiligte.frozen import Frozen
from contracts.visibility import CREATE_BEGUN
from runtime.codec import ENCODING, key_of
from runtime.payloads import payloads_in

MARK = int.from_bytes(b"BtSy")
"""SQLite's application id of a copy."""
BESIDE = ("-wal", "-shm")
"""What belongs to a file in use, or after a crash."""
PRIVATE = 0o600
TEMPORAL_S = "executions_visibility"
"""A table that the state of a Temporal server has."""
_KEY = re.compile(rb"\x0a\x03key\x12([\x01-\x40])", re.DOTALL)
"""A key's id in the metadata of a payload, as it is serialised."""


class NotAState(Exception):
    """The file is none, is damaged, or is not a Temporal server's; the message says which."""


class KeptRuns(Frozen):
    """What stands in a state."""

    runs: int
    open: int
    newest: str
    """When the run begun last began, as the server writes it; empty: there is none."""
    creates_begun: tuple[str, ...] = ()
    """Workflow ids of runs whose create had no answer yet when the copy was made."""


@contextmanager
def opened(state: Path) -> Iterator[sqlite3.Connection]:
    """For reading alone, a file that nobody changes meanwhile; nothing is left beside it. Raises NotAState."""
    alone = "" if state.with_name(state.name + BESIDE[0]).exists() else "&immutable=1"
    try:
        with closing(sqlite3.connect(f"{state.resolve().as_uri()}?mode=ro{alone}", uri=True)) as connection:
            yield connection
    except sqlite3.DatabaseError as error:
        raise NotAState(f"{state} is no state of a Temporal server, or is damaged ({error})") from None


def copy(state: Path, to: Path, *, patience: timedelta = timedelta(0), mark: int = MARK) -> None:
    """Copy one consistent moment of a state that may be in use: whole, checked and on the disk, or not at all.

    In use again it is no copy any more: then `mark` is 0. Raises NotAState where the state is damaged,
    sqlite3.OperationalError and OSError where it cannot be written.
    """
    unfinished = to.with_name(f"{to.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
        source = sqlite3.connect(f"{state.resolve().as_uri()}?mode=ro", uri=True, timeout=patience.total_seconds())
        with closing(source), closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # whoever reads it leaves no files beside it
            target.execute(f"PRAGMA application_id = {mark}")
        check(unfinished, called=state)
        _flush(unfinished)
        unfinished.rename(to)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise NotAState(f"{state} is no state of a Temporal server, or is damaged ({error})") from None
    finally:
        for end in ("", "-journal", *BESIDE):
            unfinished.with_name(unfinished.name + end).unlink(missing_ok=True)


def check(state: Path, *, called: Path | None = None) -> None:
    """Raises NotAState where it is not whole. `called`: the file that people know it by."""
    named = called or state
    with opened(state) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            raise NotAState(f"{named} is damaged: {found[0]}")
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (TEMPORAL_S,)).fetchone():
            raise NotAState(f"{named} is no state of a Temporal server")


def is_copy(file: Path) -> bool:
    """Whether the program made it as a copy, and nobody uses it as a state."""
    if file.is_symlink() or not file.is_file() or any(file.with_name(file.name + end).exists() for end in BESIDE):
        return False
    try:
        with opened(file) as connection:
            return bool(connection.execute("PRAGMA application_id").fetchone() == (MARK,))
    except (NotAState, sqlite3.Error, OSError):
        return False


def kept(state: Path) -> KeptRuns:
    """What stands in it. Raises NotAState."""
    with opened(state) as connection:
        ours = f"FROM {TEMPORAL_S} WHERE workflow_type_name NOT LIKE 'temporal-sys-%'"
        runs, running, newest = connection.execute(
            f"SELECT count(*), count(*) FILTER (WHERE close_time IS NULL), max(start_time) {ours}"
        ).fetchone()
        column = _column(connection, CREATE_BEGUN.name)
        begun = connection.execute(f"SELECT DISTINCT workflow_id {ours} AND {column} IS NOT NULL ORDER BY 1").fetchall()
    return KeptRuns(runs=runs, open=running, newest=newest or "", creates_begun=tuple(name for (name,) in begun))


def samples(state: Path) -> dict[str, Payload]:
    """A payload for each key under which anything stands: whoever opens it has that key. Raises NotAState."""
    found: dict[str, Payload] = {}
    with opened(state) as connection:
        for data in _batches(connection):
            if _keys(data) - found.keys():
                history = History.FromString(data)
                found |= {key: payload for payload in payloads_in(history) if (key := key_of(payload))}
    return found


def holds(state: Path, *workflow_ids: str, begins: str = "") -> bool:
    """Whether it has runs of these workflows, or of any whose id begins so. Raises NotAState."""
    with opened(state) as connection:
        marks = ", ".join("?" * len(workflow_ids))
        found = f"workflow_id IN ({marks}) OR (? != '' AND substr(workflow_id, 1, ?) = ?)"
        query = f"SELECT 1 FROM {TEMPORAL_S} WHERE {found} LIMIT 1"
        return connection.execute(query, (*workflow_ids, begins, len(begins), begins)).fetchone() is not None


def workflow_ids(state: Path, prefix: str) -> Iterator[str]:
    """Ids of all workflows that begin so. Raises NotAState."""
    with opened(state) as connection:
        query = f"SELECT DISTINCT workflow_id FROM {TEMPORAL_S} WHERE substr(workflow_id, 1, ?) = ?"
        yield from (name for (name,) in connection.execute(query, (len(prefix), prefix)))


def drop_log(state: Path) -> bool:
    """Write what was deleted through to the file, and cut off the log in which it may still stand; whether it was.

    In use this waits for no reader: then the log is cut when the server next has a moment, or is stopped.
    """
    with closing(sqlite3.connect(f"{state.resolve().as_uri()}?mode=rw", uri=True, timeout=5)) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _column(connection: sqlite3.Connection, attribute: str) -> str:
    """Where the server keeps a search attribute: in one of ten columns, by a list among its namespaces' settings."""
    named = re.compile(rb"\x0a\x09(Keyword\d\d)\x12" + bytes([len(attribute)]) + attribute.encode())
    for (data,) in connection.execute("SELECT data FROM namespaces"):
        if found := named.search(data):
            return str(found[1], "ascii")
    return "NULL"


def _batches(connection: sqlite3.Connection) -> Iterator[bytes]:
    yield from (data for (data,) in connection.execute("SELECT data FROM history_node"))


def _keys(data: bytes) -> set[str]:
    if ENCODING not in data:
        return set()
    found = (data[match.end() : match.end() + match[1][0]] for match in _KEY.finditer(data))
    return {key.decode(errors="replace") for key in found}


def _flush(file: Path) -> None:
    with file.open("rb") as written:
        os.fsync(written.fileno())
