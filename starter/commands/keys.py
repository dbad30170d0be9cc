"""`keys`: rotate the key that encrypts what Temporal keeps, in two steps."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from runtime import codec, storage_places
from runtime.loading import SettingsError, load, looked_in
from runtime.settings import TemporalSettings
from starter.cli import report
from starter.cli.exits import Exit

EXAMPLE = "beteiligte-sync keys add"

T = TypeVar("T")
Id = Annotated[str, typer.Argument(help="Id of a key that is known, as `keys list` shows it.")]

app = typer.Typer(no_args_is_help=True, help="The keys that encrypt what Temporal keeps.")


@app.command("add", epilog=f"Example: {EXAMPLE}")
def add() -> None:
    """Step one of two: make a key that is only known, so that it decrypts. Keep a copy of the file.

    Start every worker, webhook service and codec again, on other machines with the new file; then `keys use`.
    Exit: 0 added, 2 the key file is unusable, or a first one would be made beside the one in use.
    """
    path, added = _in_file(codec.learn_key, begins=True)
    for elsewhere in looked_in():
        report.note(elsewhere)
    report.line(
        f"{added} is known in {path} and encrypts nothing yet. Give every machine a copy of the file, start worker, "
        f"webhook service and codec again, then: beteiligte-sync keys use {added}"
    )


@app.command("use", epilog="Example: beteiligte-sync keys use key-2")
def use(key: Id) -> None:
    """Step two of two: let a known key encrypt from the next start of each process on; all others still decrypt.

    Exit: 0 it encrypts, 2 the key file is unusable or holds no such key.
    """
    path, _ = _in_file(lambda path: codec.use_key(path, key))
    report.line(
        f"{key} encrypts, by {path}: commands from now on, worker and webhook service when they are started again. "
        "Keep the older keys until nothing of their time is kept (TEMPORAL_RETENTION)."
    )


@app.command("list", epilog="Example: beteiligte-sync keys list")
def known() -> None:
    """Show the keys' ids, and which one encrypts. Exit: 0 shown, 2 the key file is missing or unusable."""
    path, ring = _in_file(codec.load)
    if ring is None:
        report.note(
            "\n".join(
                (f"There is no key file at {path} (TEMPORAL_KEYS); `beteiligte-sync keys add` makes one", *looked_in())
            )
        )
        raise typer.Exit(Exit.SETTINGS)
    does = {True: "encrypts and decrypts", False: "decrypts"}
    report.table(("key", ""), [(key, does[key == ring.encrypts]) for key in ring.ids])


def _in_file(work: Callable[[Path], T], *, begins: bool = False) -> tuple[Path, T]:
    """Do something with the key file; what is wrong is said. `begins`: it would make the file where there is none."""
    try:
        settings = load(TemporalSettings)
        path = settings.keys.absolute()
        if begins and not path.exists() and "keys" not in settings.model_fields_set:
            _refuse_elsewhere(path)
        try:
            return path, work(path)
        except OSError as error:
            raise SettingsError(f"TEMPORAL_KEYS: {storage_places.told(error, path)}") from None
    except SettingsError as error:
        report.note(str(error))
        raise typer.Exit(Exit.SETTINGS) from None


def _refuse_elsewhere(path: Path) -> None:
    """A first key file in a folder without settings is one that no process would read. Raises SettingsError."""
    for elsewhere in looked_in():
        raise SettingsError(
            f"{elsewhere}. No key was made: at {path} neither worker nor webhook service would look for it. "
            "Where the settings stand in the environment alone, set TEMPORAL_KEYS there"
        )
