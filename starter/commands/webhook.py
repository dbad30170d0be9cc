"""`webhook`: the service that EspoCRM's webhooks call."""

from runtime.loading import SettingsError, load_all
from runtime.ports import trouble
from runtime.processes import log_to_stderr, run_and_exit
from runtime.settings import TelemetrySettings, WebhookSettings
from runtime.telemetry import SETTINGS as MEASURING
from runtime.telemetry import Telemetry, measured
from starter.cli import report
from starter.cli.exits import Exit
from starter.webhook import service

EXAMPLE = "beteiligte-sync webhook"


def command() -> None:
    """Run the webhook service until SIGTERM; it starts also while Temporal is away and answers 503 meanwhile."""
    log_to_stderr()
    run_and_exit(_serve())


async def _serve() -> int:
    try:
        settings, measuring = service.load_settings(), load_all(*MEASURING)
        at = measuring[TelemetrySettings].webhook_metrics
        with measured("beteiligte-webhook", measuring, metrics_at=at) as telemetry:
            return await _listen(settings, telemetry)
    except SettingsError as error:
        return report.wrong_settings(error)


async def _listen(settings: WebhookSettings, telemetry: Telemetry) -> int:
    if why := trouble(settings.host, settings.port):
        report.note(f"{service.LISTENS}: {settings.port} on {settings.host}: {why}")
        return Exit.SETTINGS
    await service.serve(settings, telemetry)
    return Exit.DONE
