"""What was asked of the two systems: every call with its name, party, status and time.

Names: espocrm.read, .write, .create, .delete, .list, .note, .user, .users, .metadata, .webhook, .other; .role and
.manage (an administrator's) · advoware.token, .discover, .read, .create, .replace, .delete, .search, .list, .other ·
delivery.create, .update, .delete, .fieldUpdate (a POST from EspoCRM to a receiver; its party is the first in it).
A call counts from its arrival on, also while it hangs. Held by tests/simulators/test_calls.py.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

WRITES = frozenset(
    {
        "espocrm.write",
        "espocrm.create",
        "espocrm.delete",
        "advoware.create",
        "advoware.replace",
        "advoware.delete",
    }
)
"""Calls that would change a record. A note tells a person and is none of them."""


@dataclass(slots=True, kw_only=True)
class Call:
    """One call. `status` is None while it runs and when it got no answer."""

    number: int
    name: str
    party: str | None
    method: str
    path: str
    user: str | None
    at: datetime
    fault: str | None = None
    status: int | None = None
    done: bool = False


class Calls:
    """The log of all calls, in order of arrival."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._news = asyncio.Event()

    def open(
        self, name: str, method: str, path: str, at: datetime, party: str | None = None, user: str | None = None
    ) -> Call:
        """Note a call that has arrived."""
        call = Call(number=len(self._calls) + 1, name=name, party=party, method=method, path=path, user=user, at=at)
        self._calls.append(call)
        self._tell()
        return call

    def close(self, call: Call, status: int | None) -> None:
        """Note how a call ended; None: without an answer."""
        call.status, call.done = status, True
        self._tell()

    @property
    def mark(self) -> int:
        """The place in the log, for `since`."""
        return len(self._calls)

    def since(self, mark: int = 0, name: str = "*", party: str | None = None) -> list[Call]:
        """Give the calls after a mark; `name` may hold wildcards, e.g. "advoware.*"."""
        return [
            call
            for call in self._calls[mark:]
            if fnmatchcase(call.name, name) and (party is None or call.party == party)
        ]

    def count(self, name: str = "*", party: str | int | None = None, since: int = 0) -> int:
        """Count the calls of a name, for one party (EspoCRM id, or betNr at Advoware) or all."""
        return len(self.since(since, name, None if party is None else str(party)))

    def writes(self, since: int = 0, party: str | int | None = None) -> list[Call]:
        """Give the calls that would change a record (`WRITES`), whether they succeeded or not."""
        wanted = None if party is None else str(party)
        return [call for call in self.since(since, "*", wanted) if call.name in WRITES]

    async def until(self, ready: Callable[["Calls"], bool], timeout: float = 10.0) -> None:
        """Wait until the log satisfies a condition, looked at after each call. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not ready(self):
                self._news.clear()
                await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
