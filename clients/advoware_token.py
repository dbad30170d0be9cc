"""Advoware's access token: signed request, cached, renewed before it expires, one refresh at a time.

Signature and vectors: facts/advoware.md §1.
"""

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue, SecretStr

from beteiligte.faults import ConfigurationFault, OddAnswer, System
from clients import wire_errors
from clients.access import AdvowareAccess
from clients.advoware_endpoints import AddressBook
from clients.http_call import HttpCall
from clients.single_flight import SingleFlight
from clients.transport import Transport

LONGEST_LIFE = timedelta(days=1)
"""What ends later, or has ended, counts as not said: a clock that is wrong, or year 9999."""
_TOKEN = re.compile(r"[!-~]{1,16000}", re.ASCII)
"""What a header can carry; a line break in it would begin another header."""


def signature(*, product: int, app_id: str, nonce: str, timestamp: str, api_key: SecretStr) -> str:
    """HMAC-SHA-512 of `Product:AppID:Nonce:RequestTimeStamp` with the Base64-decoded key, in Base64."""
    try:
        key = base64.b64decode(api_key.get_secret_value(), validate=True)
    except ValueError:
        raise ConfigurationFault("ADVOWARE_API_KEY is no Base64 text", system=System.ADVOWARE) from None
    text = f"{product}:{app_id}:{nonce}:{timestamp}"
    return base64.b64encode(hmac.new(key, text.encode(), hashlib.sha512).digest()).decode()


@dataclass(frozen=True, slots=True)
class Token:
    """A token and the moment from which it is no longer used."""

    text: str = field(repr=False)
    until: datetime


class Tokens:
    """The token in force."""

    def __init__(
        self, access: AdvowareAccess, transport: Transport, addresses: AddressBook, clock: Callable[[], datetime]
    ) -> None:
        """Ask for nothing yet."""
        self._access = access
        self._transport = transport
        self._addresses = addresses
        self._clock = clock
        self._token: Token | None = None
        self._refresh = SingleFlight(self._ask)

    async def current(self) -> Token:
        """A token that is valid for some time. Raises CredentialsRefused, ConfigurationFault, Transient."""
        if self._token is None or self._clock() >= self._token.until:
            self._token = await self._refresh()
        return self._token

    def forget(self, token: Token) -> None:
        """It was refused; callers that got a newer one meanwhile keep it."""
        if self._token is token:
            self._token = None

    async def _ask(self) -> Token:
        gateway = (await self._addresses.current()).gateway
        url = f"{gateway}/api/v1/Token"
        call = HttpCall("token", "POST", url, body=self._request(), timeout=self._access.token_timeout)
        answer = await self._transport.call(call)
        if answer.status in (400, 401, 403):
            raise self._transport.refuse_credentials("Advoware refused to issue a token: check the ADVOWARE_ settings")
        if not answer.ok:
            raise wire_errors.advoware_service(answer, "token")
        return self._token_of(answer.json(System.ADVOWARE))

    def _request(self) -> dict[str, JsonValue]:
        access = self._access
        nonce = str(uuid.uuid4())
        timestamp = f"{self._clock().astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"
        return {
            "AppID": access.app_id,
            "Kanzlei": access.kanzlei,
            "Database": access.database,
            "User": access.user,
            "Role": access.role,
            "Product": access.product,
            "Password": access.password.get_secret_value(),
            "Nonce": nonce,
            "HMAC512Signature": signature(
                product=access.product,
                app_id=access.app_id,
                nonce=nonce,
                timestamp=timestamp,
                api_key=access.api_key,
            ),
            "RequestTimeStamp": timestamp,
        }

    def _token_of(self, body: JsonValue) -> Token:
        text = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(body, dict) or not isinstance(text, str) or not _TOKEN.fullmatch(text):
            raise OddAnswer("Advoware's token answer holds no token", system=System.ADVOWARE)
        now = self._clock()
        ends = _moment(body.get("expiration_utc")) or _from_now(now, body.get("expires_in"))
        if ends is None or not now < ends <= now + LONGEST_LIFE:
            ends = now + self._access.token_life
        return Token(text, ends - self._access.token_margin)


def _moment(text: JsonValue) -> datetime | None:
    """In UTC, also where the text names no zone; with more fractional digits than Python keeps."""
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_now(now: datetime, seconds: JsonValue) -> datetime | None:
    """None where they are no number, as `true` is none, or no life of a token."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return now + timedelta(seconds=seconds) if 0 < seconds <= LONGEST_LIFE.total_seconds() else None
