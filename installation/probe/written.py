"""What a probe leaves on this machine: what it saw, and the settings where a person asked for them to be written."""

import os
import re
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from installation.probe.files import keep_copy, mode_of, replace_file
from installation.probe.findings import ProbeReport
from installation.probe.offer import Offer
from runtime.loading import ENV_FILE, load_all
from runtime.settings import ALL

LAST = "advoware-probe.json"
"""Beside the engine's state: what the last probe saw."""


def keep(report: ProbeReport, folder: Path) -> None:
    """For later looks at the installation. Raises OSError."""
    replace_file(folder / LAST, report.model_dump_json(indent=2))


def last(folder: Path) -> ProbeReport | None:
    """The last probe; None: there was none, or what is kept of it cannot be read any more."""
    try:
        return ProbeReport.model_validate_json((folder / LAST).read_bytes())
    except (OSError, ValidationError):
        return None


def write(offered: Offer, at: datetime, env_file: Path = ENV_FILE) -> tuple[Path, ...]:
    """Write what is offered; the copies of what stood there before.

    The settings are read as a start would read them before `.env` is touched. Raises SettingsError, OSError.
    """
    copies = []
    if offered.fields:
        copies.append(keep_copy(offered.fields_path, at))
        replace_file(offered.fields_path, offered.fields, mode=mode_of(offered.fields_path))
    if offered.env:
        text = with_settings(_text_of(env_file), offered.env, at)
        _refuse_unusable(text, env_file)
        copies.append(keep_copy(env_file, at))
        replace_file(env_file, text, mode=mode_of(env_file))
    return tuple(filter(None, copies))


def hidden(offered: Offer) -> tuple[str, ...]:
    """Settings that the environment sets, so that a line in `.env` does not count."""
    return tuple(name for name in offered.env if name in os.environ)


def with_settings(text: str, settings: Mapping[str, str], at: datetime) -> str:
    """The text of `.env` with these settings: in the place of lines that set them, else at the end."""
    lines, left = text.splitlines(), dict(settings)
    for number, line in enumerate(lines):
        for name, value in settings.items():
            if re.match(rf"\s*(export\s+)?{name}\s*=", line):
                lines[number] = _line(name, value)
                left.pop(name, None)
    if left:
        lines += ["", f"# as `beteiligte-sync doctor --probe` saw it, {at:%Y-%m-%d %H:%M}"]
        lines += [_line(name, value) for name, value in left.items()]
    return "\n".join(lines) + "\n"


def _line(name: str, value: str) -> str:
    return f"{name}='{value}'" if re.search(r"[\s#]", value) else f"{name}={value}"


def _text_of(env_file: Path) -> str:
    return env_file.read_text(encoding="utf-8") if env_file.exists() else ""


def _refuse_unusable(text: str, env_file: Path) -> None:
    """Settings with which nothing starts are not written. Raises SettingsError."""
    with tempfile.TemporaryDirectory(dir=env_file.absolute().parent) as beside:
        trial = Path(beside) / env_file.name
        replace_file(trial, text)
        load_all(*ALL, env_file=trial)
