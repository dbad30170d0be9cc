"""The way every call takes: it is noted, may meet a fault, else has its effect, and tells the server's time.

The effect is a plain function: a change of state is one step of the event loop, so two calls never mix.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulators.calls import Call, Calls
from simulators.clock import Clock
from simulators.fault_plan import Faults
from simulators.visits import Effect, NoAnswer, Visit

EVERY = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
Handler = Callable[[Request, bytes, Call], tuple[Effect, Effect | None]]
"""Prepares a call: gives its effect, and for a read the answer before the last change."""
Named = Callable[[Request], str]
"""Names a call where the path does not say what it is."""


class Gate:
    """Notes calls and lets them meet what is planned."""

    def __init__(self, calls: Calls, faults: Faults, clock: Clock) -> None:
        self.calls, self.faults, self.clock = calls, faults, clock

    async def pass_through(self, name: str, request: Request, handler: Handler) -> Response:
        """Take one request from arrival to answer."""
        body = await request.body()
        path = request.url.path
        party = str(request.path_params["id"]) if "id" in request.path_params else None
        call = self.calls.open(name, request.method, path, self.clock.now(), party)
        response: Response | None = None
        try:
            response = await self._answer(request, body, call, handler)
            response.headers.setdefault("Date", self.clock.header())
        finally:
            lost = response is None or isinstance(response, NoAnswer)
            self.calls.close(call, None if lost or response is None else response.status_code)
        return response

    async def _answer(self, request: Request, body: bytes, call: Call, handler: Handler) -> Response:
        effect, stale = handler(request, body, call)
        fault = self.faults.take(call.name, call.party)
        if fault is None:
            return effect()
        call.fault = fault.name
        return await fault.act(Visit(call=call, request=request, effect=effect, stale=stale))

    def route(self, path: str, methods: Mapping[str, tuple[str | Named, Handler]]) -> Route:
        """Make a route: method → (call name, handler); "*" stands for every other method."""

        async def endpoint(request: Request) -> Response:
            name, handler = methods.get(request.method) or methods["*"]
            return await self.pass_through(name if isinstance(name, str) else name(request), request, handler)

        allowed = EVERY if "*" in methods else list(methods)
        asgi: Callable[[Request], Awaitable[Response]] = endpoint
        return Route(path, asgi, methods=allowed)
