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
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from temporalio.service import RPCError

from beteiligte.reason import Reason
from contracts import bounded
from runtime.loading import SettingsError
from runtime.places import Keeping
from runtime.settings import WebhookSettings
from starter.requests import Requests
from starter.webhook import deliveries
from starter.webhook.readiness import Readiness, Unready
from starter.webhook.received import OTHER, DeliveryTrail, RefusalReason
from starter.webhook.signature import SignatureVerdict, judge

log = logging.getLogger(__name__)
_tracer = trace.get_tracer("beteiligte")
_answers = metrics.get_meter("beteiligte").create_counter("beteiligte.webhook.deliveries", description="By answer")

ACTIONS = {"create": Reason.CREATED, "update": Reason.UPDATED, "delete": Reason.DELETED}
JSON = "application/json"


UNBELIEVED = {
    SignatureVerdict.UNSIGNED: RefusalReason.UNSIGNED,
    SignatureVerdict.UNKNOWN: RefusalReason.UNKNOWN_WEBHOOK,
    SignatureVerdict.WRONG: RefusalReason.SIGNATURE,
}


class DeliveryRefused(Exception):
    """A delivery that is not taken."""

    def __init__(self, status: int, why: RefusalReason, detail: str, **more: object) -> None:
        """What is answered."""
        super().__init__(detail)
        self.why = why
        self.answer = _problem(status, detail, **more)


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

    def app(self) -> Starlette:
        """The ASGI app."""
        return Starlette(
            routes=[
                Route("/webhook/beteiligte/{action}", self._deliver, methods=["POST"]),
                Route("/health/live", self._live),
                Route("/health/ready", self._ready),
            ]
        )

    async def _live(self, _: Request) -> Response:
        return JSONResponse({"status": "live"})

    async def _ready(self, _: Request) -> Response:
        try:
            await self._readiness.check()
        except Unready as why:
            named = {"problems": [found.model_dump() for found in why.problems]} if why.problems else {}
            return _problem(503, str(why), **named)
        return JSONResponse({"status": "ready"})

    async def _deliver(self, request: Request) -> Response:
        action = request.path_params["action"]
        if action not in ACTIONS:
            self.trail.refused(OTHER, RefusalReason.ADDRESS)
            return _problem(404, f"unknown action; known: {', '.join(ACTIONS)}")
        before = TraceContextTextMapPropagator().extract(request.headers)
        with _tracer.start_as_current_span(f"webhook {action}", before, kind=trace.SpanKind.SERVER) as span:
            answer = await self._answer(action, request)
            span.set_attribute("http.response.status_code", answer.status_code)
        _answers.add(1, {"action": action, "status": answer.status_code})
        return answer

    async def _answer(self, action: str, request: Request) -> Response:
        try:
            delivery = await self._read(action, request)
            await self._store(action, delivery)
        except DeliveryRefused as refusal:
            self.trail.refused(action, refusal.why)
            return refusal.answer
        self.trail.taken(action, odd_elements=len(delivery.refused))
        log.info("%s: %d of %d elements ask for a sync", action, len(delivery.ids), delivery.total)
        return JSONResponse(
            {
                "status": "received",
                "action": action,
                "new_ids_count": len(delivery.ids),
                "total_ids_in_batch": delivery.total,
                "echoes": delivery.echoes,
                "refused": _refused(delivery),
            }
        )

    async def _read(self, action: str, request: Request) -> deliveries.Delivery:
        """What is asked for. Raises DeliveryRefused."""
        if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
            raise DeliveryRefused(415, RefusalReason.CONTENT_TYPE, f"the content type must be {JSON}")
        try:
            body = await self._body(request)
        except ClientDisconnect:
            raise DeliveryRefused(400, RefusalReason.BROKE_OFF, "the body broke off") from None
        if body is None:
            too_large = f"the body is larger than {self.settings.max_body} bytes (WEBHOOK_MAX_BODY)"
            raise DeliveryRefused(413, RefusalReason.TOO_LARGE, too_large)
        judged = judge(body, request.headers, self.settings.secrets)
        if judged is not SignatureVerdict.SIGNED and not self.settings.allow_unsigned:
            unbelieved = "no known webhook signed this body; check WEBHOOK_SECRETS"
            raise DeliveryRefused(401, UNBELIEVED[judged], unbelieved)
        try:
            delivery = deliveries.read(body, ACTIONS[action])
        except deliveries.UnreadableDelivery as error:
            raise DeliveryRefused(400, RefusalReason.BODY, str(error)) from None
        if delivery.refused and len(delivery.refused) == delivery.total:
            raise DeliveryRefused(400, RefusalReason.NO_PARTY, "no element names a party", refused=_refused(delivery))
        return delivery

    async def _body(self, request: Request) -> bytes | None:
        """The raw bytes, or None as soon as they are too many."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > self.settings.max_body:
                return None
        return bytes(body)

    async def _store(self, action: str, delivery: deliveries.Delivery) -> None:
        """Ask for all. Raises DeliveryRefused."""
        stored = True
        try:
            async with asyncio.timeout(self.settings.answer_within.total_seconds()):
                await self._ask_for_all(delivery.ids, ACTIONS[action])
        except (RPCError, RuntimeError, TimeoutError, SettingsError) as error:
            log.warning("%s: %d ids not stored: %r", action, len(delivery.ids), type(error).__name__)
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
        within = self.settings.answer_within
        at_once = self.settings.max_concurrent
        await bounded.each(ids, lambda party_id: requests.ask(party_id, reason, within=within), at_once=at_once)

    async def _connected(self) -> Requests:
        """The connection, made on first use and tried again while Temporal is away."""
        async with self._connecting:
            if self._requests is None:
                self._requests = await self.connect()
            return self._requests


def _refused(delivery: deliveries.Delivery) -> list[dict[str, object]]:
    return [item.model_dump() for item in delivery.refused]


def _problem(status: int, detail: str, **more: object) -> Response:
    return JSONResponse({"status": "error", "detail": detail, **more}, status)
