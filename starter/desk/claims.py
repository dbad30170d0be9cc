"""Who somebody is, and what he may do, by what an OpenID provider says of him.

Nobody gets in for whom no role is set. An address that the provider says is not checked is anybody's, and counts for
nothing.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeGuard

from runtime.settings import OidcSettings
from starter.desk.access import DeskRole, Person

LONGEST = 80
EMAIL = "email"


class LogInTrouble(StrEnum):
    """Why somebody who comes from the provider is not let in; texts/access.py says it."""

    AWAY = "away"
    ELSEWHERE = "elsewhere"
    """Begun in another browser, too long ago, or used already."""
    BROKEN_OFF = "broken off"
    """By the person, or by the provider."""
    SECRET = "secret"
    """The provider does not take the desk for the desk."""
    TOKEN = "token"
    """What it says is not proven: signature, issuer, audience, times, nonce."""
    NO_ROLE = "no role"
    NO_NAME = "no name"


class LogInRefused(Exception):
    """Nobody is let in; `code` for the administrator, one word."""

    def __init__(self, trouble: LogInTrouble, code: str = "") -> None:
        super().__init__(trouble, code)
        self.trouble, self.code = trouble, code


def person(claims: Mapping[str, Any], settings: OidcSettings) -> Person:
    """Raises LogInRefused."""
    role = _role(_values(claims, settings.role_claim), settings)
    if role is None:
        raise LogInRefused(LogInTrouble.NO_ROLE, settings.role_claim)
    name = _shown(claims.get(settings.name_claim))
    if not name:
        raise LogInRefused(LogInTrouble.NO_NAME, settings.name_claim)
    return Person(name=name[:LONGEST], role=role)


def _role(values: frozenset[str], settings: OidcSettings) -> DeskRole | None:
    wanted = {DeskRole.DECIDE: settings.decide, DeskRole.SEE: settings.see}
    if settings.role_claim == EMAIL:
        wanted = {role: frozenset(map(str.casefold, named)) for role, named in wanted.items()}
    return next((role for role, named in wanted.items() if named & values), None)


def _values(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """One word or a list of them; anything else is none."""
    if name == EMAIL:
        address, checked = claims.get(EMAIL), claims.get("email_verified", True)
        return frozenset([address.casefold()]) if _text(address) and checked in (True, "true") else frozenset()
    found = found_at(claims, name)
    return frozenset([found]) if _text(found) else frozenset(filter(_text, found if isinstance(found, list) else []))


def found_at(claims: Mapping[str, Any], name: str) -> Any:
    """The claim of this name, which may itself hold dots, or the one that lies that deep; None where there is none."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _shown(name: object) -> str:
    """As it may stand in a note and in a log: one line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name).split()) if _text(name) else ""
