"""Who may do what at the desk: two roles, and the sessions of those who logged in.

How somebody logged in is nobody's business here: whatever knows a Person begins a session for him
(login.py by a link, openid.py by the firm's own login).
Sessions stand in the memory of this process alone: whoever restarts the desk ends them all.
"""

import hashlib
import secrets
import time
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from aiolimiter import AsyncLimiter
from pydantic import Field

from beteiligte.frozen import Frozen
from starter.desk import limits

MOST = 1_000
"""Sessions at the same time; the one that was idle longest makes room."""


class DeskRole(StrEnum):
    """What somebody may do."""

    SEE = "see"
    """All pages, and nothing else."""
    DECIDE = "decide"
    """Also answer, undo, sync, pause."""

    def allows(self, wanted: "DeskRole") -> bool:
        """Whether it is enough."""
        return self is DeskRole.DECIDE or wanted is DeskRole.SEE


class Person(Frozen):
    """Somebody who logged in."""

    name: str = Field(min_length=1, max_length=80)
    """As it stands in histories and notes behind what he decides."""
    role: DeskRole


@dataclass
class Session:
    """From a log-in to its end."""

    person: Person
    began: float
    seen: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    """Stands in every form, so that no other page can send one."""
    by_provider: bool = False
    """Whether he may be logged in elsewhere as well: with the firm's account."""
    decisions: AsyncLimiter = field(default_factory=limits.decisions)
    """How many more he may send."""
    said: list[object] = field(default_factory=list)
    """What came of what was decided: shown on the next page, once."""


@dataclass
class Sessions:
    """Everybody who is logged in."""

    idle: timedelta
    longest: timedelta
    _by_key: dict[str, Session] = field(default_factory=dict)
    """By a hash of what the cookie holds: a copy of this memory lets nobody in."""

    def begin(self, person: Person, *, by_provider: bool = False) -> str:
        """What the cookie shall hold."""
        token, now = secrets.token_urlsafe(32), time.time()
        self._drop_ended(now)
        while len(self._by_key) >= MOST:
            del self._by_key[min(self._by_key, key=lambda key: self._by_key[key].seen)]
        self._by_key[_hash(token)] = Session(person, now, now, by_provider=by_provider)
        return token

    def of(self, token: str) -> Session | None:
        """The session that goes on by this; None: log in."""
        now = time.time()
        self._drop_ended(now)
        session = self._by_key.get(_hash(token))
        if session is not None:
            session.seen = now
        return session

    def end(self, token: str) -> None:
        """Whoever comes with it has to log in again."""
        self._by_key.pop(_hash(token), None)

    def _drop_ended(self, now: float) -> None:
        idle, longest = self.idle.total_seconds(), self.longest.total_seconds()
        ended = [key for key, one in self._by_key.items() if now - one.seen > idle or now - one.began > longest]
        for key in ended:
            del self._by_key[key]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
