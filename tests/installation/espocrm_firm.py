"""A firm's EspoCRM, set up as it should be and looked at over HTTP; each test breaks one thing in it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from beteiligte.record.party_fields import PARTY_TABLE
from clients.access import EspoCrmAccess
from clients.espocrm_admin import Administrator
from clients.records import Where
from installation.check import Check, Verdict
from installation.checks.espocrm import examination
from installation.checks.espocrm.examination import OurSide
from installation.checks.espocrm.seen import DeliveriesSeen
from runtime.settings import WebhookSettings
from simulators import Simulators
from simulators.espocrm_users import ADMIN, INTEGRATION, PERSON, Role
from simulators.server import serve
from starter.requests import Requests
from starter.webhook.app import Webhooks
from tests.installation.espocrm_as_wanted import TYPE


@dataclass
class Firm:
    """An EspoCRM set up as it should be, and our webhook service."""

    world: Simulators
    hook: str
    secrets: dict[str, tuple[SecretStr, ...]] = field(default_factory=dict)
    key: str = ""
    entity_type: str = TYPE
    scope: tuple[Where, ...] = ()
    administrator: str = ADMIN
    since: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(days=1))

    @property
    def role(self) -> Role:
        """Of our API user."""
        return self.world.espocrm.users.all[INTEGRATION].role

    @property
    def access(self) -> EspoCrmAccess:
        """As the settings have it."""
        key = SecretStr(self.key or self.world.espocrm.keys[INTEGRATION])
        url = self.world.espocrm_server.url
        return EspoCrmAccess(url=url, api_key=key, entity_type=self.entity_type, scope=self.scope)

    @property
    def ours(self) -> OurSide:
        """Our side of it."""
        return OurSide(
            table=PARTY_TABLE,
            recipients=(self.world.espocrm.users.all[PERSON].id,),
            secrets=self.secrets,
            deliveries=DeliveriesSeen(since=self.since, last_good={"update": self.since + timedelta(hours=1)}),
        )

    async def checks(self, *, administrator: bool = True) -> list[Check]:
        """What doctor says."""
        return await examination.checks(self.access, self.ours, self.admin if administrator else None)

    @property
    def admin(self) -> Administrator:
        """Who is shown everything."""
        user = self.world.espocrm.users.all[self.administrator]
        return Administrator(login=user.login, password=SecretStr(user.secret))

    async def not_ok(self) -> dict[str, Check]:
        """What is not green, by name."""
        began = time.monotonic()
        found = {check.name: check for check in await self.checks() if check.verdict is not Verdict.OK}
        assert time.monotonic() - began < 10
        return found

    async def only(self) -> Check:
        """The one line that is not green."""
        (check,) = (await self.not_ok()).values()
        return check


async def no_temporal() -> Requests:
    """A look at an address stores nothing."""
    raise AssertionError


@asynccontextmanager
async def set_up() -> AsyncIterator[Firm]:
    """All is well in it."""
    world = Simulators(optimistic_concurrency=True)
    service = Webhooks(WebhookSettings(secrets={}), no_temporal)
    async with world.served(), serve(service.app()) as url:
        made = Firm(world, f"{url}/webhook/beteiligte")
        known = world.espocrm.deliveries.subscribe(made.hook, skip_own=True)
        made.secrets.update({webhook: (SecretStr(secret),) for webhook, secret in known.items()})
        made.role.create = made.role.delete = False
        await world.espocrm.deliveries.job()
        yield made
