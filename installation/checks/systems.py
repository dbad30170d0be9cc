"""Both systems, looked at by the operator's settings as far as those can be used."""

from functools import partial
from pathlib import Path

from beteiligte.faults import ConfigurationFault, System
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


async def of_espocrm(loaded: Loaded, deliveries: DeliveriesSeen | None) -> list[Check]:
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
    return await examination.checks(espocrm, ours, admin.offered())


async def of_advoware(loaded: Loaded, folder: Path) -> list[Check]:
    """Advoware, by a party that EspoCRM holds; `folder`: where the last probe left what it saw."""
    if s.EspoCrmSettings not in loaded:
        return await advoware.checks(loaded, _nobody_knows, folder)
    async with EspoCrmClient(impatient(loaded[s.EspoCrmSettings])) as crm:
        return await advoware.checks(loaded, partial(linked_parties, crm), folder)


async def _nobody_knows() -> tuple[int, ...]:
    raise ConfigurationFault("its settings are missing or wrong", system=System.ESPOCRM)
