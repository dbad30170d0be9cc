"""Who may do what in EspoCRM: users, their roles, how they prove who they are, and the lock-out by address.

Not done: portals, teams, roles that add up, tokens of logged-in people. Sources: facts/espocrm.md §2.1; recordings
auth-*, err-09 to err-15.
"""

import base64
import hashlib
import hmac
import secrets
import uuid
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from simulators.clock import Clock

API = "/api/v1"
INTEGRATION = "integration"
PERSON = "sachbearbeiter"
ADMIN = "admin"
MOST_DENIED = 10
DENIED_WITHIN = timedelta(seconds=60)


def new_id() -> str:
    """17 hexadecimal characters, as EspoCRM makes them."""
    return secrets.token_hex(9)[:17]


def new_uuid() -> str:
    """As EspoCRM makes them where the metadata `app/recordId` say so (facts/espocrm.md §2.10)."""
    return str(uuid.uuid4())


@dataclass(kw_only=True)
class Role:
    """Rights on the parties; the default has all of them."""

    scope: bool = True
    """No role at all reads nothing (recording auth-15)."""
    read: Literal["all", "own"] = "all"
    create: bool = True
    edit: bool = True
    delete: bool = True
    stream: bool = True
    webhooks: bool = True
    users: Literal["all", "team", "own", "no"] = "all"
    """Of whom it may see that they exist."""
    messages: Literal["all", "team", "no"] = "all"
    """To whom it may send a note (`messagePermission`)."""
    unreadable: set[str] = field(default_factory=set)
    """Attributes that the role may not read; they may not be edited or searched either."""
    readonly: set[str] = field(default_factory=set)
    """Attributes that it may not edit: such a write is answered 200 and changes nothing."""


@dataclass(kw_only=True)
class User:
    """One user; the login name stands for it in the stand-in's methods."""

    login: str
    name: str = ""
    id: str = field(default_factory=new_id)
    kind: Literal["api", "regular", "admin"] = "api"
    method: Literal["key", "hmac", "password"] = "key"
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    """API key of an API user."""
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    """Signs requests (HMAC), or is the password."""
    active: bool = True
    role: Role = field(default_factory=Role)

    def __post_init__(self) -> None:
        """A user without a name is called as it logs in."""
        self.name = self.name or self.login


class Users:
    """All users, and the memory of denied logins."""

    def __init__(self, clock: Clock) -> None:
        """The integration, a person of the firm and the administrator."""
        self._clock = clock
        self._denied: dict[str, deque[datetime]] = defaultdict(deque)
        self.all: dict[str, User] = {}
        self.add(User(login=INTEGRATION))
        self.add(User(login=PERSON, kind="regular", method="password"))
        self.add(User(login=ADMIN, name="Admin", kind="admin", method="password"))

    def add(self, user: User) -> User:
        """One more user, or another one of that name."""
        self.all[user.login] = user
        return user

    def has_id(self, user_id: object) -> bool:
        """Whether a user of that id exists."""
        return any(user.id == user_id for user in self.all.values())

    def names(self, user_ids: object) -> dict[str, str]:
        """The names of those who exist, by id."""
        wanted = user_ids if isinstance(user_ids, list) else []
        return {user.id: user.name for user in self.all.values() if user.id in wanted}

    def enter(self, request: Request) -> User | Response:
        """Who asks; or the answer that turns him away."""
        address = request.client.host if request.client else ""
        shows = any(name in request.headers for name in ("Authorization", "X-Api-Key", "X-Hmac-Authorization"))
        if shows and self._locked_out(address):
            return Response(status_code=403, media_type="text/html")  # also for a valid key (auth-16, auth-18)
        user = self._known(request)
        if user is not None and user.active:
            return user
        if shows:
            self._denied[address].append(self._clock.now())
        return Response(status_code=401, media_type="text/html")

    def _locked_out(self, address: str) -> bool:
        """More than ten denials within a minute; it ends by itself, as a request meanwhile is no denial."""
        denied = self._denied[address]
        while denied and denied[0] <= self._clock.now() - DENIED_WITHIN:
            denied.popleft()
        return len(denied) > MOST_DENIED

    def _known(self, request: Request) -> User | None:
        if text := request.headers.get("X-Hmac-Authorization"):
            return self._by_hmac(text, request)
        if key := request.headers.get("X-Api-Key"):  # wins over Basic (auth-13)
            return next((user for user in self._with("key") if secrets.compare_digest(user.key, key)), None)
        return self._by_password(request.headers.get("Authorization", ""))

    def _with(self, method: str) -> list[User]:
        return [user for user in self.all.values() if user.method == method]

    def _by_hmac(self, text: str, request: Request) -> User | None:
        """Neither query nor body is signed; the raw digest of older versions still counts (auth-06, auth-07)."""
        key, _, digest = _decoded(text).partition(b":")
        signed = f"{request.method} {request.url.path.removeprefix(API)}".encode()
        for user in self._with("hmac"):
            wanted = hmac.new(user.secret.encode(), signed, hashlib.sha256)
            if user.key.encode() == key and digest in (wanted.digest(), wanted.hexdigest().encode()):
                return user
        return None

    def _by_password(self, text: str) -> User | None:
        kind, _, encoded = text.partition(" ")
        login, _, password = _decoded(encoded).partition(b":")
        user = self.all.get(login.decode(errors="replace"))
        known = kind == "Basic" and user is not None and user.method == "password"
        return user if known and user is not None and user.secret.encode() == password else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
