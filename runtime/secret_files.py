"""Secrets from files: beside each secret setting stands another of its name and `_FILE`, the path of a file with it.

That is how containers and systemd hand secrets over; a file shows in no listing of processes and no environment.
"""

import os
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from runtime.env_file import anchored, read
from runtime.system_errors import why

END = "_FILE"
LONGEST = 64 * 1024
"""Bytes; whatever is longer is no secret, but the wrong file."""


def secret_names(kind: type[BaseSettings]) -> dict[str, str]:
    """The names of a class's secret settings, by field."""
    prefix = str(kind.model_config.get("env_prefix", ""))
    return {
        field: f"{prefix}{field}".upper() for field, info in kind.model_fields.items() if _is_secret(info.annotation)
    }


def _is_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))


class SecretFiles(PydanticBaseSettingsSource):
    """The files as a source of settings; one that cannot be used is left out, and `troubles` names it."""

    def __init__(self, settings_cls: type[BaseSettings], env_file: Path | None) -> None:
        """Which files there are, the environment or `.env` says."""
        super().__init__(settings_cls)
        self._written = _written(env_file)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """One secret; None where no file is named for it, or where it cannot be used."""
        named = _named(secret_names(self.settings_cls).get(field_name, ""), self._written)
        text, trouble = ("", "") if named is None else _looked_at(named)
        return (None if trouble else text or None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Every secret that stands in a file."""
        found = {name: self.get_field_value(info, name)[0] for name, info in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def troubles(kind: type[BaseSettings], env_file: Path, *, may_lack: Container[str] = ()) -> Iterator[tuple[str, str]]:
    """What is wrong with the files of a class's secrets: name of the setting and what, never what the file holds.

    `may_lack`: names whose file may hold nothing yet, for whoever is about to make what stands in it.
    """
    written = _written(env_file)
    for name in secret_names(kind).values():
        named = _named(name, written)
        if named is None:
            continue
        if _value(name, written):
            yield name, f"is set, and {name}{END} as well: keep one of them"
        elif (trouble := _looked_at(named)[1]) and not (name in may_lack and holds_nothing(named)):
            yield f"{name}{END}", f"{named}: {trouble}"


def files_of(kind: type[BaseSettings], env_file: Path) -> tuple[Path, ...]:
    """The files that are named for a class's secrets."""
    written = _written(env_file)
    return tuple(path for name in secret_names(kind).values() if (path := _named(name, written)))


def file_of(name: str, env_file: Path) -> Path | None:
    """The file that is named for a secret; None: none is, so it belongs into the file of the settings."""
    return _named(name, _written(env_file))


def holds_nothing(path: Path) -> bool:
    """Whether a secret is still to be put there."""
    return not path.exists() or path.stat().st_size == 0


def text_of(path: Path) -> str:
    """What a file of a secret holds; nothing where it cannot be used."""
    return _looked_at(path)[0]


def _written(env_file: Path | None) -> Mapping[str, str | None]:
    if env_file is None or not env_file.exists():
        return {}
    try:
        return {name.upper(): value for name, value in read(env_file).items()}
    except (OSError, ValueError):
        return {}  # loading.py tells it


def _value(name: str, written: Mapping[str, str | None]) -> str:
    return os.environ.get(name) or written.get(name) or ""


def _named(name: str, written: Mapping[str, str | None]) -> Path | None:
    path = _value(f"{name}{END}", written)
    return anchored(Path(path)) if name and path else None


def _looked_at(path: Path) -> tuple[str, str]:
    """What it holds, without the line break at the end that editors and `echo` leave; and why it cannot be used."""
    try:
        if path.stat().st_size > LONGEST:
            return "", f"is longer than {LONGEST} bytes, so it is no secret"
        text = path.read_text("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        return "", "is no UTF-8 text"
    except OSError as error:
        return "", f"cannot be read ({why(error)})"
    return text, "" if text else "is empty"
