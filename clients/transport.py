"""HTTP calls to one system, one after the other's turn: transport errors become faults here, once.

Answers become faults in wire_errors.py; proxy and certificates are connections.py's. After refused credentials, or when
a system asks to be left alone, calls to it are held back locally (circuit_breaker.py): such a call never went out, so
it is surely refused.
"""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import aiohttp
import httpx

from beteiligte.faults import ConfigurationFault, CredentialsRefused, OddAnswer, SyncFault, System, Transient
from clients import answer_body
from clients.access import Access
from clients.answer_body import UnreadableBody
from clients.call_limits import Turns, Workers, alone
from clients.call_telemetry import seen
from clients.circuit_breaker import CircuitBreaker
from clients.connections import NEVER_SENT, UNTRUSTED, Sending, http_client, sending
from clients.health import Health
from clients.http_call import HttpAnswer, HttpCall

ELSEWHERE = frozenset({"token", "discover"})
"""Operations of other services: that these answer says nothing about the system."""


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
        self._turns = Turns(system, access, workers)
        self._breaker = CircuitBreaker(system, patience=access.turn_timeout, clock=self._now, workers=workers)
        self._http = http_client(access)
        self._fresh = http_client(access, fresh=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
        await self._fresh.aclose()

    async def call(self, call: HttpCall) -> HttpAnswer:
        """Make one call. Raises Transient and its kin, ConfigurationFault; any HTTP status is an answer."""
        self._breaker.check()
        async with self._turns.one():
            self._breaker.check()  # also for those who waited while the first one was refused
            with seen(self.system, call) as telling:
                try:
                    answer = await self._send(call)
                except SyncFault:
                    self.health.failed()
                    raise
                self._breaker.answered()
                telling.answered(answer.status)
                self._note(call.operation, answer.status)
        return answer

    def _note(self, operation: str, status: int) -> None:
        if status >= 500 or status == 429:
            self.health.failed()
        elif operation not in ELSEWHERE:
            self.health.answered()

    async def _send(self, call: HttpCall) -> HttpAnswer:
        seconds = (call.timeout or self._access.call_timeout).total_seconds()
        with sending() as sent:
            try:
                async with asyncio.timeout(seconds), self._request(call) as response:
                    return HttpAnswer(response.status_code, response.headers, await self._content(response))
            except TimeoutError:
                raise self._late(seconds, sent) from None
            except (httpx.HTTPError, aiohttp.ClientError) as error:
                raise self._transport_fault(error, sent=sent.begun) from error
            except SyncFault:
                raise
            except Exception as error:
                raise self._unforeseen(error, sent=sent.begun) from error

    def _request(self, call: HttpCall) -> AbstractAsyncContextManager[httpx.Response]:
        # EspoCRM ignores a body of any other content type with 200 (facts/espocrm.md §2.3).
        content = None if call.body is None else json.dumps(call.body, ensure_ascii=False).encode()
        typed = {} if content is None else {"Content-Type": "application/json"}
        http = self._fresh if call.fresh else self._http
        return http.stream(
            call.method,
            call.url,
            params=httpx.QueryParams(call.params) if call.params else None,
            content=content,
            headers={"Accept": "application/json", "Accept-Encoding": answer_body.ASKED_FOR, **typed, **call.headers},
        )

    async def _content(self, response: httpx.Response) -> bytes:
        """The body. Raises OddAnswer where it cannot be read; of an error the status counts, whatever the body is."""
        try:
            return await answer_body.read(response)
        except UnreadableBody as why:
            if not response.is_success:
                return b""
            raise OddAnswer(f"{self.system} answered {why}", system=self.system) from None

    def _late(self, seconds: float, sent: Sending) -> Transient:
        what = "did not answer" if sent.begun else "could not be reached"
        return Transient(
            f"{self.system} {what} within {seconds:.0f} s", system=self.system, surely_refused=not sent.begun
        )

    def _transport_fault(self, error: httpx.HTTPError | aiohttp.ClientError, *, sent: bool = True) -> SyncFault:
        cause = error.__cause__ or error
        if isinstance(cause, UNTRUSTED):
            return self._untrusted(cause)
        refused = isinstance(cause, NEVER_SENT) or not sent
        what = "could not be reached" if refused else "broke off before answering"
        return Transient(
            f"{self.system} {what} ({type(cause).__name__})",
            system=self.system,
            surely_refused=refused,
        )

    def _untrusted(self, cause: aiohttp.ClientConnectorCertificateError) -> ConfigurationFault:
        why = getattr(cause.certificate_error, "verify_message", type(cause.certificate_error).__name__)
        return ConfigurationFault(
            f"{self.system} shows a certificate that is not trusted ({why}): "
            f"set {self.system.upper()}_CA_FILE, or mend the address",
            system=self.system,
            surely_refused=True,
        )

    def _unforeseen(self, error: Exception, *, sent: bool) -> SyncFault:
        """What the libraries raise beside their own errors: without a type a call never sent would count as one that
        got no answer, and its create as begun (UnicodeError for the words of a status, ValueError for a header).
        """
        kind = type(error).__name__
        if sent:
            return OddAnswer(f"{self.system} answered what cannot be read ({kind})", system=self.system)
        return ConfigurationFault(
            f"{self.system} was not called, since the call cannot be written ({kind}): check address and keys",
            system=self.system,
            surely_refused=True,
        )

    def _now(self) -> float:
        return self._clock()

    # ------------------------------------------------------------------ what holds for calls to come

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
