"""What a fault is: it treats one call on its way, or one delivery. The ways to fail: faults.py, delivery_faults.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from simulators.calls import Call
from simulators.server import ABORT
from simulators.webhooks import SentDelivery

Effect = Callable[[], Response]


class NoAnswer(Response):
    """Closes the connection without a byte of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Cut the connection, then wait until the server has noticed."""
        scope[ABORT]()
        while (await receive())["type"] != "http.disconnect":
            pass


@dataclass(slots=True, kw_only=True)
class Visit:
    """One call on its way: what it would do, and the older state where there is one."""

    call: Call
    request: Request
    effect: Effect
    stale: Effect | None = None


class Fault:
    """A way to fail. `name` is how another process asks for it (control.py)."""

    name: ClassVar[str] = "none"

    async def act(self, visit: Visit) -> Response:
        """Answer a call in the system's stead; may let the real effect happen. The plain class changes nothing."""
        return visit.effect()

    async def deliver(self, delivery: SentDelivery) -> int:  # noqa: ARG002
        """Treat a webhook delivery; gives the receiver's status, NO_ANSWER or PUT_OFF."""
        raise TypeError(f"{self.name} is no fault of a delivery")
