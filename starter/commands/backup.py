"""`backup`: a copy of the embedded server's state, made while the program runs; or a look at one."""

import sqlite3
from pathlib import Path
from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from runtime import state_file, storage_places
from runtime.engine import HOST
from runtime.key_file import BadKeys
from runtime.loading import SettingsError, load, looked_in
from runtime.settings import TemporalSettings
from runtime.state_file import NotAState
from starter import waits
from starter.cli import backup_lines, report
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.keeping import backups
from starter.keeping.backups import BackupSeen

EXAMPLE = "beteiligte-sync backup /backup/ --keep 14"

Target = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE|FOLDER]", help="File to write, which must not exist yet; in a folder it gets a name."
    ),
]
Keep = Annotated[
    int | None, typer.Option("--keep", min=1, help="Of the backups that got their name in this folder, the newest.")
]
Verify = Annotated[bool, typer.Option("--verify", help="Copy nothing: look whether this file can be restored.")]
ELSEWHERE = (
    "Nothing was copied: Temporal runs elsewhere ({}, TEMPORAL_ADDRESS), and its state is a database there. Back that "
    "up, and the key file apart from it: docs/deploy.md"
)


class BackedUp(Frozen):
    """The JSON document."""

    made: BackupSeen
    removed: tuple[str, ...] = ()


def command(to: Target = None, keep: Keep = None, verify: Verify = False, as_json: AsJson = False) -> None:
    """Copy the embedded server's state into a file, also while the program runs, and check the copy.

    With --verify: is the file whole, what is in it, and does the key file here open it?

    Exit: 0 copied, or fit to be restored; 2 settings, Temporal runs elsewhere, no writing there, a key is missing; 4
    damaged, disk full; 5 there is no state or no such file, or the file exists.
    """
    if not to:
        raise typer.BadParameter("name a file or a folder")
    target = Path(to)
    if to.endswith("/") and not target.is_dir():
        # Never made: where a disk is not mounted the backup would lie on the one that it is to survive.
        raise typer.BadParameter(f"there is no folder {target.absolute()}: make it, or mount its disk")
    if verify and keep:
        raise typer.BadParameter("--verify changes nothing: leave --keep out")
    if keep and not target.is_dir():
        raise typer.BadParameter(
            f"--keep needs a folder that exists, and {target} is none: the files get their names by it"
        )
    try:
        temporal = load(TemporalSettings)
        code = _verify(target, temporal, as_json=as_json) if verify else _copy(target, keep, temporal, as_json=as_json)
    except SettingsError as error:
        code = report.wrong_settings(error)
    raise typer.Exit(code)


def _verify(file: Path, temporal: TemporalSettings, *, as_json: bool) -> Exit:
    if file.is_dir():
        newest = "".join(f", {here.name} for instance" for here in backups.newest(file))
        report.note(f"{file.absolute()} is a folder: name a file in it{newest}")
        return Exit.UNKNOWN
    if not file.is_file():
        report.note(f"there is no file {file.absolute()}")
        return Exit.UNKNOWN
    try:
        seen = backups.look(file, temporal)
    except NotAState as damaged:
        report.note(f"{damaged}: it cannot be restored")
        return Exit.FAILED
    report.as_json(seen) if as_json else backup_lines.show(seen)
    return Exit.SETTINGS if seen.missing_keys else Exit.DONE


def _copy(to: Path, keep: int | None, temporal: TemporalSettings, *, as_json: bool) -> Exit:
    if temporal.address != f"{HOST}:{temporal.port}":
        report.note(ELSEWHERE.format(temporal.address))
        return Exit.SETTINGS
    state = temporal.state
    target = backups.named(to, backups.now()) if to.is_dir() else to
    if not state.exists() or target.exists():
        missing = "\n".join((f"there is no state at {state.resolve()} (TEMPORAL_STATE)", *looked_in()))
        report.note(f"Nothing was copied: {f'{target} exists' if target.exists() else missing}")
        return Exit.UNKNOWN
    if why := storage_places.trouble(target):
        report.note(f"Nothing was copied: {why}")
        return Exit.SETTINGS
    try:
        state_file.copy(state, target, patience=waits.STATE_IS_FREE)
    except (sqlite3.OperationalError, OSError) as error:  # a full disk, above all
        report.note(f"Nothing was copied from {state.resolve()} to {target.resolve()}: {error}")
        return Exit.FAILED
    except NotAState as damaged:
        report.note(f"{damaged}; nothing was copied: docs/operate.md says how to restore")
        return Exit.FAILED
    return _told(target, keep, temporal, as_json=as_json)


def _told(target: Path, keep: int | None, temporal: TemporalSettings, *, as_json: bool) -> Exit:
    removed = backups.outdated(target.parent, keep) if keep else []
    for file in removed:
        file.unlink()
    try:
        backups.remember(temporal.state, target.parent)
    except OSError as error:
        report.note(f"`forget` will not know of {target.parent}: {storage_places.told(error, temporal.state)}")
    try:
        seen = backups.look(target, temporal)
    except BadKeys as unusable:
        report.note(f"The copy is whole, but nothing opens it here: {unusable}")
        return Exit.SETTINGS
    if as_json:
        report.as_json(BackedUp(made=seen, removed=tuple(map(str, removed))))
    else:
        backup_lines.made(seen, removed)
    return Exit.DONE
