"""`webhook`: the service that EspoCRM's webhooks call."""

import sys

import uvicorn

from runtime.loading import SettingsError, load
from runtime.processes import log_to_stderr, run_and_exit
from runtime.settings import WebhookSettings
from starter.commands import connecting
from starter.commands.exits import Exit
from starter.webhook import Webhooks


def command() -> None:
    """Run the webhook service until SIGTERM; it starts also while Temporal is away and answers 503 meanwhile."""
    log_to_stderr()
    run_and_exit(serve())


async def serve() -> int:
    """Serve until a signal."""
    try:
        settings = load(WebhookSettings)
    except SettingsError as error:
        print(f"Settings are missing or wrong:\n{error}", file=sys.stderr)
        return Exit.SETTINGS
    if not settings.secrets and not settings.allow_unsigned:
        print('WEBHOOK_SECRETS is empty: set {"webhook id": "secretKey"} as EspoCRM shows them', file=sys.stderr)
        return Exit.SETTINGS
    app = Webhooks(settings, connecting.requests).app()
    config = uvicorn.Config(
        app, host=settings.host, port=settings.port, access_log=False, log_level="warning", lifespan="off"
    )
    await uvicorn.Server(config).serve()
    return Exit.DONE
