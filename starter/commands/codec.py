"""`codec`: decrypt payloads for the Web UI; `keys add`: rotate the key that encrypts them."""

import sys

import typer
import uvicorn

from runtime import codec
from runtime import settings as s
from runtime.engine import HOST
from runtime.loading import SettingsError, load_all
from runtime.processes import log_to_stderr, run_and_exit
from starter import codec_server, report
from starter.commands.exits import Exit

EXAMPLE = "beteiligte-sync keys add"

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
        print(f"There is no key file at {temporal.keys} (TEMPORAL_KEYS): beteiligte-sync keys add", file=sys.stderr)
        return Exit.SETTINGS
    served = codec_server.app(ring, origin=temporal.ui)
    config = uvicorn.Config(
        served, host=HOST, port=temporal.codec_port, access_log=False, log_level="warning", lifespan="off"
    )
    await uvicorn.Server(config).serve()
    return Exit.DONE


@keys.command("add")
def add() -> None:
    """Add a key and encrypt with it from the next start on; older ones still decrypt. Keep a copy of the file.

    Exit: 0 added, 2 the key file is unusable.
    """
    try:
        path = load_all(s.TemporalSettings)[s.TemporalSettings].keys
        added = codec.add_key(path)
    except (SettingsError, OSError) as error:
        report.note(str(error))
        raise typer.Exit(Exit.SETTINGS) from None
    report.line(f"{added} is in front in {path}. Restart worker, webhook service and codec; keep a copy of the file.")
