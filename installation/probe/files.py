"""Files that are whole or not there: written beside, then renamed. What stood there before is kept as a copy."""

import os
from datetime import datetime
from itertools import chain, count
from pathlib import Path

PRIVATE = 0o600
"""Only the owner reads it."""


def replace_file(path: Path, text: str, *, mode: int = PRIVATE) -> None:
    """Give the file this text as a whole. Raises OSError, and then what was there is unchanged."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def keep_copy(path: Path, at: datetime) -> Path | None:
    """Copy what is there under a name of its own, for its owner alone; None: nothing is. Raises OSError."""
    if not path.exists():
        return None
    names = chain([""], (f"-{number}" for number in count(2)))
    free = (path.with_name(f"{path.name}.{at:%Y%m%d-%H%M%S}{more}") for more in names)
    copy = next(name for name in free if not name.exists())
    replace_file(copy, path.read_text(encoding="utf-8"))
    return copy


def mode_of(path: Path) -> int:
    """Who may read the file; where it is not there, its owner."""
    return path.stat().st_mode & 0o777 if path.exists() else PRIVATE
