"""`backup`: a copy of the embedded server's state, made while the program runs."""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from runtime import storage_places
from runtime.loading import SettingsError, load, looked_in
from runtime.settings import TemporalSettings
from starter import waits
from starter.cli import report
from starter.cli.exits import Exit

EXAMPLE = "beteiligte-sync backup /backup/temporal-2026-11-24.db"

Target = Annotated[Path, typer.Argument(help="File to write; it must not exist yet.")]


def command(to: Target) -> None:
    """Copy the embedded server's state into a file, also while the program runs.

    Exit: 0 copied, 2 settings, or no writing there, 4 damaged or disk full, 5 there is no state, or the file exists.
    """
    try:
        state = load(TemporalSettings).state
    except SettingsError as error:
        raise typer.Exit(report.wrong_settings(error)) from None
    if not state.exists() or to.exists():
        missing = "\n".join((f"there is no state at {state.resolve()} (TEMPORAL_STATE)", *looked_in()))
        problem = f"{to} exists" if to.exists() else missing
        print(f"Nothing was copied: {problem}", file=sys.stderr)
        raise typer.Exit(Exit.UNKNOWN)
    if why := storage_places.trouble(to):
        print(f"Nothing was copied: {why}", file=sys.stderr)
        raise typer.Exit(Exit.SETTINGS)
    try:
        sound = copy(state, to)
    except sqlite3.OperationalError as error:  # a full disk, above all
        to.with_name(f"{to.name}.part").unlink(missing_ok=True)
        print(f"Nothing was copied from {state.resolve()} to {to.resolve()}: {error}", file=sys.stderr)
        raise typer.Exit(Exit.FAILED) from None
    if not sound:
        print(f"{state.resolve()} is damaged, nothing was copied: docs/operate.md says how to restore", file=sys.stderr)
        raise typer.Exit(Exit.FAILED)
    print(f"{state.resolve()} copied to {to.resolve()} ({to.stat().st_size:,} bytes)")


def copy(state: Path, to: Path) -> bool:
    """Copy one consistent moment of a database that is in use; whether it is sound. Whole and sound, or not at all."""
    unfinished = to.with_name(f"{to.name}.part")
    unfinished.unlink(missing_ok=True)
    patience = waits.STATE_IS_FREE.total_seconds()
    with (
        closing(sqlite3.connect(f"file:{state.resolve()}?mode=ro", uri=True, timeout=patience)) as source,
        closing(sqlite3.connect(unfinished)) as target,
    ):
        source.backup(target)
        sound: bool = target.execute("PRAGMA quick_check").fetchone() == ("ok",)
    if sound:
        unfinished.rename(to)
    return sound
