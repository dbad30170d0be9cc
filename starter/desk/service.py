"""The desk as it is set: where it listens, and what it works with."""

import uvicorn

from beteiligte.record.field_table import FieldTable
from installation.names import PartyNames
from runtime.loading import SettingsError, load, load_all
from runtime.processes import stop_event
from runtime.seldom import say_seldom
from runtime.settings import DeskSettings, EspoCrmSettings, SyncSettings, TemporalSettings
from starter import requests
from starter.desk import login_links
from starter.desk.access import Sessions
from starter.desk.app import app
from starter.desk.desk import Connect, Desk
from starter.desk.login_links import LoginLinks
from starter.desk.wording import Wording

LISTENS = "DESK_HOST, DESK_PORT"
"""The settings that say where."""
AT_ONCE = 200
"""Connections; a browser opens six."""
IDLE_CONNECTION = 30
"""Seconds after which a browser's connection that asks nothing is closed."""


def made(connect: Connect = requests.connected) -> Desk:
    """A desk by the settings. Raises SettingsError."""
    loaded = load_all(DeskSettings, TemporalSettings, SyncSettings)
    settings, table = loaded[DeskSettings], loaded[SyncSettings].table()
    return Desk(
        settings=settings,
        wording=Wording(settings.language, table),
        sessions=Sessions(settings.idle, settings.session),
        links=LoginLinks(login_links.key(settings.key), settings.link_life),
        connect=connect,
        names=_names(table),
        ui=loaded[TemporalSettings].ui,
    )


def _names(table: FieldTable) -> PartyNames | None:
    """None where this machine does not know EspoCRM: the desk shows ids then, and says so."""
    try:
        return PartyNames(load(EspoCrmSettings), table)
    except SettingsError:
        return None


async def serve(desk: Desk) -> None:
    """Show pages until a signal."""
    stop_event()  # uvicorn drains, and then raises the signal once more, which must not end us by default
    say_seldom("uvicorn.error")
    await uvicorn.Server(config(desk)).serve()
    if desk.names is not None:
        await desk.names.close()


def config(desk: Desk) -> uvicorn.Config:
    """How uvicorn serves it."""
    return uvicorn.Config(
        app(desk),
        host=desk.settings.host,
        port=desk.settings.port,
        ws="none",
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=IDLE_CONNECTION,
        timeout_graceful_shutdown=IDLE_CONNECTION,
        server_header=False,
        access_log=False,
        log_config=None,  # uvicorn's own shows errors with their texts, which may quote a value (runtime/logs.py)
        log_level="warning",
        lifespan="off",
    )
