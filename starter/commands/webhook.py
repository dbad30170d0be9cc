"""`webhook`: the service that EspoCRM's webhooks call; where it is measured, also what waits (starter/gauges.py)."""

import asyncio

from runtime.loading import SettingsError, load, load_all
from runtime.ports import CannotListen, listenable
from runtime.processes import log_to_stderr, run_and_exit, say_what_runs
from runtime.settings import TelemetrySettings, TemporalSettings, WebhookSettings
from runtime.telemetry import SETTINGS as MEASURING
from runtime.telemetry import Telemetry, measured
from starter import gauges, requests
from starter.cli import report
from starter.cli.exits import Exit
from starter.webhook import service

EXAMPLE = "beteiligte-sync webhook"


def command() -> None:
    """Run the webhook service until SIGTERM; it starts also while Temporal is away and answers 503 meanwhile."""
    log_to_stderr()
    say_what_runs("webhook service")
    run_and_exit(_serve())


async def _serve() -> int:
    try:
        settings, measuring = service.load_settings(), load_all(*MEASURING)
        at = measuring[TelemetrySettings].webhook_metrics
        with measured("beteiligte-webhook", measuring, metrics_at=at) as telemetry:
            return await _listen(settings, telemetry, shows=bool(at))
    except SettingsError as error:
        return report.wrong_settings(error)
    except CannotListen as error:
        return report.cannot_listen(error)


async def _listen(settings: WebhookSettings, telemetry: Telemetry, *, shows: bool) -> int:
    listenable(service.LISTENS, settings.host, settings.port)
    shown = asyncio.create_task(_show(telemetry)) if shows else None
    await service.serve(settings, telemetry)
    if shown:
        shown.cancel()
    return Exit.DONE


async def _show(telemetry: Telemetry) -> None:
    await gauges.keep_shown(lambda: requests.connected(telemetry), load(TemporalSettings))
