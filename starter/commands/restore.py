"""`restore`: put a backup in the place of the embedded server's state, while the program is stopped."""

import os
import sqlite3
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from contracts import visibility
from runtime import state_file, state_versions, storage_places
from runtime.engine import HOST
from runtime.loading import SettingsError, load
from runtime.ports import trouble
from runtime.settings import TemporalSettings
from runtime.state_file import BESIDE, NotAState
from starter.cli import backup_lines, person, report
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.keeping import backups, forgotten
from starter.keeping.backups import BackupSeen
from starter.program.instance import PUBLISHED, RunningAlready, only_one

EXAMPLE = "beteiligte-sync restore /backup/beteiligte-20261124T033000Z.db"

Backup = Annotated[Path, typer.Argument(metavar="FILE", help="A backup; it stays where it is.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


class Restored(Frozen):
    """The JSON document."""

    backup: BackupSeen
    state: str
    set_aside: str = ""
    """The state that was there; empty: there was none."""
    forgotten: tuple[str, ...] = ()
    """Parties that were erased since, and are back with the backup."""


def command(file: Backup, yes: Yes = False, as_json: AsJson = False) -> None:
    """Put a backup in the place of the state. Stop the program first; the state that is there is set aside, not lost.

    Exit: 0 restored; 2 settings, a key is missing, no writing there; 4 the program runs, the backup is damaged, disk
    full; 5 no such file; 7 it was not wanted.
    """
    try:
        temporal = load(TemporalSettings)
        if not temporal.embedded:
            raise SettingsError("TEMPORAL_ADDRESS is set: the state is that server's, and is restored there")
        code = _if_fit(file, temporal, yes=yes, as_json=as_json)
    except SettingsError as error:
        code = report.wrong_settings(error)
    raise typer.Exit(code)


def _if_fit(file: Path, temporal: TemporalSettings, *, yes: bool, as_json: bool) -> Exit:
    """Raises BadKeys."""
    if not file.is_file():
        report.note(f"there is no file {file.absolute()}; nothing was changed")
        return Exit.UNKNOWN
    if file.resolve() == temporal.state.resolve():
        report.note(f"{file} is the state itself; nothing was changed")
        return Exit.UNKNOWN
    try:
        seen = backups.look(file, temporal)
    except NotAState as damaged:
        report.note(f"{damaged}; nothing was changed")
        return Exit.FAILED
    if seen.missing_keys:
        backup_lines.show(seen)
        report.note("Nothing was changed: open runs could not go on, and nobody could read the rest")
        return Exit.SETTINGS
    return _alone(seen, temporal, yes=yes, as_json=as_json)


def _alone(seen: BackupSeen, temporal: TemporalSettings, *, yes: bool, as_json: bool) -> Exit:
    """Hold the program's lock meanwhile."""
    if why := storage_places.trouble(temporal.state.with_name(PUBLISHED)):
        report.note(f"Nothing was changed: {why}")
        return Exit.SETTINGS
    try:
        with only_one(temporal.state.with_name(PUBLISHED), patience=timedelta(0)):
            if why := trouble(HOST, temporal.port):
                report.note(f"Something runs at TEMPORAL_PORT, {temporal.port} on {HOST} ({why}); nothing was changed")
                return Exit.FAILED
            if not as_json:
                backup_lines.show(seen)
            if not (yes or _agreed(temporal.state)):
                return Exit.PERSON_DECIDES
            return _put_back(seen, temporal.state, as_json=as_json)
    except RunningAlready as running:
        pid = f"kill {running.addresses.pid}" if running.addresses else "it is just starting"
        report.note(f"The program runs: stop it first ({pid}). Nothing was changed")
        return Exit.FAILED


def _put_back(seen: BackupSeen, state: Path, *, as_json: bool) -> Exit:
    fresh = state.with_name(f".{state.name}.restored")
    try:
        state_file.copy(Path(seen.file), fresh, mark=0)
        kept = _set_aside(state)
        state_versions.forget(state)
        fresh.rename(state)
    except (sqlite3.OperationalError, OSError) as error:
        report.note(f"Nothing was changed: {state.absolute()} cannot be written ({error})")
        return Exit.FAILED
    except NotAState as damaged:
        report.note(f"{damaged}; nothing was changed")
        return Exit.FAILED
    back = map(visibility.party_of, state_file.workflow_ids(state, visibility.WORKFLOW_PREFIX))
    restored = Restored(
        backup=seen,
        state=str(state.absolute()),
        set_aside=str(kept.absolute()) if kept else "",
        forgotten=forgotten.known(state).among(back),
    )
    report.as_json(restored) if as_json else _show(restored)
    return Exit.DONE


def _set_aside(state: Path) -> Path | None:
    """With its log, which would else be taken for that of the backup. Raises OSError."""
    if state.exists():
        with suppress(sqlite3.Error):  # damaged, it is set aside as it is
            state_file.drop_log(state)
    kept = backups.aside(state, backups.now())
    parts = [end for end in (*BESIDE, "") if state.with_name(state.name + end).exists()]
    for end in parts:
        os.replace(state.with_name(state.name + end), kept.with_name(kept.name + end))
    return kept if parts else None


def _agreed(state: Path) -> bool:
    """Whether the person wants it; where nobody can be asked, not."""
    there = f"The state at {state.absolute()} is set aside. " if state.exists() else ""
    return person.agrees(f"{there}Put this backup in its place?", "nothing was changed")


def _show(restored: Restored) -> None:
    kept = restored.backup.kept
    newest = backup_lines.begun(restored.backup) if kept.newest else "then"
    report.line(f"\nRestored to {restored.state}. Start the program: `beteiligte-sync up`. Then:")
    if restored.set_aside:
        report.line(
            f"- What was there is {restored.set_aside}. Remove it when you need it no more: it holds the parties"
        )
    report.line(f"- {report.counted(kept.open, 'open run goes', 'open runs go')} on, and read both systems first")
    if kept.creates_begun:
        named = backup_lines.parties(kept.creates_begun)
        report.line(f"- Creates without an answer then: {named}. `status` shows what is asked, `resolve` answers it")
    report.line(
        f"- What the program did since {newest} it knows no more; betNr and base stand in EspoCRM. Only a party that "
        "was created in Advoware and not yet written to EspoCRM would be created again: look there for new ones first"
    )
    report.line("- `beteiligte-sync reconcile run` compares everything at once; the nightly comparison does it anyway")
    for party in restored.forgotten:
        report.line(f"- Erased since, and back: beteiligte-sync forget {party}")
