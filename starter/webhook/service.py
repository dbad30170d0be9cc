"""The webhook service as it is set: where it listens, whose deliveries it believes, what it keeps beside the state."""

import uvicorn

from runtime.engine import keeping
from runtime.loading import SettingsError, load, looked_in, nobody_believed
from runtime.processes import stop_event
from runtime.seldom import say_seldom
from runtime.settings import TemporalSettings, WebhookSettings
from runtime.telemetry import Telemetry
from starter import doors, requests
from starter.webhook import received
from starter.webhook.app import Webhooks
from starter.webhook.received import DeliveryTrail

LISTENS = "WEBHOOK_HOST, WEBHOOK_PORT"
"""The settings that say where."""


async def serve(settings: WebhookSettings, telemetry: Telemetry) -> None:
    """Take deliveries until a signal, and keep what became of them."""
    stop_event()  # uvicorn drains, and then raises the signal once more, which must not end us by default
    trail = DeliveryTrail(received.path(load(TemporalSettings).state.parent, settings.port))
    trail.write()  # from now on who looks knows that one runs here, and that none has come
    app = Webhooks(settings, lambda: requests.connected(telemetry), trail, keeping(load(TemporalSettings))).app()
    say_seldom("uvicorn.error")
    passing = protocol(settings)
    await uvicorn.Server(doors.config(app, host=settings.host, port=settings.port, doors=passing)).serve()
    trail.write()


def protocol(settings: WebhookSettings) -> type[doors.Connection]:
    """The doors of a service as it is set."""
    return doors.protocol(most=settings.max_connections, headers_within=settings.headers_within)


def load_settings() -> WebhookSettings:
    """The service's settings. Raises SettingsError, also where nothing says whose deliveries to believe."""
    settings = load(WebhookSettings)
    if problem := nobody_believed(settings):
        raise SettingsError("\n".join((*looked_in(), str(problem))))
    return settings
