"""How a command reaches Temporal, runs, and ends for certain."""

import sys
from collections.abc import Awaitable, Callable

from runtime import settings as s
from runtime.connection import connect
from runtime.loading import SettingsError, load_all
from runtime.processes import run_and_exit
from runtime.telemetry import Telemetry
from starter.commands.exits import Exit
from starter.requests import Requests


async def requests(telemetry: Telemetry | None = None) -> Requests:
    """How to ask. Raises SettingsError, RuntimeError, TimeoutError."""
    loaded = load_all(s.TemporalSettings, s.SyncSettings)
    temporal = loaded[s.TemporalSettings]
    return Requests(await connect(temporal, telemetry=telemetry), temporal.task_queue, loaded[s.SyncSettings].pace())


def run(work: Callable[[Requests], Awaitable[Exit]]) -> None:
    """Connect, work, exit; what is wrong is said in a line or two with the remedy."""

    async def main() -> int:
        try:
            asking = await requests()
        except SettingsError as error:
            print(f"Settings are missing or wrong:\n{error}", file=sys.stderr)
            return Exit.SETTINGS
        except (RuntimeError, TimeoutError):
            print("Temporal does not answer: start it, or set TEMPORAL_ADDRESS", file=sys.stderr)
            return Exit.NO_TEMPORAL
        return await work(asking)

    run_and_exit(main())
