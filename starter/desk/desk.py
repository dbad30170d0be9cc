"""What every page of the desk works with: the connection to Temporal, sessions, names, what waits."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from installation.names import PartyNames
from runtime.loading import SettingsError
from runtime.settings import DeskSettings, TemporalSettings
from starter.desk.access import Sessions
from starter.desk.figures import PastFigures
from starter.desk.limits import LogInLimits
from starter.desk.login_links import LoginLinks
from starter.desk.openid import OpenIdLogin
from starter.desk.waiting import WaitingList
from starter.desk.wording import Wording
from starter.requests import Requests

Connect = Callable[[], Awaitable[Requests]]


class TemporalAway(Exception):
    """It cannot be connected to; the message is the name of why."""


@dataclass
class Desk:
    """One desk."""

    settings: DeskSettings
    temporal: TemporalSettings
    wording: Wording
    sessions: Sessions
    links: LoginLinks
    connect: Connect
    names: PartyNames | None = None
    """None: the desk does not know EspoCRM."""
    openid: OpenIdLogin | None = None
    """None: people log in by links alone."""
    limits: LogInLimits = field(default_factory=LogInLimits)
    waiting: WaitingList = field(default_factory=WaitingList)
    figures: PastFigures = field(default_factory=PastFigures)
    _requests: Requests | None = None
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def requests(self) -> Requests:
        """Made on first use, and tried again while Temporal is away. Raises TemporalAway."""
        async with self._connecting:
            if self._requests is None:
                try:
                    self._requests = await self.connect()
                except (RuntimeError, TimeoutError, SettingsError) as away:
                    raise TemporalAway(type(away).__name__) from None
            return self._requests

    def record(self, party_id: str) -> str:
        """Where a person finds it in EspoCRM; empty where the desk does not know."""
        if self.settings.records:
            return self.settings.records.replace("{id}", party_id)
        return self.names.address(party_id) if self.names else ""

    @property
    def takes_links(self) -> bool:
        """Whether anybody logs in by one."""
        return self.openid is None or not self.openid.settings.alone

    @property
    def secure(self) -> bool:
        """Whether browsers reach it by https."""
        return self.settings.url.startswith("https://")
