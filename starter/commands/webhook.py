"""`webhook`: the service that EspoCRM's webhooks call."""

import sys

import uvicorn

from runtime.engine import HOST
from runtime.loading import SettingsError, load, load_all, looked_in
from runtime.places import MEGABYTE, Keeping
from runtime.ports import trouble
from runtime.processes import log_to_stderr, run_and_exit, stop_event
from runtime.settings import TelemetrySettings, TemporalSettings, WebhookSettings
from runtime.telemetry import SETTINGS as MEASURING
from runtime.telemetry import Telemetry, measured
from starter import requests
from starter.cli.exits import Exit
from starter.webhook import received
from starter.webhook.app import Webhooks
from starter.webhook.received import DeliveryTrail

LISTENS = "WEBHOOK_HOST, WEBHOOK_PORT"

EXAMPLE = "beteiligte-sync webhook"


def command() -> None:
    """Run the webhook service until SIGTERM; it starts also while Temporal is away and answers 503 meanwhile."""
    log_to_stderr()
    run_and_exit(serve())


async def serve() -> int:
    """Serve until a signal."""
    try:
        settings, measuring = load_settings(), load_all(*MEASURING)
        at = measuring[TelemetrySettings].webhook_metrics
        with measured("beteiligte-webhook", measuring, metrics_at=at) as telemetry:
            return await _listen(settings, telemetry)
    except SettingsError as error:
        print(f"Settings are missing or wrong:\n{error}", file=sys.stderr)
        return Exit.SETTINGS


async def _listen(settings: WebhookSettings, telemetry: Telemetry) -> int:
    if why := trouble(settings.host, settings.port):
        print(f"{LISTENS}: {settings.port} on {settings.host}: {why}", file=sys.stderr)
        return Exit.SETTINGS
    stop_event()  # uvicorn drains, and then raises the signal once more, which must not end us by default
    trail = DeliveryTrail(received.path(load(TemporalSettings).state.parent, settings.port))
    app = Webhooks(settings, lambda: requests.connected(telemetry), trail, _keeping()).app()
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, access_log=False, log_level="warning", lifespan="off"
    )
    await uvicorn.Server(config).serve()
    trail.write()
    return Exit.DONE


def _keeping() -> Keeping | None:
    """The embedded server's state, where that server is the one in use and runs on this machine."""
    temporal = load(TemporalSettings)
    ours = temporal.address == f"{HOST}:{temporal.port}" and temporal.state.exists()
    return Keeping(temporal.state, temporal.spare * MEGABYTE) if ours else None


def load_settings() -> WebhookSettings:
    """The service's settings. Raises SettingsError, also where nothing says whose deliveries to believe."""
    settings = load(WebhookSettings)
    if not settings.secrets and not settings.allow_unsigned:
        problem = 'WEBHOOK_SECRETS: is not set; {"webhook id": "secretKey"} as EspoCRM shows them'
        raise SettingsError("\n".join((*looked_in(), problem)))
    return settings
