"""`codec`: decrypt payloads for the Web UI; `keys`: rotate the key that encrypts them, in two steps."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
import uvicorn

from runtime import codec, places
from runtime import settings as s
from runtime.connection import without_keys
from runtime.engine import HOST
from runtime.loading import SettingsError, load_all, looked_in
from runtime.ports import trouble
from runtime.processes import log_to_stderr, run_and_exit
from starter import codec_server, report
from starter.cli.exits import Exit

EXAMPLE = "beteiligte-sync keys add"
SERVE_EXAMPLE = "beteiligte-sync codec"

T = TypeVar("T")
Id = Annotated[str, typer.Argument(help="Id of a key that is known, as `keys list` shows it.")]

REMEDY = "`beteiligte-sync keys add` makes one"

keys = typer.Typer(no_args_is_help=True, help="The keys that encrypt what Temporal keeps.")


def command() -> None:
    """Decrypt payloads for the Web UI on this machine until SIGTERM; `up` runs it.

    Exit: 0 stopped, 2 settings, or no key file.
    """
    log_to_stderr()
    run_and_exit(_serve())


async def _serve() -> int:
    try:
        temporal = load_all(s.TemporalSettings)[s.TemporalSettings]
        ring = codec.load(temporal.keys)
    except SettingsError as error:
        print(f"Settings are missing or wrong:\n{error}", file=sys.stderr)
        return Exit.SETTINGS
    if ring is None:
        print(f"Nothing can be decrypted: {without_keys(temporal)}; {REMEDY}", file=sys.stderr)
        return Exit.SETTINGS
    if why := trouble(HOST, temporal.codec_port):
        print(f"TEMPORAL_CODEC_PORT: {temporal.codec_port} on {HOST}: {why}", file=sys.stderr)
        return Exit.SETTINGS
    served = codec_server.app(ring, partial(codec.reread, temporal.keys), origin=temporal.ui)
    config = uvicorn.Config(
        served, host=HOST, port=temporal.codec_port, access_log=False, log_level="warning", lifespan="off"
    )
    await uvicorn.Server(config).serve()
    return Exit.DONE


@keys.command("add", epilog=f"Example: {EXAMPLE}")
def add() -> None:
    """Step one of two: make a key that is only known, so that it decrypts. Keep a copy of the file.

    Start every worker, webhook service and codec again, on other machines with the new file; then `keys use`.
    Exit: 0 added, 2 the key file is unusable.
    """
    path, added = _in_file(codec.learn_key)
    for elsewhere in looked_in():
        report.note(elsewhere)
    report.line(
        f"{added} is known in {path} and encrypts nothing yet. Give every machine a copy of the file, start worker, "
        f"webhook service and codec again, then: beteiligte-sync keys use {added}"
    )


@keys.command("use", epilog="Example: beteiligte-sync keys use key-2")
def use(key: Id) -> None:
    """Step two of two: let a known key encrypt from the next start of each process on; all others still decrypt.

    Exit: 0 it encrypts, 2 the key file is unusable or holds no such key.
    """
    path, _ = _in_file(lambda path: codec.use_key(path, key))
    report.line(
        f"{key} encrypts, by {path}: commands from now on, worker and webhook service when they are started again. "
        "Keep the older keys until nothing of their time is kept (TEMPORAL_RETENTION)."
    )


@keys.command("list", epilog="Example: beteiligte-sync keys list")
def known() -> None:
    """Show the keys' ids, and which one encrypts. Exit: 0 shown, 2 the key file is missing or unusable."""
    path, ring = _in_file(codec.load)
    if ring is None:
        report.note("\n".join((f"There is no key file at {path} (TEMPORAL_KEYS); {REMEDY}", *looked_in())))
        raise typer.Exit(Exit.SETTINGS)
    does = {True: "encrypts and decrypts", False: "decrypts"}
    report.table(("key", ""), [(key, does[key == ring.encrypts]) for key in ring.ids])


def _in_file(work: Callable[[Path], T]) -> tuple[Path, T]:
    """Do something with the key file; what is wrong is said."""
    try:
        path = load_all(s.TemporalSettings)[s.TemporalSettings].keys.absolute()
        try:
            return path, work(path)
        except OSError as error:
            raise SettingsError(f"TEMPORAL_KEYS: {places.told(error, path)}") from None
    except SettingsError as error:
        report.note(str(error))
        raise typer.Exit(Exit.SETTINGS) from None
