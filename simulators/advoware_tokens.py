"""Advoware's token service and the discovery of its addresses (facts/advoware.md §1).

Not done: product and role checks, the firm that is "not signed in" (plan `unavailable`).
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.clock import Clock

SIGNED = ("Product", "AppID", "Nonce", "RequestTimeStamp")


def new_access() -> dict[str, str]:
    """What the vendor and the firm's administrator hand out."""
    return {
        "app_id": "DEMO-APP",
        "kanzlei": "4711",
        "database": "demo",
        "user": "SYN",
        "password": secrets.token_urlsafe(12),
        "api_key": base64.b64encode(secrets.token_bytes(32)).decode(),
    }


@dataclass(frozen=True)
class GivenToken:
    """A token, the database it was asked for, and its end."""

    database: str
    until: datetime


@dataclass
class TokenService:
    """All tokens handed out."""

    clock: Clock
    access: dict[str, str] = field(default_factory=new_access)
    life: timedelta = timedelta(minutes=55)
    answers_expires_in: bool = False
    """The answer tells seconds instead of the moment."""
    _all: dict[str, GivenToken] = field(default_factory=dict)

    def issue(self, body: dict[str, object]) -> Response:
        """A token for a signed request that names the right firm, user and password; else 401."""
        wanted = {
            "AppID": self.access["app_id"],
            "Kanzlei": self.access["kanzlei"],
            "User": self.access["user"],
            "Password": self.access["password"],
        }
        known = all(body.get(name) == value for name, value in wanted.items())
        if not known or not hmac.compare_digest(self._signature(body), str(body.get("HMAC512Signature"))):
            return JSONResponse({"message": "not authorised"}, 401)
        text = self.hand_out(str(body.get("Database")))
        ends = self._all[text].until
        if self.answers_expires_in:
            return JSONResponse({"access_token": text, "expires_in": int(self.life.total_seconds())})
        return JSONResponse({"access_token": text, "expiration_utc": f"{ends:%Y-%m-%dT%H:%M:%S.%f}0Z"})

    def hand_out(self, database: str | None = None) -> str:
        """A token without a request, for the firm's database unless told otherwise."""
        text = secrets.token_urlsafe(24)
        self._all[text] = GivenToken(database or self.access["database"], self.clock.now() + self.life)
        return text

    def of(self, request: Request) -> GivenToken | None:
        """The token a request shows, while it is valid."""
        kind, _, text = request.headers.get("Authorization", "").partition(" ")
        token = self._all.get(text) if kind == "Bearer" else None
        return token if token is not None and self.clock.now() < token.until else None

    def expire(self) -> None:
        """All tokens are refused from now on."""
        self._all.clear()

    def _signature(self, body: dict[str, object]) -> str:
        signed = ":".join(str(body.get(key)) for key in SIGNED)
        key = base64.b64decode(self.access["api_key"])
        return base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha512).digest()).decode()


def addresses(request: Request, kanzlei: str, *, connector: bool) -> Response:
    """Where a firm's API is. Answered with our own address, whatever name the caller used for it."""
    if request.query_params.get("Kanzlei") != kanzlei:
        return JSONResponse({"message": "unknown firm"}, 404)
    base = str(request.base_url)
    found = {
        "relayUrl": f"{base}relay/",
        "connectorUrl": f"{base}connector/" if connector else None,
        "securityGateway": f"{base}security/",
    }
    return JSONResponse(found)
