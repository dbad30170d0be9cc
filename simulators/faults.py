"""What goes wrong next, per call: one small class for each way a real system has failed.

`Faults.plan("advoware.create", LostAnswer())` (fault_plan.py) lets the next call of that name meet the fault; an outage
lasts until it is lifted. What can only befall a webhook delivery stands in delivery_faults.py; of those here a
delivery can meet RefusedBeforeEffect, LostAnswer, Status and Latency. Call names: calls.py. A planned fault that no
call has met stands in `unused`, which a test expects to be empty at its end: else the test proved nothing.
Not here: a refused connection (an application cannot refuse one): `server.stop()` and `start()`.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from pydantic import JsonValue
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.delivery_faults import Late, LostDelivery, Reordered, Twice
from simulators.visits import Fault, NoAnswer, Visit
from simulators.webhooks import NO_ANSWER, SentDelivery


@dataclass(slots=True)
class RefusedBeforeEffect(Fault):
    """The connection drops and nothing happened. For the caller the same as LostAnswer."""

    name: ClassVar[str] = "refused_before_effect"

    async def act(self, visit: Visit) -> Response:  # noqa: ARG002
        """Hang up."""
        return NoAnswer()

    async def deliver(self, delivery: SentDelivery) -> int:  # noqa: ARG002
        """The receiver is not there."""
        return NO_ANSWER


@dataclass(slots=True)
class LostAnswer(Fault):
    """The call takes effect, then the connection drops without an answer."""

    name: ClassVar[str] = "lost_answer"

    async def act(self, visit: Visit) -> Response:
        """Do it, then hang up."""
        visit.effect()
        return NoAnswer()

    async def deliver(self, delivery: SentDelivery) -> int:
        """The receiver takes it but answers too late, so EspoCRM sends it again."""
        await delivery.send()
        return NO_ANSWER


@dataclass(slots=True)
class LandsLater(Fault):
    """The connection drops at once, as by a gateway that is restarted; the call, in a queue behind it, is still done.

    It takes effect when the test calls `land`, so another process cannot ask for it.
    """

    name: ClassVar[str] = "lands_later"
    queued: list[Visit] = field(default_factory=list)

    async def act(self, visit: Visit) -> Response:
        """Hang up, and keep what is to be done."""
        self.queued.append(visit)
        return NoAnswer()

    def land(self) -> None:
        """Do what is queued; nobody hears the answers."""
        while self.queued:
            self.queued.pop(0).effect()


@dataclass(slots=True)
class Hang(Fault):
    """The call is never answered, until the caller gives up or the test calls `release`.

    effect: it takes effect at once and only the answer hangs; else it takes effect when released.
    late: it outlives its caller and takes effect when released, long after the caller's time-out.
    `entered` is set when a call has arrived.
    """

    name: ClassVar[str] = "hang"
    effect: bool = False
    late: bool = False
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let the hanging calls go on."""
        self.released.set()

    async def act(self, visit: Visit) -> Response:
        """Wait for the release or for the caller to leave, whichever comes first."""
        answer = visit.effect() if self.effect else None
        self.entered.set()
        if not await self._released_first(visit.request):
            return NoAnswer()
        return answer or visit.effect()

    async def _released_first(self, request: Request) -> bool:
        released = asyncio.ensure_future(self.released.wait())
        left = asyncio.ensure_future(_caller_left(request))
        waiting = {released} if self.late else {released, left}
        try:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            released.cancel()
            left.cancel()
        return released in done


async def _caller_left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


@dataclass(slots=True)
class Status(Fault):
    """Any answer instead of the true one: `json` (or raw `body`) with status and headers."""

    name: ClassVar[str] = "status"
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    json: JsonValue = None
    body: str = ""
    after_effect: bool = False

    async def act(self, visit: Visit) -> Response:
        """Answer as planned, after the true effect if asked for."""
        if self.after_effect:
            visit.effect()
        if self.json is not None:
            return JSONResponse(self.json, self.status, dict(self.headers))
        return Response(self.body, self.status, dict(self.headers))

    async def deliver(self, delivery: SentDelivery) -> int:
        """A proxy before the receiver answers, after the receiver took it if asked for."""
        if self.after_effect:
            await delivery.send()
        return self.status


def unavailable(retry_after: int | str | None = 70) -> Status:
    """503 as Advoware's vendor describes it for a connector that is offline (facts/advoware.md §1)."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Status(503, headers, {"message": "The connector is offline."})


def expired_token() -> Status:
    """401 on a call although the token was good: the caller has to fetch a new one, once."""
    return Status(401, {"WWW-Authenticate": "Bearer"}, {"message": "Authorization has been denied."})


def refused(status: int, message: str = "") -> Status:
    """One party's call that Advoware refuses: locked, archived, too large. What it says of it is not published [?]."""
    return Status(status, json={"message": message} if message else None)


def lock_out() -> Status:
    """EspoCRM's lock-out by address: 403, empty, no X-Status-Reason (recording auth-16)."""
    return Status(403, {"Content-Type": "text/html; charset=UTF-8"})


@dataclass(slots=True)
class EmptyList(Fault):
    """200 with nothing in it: `[]`, or an empty page where a page was asked for."""

    name: ClassVar[str] = "empty_list"
    after_effect: bool = False

    async def act(self, visit: Visit) -> Response:
        """Answer emptiness, after the true effect if asked for."""
        if self.after_effect:
            visit.effect()
        page: JsonValue = {"total": 0, "list": []}
        return JSONResponse(page if visit.call.name == "espocrm.list" else [])


@dataclass(slots=True)
class Latency(Fault):
    """The true answer, `seconds` later. The effect happens at the end of the wait."""

    name: ClassVar[str] = "latency"
    seconds: float = 0.1

    async def act(self, visit: Visit) -> Response:
        """Wait, then do it."""
        await asyncio.sleep(self.seconds)
        return visit.effect()

    async def deliver(self, delivery: SentDelivery) -> int:
        """Wait, then send."""
        await asyncio.sleep(self.seconds)
        return await delivery.send()


@dataclass(slots=True)
class StaleRead(Fault):
    """A read that shows the record as it was before its last change."""

    name: ClassVar[str] = "stale_read"

    async def act(self, visit: Visit) -> Response:
        """Answer the older state, or the true one where none is known."""
        return (visit.stale or visit.effect)()


KINDS: Mapping[str, Callable[..., Fault]] = {
    **{
        kind.name: kind
        for kind in (
            RefusedBeforeEffect,
            LostAnswer,
            Hang,
            Status,
            EmptyList,
            Latency,
            StaleRead,
            LostDelivery,
            Twice,
            Late,
            Reordered,
        )
    },
    "unavailable": unavailable,
    "expired_token": expired_token,
    "lock_out": lock_out,
    "refused": refused,
}
"""Every fault by the name under which control.py plans it."""
