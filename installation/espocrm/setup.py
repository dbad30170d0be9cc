"""Setting EspoCRM up, without its words: look at everything, plan the steps, do them.

The administrator is asked first whether he is one, and each credential is shown once before anything is made: a wrong
one ends the run there, and locks nobody out (facts/espocrm.md §2.1).
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import Field, SecretStr

from beteiligte.faults import CredentialsRefused
from clients.access import EspoCrmAccess
from clients.espocrm_admin import Administrator, EspoCrmMaker
from installation.espocrm import found as looking
from installation.espocrm import receiver
from installation.espocrm.found import Found, FoundUser, FoundWebhook
from installation.espocrm.making import Making
from installation.espocrm.setup_steps import Step, Wish, to_activate, to_make
from runtime.loading import SettingsError
from runtime.settings import EspoCrmSettings
from runtime.values import KnownSecrets

OF_THE_KEY = (
    "EspoCRM refused ESPOCRM_API_KEY: correct it, or take it out of the settings to have an API user made; check also "
    "that ESPOCRM_SECRET_KEY is set exactly where the API user's method is HMAC"
)

STALLS = "--receiver: from EspoCRM 10.0 on an IP address there can stop all webhooks of the firm; use a host name"


class EspoCrmReach(EspoCrmSettings):
    """How EspoCRM is reached before there is an API user."""

    api_key: SecretStr = Field(SecretStr(""), description=EspoCrmAccess.model_fields["api_key"].description)

    def access(self) -> EspoCrmAccess:
        """What its client takes."""
        return EspoCrmAccess.model_validate({name: getattr(self, name) for name in EspoCrmAccess.model_fields})


@dataclass
class Setup:
    """One look at EspoCRM, and what would be done there."""

    steps: tuple[Step, ...]
    making: Making

    async def make(self, done: Callable[[], None]) -> None:
        """Do the steps that act. Raises Stopped."""
        await self.making.all(self.steps, done)


@asynccontextmanager
async def for_making(reach: EspoCrmReach, person: Administrator, wish: Wish) -> AsyncIterator[Setup]:
    """Everything that is missing. Raises NoAdministrator, SettingsError, and the faults of the client."""
    access = reach.access()
    async with EspoCrmMaker(access, person) as admin:
        found = await _look(admin, access, wish)
        yield Setup(to_make(found, wish), Making(admin, access, wish, found))


@asynccontextmanager
async def for_activating(
    reach: EspoCrmReach, person: Administrator | None, wish: Wish, secrets: KnownSecrets
) -> AsyncIterator[Setup]:
    """Switching the webhooks on; `person` only where the settings hold no API key."""
    access = reach.access()
    async with EspoCrmMaker(access, person) as admin:
        if person is not None:
            await looking.version_as_administrator(admin)
        user, own = await _api_user(access, wish, admin)
        steps = to_activate(own, wish.entity_type, secrets)
        yield Setup(steps, Making(admin, access, wish, Found(user=user, webhooks=own)))


async def _look(admin: EspoCrmMaker, access: EspoCrmAccess, wish: Wish) -> Found:
    version = await looking.version_as_administrator(admin)
    if receiver.stalls(wish.receiver, version):
        raise SettingsError(STALLS)
    user, own = await _api_user(access, wish, admin)
    found = await looking.entity_type(admin, wish.entity_type)
    role = None if user else await looking.role(admin, wish.role)
    others = await looking.webhooks_of_others(admin, user, own)
    return found.but(version=version, role=role, user=user, webhooks=(*own, *others))


async def _api_user(
    access: EspoCrmAccess, wish: Wish, admin: EspoCrmMaker
) -> tuple[FoundUser | None, tuple[FoundWebhook, ...]]:
    """The API user and the webhooks he owns: him of the key in the settings, else him of the name that is wished."""
    if access.api_key.get_secret_value():
        try:
            return await _by_key(access, wish)
        except CredentialsRefused as refused:
            raise SettingsError(OF_THE_KEY) from refused
    named = await looking.user_of_name(admin, wish.user)
    if named is None or named.type != "api" or not named.active or not named.key.get_secret_value():
        return named, ()
    return await _by_key(access.but(api_key=named.key, secret_key=named.secret_key), wish)


async def _by_key(access: EspoCrmAccess, wish: Wish) -> tuple[FoundUser, tuple[FoundWebhook, ...]]:
    async with EspoCrmMaker(access) as maker:
        user = await looking.user_of_key(maker, wish.entity_type, access.api_key, access.secret_key)
        return user, () if "Webhook" in user.lacking else await looking.webhooks(maker)
