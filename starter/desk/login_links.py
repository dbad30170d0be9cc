"""Links to log in: sealed by a key that the desk and `desk login` share, short-lived, each used once.

Fernet (cryptography) encrypts and signs: nobody without the key file makes a link, changes its role, or reads a name
out of it. A link is used up in the desk's memory; one from before the desk was started is refused, so that a restart
makes no used link fresh.
"""

import contextlib
import os
import secrets
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from pydantic import ValidationError

from beteiligte.frozen import Frozen
from runtime.loading import SettingsError
from runtime.settings import DeskSettings
from starter.desk.access import Person

PRIVATE = 0o600
PATH = "/login"
"""Where links lead."""


class LoginLink(Frozen):
    """What is sealed in a link."""

    id: str
    made: float
    """By the clock of whoever made it, in seconds since 1970."""
    person: Person


class LinkRefused(Exception):
    """It cannot be used: a false one, too old, from before the desk's start, or used already."""


def key(path: Path) -> Fernet:
    """The key in this file, made where there is none yet. Raises SettingsError."""
    if not path.exists():
        try:
            _make(path)
        except OSError as error:
            raise SettingsError(f"DESK_KEY: {path} cannot be written ({error.strerror}); name another path") from None
    return _read(path)


def _make(path: Path) -> None:
    """Whole from the first moment; where another process made one meanwhile, that one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
        file.write(Fernet.generate_key())
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()


def _read(path: Path) -> Fernet:
    try:
        return Fernet(path.read_bytes().strip())
    except OSError as error:
        raise SettingsError(f"DESK_KEY: {path} cannot be read ({error.strerror})") from None
    except ValueError:
        raise SettingsError(f"DESK_KEY: {path} holds no key; remove it, and a new one is made") from None


def sealed(person: Person, fernet: Fernet) -> str:
    """What stands at the end of a new link."""
    link = LoginLink(id=secrets.token_hex(16), made=time.time(), person=person)
    return fernet.encrypt(link.model_dump_json().encode()).decode()


def address(person: Person, settings: DeskSettings) -> str:
    """A new link, for the address under which browsers reach the desk. Raises SettingsError."""
    return f"{settings.url}{PATH}/{sealed(person, key(settings.key))}"


@dataclass
class LoginLinks:
    """The links that one desk takes."""

    fernet: Fernet
    life: timedelta
    began: float = field(default_factory=time.time)
    """When the desk was started."""
    _used: dict[str, float] = field(default_factory=dict)

    def look(self, token: str) -> Person:
        """Whom it would let in; it stays unused. Raises LinkRefused."""
        return self._opened(token).person

    def use(self, token: str) -> Person:
        """Whom it lets in; never again. Raises LinkRefused."""
        link = self._opened(token)
        self._used = {id: made for id, made in self._used.items() if not self._too_old(made)}
        self._used[link.id] = link.made
        return link.person

    def _opened(self, token: str) -> LoginLink:
        try:
            text = self.fernet.decrypt(token.encode(), ttl=int(self.life.total_seconds()) + 1)
            link = LoginLink.model_validate_json(text)
        except (InvalidToken, ValidationError, UnicodeEncodeError):
            raise LinkRefused from None
        if link.made < self.began or self._too_old(link.made) or link.id in self._used:
            raise LinkRefused
        return link

    def _too_old(self, made: float) -> bool:
        return time.time() - made > self.life.total_seconds()
