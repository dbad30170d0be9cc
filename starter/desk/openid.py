"""Logging in by OpenID Connect: the code flow with PKCE, state and nonce, all of whose checks are authlib's.

What belongs to a log-in under way stands in this process alone, by a cookie of the browser that began it: a callback of
another browser finds nothing, and a second one of the same finds it used. That cookie is Lax, since a browser comes
back from the provider's site; the one of the session stays Strict.
"""

import hashlib
import logging
import re
import secrets
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from authlib.deprecate import AuthlibDeprecationWarning
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from installation.checks.desk import CALLBACK
from installation.openid import WITHIN, OpenIdProvider, ProviderUnfit, discovered
from runtime.settings import OidcSettings
from starter.desk.access import Person
from starter.desk.claims import LogInRefused, LogInTrouble, found_at, person

warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # said at each start, of the httpx that we use ourselves
from authlib.integrations.base_client.errors import MismatchingStateError  # noqa: E402
from authlib.integrations.starlette_client import OAuth, OAuthError  # noqa: E402

BEGIN = "/oidc"
LIFE = 600
"""Seconds from the beginning of a log-in to its end, at the provider."""
MOST = 1_000
"""Log-ins under way; the oldest makes room."""
LEEWAY = 60
"""Seconds by which two clocks may differ."""
WORD = re.compile(r"[a-z_]{1,40}")
"""A code of OAuth 2.0: whatever else comes as one is an outsider's text, and is not repeated."""
POST = "client_secret_post"

logging.getLogger("authlib").setLevel(logging.WARNING)  # says verifiers where all is said


@dataclass
class LogInsUnderWay:
    """What was sent to the provider for each browser that began."""

    _by_key: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)

    def begin(self, sent: dict[str, Any]) -> str:
        """What the browser's cookie shall hold."""
        token = secrets.token_urlsafe(32)
        while len(self._by_key) >= MOST:
            del self._by_key[next(iter(self._by_key))]
        self._by_key[_hash(token)] = time.time(), sent
        return token

    def take(self, token: str) -> dict[str, Any]:
        """It is used by this, whatever comes of it. Raises LogInRefused."""
        began, sent = self._by_key.pop(_hash(token), (0.0, {}))
        if time.time() - began > LIFE:
            raise LogInRefused(LogInTrouble.ELSEWHERE)
        return sent


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass
class OpenIdLogin:
    """The provider as this desk knows it."""

    settings: OidcSettings
    url: str
    """The desk's."""
    under_way: LogInsUnderWay = field(default_factory=LogInsUnderWay)
    _known: tuple[OpenIdProvider, Any] | None = None

    async def begin(self, request: Request) -> tuple[Response, str]:
        """Where the browser shall go, and what its cookie shall hold. Raises LogInRefused."""
        sent: dict[str, Any] = {}
        request.scope["session"] = sent
        _, client = await self._provider()
        answer: Response = await client.authorize_redirect(request, f"{self.url}{CALLBACK}")
        return answer, self.under_way.begin(sent)

    async def finish(self, request: Request, token: str) -> Person:
        """Who came back with this cookie. Raises LogInRefused."""
        request.scope["session"] = self.under_way.take(token)
        provider, client = await self._provider()
        try:
            claims = await self._claims(request, provider, client)
        except MismatchingStateError:
            raise LogInRefused(LogInTrouble.ELSEWHERE) from None
        except OAuthError as refused:
            raise _refused(refused, from_browser="error" in request.query_params) from None
        except httpx.HTTPError as away:
            raise LogInRefused(LogInTrouble.AWAY, type(away).__name__) from None
        except (JoseError, ValueError, KeyError, TypeError) as unproven:
            raise LogInRefused(
                LogInTrouble.TOKEN, getattr(unproven, "claim", None) or type(unproven).__name__
            ) from None
        return person(claims, self.settings)

    async def _claims(self, request: Request, provider: OpenIdProvider, client: Any) -> Mapping[str, Any]:
        named = {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": self.settings.client_id},
        }
        token = await client.authorize_access_token(request, claims_options=named, leeway=LEEWAY)
        claims: Mapping[str, Any] = token["userinfo"]
        lacking = found_at(claims, self.settings.role_claim) is None or self.settings.name_claim not in claims
        if not lacking or provider.userinfo_endpoint is None:
            return claims
        more = await client.userinfo(token=token)
        if more.get("sub") != claims["sub"]:
            raise LogInRefused(LogInTrouble.TOKEN, "sub")
        return {**more, **claims}

    async def leaving(self) -> str | None:
        """Where one logs out at the provider as well, where it has such a page."""
        try:
            provider, client = await self._provider()
            if provider.end_session_endpoint is None:
                return None
            made = await client.create_logout_url(f"{self.url}/", client_id=self.settings.client_id)
        except LogInRefused:
            return None
        return str(made["url"])

    async def _provider(self) -> tuple[OpenIdProvider, Any]:
        """Asked until it answered once; its keys are asked for anew where one is unknown."""
        if self._known is None:
            try:
                provider = await discovered(self.settings.issuer or "")
            except ProviderUnfit as unfit:
                raise LogInRefused(LogInTrouble.AWAY, str(unfit)) from None
            self._known = provider, _client(provider, self.settings)
        return self._known


def _client(provider: OpenIdProvider, settings: OidcSettings) -> Any:
    assert settings.client_secret is not None
    methods = provider.token_endpoint_auth_methods_supported
    return OAuth().register(
        "provider",
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        client_kwargs={
            "scope": " ".join(settings.scopes),
            "code_challenge_method": "S256",
            "timeout": WITHIN,
            "token_endpoint_auth_method": POST if "client_secret_basic" not in methods else "client_secret_basic",
        },
        **provider.model_dump(exclude_none=True, exclude={"token_endpoint_auth_methods_supported"}),
    )


def _refused(refused: OAuthError, *, from_browser: bool) -> LogInRefused:
    code = refused.error if WORD.fullmatch(refused.error or "") else ""
    return LogInRefused(LogInTrouble.BROKEN_OFF if from_browser else LogInTrouble.SECRET, code)
