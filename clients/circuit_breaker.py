"""Whether calls to a system go out at all: a circuit breaker about credentials and pauses (design §6).

    closed      calls go out
    open        the system refused our credentials, or asked for a pause: no call goes out until the wait is over
    half-open   one caller tries, and all others wait for its answer: refused again, and they fail by the same hold;
                accepted, and they go on; no answer, and they fail like it instead of trying one after the other

EspoCRM locks out an address after more than ten denied logins within a minute (facts/espocrm.md §2.1), so what counts
is how many calls carry the same wrong key. Half-open is also how a process begins, and how it goes on after a quiet
minute: then it is not known whether the key is (still) good, and a crowd follows the first answer. Only a key that is
revoked in the midst of work is refused to all calls on their way. Several worker processes behind one address cannot
see each other's refusals; each stretches its hold by how many they are: together they try `TRIALS` times a wait.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from beteiligte.faults import CredentialsRefused, System, Transient

QUIET = 60.0
"""Seconds without an answer after which a key that was good is tried by one call alone."""
FIRST_WORD = 1.0
"""Seconds that others wait for the first answer of a system that refused nothing: a slow call must not stop them."""
TRIALS = 5
"""So many calls in the time of one hold by all workers together: half of what locks an address out."""


@dataclass(frozen=True, slots=True)
class _Hold:
    until: float
    fault: type[Transient]


_admitted: ContextVar[object] = ContextVar("admitted")
"""Since which hold the caller was let through; inherited by the work that it begins and others join."""


class CircuitBreaker:
    """Of one system."""

    def __init__(
        self, system: System, *, patience: timedelta, clock: Callable[[], float], workers: Callable[[], int]
    ) -> None:
        """`patience`: how long a caller waits for the one that tries."""
        self._system = system
        self._patience = patience.total_seconds()
        self._clock = clock
        self._workers = workers
        self._hold: _Hold | None = None
        self._era = object()
        self._suspect = False
        self._good_until = -QUIET
        self._heard = False
        self._trying: asyncio.Future[bool] | None = None

    # ------------------------------------------------------------------ what is known

    def hold(self, wait: timedelta, fault: type[Transient]) -> timedelta:
        """Let no call out for so long, or longer where other workers try as well; how long."""
        stretched = wait * ceil(self._workers() / TRIALS)
        self._hold, self._era, self._suspect = _Hold(self._clock() + stretched.total_seconds(), fault), object(), True
        return stretched

    def answered(self) -> None:
        """The system answered a call; a refusal among the answers is told by `hold`."""
        self._heard = True

    def check(self) -> None:
        """Raise the hold's fault, also for a caller that was let through before the hold and did not call yet."""
        self._refuse()
        if self._suspect and _admitted.get(self._era) is not self._era:
            raise self._fault(timedelta(0))

    # ------------------------------------------------------------------ one call of a client, however many HTTP calls

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Let the caller through, or alone first. Raises the hold's fault, Transient where the trial takes too long."""
        trying = await self._admit()
        era = self._era
        token = _admitted.set(era)
        try:
            yield
        finally:
            _admitted.reset(token)
            if self._heard and era is self._era:
                self._suspect, self._good_until = False, self._clock() + QUIET
            if trying is not None:
                self._trying = None
                trying.set_result(self._heard)

    async def _admit(self) -> asyncio.Future[bool] | None:
        """None: go on. Else the caller tries for all, who wait for this result: whether there was an answer."""
        self._refuse()
        if not self._suspect and self._clock() < self._good_until:
            return None
        if self._trying is None:
            self._heard = False
            self._trying = asyncio.get_running_loop().create_future()
            return self._trying
        heard = await self._wait(self._trying)
        self._refuse()
        if self._suspect and not heard:
            raise Transient(
                f"{self._system} was not called: another call tries first whether it answers again, and got no answer",
                system=self._system,
                surely_refused=True,
            )
        return None

    async def _wait(self, trying: asyncio.Future[bool]) -> bool:
        """Whether the trial got an answer in time."""
        try:
            async with asyncio.timeout(self._patience if self._suspect else min(FIRST_WORD, self._patience)):
                return await asyncio.shield(trying)
        except TimeoutError:
            return False

    def _refuse(self) -> None:
        if self._hold is None:
            return
        left = self._hold.until - self._clock()
        if left > 0:
            raise self._fault(timedelta(seconds=left))

    def _fault(self, wait: timedelta) -> Transient:
        assert self._hold is not None, "what is suspect was held"
        why = "its credentials were refused" if self._hold.fault is CredentialsRefused else "it asked for a pause"
        return self._hold.fault(
            f"{self._system} was not called: {why} a moment ago", system=self._system, wait=wait, surely_refused=True
        )
