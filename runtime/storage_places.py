"""Whether a file can be kept where it shall be, found by writing beside it: rights, a read-only or full disk, a folder.

What is wrong is said with the path and the remedy.
"""

import errno
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from runtime.system_errors import why

MEGABYTE = 1_000_000
_OTHER = "choose another path"
REMEDIES = {
    errno.EACCES: f"give this user the right to write there, or {_OTHER}",
    errno.EPERM: f"give this user the right to write there, or {_OTHER}",
    errno.EROFS: f"mount it for writing, or {_OTHER}",
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.EFBIG: "raise the limit on the size of files (`ulimit -f`), or that of the disk's file system",
    errno.ENOTDIR: f"a file stands where a folder should be; {_OTHER}",
    errno.EEXIST: f"a file stands where a folder should be; {_OTHER}",
    errno.EISDIR: f"a folder stands where the file should be; {_OTHER}",
}


def trouble(file: Path) -> str:
    """Why this file cannot be written, and what to do; nothing where it can. Makes its folder."""
    file = file.absolute()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if file.exists() and not os.access(file, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        _write_beside(file)
    except OSError as error:
        return told(error, file)
    return ""


def told(error: OSError, file: Path) -> str:
    """What an error of writing means for whoever reads it."""
    return f"{file} cannot be written ({why(error)}): {REMEDIES.get(error.errno or 0, _OTHER)}"


def _write_beside(file: Path) -> None:
    with tempfile.TemporaryFile(dir=file.parent) as trial:
        trial.write(bytes(4096))
        trial.flush()
        os.fsync(trial.fileno())


@dataclass(frozen=True)
class Keeping:
    """A file that grows, and how much free space it needs."""

    file: Path
    spare: int
    """Bytes."""

    def trouble(self) -> str:
        """Why it cannot grow, or soon cannot; nothing where it can. Writes beside it for a moment."""
        return self.short() or trouble(self.file)

    def short(self) -> str:
        """Whether there is space, by looking alone; nothing where there is."""
        if not self.file.parent.is_dir():
            return f"there is no folder {self.file.parent.absolute()} any more"
        free = shutil.disk_usage(self.file.parent).free
        if free < self.spare:
            return f"only {free // MEGABYTE} MB are free where {self.file.absolute()} is: free some space"
        return ""

    def measured(self) -> dict[str, int]:
        """Bytes: of the file with its log, free beside it, and how many shall be free. Raises OSError."""
        beside = [self.file, self.file.with_name(f"{self.file.name}-wal")]
        size = sum(file.stat().st_size for file in beside if file.exists())
        return {"file": size, "free": shutil.disk_usage(self.file.parent).free, "spare": self.spare}
