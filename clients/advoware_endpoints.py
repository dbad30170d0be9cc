"""Where a firm's Advoware and its token service are: fixed by settings, or told by the vendor's discovery.

Facts: facts/advoware.md §1. `connectorUrl` wins over `relayUrl`; each key may be missing. What was told stays in force
until Advoware cannot be reached there; then discovery is asked again, and a discovery that fails changes nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from beteiligte.faults import ConfigurationFault, OddAnswer, SyncFault, System
from clients import wire_errors
from clients.access import AdvowareAccess
from clients.http_call import HttpCall
from clients.single_flight import SingleFlight
from clients.transport import Transport

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AdvowareAddresses:
    """Without a slash at the end."""

    base: str
    gateway: str


class AddressBook:
    """The addresses in force."""

    def __init__(self, access: AdvowareAccess, transport: Transport, clock: Callable[[], datetime]) -> None:
        """Ask for nothing yet."""
        self._access = access
        self._transport = transport
        self._clock = clock
        self._known = _fixed(access)
        self._doubtful = self._known is None
        self._asked_at: datetime | None = None
        self._discover = SingleFlight(self._ask)

    async def current(self) -> AdvowareAddresses:
        """The addresses. Raises ConfigurationFault, Transient and its kin while none are known."""
        if self._known is not None and not (self._doubtful and self._is_due()):
            return self._known
        try:
            self._known = await self._discover()
        except SyncFault as fault:
            if self._known is None:
                raise
            log.warning("advoware's discovery failed (%s); the addresses known before stay in force", fault.code)
        self._doubtful = False
        return self._known

    def doubt(self) -> None:
        """Advoware could not be reached: it may have moved. Fixed addresses never do."""
        self._doubtful = self._access.url is None or self._access.security_gateway is None

    def _is_due(self) -> bool:
        return self._asked_at is None or self._clock() - self._asked_at >= self._access.discover_again

    async def _ask(self) -> AdvowareAddresses:
        access = self._access
        self._asked_at = self._clock()
        asked = (("Kanzlei", access.kanzlei),)
        call = HttpCall("discover", "GET", access.discovery_url, params=asked, timeout=access.discovery_timeout)
        answer = await self._transport.call(call)
        if not answer.ok:
            raise wire_errors.advoware_service(answer, "discover")
        told = answer.json(System.ADVOWARE)
        if not isinstance(told, dict):
            raise OddAnswer("Advoware's discovery answered no object", system=System.ADVOWARE)
        keys: dict[str, JsonValue] = {key.lower(): value for key, value in told.items()}
        connector = _address(keys, "connectorurl") or _address(keys, "relayurl")
        return AdvowareAddresses(
            base=_found(access.url or connector, "base address", "ADVOWARE_URL"),
            gateway=_found(
                access.security_gateway or _address(keys, "securitygateway"),
                "token service",
                "ADVOWARE_SECURITY_GATEWAY",
            ),
        )


def _fixed(access: AdvowareAccess) -> AdvowareAddresses | None:
    if access.url is None or access.security_gateway is None:
        return None
    return AdvowareAddresses(access.url.rstrip("/"), access.security_gateway.rstrip("/"))


def _address(keys: dict[str, JsonValue], name: str) -> str | None:
    """None where the answer has none; anything but an address is no answer to build on."""
    value = keys.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value.startswith(("https://", "http://")):
        raise OddAnswer(f"Advoware's discovery answered a {name} that is no address", system=System.ADVOWARE)
    return value.rstrip("/")


def _found(address: str | None, what: str, setting: str) -> str:
    if address is None:
        raise ConfigurationFault(
            f"Advoware's discovery names no {what} for this firm: check ADVOWARE_KANZLEI, or set {setting}",
            system=System.ADVOWARE,
        )
    return address.rstrip("/")
