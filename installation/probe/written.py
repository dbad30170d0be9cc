"""What a probe leaves on this machine: what it saw, and the settings where a person asked for them to be written."""

import os
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from installation import env_lines
from installation.probe.files import keep_copy, mode_of, replace_file
from installation.probe.findings import ProbeReport
from installation.probe.offer import FIELDS_FILE, Offer
from runtime.env_file import in_force
from runtime.loading import load_all
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


def write(offered: Offer, at: datetime, env_file: Path | None = None) -> tuple[Path, ...]:
    """Write what is offered; the copies of what stood there before.

    The settings are read as a start would read them before anything is touched; the file of fields was before.

    Raises SettingsError, OSError.
    """
    copies, env_file = [], env_file or in_force()
    _refuse_unusable({name: value for name, value in offered.env.items() if name != FIELDS_FILE}, env_file)
    if offered.fields:
        copies.append(keep_copy(offered.fields_path, at))
        replace_file(offered.fields_path, offered.fields, mode=mode_of(offered.fields_path))
    if offered.env:
        copies.append(keep_copy(env_file, at))
        env_lines.overwrite(env_file, offered.env)
    return tuple(filter(None, copies))


def hidden(offered: Offer) -> tuple[str, ...]:
    """Settings that the environment sets, so that a line in `.env` does not count."""
    return tuple(name for name in offered.env if name in os.environ)


def _refuse_unusable(settings: Mapping[str, str], env_file: Path) -> None:
    """Settings with which nothing starts are not written. Raises SettingsError."""
    with tempfile.TemporaryDirectory(dir=env_file.absolute().parent) as beside:
        trial = Path(beside) / env_file.name
        if env_file.exists():
            replace_file(trial, env_file.read_text(encoding="utf-8"))
        env_lines.overwrite(trial, settings)
        load_all(*ALL, env_file=trial)
