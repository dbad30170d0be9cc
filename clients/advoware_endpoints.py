"""Where a firm's Advoware and its token service are: fixed by settings, or told by the vendor's discovery.

Facts: facts/advoware.md §1. `connectorUrl` wins over `relayUrl`; each key may be missing. What was told stays in force
until Advoware cannot be reached there; then discovery is asked again, and a discovery that fails changes nothing.
Password and signature go to where the answer says, so an address that must not get them is refused (told_address.py).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from beteiligte.faults import ConfigurationFault, OddAnswer, SyncFault, System
from clients import told_address, wire_errors
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
        return AdvowareAddresses(
            base=(access.url or "").rstrip("/")
            or self._told(keys, ("connectorurl", "relayurl"), "base address", "ADVOWARE_URL"),
            gateway=(access.security_gateway or "").rstrip("/")
            or self._told(keys, ("securitygateway",), "token service", "ADVOWARE_SECURITY_GATEWAY"),
        )

    def _told(self, keys: dict[str, JsonValue], names: tuple[str, ...], what: str, setting: str) -> str:
        """The first of these that is told. Raises ConfigurationFault where none is, or it must not be used."""
        name, address = next(((name, found) for name in names if (found := _address(keys, name))), ("", ""))
        if not address:
            raise ConfigurationFault(
                f"Advoware's discovery names no {what} for this firm: check ADVOWARE_KANZLEI, or set {setting}",
                system=System.ADVOWARE,
            )
        plain = self._access.discovery_url.startswith("http://")
        if why := told_address.refusal(address, plain_http=plain, hosts=self._access.allowed_hosts):
            raise ConfigurationFault(
                f"Advoware's discovery names a {name} that gets no password: {why}. Ask the vendor; set {setting} "
                "where you know the right one",
                system=System.ADVOWARE,
            )
        return address.rstrip("/")


def _fixed(access: AdvowareAccess) -> AdvowareAddresses | None:
    if access.url is None or access.security_gateway is None:
        return None
    return AdvowareAddresses(access.url.rstrip("/"), access.security_gateway.rstrip("/"))


def _address(keys: dict[str, JsonValue], name: str) -> str:
    """Empty where the answer has none. Raises OddAnswer where it is no text."""
    value = keys.get(name)
    if value is not None and not isinstance(value, str):
        raise OddAnswer(f"Advoware's discovery answered a {name} that is no text", system=System.ADVOWARE)
    return value or ""
