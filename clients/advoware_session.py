"""One Advoware as it is called: where it is now, its token, the connections to it (facts/advoware.md §1, §2).

It knows what a 401 means and no other status: what an answer says is the caller's to judge.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from beteiligte.faults import ConfigurationFault, System, Transient
from clients.access import AdvowareAccess
from clients.advoware_endpoints import AddressBook
from clients.advoware_token import Tokens
from clients.call_limits import Workers, alone
from clients.http_call import HttpAnswer, HttpCall, before_the_call
from clients.system_client import SystemClient
from clients.transport import Transport

NO_BET_NR = 2**31 - 1
"""Nobody's number: a write is answered 404 where writing is allowed (docs/assumptions.md). Not 0, which a program may
take for a record that has no number yet, and create one."""


def utc_now() -> datetime:
    """By this machine's clock."""
    return datetime.now(UTC)


class AdvowareSession(SystemClient):
    """Any call of the API, with a token."""

    def __init__(
        self, access: AdvowareAccess, *, clock: Callable[[], datetime] = utc_now, workers: Workers = alone
    ) -> None:
        """Open nothing yet."""
        self.transport = self._transport = Transport(System.ADVOWARE, access, workers=workers)
        self.addresses = AddressBook(access, self.transport, clock)
        self.tokens = Tokens(access, self.transport, self.addresses, clock)
        self.parties = "/".join(("", *filter(None, [access.prefix.strip("/")]), "Beteiligte"))
        """The path of the resource."""

    def one(self, bet_nr: int) -> str:
        """The path of a party."""
        return f"{self.parties}/{bet_nr}"

    async def answer(self, call: HttpCall) -> HttpAnswer:
        """One call to where Advoware is now; it may have moved when it cannot be reached.

        Raises CredentialsRefused, ConfigurationFault, Transient; any status but 401 is an answer.
        """
        async with self.transport.passage():
            with before_the_call():
                base = (await self.addresses.current()).base
            try:
                return await self._authorised(replace(call, url=f"{base}{call.url}"))
            except (Transient, ConfigurationFault):
                self.addresses.doubt()
                raise

    async def _authorised(self, call: HttpCall) -> HttpAnswer:
        """One call, and after a 401 one more with a fresh token: a 401 had no effect, so even a POST may."""
        for last in (False, True):
            with before_the_call():
                token = await self.tokens.current()
            answer = await self.transport.call(replace(call, headers={"Authorization": f"Bearer {token.text}"}))
            if answer.status != 401:
                break
            self.tokens.forget(token)
            if last:
                raise self.transport.refuse_credentials("Advoware refused a fresh token: check user and product")
        return answer
