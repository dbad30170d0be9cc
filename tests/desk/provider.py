"""An OpenID provider that says whatever a test wants it to say, also what is false."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runtime.ports import free_port
from simulators.server import serve

KEY = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
CLIENT, SECRET = "desk", "marked-secret-of-the-client"


@dataclass
class FalseProvider:
    """What it says; a test changes it."""

    url: str = ""
    key: Any = field(default_factory=lambda: KEY)
    algorithm: str = "RS256"
    metadata: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, Any] = field(default_factory=dict)
    """Beside, or instead of, those of a good token."""
    userinfo: dict[str, Any] = field(default_factory=dict)
    refuses: str = ""
    """A code at the token endpoint."""
    away: bool = False
    _asked: dict[str, dict[str, str]] = field(default_factory=dict)

    def app(self) -> Starlette:
        """Its addresses."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._document),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/userinfo", self._userinfo),
            ]
        )

    async def _document(self, _: Request) -> Response:
        if self.away:
            return Response(status_code=503)
        ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "end"}
        said = {f"{name}_endpoint": f"{self.url}/{path}" for name, path in ends.items()}
        said |= {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        return JSONResponse(
            said | {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]} | self.metadata
        )

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = f"code-{len(self._asked)}"
        self._asked[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: Request) -> Response:
        if self.refuses:
            return JSONResponse({"error": self.refuses}, 401)
        sent = dict(parse_qsl((await request.body()).decode()))
        asked, now = self._asked.pop(sent["code"]), int(time.time())
        assert sent["code_verifier"]
        good = {"iss": self.url, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims = {name: value for name, value in (good | self.claims).items() if value is not None}
        header = {"alg": self.algorithm, "kid": "one"}
        token = jwt.encode(header, claims, self.key, algorithms=[self.algorithm])
        return JSONResponse({"access_token": "marked-token", "token_type": "Bearer", "id_token": token})

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    async def _userinfo(self, _: Request) -> Response:
        return JSONResponse({"sub": "1"} | self.userinfo)


SHARED = OctKey.import_key(SECRET)


@asynccontextmanager
async def serving(provider: FalseProvider) -> AsyncIterator[FalseProvider]:
    """At a port of its own."""
    port = free_port("127.0.0.1")
    async with serve(provider.app(), port) as url:
        provider.url = url
        yield provider
