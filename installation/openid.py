"""What an OpenID provider says of itself (OpenID Connect Discovery 1.0), for the desk and for `doctor`."""

from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, Field, ValidationError, model_validator

from beteiligte.frozen import Frozen

KNOWN_AT = "/.well-known/openid-configuration"
WITHIN = 8.0
"""Seconds that a person waits for the provider."""
SIGNED = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that the provider alone has; "none", and those by a shared secret, are believed of nobody."""


class ProviderUnfit(Exception):
    """It does not answer, or not as a provider does; the message names what, never what it said."""


def _sealed(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise ValueError("no https")
    return address


Endpoint = Annotated[str, AfterValidator(_sealed)]


class OpenIdProvider(Frozen):
    """Its document: what of it is used."""

    issuer: str
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    jwks_uri: Endpoint
    userinfo_endpoint: Endpoint | None = None
    end_session_endpoint: Endpoint | None = None
    id_token_signing_alg_values_supported: tuple[str, ...] = Field(("RS256",))
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    @model_validator(mode="before")
    @classmethod
    def _used(cls, said: Any) -> Any:
        """Providers say much more; of signatures only those that prove something are left."""
        if not isinstance(said, dict):
            return said
        used = {name: value for name, value in said.items() if name in cls.model_fields}
        named = used.get("id_token_signing_alg_values_supported")
        if isinstance(named, list):
            used["id_token_signing_alg_values_supported"] = [one for one in named if one in SIGNED]
        return used


async def discovered(issuer: str) -> OpenIdProvider:
    """Ask it; its document has to name the issuer that was asked. Raises ProviderUnfit."""
    try:
        async with httpx.AsyncClient(timeout=WITHIN) as http:
            answer = await http.get(f"{issuer}{KNOWN_AT}")
        answer.raise_for_status()
        provider = OpenIdProvider.model_validate_json(answer.content)
    except httpx.HTTPStatusError as refused:
        raise ProviderUnfit(f"it answers {refused.response.status_code} at {KNOWN_AT}") from None
    except httpx.HTTPError as away:
        raise ProviderUnfit(type(away).__name__) from None
    except ValidationError as wrong:
        where = {str(error["loc"][0]) if error["loc"] else "document" for error in wrong.errors()}
        raise ProviderUnfit(f"its document lacks or spoils {', '.join(sorted(where))}") from None
    if provider.issuer.rstrip("/") != issuer:
        raise ProviderUnfit("its document names another issuer")
    if not provider.id_token_signing_alg_values_supported:
        raise ProviderUnfit("it signs by no key of its own")
    return provider
