"""Writes settings into `.env`: other lines stay as they are; a value that stands there only goes by `overwrite`.

A secret for which a file of its own is named (`…_FILE`) is written there instead.

The file may hold secrets, so it is for its owner alone afterwards. It is made beside its place and then moved there, so
a crash or a full disk leaves the old one.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from dotenv import set_key

from beteiligte.frozen import Frozen
from runtime import secret_files
from runtime.env_file import read


class WrittenLines(Frozen):
    """What became of each name."""

    written: tuple[str, ...] = ()
    in_files: tuple[str, ...] = ()
    """Of these, those that were written into the file of their secret."""
    same: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    """Another value stands there, or none that can be added to: it stays, and a person decides."""


def write(
    path: Path, values: Mapping[str, str], *, added: Mapping[str, Mapping[str, str]] | None = None
) -> WrittenLines:
    """Put these settings into the file, which is made where there is none.

    `added`: entries for a setting that is a JSON object, beside those that stand there. Raises OSError, and ValueError
    where the file is no UTF-8 text.
    """
    files = {name: file for name in (*values, *(added or {})) if (file := secret_files.file_of(name, path))}
    there = (read(path) if path.exists() else {}) | {name: secret_files.text_of(file) for name, file in files.items()}
    wanted = {**values, **{name: _with(there.get(name), entries) for name, entries in (added or {}).items()}}
    same = tuple(name for name, value in wanted.items() if there.get(name) == value)
    kept = tuple(
        name
        for name, value in wanted.items()
        if name not in same and (value is None or (there.get(name) and name in values))
    )
    new = {name: value for name, value in wanted.items() if value is not None and name not in (*same, *kept)}
    if lines := {name: value for name, value in new.items() if name not in files}:
        overwrite(path, lines)
    in_files = tuple(name for name in new if name in files)
    for name in in_files:
        _replace(files[name], new[name].encode())
    return WrittenLines(written=tuple(new), in_files=in_files, same=same, kept=kept)


def _with(there: str | None, entries: Mapping[str, str]) -> str | None:
    """A JSON object with these entries; None where what stands there is none, or holds another value for one."""
    try:
        known = json.loads(there) if there else {}
    except ValueError:
        return None
    if not isinstance(known, dict) or any(known.get(name, value) != value for name, value in entries.items()):
        return None
    return there if there and entries.items() <= known.items() else as_json({**known, **entries})


def as_json(entries: Mapping[str, str]) -> str:
    """A setting that is a JSON object."""
    return json.dumps(dict(entries))


def overwrite(path: Path, values: Mapping[str, str]) -> None:
    """The same in the place of what stands there. Raises OSError, and then the file is as it was."""
    target = path.resolve()
    _replace(target, target.read_bytes() if target.exists() else b"", values)


def _replace(target: Path, text: bytes, values: Mapping[str, str] = MappingProxyType({})) -> None:
    """With this text and, after it, these settings. Raises OSError, and then the file is as it was."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f"{target.name}.")  # for its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
        for setting, value in values.items():
            set_key(name, setting, value, quote_mode="auto")
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
