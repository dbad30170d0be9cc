"""One HTTP call to one system: limits, time-out, span, metric; transport errors become faults here, once.

Answers become faults in wire_errors.py; proxy and certificates are connections.py's. After refused credentials, or when
a system asks to be left alone, calls to it are held back locally (circuit_breaker.py): such a call never went out, so
it is surely refused.
"""

import asyncio
import json
import logging
import time
from codecs import BOM_UTF8
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import aiohttp
import httpx
from aiolimiter import AsyncLimiter
from opentelemetry import metrics, trace
from pydantic import JsonValue
from pydantic_core import from_json

from beteiligte.faults import ConfigurationFault, CredentialsRefused, OddAnswer, SyncFault, System, Transient
from clients.access import Access
from clients.circuit_breaker import CircuitBreaker
from clients.connections import NEVER_SENT, UNTRUSTED, http_client, sending
from clients.health import Health

log = logging.getLogger(__name__)
_tracer = trace.get_tracer("beteiligte")
_calls = metrics.get_meter("beteiligte").create_counter("beteiligte.api.calls", description="HTTP calls")
_duration = metrics.get_meter("beteiligte").create_histogram(
    "beteiligte.api.duration", unit="s", description="One HTTP call"
)

MAX_ANSWER = 5_000_000
ELSEWHERE = frozenset({"token", "discover"})
"""Operations of other services: that these answer says nothing about the system."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back."""

    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def at(self) -> datetime | None:
        """When it was given, by the server's clock (`Date`, whole seconds; recording sw-07); None: it does not say."""
        try:
            at = parsedate_to_datetime(self.headers.get("Date", ""))
        except (TypeError, ValueError):
            return None
        return at if at.tzinfo is not None else None

    def json(self, system: System) -> JsonValue:
        """The body. Raises OddAnswer where it is no JSON, or holds half a character, which no history can store."""
        try:
            parsed: JsonValue = from_json(self.content.removeprefix(BOM_UTF8), allow_inf_nan=False)
        except ValueError:
            raise OddAnswer(f"{system} answered {self.status} with a body that is no JSON", system=system) from None
        return parsed


@contextmanager
def before_the_call() -> Iterator[None]:
    """What fails in here (an address, a token) failed before the call that waits for it: that one was never sent."""
    try:
        yield
    except SyncFault as fault:
        fault.surely_refused = True
        raise


Gate = Callable[[System], Awaitable[None]]
"""Asked before a call that would write; raises the fault that forbids it."""


async def open_gate(_: System) -> None:
    """Nothing is forbidden."""


Workers = Callable[[], int]
"""How many processes share the calls of a second; asked before each call."""


def alone() -> int:
    """This process has them all."""
    return 1


class Transport:
    """HTTP to one system."""

    def __init__(
        self,
        system: System,
        access: Access,
        *,
        workers: Workers = alone,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Open nothing yet; the first call connects."""
        self.system = system
        self.health = Health()
        self._access = access
        self._clock = clock
        self._slots = asyncio.Semaphore(access.max_concurrent)
        self._workers = workers
        self._shared_by = 1
        self._rate = _limiter(access.calls_per_second)
        self._breaker = CircuitBreaker(system, patience=access.turn_timeout, clock=self._now, workers=workers)
        self._http = http_client(access)
        self._fresh = http_client(access, fresh=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        await self._fresh.aclose()

    async def call(
        self,
        operation: str,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        params: list[tuple[str, str]] | None = None,
        body: JsonValue = None,
        timeout: timedelta | None = None,
        fresh: bool = False,
    ) -> HttpAnswer:
        """Make one call. Raises Transient and its kin, ConfigurationFault; any HTTP status is an Answer.

        `fresh`: over a connection of its own, so that a server that closed an idle one is not met (connections.py).
        """
        self._breaker.check()
        async with self._turn():
            self._breaker.check()  # also for those who waited while the first one was refused
            begun = time.perf_counter()
            name = f"{self.system.value}.{operation}"
            with _tracer.start_as_current_span(name, kind=trace.SpanKind.CLIENT) as span:
                span.set_attribute("http.request.method", method)
                status = "error"
                try:
                    answer = await self._send(method, url, headers, params, body, timeout, fresh)
                    self._breaker.answered()
                    status = str(answer.status)
                    self._note(operation, answer.status)
                    span.set_attribute("http.response.status_code", answer.status)
                except SyncFault:
                    self.health.failed()
                    raise
                finally:
                    seconds = time.perf_counter() - begun
                    labels = {"system": self.system.value, "operation": operation, "status": status}
                    _calls.add(1, labels)
                    _duration.record(seconds, labels)
                    log.info("%s %s %s %.0f ms", name, method, status, seconds * 1000)
        return answer

    def _note(self, operation: str, status: int) -> None:
        if status >= 500 or status == 429:
            self.health.failed()
        elif operation not in ELSEWHERE:
            self.health.answered()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Not too many at the same time nor in a second. Who waits too long was surely not sent."""
        bound = self._access.turn_timeout.total_seconds()
        async with AsyncExitStack() as turn:
            try:
                async with asyncio.timeout(bound):
                    await turn.enter_async_context(self._slots)
                    await turn.enter_async_context(self._share())
            except TimeoutError:
                raise Transient(
                    f"{self.system} was not called: no turn within {bound:g} s "
                    f"({self.system.upper()}_MAX_CONCURRENT, {self.system.upper()}_CALLS_PER_SECOND)",
                    system=self.system,
                    surely_refused=True,
                ) from None
            yield

    def _share(self) -> AbstractAsyncContextManager[None]:
        """This process's part of the calls of a second; a fresh one when workers have come or gone."""
        workers = self._workers()
        if workers != self._shared_by:
            self._shared_by, self._rate = workers, _limiter(self._access.calls_per_second / workers)
        return self._rate

    async def _send(
        self,
        method: str,
        url: str,
        headers: dict[str, str] | None,
        params: list[tuple[str, str]] | None,
        body: JsonValue,
        timeout: timedelta | None,
        fresh: bool,
    ) -> HttpAnswer:
        # EspoCRM ignores a body of any other content type with 200 (facts/espocrm.md §2.3).
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        typed = {} if content is None else {"Content-Type": "application/json"}
        seconds = (timeout or self._access.call_timeout).total_seconds()
        http = self._fresh if fresh else self._http
        with sending() as sent:
            try:
                async with asyncio.timeout(seconds):
                    request = http.stream(
                        method,
                        url,
                        params=httpx.QueryParams(tuple(params)) if params else None,
                        content=content,
                        headers={"Accept": "application/json", **typed, **(headers or {})},
                    )
                    async with request as response:
                        return HttpAnswer(response.status_code, response.headers, await self._bounded(response))
            except TimeoutError:
                what = "did not answer" if sent.begun else "could not be reached"
                raise Transient(
                    f"{self.system} {what} within {seconds:.0f} s", system=self.system, surely_refused=not sent.begun
                ) from None
            except (httpx.HTTPError, aiohttp.ClientError) as error:
                raise self._transport_fault(error, sent=sent.begun) from error

    async def _bounded(self, response: httpx.Response) -> bytes:
        content = bytearray()
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > MAX_ANSWER:
                raise OddAnswer(f"{self.system} answered more than {MAX_ANSWER} bytes", system=self.system)
        return bytes(content)

    def _transport_fault(self, error: httpx.HTTPError | aiohttp.ClientError, *, sent: bool = True) -> SyncFault:
        cause = error.__cause__ or error
        if isinstance(cause, UNTRUSTED):
            why = getattr(cause.certificate_error, "verify_message", type(cause.certificate_error).__name__)
            return ConfigurationFault(
                f"{self.system} shows a certificate that is not trusted ({why}): "
                f"set {self.system.upper()}_CA_FILE, or mend the address",
                system=self.system,
                surely_refused=True,
            )
        refused = isinstance(cause, NEVER_SENT) or not sent
        what = "could not be reached" if refused else "broke off before answering"
        return Transient(
            f"{self.system} {what} ({type(cause).__name__})",
            system=self.system,
            surely_refused=refused,
        )

    def _now(self) -> float:
        return self._clock()

    def passage(self) -> AbstractAsyncContextManager[None]:
        """Around all HTTP calls of one question to the system: after a hold one question goes alone."""
        return self._breaker.passage()

    def hold(self, wait: timedelta, fault: type[Transient]) -> None:
        """Hold back all calls for so long."""
        self._breaker.hold(wait, fault)

    def refuse_credentials(self, message: str) -> CredentialsRefused:
        """Hold back all calls, and the fault to raise."""
        wait = self._breaker.hold(self._access.hold_after_401, CredentialsRefused)
        return CredentialsRefused(message, system=self.system, wait=wait, surely_refused=True)


def _limiter(calls_per_second: float) -> AbstractAsyncContextManager[None]:
    """A leaky bucket that holds the calls of one second, and at least one."""
    if not calls_per_second:
        return nullcontext()
    burst = max(1.0, calls_per_second)
    return AsyncLimiter(burst, burst / calls_per_second)


class SystemClient:
    """What both systems' clients share: leaving their context closes the connections."""

    _transport: Transport

    async def __aenter__(self) -> Self:
        """Use as a context."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._transport.close()
