"""`codec`: decrypt payloads for the Web UI."""

import uvicorn

from runtime import settings as s
from runtime.connection import without_keys
from runtime.key_file import NONE_YET, KeyFile
from runtime.key_file import load as load_keys
from runtime.loading import SettingsError, load
from runtime.ports import CannotListen, listenable
from runtime.processes import log_to_stderr, run_and_exit, say_what_runs, stop_event
from runtime.seldom import say_seldom
from starter import codec_server
from starter.cli import report
from starter.cli.exits import Exit

EXAMPLE = "beteiligte-sync codec"


def command() -> None:
    """Decrypt payloads for the Web UI on this machine until SIGTERM; `up` runs it.

    Exit: 0 stopped, 2 settings, or no key file.
    """
    log_to_stderr()
    say_what_runs("codec")
    run_and_exit(_serve())


async def _serve() -> int:
    try:
        temporal = load(s.TemporalSettings)
        ring = load_keys(temporal.keys)
    except SettingsError as error:
        return report.wrong_settings(error)
    if ring is None:
        report.note(f"Nothing can be decrypted: {without_keys(temporal)}; {NONE_YET}")
        return Exit.SETTINGS
    host, port = temporal.codec_host, temporal.codec_port
    try:
        listenable("TEMPORAL_CODEC_HOST, TEMPORAL_CODEC_PORT", host, port)
    except CannotListen as error:
        return report.cannot_listen(error)
    stop_event()  # uvicorn drains, and then raises the signal once more, which must not end us by default
    served = codec_server.app(ring, KeyFile(temporal.keys).newer, ui=temporal.ui)
    say_seldom("uvicorn.error")
    await uvicorn.Server(codec_server.config(served, port, host=host)).serve()
    return Exit.DONE
