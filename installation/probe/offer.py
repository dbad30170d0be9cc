"""The settings that follow from what was seen: lines for `.env`, and a file of fields. Nothing is written here."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from beteiligte.record.field_table import FieldTable
from installation.probe.findings import ProbeReport
from runtime import field_file
from runtime.env_file import anchored
from runtime.loading import Loaded
from runtime.settings import AdvowareSettings, SweepSettings, SyncSettings

WRITABLE = "ADVOWARE_WRITABLE"
FIELDS_FILE = "SYNC_FIELDS_FILE"
NEW_FILE = Path("fields.toml")
"""Beside the file of the settings."""
SETTINGS = (AdvowareSettings, SyncSettings, SweepSettings)
"""Classes of settings that an offer is compared with."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What would be written."""

    env: Mapping[str, str]
    """Settings that are set otherwise now."""
    fields: str = ""
    """The whole text of the file of fields; empty: it stays as it is."""
    fields_path: Path = NEW_FILE

    def __bool__(self) -> bool:
        """Whether anything follows."""
        return bool(self.env or self.fields)


def offer(report: ProbeReport, loaded: Loaded) -> Offer:
    """What follows from this probe for these settings. Raises SettingsError where the file of fields is unusable."""
    sync, advoware = loaded[SyncSettings], loaded[AdvowareSettings]
    table = sync.rules(advoware).table
    now = {
        "ADVOWARE_LOOKUP": _yes(advoware.lookup),
        "ADVOWARE_WRITE_PROBE": _yes(advoware.write_probe),
        "SWEEP_LISTING": _yes(loaded[SweepSettings].listing),
        "SYNC_INITIAL_SYNC": sync.initial_sync.value,
        WRITABLE: ",".join(row.name for row in table.rows if row.writable),
    }
    env = {name: value for name, value in report.settings.items() if value != now.get(name)}
    path = sync.fields_file or anchored(NEW_FILE)
    text = _with_unmapped(path, report.unmapped, table)
    if text and sync.fields_file is None:
        env[FIELDS_FILE] = str(NEW_FILE)
    return Offer(env, text, path)


def _yes(value: bool) -> str:
    return "true" if value else "false"


def _with_unmapped(path: Path, unmapped: Mapping[str, str], table: FieldTable) -> str:
    """The file's text with these fields left out; empty where none is to be left out. A name is never left out."""
    wanted = {name: guess for name, guess in unmapped.items() if name != table.name}
    if not wanted:
        return ""
    rows = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in wanted:
        rows[name] = {**rows.get(name, {}), "mapped": False}
    text = "\n".join(_toml(rows, wanted))
    field_file.parse(text)
    return text


def _toml(rows: Mapping[str, Mapping[str, object]], guesses: Mapping[str, str]) -> Iterator[str]:
    """Flat tables; a guess stands as a comment, since only a person can tell."""
    for name, row in rows.items():
        yield f"[{name}]"
        if name in guesses:
            yield "# Advoware's record has no such property, so it is left out. If it is called otherwise, say so:"
            yield f'# advoware = "{guesses[name] or "…"}"   and take the next line away'
        yield from (f"{key} = {_value(value)}" for key, value in row.items())
        yield ""


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
