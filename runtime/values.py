"""How an operator writes values: `30s`, `4m`, `1h`; lists with commas; addresses; files that must be there.

A validator's message names the remedy and never the value, which may be a secret.
"""

import json
import re
import ssl
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from clients.records import Where

UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
ALSO = {"min": 60}
"""Other ways to write a unit."""
SPANS = "write a number with its unit, as 500ms, 30s, 15min, 4h, 30d"
_SPAN = re.compile(rf"(\d+(?:\.\d+)?)\s*({'|'.join((*UNITS, *ALSO))})")
_WITHOUT_UNIT = re.compile(r"[+-]?[\d.,_]+(:\d+)?")
"""Also 15:00, which may be minutes or hours."""


def read_span(value: object) -> object:
    """A length of time as people write it; anything else is left to pydantic (ISO 8601, HH:MM:SS).

    A number alone may be seconds or minutes to whoever wrote it, so it is neither; only nothing needs no unit.
    """
    text = value.strip() if isinstance(value, str) else ""
    if match := _SPAN.fullmatch(text):
        return timedelta(seconds=float(match[1]) * (UNITS | ALSO)[match[2]])
    if text == "0":
        return timedelta(0)
    if _WITHOUT_UNIT.fullmatch(text):
        raise ValueError(f"has no unit: {SPANS}")
    return value


def write_span(span: timedelta) -> str:
    """The shortest form that `read_span` reads back: 3600 s are `1h`, 5400 s are `90m`."""
    seconds = span.total_seconds()
    if not seconds:
        return "0s"
    unit = next(unit for unit in reversed(UNITS) if not (seconds / UNITS[unit]) % 1 or unit == "ms")
    return f"{seconds / UNITS[unit]:g}{unit}"


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
        raise ValueError("is no address of the form https://host/path")
    return text.rstrip("/")


Url = Annotated[str, AfterValidator(_url)]


def _espocrm_url(text: str) -> str:
    if "/api/v1" in text:
        raise ValueError("leave out /api/v1 and what follows")
    return text


EspoCrmUrl = Annotated[Url, AfterValidator(_espocrm_url)]


def _proxy(address: SecretStr) -> SecretStr:
    return SecretStr(_url(address.get_secret_value()))


ProxyUrl = Annotated[SecretStr, AfterValidator(_proxy)]
"""Secret, since it may hold a password: http://user:password@host:port."""


def _split(value: object) -> object:
    """`a, b` or a JSON list."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return _json(value)
    return [item for part in value.split(",") if (item := part.strip())]


def _json(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        parsed: object = json.loads(value)
    except ValueError:
        raise ValueError("is no valid JSON") from None
    return parsed


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
NameSet = Annotated[frozenset[str], NoDecode, BeforeValidator(_split)]
_HOST = Field(pattern=r"^\.?[A-Za-z0-9][A-Za-z0-9:.-]*$")
"""A name, an address, or with a dot in front all names below one; no scheme, no port, no path."""
Hosts = Annotated[tuple[Annotated[str, _HOST], ...], NoDecode, BeforeValidator(_split)]
Statuses = Annotated[frozenset[Annotated[int, Field(ge=400, le=599)]], NoDecode, BeforeValidator(_split)]


KnownSecrets = Mapping[str, tuple[SecretStr, ...]]
"""Secrets of webhooks by their ids, several while one is changed."""
SECRETS_AT_ONCE = 5
"""Of one webhook; more are no change of a secret, and each costs a digest of every body."""


def _several(value: object) -> object:
    """JSON; for each id one secret, or a list of those that are good at the same time."""
    parsed = _json(value)
    if not isinstance(parsed, dict):
        return parsed
    return {name: secrets if isinstance(secrets, list | tuple) else [secrets] for name, secrets in parsed.items()}


def _none_empty(known: dict[str, tuple[SecretStr, ...]]) -> dict[str, tuple[SecretStr, ...]]:
    """Whoever knows that a secret is empty signs with it. Which one it is stays unsaid: the two may be swapped."""
    if any(not name.strip() or not secrets or _holds_empty(secrets) for name, secrets in known.items()):
        raise ValueError("holds an empty id or secret; take it out, or copy the secret from EspoCRM")
    if any(len(secrets) > SECRETS_AT_ONCE for secrets in known.values()):
        raise ValueError(f"holds more than {SECRETS_AT_ONCE} secrets for one id; keep the one that EspoCRM shows")
    return known


def _holds_empty(secrets: tuple[SecretStr, ...]) -> bool:
    return not all(secret.get_secret_value().strip() for secret in secrets)


Secrets = Annotated[dict[str, tuple[SecretStr, ...]], NoDecode, BeforeValidator(_several), AfterValidator(_none_empty)]


def _ca_file(path: Path) -> Path:
    try:
        ssl.create_default_context().load_verify_locations(cafile=path)
    except FileNotFoundError:
        raise ValueError("there is no such file") from None
    except (OSError, ssl.SSLError):
        raise ValueError("is no readable file of certificates in PEM form") from None
    return path


CaFile = Annotated[Path, AfterValidator(_ca_file)]
"""Certificates in PEM form that are trusted beside those of the operating system."""


Conditions = Annotated[tuple[Where, ...], NoDecode, BeforeValidator(_json)]
