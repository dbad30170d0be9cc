"""Backups: named by time where a folder is given, the newest kept, looked at; and where they lie, remembered.

What is not ours is never removed: a name of our form *and* the mark in the header make a backup ours (state_file.py).
"""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from temporalio.api.common.v1 import Payload

from beteiligte.frozen import Frozen
from runtime import key_file, state_file
from runtime.codec import EncryptingCodec, Unreadable
from runtime.settings import TemporalSettings
from runtime.state_file import BESIDE, PRIVATE, KeptRuns

TIME = "%Y%m%dT%H%M%SZ"
NAMED = re.compile(r"beteiligte-[0-9]{8}T[0-9]{6}Z\.db")
ASIDE = ".before-"
"""In the name of a state that `restore` set aside, before the time."""
FOLDERS = "backups.json"
"""Beside the state: the folders in which backups were made."""


class BackupSeen(Frozen):
    """A backup that was looked at."""

    file: str
    size: int
    kept: KeptRuns
    keys: tuple[str, ...] = ()
    """Ids of the keys under which anything stands there."""
    missing_keys: tuple[str, ...] = ()
    """Ids of keys under which something stands there, and that the key file lacks, or has another of that id."""
    key_file: str
    key_beside: bool = False
    """The key file lies in the same folder: whoever takes the folder reads everything."""


def named(folder: Path, at: datetime) -> Path:
    """The file of a backup that is made now."""
    return folder / f"beteiligte-{at:{TIME}}.db"


def outdated(folder: Path, keep: int) -> list[Path]:
    """Backups of ours in this folder beyond the newest."""
    return sorted(filter(_ours, folder.iterdir()), reverse=True)[keep:]


def newest(folder: Path) -> list[Path]:
    """The backup of ours in this folder that was made last, if there is any."""
    return sorted(filter(_ours, folder.iterdir()))[-1:]


def _ours(file: Path) -> bool:
    return bool(NAMED.fullmatch(file.name)) and state_file.is_copy(file)


def look(file: Path, temporal: TemporalSettings) -> BackupSeen:
    """Is it whole, what is in it, and can it be read here? Raises NotAState, BadKeys."""
    state_file.check(file)
    samples = state_file.samples(file)
    return BackupSeen(
        file=str(file.absolute()),
        size=file.stat().st_size,
        kept=state_file.kept(file),
        keys=tuple(sorted(samples)),
        missing_keys=_unopened(samples, temporal.keys),
        key_file=str(temporal.keys.absolute()),
        key_beside=(file.parent / temporal.keys.name).exists(),
    )


def _unopened(samples: dict[str, Payload], keys: Path) -> tuple[str, ...]:
    """Of which no key here opens the sample."""
    ring = key_file.load(keys)
    codec = EncryptingCodec(ring) if ring else None
    return tuple(sorted(key for key, payload in samples.items() if codec is None or not _opens(codec, payload)))


def _opens(codec: EncryptingCodec, payload: Payload) -> bool:
    try:
        codec.opened(payload)
    except Unreadable:
        return False
    return True


def remember(state: Path, folder: Path) -> None:
    """That backups lie there: whoever erases a party is told which of them hold it. Raises OSError."""
    known = {str(known) for known in folders(state)}
    if (here := str(folder.absolute())) not in known:
        file = state.with_name(FOLDERS)
        file.touch(mode=PRIVATE)
        file.write_text(json.dumps({"folders": sorted({*known, here})}, indent=2), encoding="utf-8")
        file.chmod(PRIVATE)  # also one of an earlier version


def folders(state: Path) -> tuple[Path, ...]:
    """Where backups of this state were made; one that is gone or cannot be read by now is none."""
    try:
        found = json.loads(state.with_name(FOLDERS).read_text(encoding="utf-8"))["folders"]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(Path(str(folder)) for folder in found)


def existing(state: Path) -> list[Path]:
    """Every backup that is still where it was made, and every state that was set aside."""
    made = [file for folder in folders(state) if folder.is_dir() for file in folder.iterdir() if _readable_copy(file)]
    aside = state.parent.glob(f"{state.name}{ASIDE}*") if state.parent.is_dir() else ()
    return sorted({*made, *(file for file in aside if not file.name.endswith(BESIDE))})


def _readable_copy(file: Path) -> bool:
    return file.suffix != ".part" and state_file.is_copy(file)


def aside(state: Path, at: datetime) -> Path:
    """Where a state is set aside before another takes its place."""
    return state.with_name(f"{state.name}{ASIDE}{at:{TIME}}")


def now() -> datetime:
    """By which backups are named."""
    return datetime.now(UTC)
