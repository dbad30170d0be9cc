"""The service that EspoCRM's webhooks call: three endpoints, one per kind of event (facts/espocrm.md §1).

It answers 2xx only when every id is stored in Temporal, and 503 when not, since EspoCRM repeats a 503 and gives up for
good on 400, 429, 502 and 504 (§1.6). Bad elements are named in the answer and cost the others nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from opentelemetry import metrics, trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.service import RPCError

from beteiligte.request_reason import Reason
from contracts import bounded
from runtime.codec import known_keys
from runtime.loading import SettingsError
from runtime.log_lines import PARTIES
from runtime.settings import WebhookSettings
from runtime.storage_places import Keeping
from starter.requests import Requests
from starter.webhook import answers, deliveries, intake
from starter.webhook.answers import DeliveryRefused, LiveTold, ReadyTold
from starter.webhook.believed import Believed
from starter.webhook.bodies import Room
from starter.webhook.readiness import Readiness, Unready
from starter.webhook.received import OTHER, DeliveryTrail, RefusalReason

log = logging.getLogger(__name__)
_tracer = trace.get_tracer("beteiligte")
_counter = metrics.get_meter("beteiligte").create_counter("beteiligte.webhook.deliveries", description="By answer")

ACTIONS = {"create": Reason.CREATED, "update": Reason.UPDATED, "delete": Reason.DELETED}
STORED_SINGLY = 50
"""Ids of a delivery that are each stored for themselves, some 10 ms each; more are stored as one and asked for by a run
of their own, so that EspoCRM is answered at once whatever the number."""


@dataclass
class Webhooks:
    """The service's state: how to ask, and whether Temporal is there to be asked."""

    settings: WebhookSettings
    connect: Callable[[], Awaitable[Requests]]
    trail: DeliveryTrail = field(default_factory=DeliveryTrail)
    """What became of deliveries."""
    keeping: Keeping | None = None
    """The embedded server's state, where it is on this machine."""
    _requests: Requests | None = None
    _connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """Know nothing yet."""
        self._readiness = Readiness(self.settings, self._connected, self.keeping)
        self._room = Room(self.settings)
        self._believed = Believed(self.settings)

    def app(self) -> Starlette:
        """The ASGI app."""
        return Starlette(
            routes=[
                Route("/webhook/beteiligte/{action}", self._deliver, methods=["POST"]),
                Route("/health/live", self._live),
                Route("/health/ready", self._ready),
                Route("/health/keys", self._keys),
            ],
            exception_handlers={HTTPException: answers.of_no_route},
        )

    async def _live(self, _: Request) -> Response:
        return answers.answer(LiveTold())

    async def _ready(self, _: Request) -> Response:
        try:
            beside = await self._readiness.check()
        except Unready as why:
            return answers.problem(503, str(why))
        return answers.answer(ReadyTold(checks=tuple(beside) or None))

    async def _keys(self, _: Request) -> Response:
        """Which keys it knows, by their ids: asked before another one is to encrypt."""
        try:
            requests = await self._connected()
        except (RPCError, RuntimeError, TimeoutError, SettingsError):
            return answers.problem(503, "Temporal does not answer")
        return JSONResponse(known_keys(requests.client.data_converter.payload_codec).model_dump())

    async def _deliver(self, request: Request) -> Response:
        action = request.path_params["action"]
        if action not in ACTIONS:
            self.trail.refused(OTHER, RefusalReason.ADDRESS)
            return answers.problem(404, f"unknown action; known: {', '.join(ACTIONS)}")
        before = TraceContextTextMapPropagator().extract(request.headers)
        with _tracer.start_as_current_span(f"webhook {action}", before, kind=trace.SpanKind.SERVER) as span:
            answer = await self._answer(action, request)
            span.set_attribute("http.response.status_code", answer.status_code)
        _counter.add(1, {"action": action, "status": answer.status_code})
        return answer

    async def _answer(self, action: str, request: Request) -> Response:
        try:
            delivery = await intake.read(request, ACTIONS[action], self._room, self._believed)
            await self._store(action, delivery)
        except DeliveryRefused as refusal:
            self.trail.refused(action, refusal.why)
            return refusal.answer
        self.trail.taken(action, odd_elements=delivery.odd)
        log.info(
            "%s: %d of %d elements ask for a sync",
            action,
            len(delivery.ids),
            delivery.total,
            extra={PARTIES: delivery.ids},
        )
        return answers.taken(action, delivery)

    async def _store(self, action: str, delivery: deliveries.Delivery) -> None:
        """Ask for all. Raises DeliveryRefused."""
        stored = True
        try:
            async with asyncio.timeout(self.settings.answer_within.total_seconds()):
                await self._ask_for_all(delivery.ids, ACTIONS[action])
        except (RPCError, RuntimeError, TimeoutError, SettingsError) as error:
            named = {PARTIES: delivery.ids}
            log.warning("%s: %d ids not stored: %s", action, len(delivery.ids), type(error).__name__, extra=named)
            stored = False
        self._readiness.stored(well=stored)
        if not stored:
            raise DeliveryRefused(
                503, RefusalReason.NOT_STORED, "Temporal did not store every id in time; send it again"
            )

    async def _ask_for_all(self, ids: tuple[str, ...], reason: Reason) -> None:
        requests = await self._connected()
        if reason is Reason.DELETED and len(ids) > 1:
            await requests.ask_deleted(ids, within=self.settings.answer_within)
            return
        if len(ids) > STORED_SINGLY:
            await requests.ask_delivery(ids, reason, within=self.settings.answer_within)
            return
        within = self.settings.answer_within
        at_once = self.settings.max_concurrent
        await bounded.each(ids, lambda party_id: requests.ask(party_id, reason, within=within), at_once=at_once)

    async def _connected(self) -> Requests:
        """The connection, made on first use and tried again while Temporal is away."""
        async with self._connecting:
            if self._requests is None:
                self._requests = await self.connect()
            return self._requests
