"""Reads `.env` as it is written: a `$` stands for itself, quoted or not, and a line that cannot be read is no silence.

A password is no shell text. What python-dotenv would put in for `$name` is nothing, mostly.
"""

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic_settings import DotEnvSettingsSource
from pydantic_settings.sources.utils import parse_env_vars

NAMED_BY = "BETEILIGTE_SYNC_ENV_FILE"
"""Names the file of the settings; `--env-file` sets it for a command and the processes that it starts."""
USUAL = Path(".env")

logging.getLogger("dotenv.main").setLevel(logging.ERROR)  # its warning, once for each reading, says less than ours


def in_force() -> Path:
    """The file that is read: the one that is named, or `.env` in this folder."""
    return Path(os.environ.get(NAMED_BY) or USUAL)


def anchored(path: Path) -> Path:
    """A path of the settings: one that is relative is meant from the folder of the file, where that was named."""
    return in_force().parent / path if os.environ.get(NAMED_BY) else path


class EnvFile(DotEnvSettingsSource):
    """The file as a source of settings."""

    def _read_env_file(self, file_path: Path) -> Mapping[str, str | None]:
        return parse_env_vars(read(file_path), self.case_sensitive, self.env_ignore_empty, self.env_parse_none_str)


def read(path: Path) -> dict[str, str | None]:
    """Names and values as written, quotes taken off. Raises OSError, ValueError for another encoding."""
    return dotenv_values(path, encoding="utf-8", interpolate=False)


def unreadable_lines(path: Path) -> tuple[int, ...]:
    """Lines that say nothing, for instance since a quote is not closed. Raises OSError, ValueError."""
    with path.open(encoding="utf-8") as file:
        return tuple(binding.original.line for binding in parse_stream(file) if binding.error)
