"""Both systems, looked at by the operator's settings as far as those can be used."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from beteiligte.faults import ConfigurationFault, System
from clients.access import EspoCrmAccess
from clients.espocrm import EspoCrmClient
from installation.check import Check
from installation.checks import advoware
from installation.checks.espocrm import examination
from installation.checks.espocrm.examination import OurSide, impatient
from installation.checks.espocrm.seen import DeliveriesSeen
from installation.espocrm import admin
from installation.linked import linked_parties
from runtime import settings as s
from runtime.loading import Loaded

OF_ESPOCRM: tuple[type[s.Settings], ...] = (s.EspoCrmSettings, s.SyncSettings, s.WebhookSettings)
OF_ADVOWARE: tuple[type[s.Settings], ...] = (s.AdvowareSettings, s.SyncSettings, s.SweepSettings)
"""Settings without which nothing can be said."""


class SharedEspoCrm:
    """One client for all who ask EspoCRM at the same time: together they try a key that is refused once.

    More than ten refused logins a minute lock out everybody behind the address (facts/espocrm.md §2.1).
    """

    def __init__(self, access: EspoCrmAccess) -> None:
        """Nobody asks yet."""
        self._access = access
        self._client: EspoCrmClient | None = None
        self._asking = 0

    @asynccontextmanager
    async def client(self) -> AsyncIterator[EspoCrmClient]:
        """It is closed when the last one leaves."""
        self._client = client = self._client or EspoCrmClient(impatient(self._access))
        self._asking += 1
        try:
            yield client
        finally:
            self._asking -= 1
            if not self._asking:
                self._client = None
                await client.__aexit__(None, None, None)


async def of_espocrm(loaded: Loaded, shared: SharedEspoCrm, deliveries: DeliveriesSeen | None) -> list[Check]:
    """EspoCRM and its webhooks; what only an administrator is shown, where the environment names one."""
    espocrm, sync, webhook = loaded[s.EspoCrmSettings], loaded[s.SyncSettings], loaded[s.WebhookSettings]
    ours = OurSide(
        table=sync.table(),
        recipients=espocrm.recipients,
        secrets=webhook.secrets,
        port=webhook.port,
        observe=sync.observe,
        deliveries=deliveries,
    )
    async with shared.client() as client:
        return await examination.checks(espocrm, ours, admin.offered(), client)


async def of_advoware(loaded: Loaded, shared: SharedEspoCrm | None, folder: Path) -> list[Check]:
    """Advoware, by a party that EspoCRM holds; `folder`: where the last probe left what it saw."""
    if shared is None:
        return await advoware.checks(loaded, _nobody_knows, folder)
    async with shared.client() as crm:
        return await advoware.checks(loaded, partial(linked_parties, crm), folder)


async def _nobody_knows() -> tuple[int, ...]:
    raise ConfigurationFault("its settings are missing or wrong", system=System.ESPOCRM)
