"""Whoever calls the EspoCRM stand-in over HTTP, and the record that it was recorded with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from simulators import EspoCrm
from simulators.espocrm_users import INTEGRATION

PARTY = "6b04cd6d623bec762"
LIST = "/api/v1/CBeteiligte"


@asynccontextmanager
async def calling(crm: EspoCrm, login: str = INTEGRATION) -> AsyncIterator[httpx.AsyncClient]:
    """A caller that shows what a user of the stand-in has."""
    user = crm.users.all[login]
    shown: dict[str, object] = (
        {"headers": {"X-Api-Key": user.key}} if user.method == "key" else {"auth": (user.login, user.secret)}
    )
    transport = httpx.ASGITransport(crm.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://crm", **shown) as http:  # type: ignore[arg-type]
        yield http
