"""One HTTP call as it is asked for, and what came back; whatever the system."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from pydantic import JsonValue

from beteiligte.faults import OddAnswer, SyncFault, System
from clients import answer_json
from clients.http_dates import clock_time

Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HttpCall:
    """What is asked for."""

    operation: str
    """By which metrics, logs and faults name it."""
    method: str
    url: str
    """The whole address; with a client of one system the path alone, until the client knows the address."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Keys and tokens are here."""
    params: Params = field(default=(), repr=False)
    body: JsonValue = field(default=None, repr=False)
    """A client's values, and the password where a token is asked for."""
    timeout: timedelta | None = None
    """Shorter than the system's own."""
    fresh: bool = False
    """Over a connection of its own, so that a server that closed an idle one is not met (connections.py)."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back."""

    status: int
    headers: httpx.Headers = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether it is no error; a redirect is one."""
        return 200 <= self.status < 300

    @property
    def at(self) -> datetime | None:
        """When it was given, by the server's clock (`Date`, whole seconds; recording sw-07); None: it does not say."""
        return clock_time(self.headers.get("Date", ""))

    def json(self, system: System) -> JsonValue:
        """The body. Raises OddAnswer where it is no JSON, or holds what no history can store (half a character)."""
        try:
            return answer_json.parse(self.content)
        except ValueError:
            raise OddAnswer(f"{system} answered {self.status} with a body that is no JSON", system=system) from None


@contextmanager
def before_the_call() -> Iterator[None]:
    """What fails in here (an address, a token) failed before the call that waits for it: that one was never sent."""
    try:
        yield
    except SyncFault as fault:
        fault.surely_refused = True
        raise
