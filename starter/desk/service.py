"""The desk as it is set: where it listens, and what it works with."""

import asyncio
import contextlib
from datetime import timedelta

import uvicorn
from temporalio.service import RPCError

from beteiligte.record.field_table import FieldTable
from installation.names import PartyNames
from runtime.codec import Unreadable
from runtime.loading import SettingsError, load, load_all
from runtime.processes import stop_event
from runtime.seldom import say_seldom
from runtime.settings import DeskSettings, EspoCrmSettings, OidcSettings, SyncSettings, TemporalSettings
from starter import doors, requests
from starter.desk import login_links
from starter.desk.access import Sessions
from starter.desk.app import app
from starter.desk.desk import Connect, Desk, TemporalAway
from starter.desk.login_links import LoginLinks
from starter.desk.openid import OpenIdLogin
from starter.desk.wording import Wording

MOST_CONNECTIONS = 200
"""A browser opens six."""
HEADERS_WITHIN = timedelta(seconds=30)
"""From a connection's beginning, or its last page, to the end of its next headers: then it is closed."""


def made(connect: Connect = requests.connected) -> Desk:
    """A desk by the settings. Raises SettingsError."""
    loaded = load_all(DeskSettings, OidcSettings, TemporalSettings, SyncSettings)
    oidc = loaded[OidcSettings]
    settings, table = loaded[DeskSettings], loaded[SyncSettings].table()
    return Desk(
        settings=settings,
        temporal=loaded[TemporalSettings],
        wording=Wording(settings.language, table),
        sessions=Sessions(settings.idle, settings.session),
        links=LoginLinks(login_links.key(settings.key), settings.link_life),
        connect=connect,
        names=_names(table),
        openid=OpenIdLogin(oidc, settings.url) if oidc.issuer else None,
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
    first = asyncio.create_task(_look_first(desk))
    await uvicorn.Server(config(desk)).serve()
    first.cancel()
    if desk.names is not None:
        await desk.names.close()


async def _look_first(desk: Desk) -> None:
    """A thousand parties that wait take seconds to be read: so before the first person comes."""
    with contextlib.suppress(TemporalAway, RPCError, Unreadable):
        await desk.waiting.now((await desk.requests()).client)


def config(desk: Desk) -> uvicorn.Config:
    """How uvicorn serves it: behind the doors of the webhook service, of which whoever is logged in is let through."""
    passing = doors.protocol(most=MOST_CONNECTIONS, headers_within=HEADERS_WITHIN)
    served = doors.config(app(desk), host=desk.settings.host, port=desk.settings.port, doors=passing)
    served.server_header = False
    served.proxy_headers, served.forwarded_allow_ips = bool(desk.settings.proxies), list(desk.settings.proxies)
    return served
