"""Both stand-ins, wired and served: `async with Simulators() as world`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from simulators.advoware import Advoware
from simulators.calls import Calls
from simulators.clock import Clock
from simulators.espocrm import INTEGRATION, EspoCrm
from simulators.fault_plan import Faults
from simulators.server import LOOPBACK, Server


class Simulators:
    """EspoCRM and Advoware with one log of calls and one plan of faults."""

    def __init__(
        self,
        *,
        optimistic_concurrency: bool = False,
        dirty_formula: bool = False,
        scope_fields: bool = False,
        uuids: bool = False,
        bare: bool = False,
        espocrm_port: int = 0,
        advoware_port: int = 0,
        host: str = LOOPBACK,
        faults: Faults | None = None,
    ) -> None:
        """Both empty and not yet served. Port 0: a free one. `faults`: a plan that does more than plan.

        `host`: where they listen; their addresses name this machine all the same.

        `bare`: EspoCRM as it is installed, before anything was made in it for a sync.
        """
        self.calls, self.faults, self.clock = Calls(), faults or Faults(), Clock()
        self.espocrm_clock = Clock(follows=self.clock)
        """EspoCRM's own, which may be wrong."""
        self.espocrm = EspoCrm(
            self.calls,
            self.faults,
            self.espocrm_clock,
            optimistic_concurrency=optimistic_concurrency,
            dirty_formula=dirty_formula,
            scope_fields=scope_fields,
            uuids=uuids,
            bare=bare,
        )
        self.advoware = Advoware(self.calls, self.faults, self.clock)
        self.espocrm_server = Server(self.espocrm.app, espocrm_port, host=host)
        self.advoware_server = Server(self.advoware.app, advoware_port, host=host)

    @asynccontextmanager
    async def served(self) -> AsyncIterator["Simulators"]:
        """Both listen on free ports of the loopback."""
        await self.espocrm_server.start()
        await self.advoware_server.start()
        try:
            yield self
        finally:
            await self.espocrm_server.stop()
            await self.advoware_server.stop()

    def environment(self) -> dict[str, str]:
        """The settings by which the program reaches both; a bare EspoCRM has no API user yet."""
        advoware, key = self.advoware.settings, self.espocrm.keys.get(INTEGRATION)
        return {
            "ESPOCRM_URL": self.espocrm_server.url,
            **({"ESPOCRM_API_KEY": key} if key else {}),
            "ADVOWARE_URL": self.advoware_server.url,
            "ADVOWARE_SECURITY_GATEWAY": f"{self.advoware_server.url}/security/",
            **{f"ADVOWARE_{name.upper()}": value for name, value in advoware.items()},
        }
