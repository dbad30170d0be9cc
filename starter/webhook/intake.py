"""From a POST to the delivery in it: content type, size, signature, body; each has a refusal of its own."""

from starlette.requests import ClientDisconnect, Request

from beteiligte.request_reason import Reason
from runtime.settings import WebhookSettings
from starter import doors
from starter.webhook import bodies, deliveries, signature
from starter.webhook.answers import DeliveryRefused
from starter.webhook.believed import Believed
from starter.webhook.bodies import Room
from starter.webhook.received import RefusalReason
from starter.webhook.signature import SignatureVerdict

JSON = "application/json"
UNBELIEVED = {
    SignatureVerdict.UNSIGNED: RefusalReason.UNSIGNED,
    SignatureVerdict.UNKNOWN: RefusalReason.UNKNOWN_WEBHOOK,
    SignatureVerdict.WRONG: RefusalReason.SIGNATURE,
}


async def read(request: Request, reason: Reason, room: Room, believed: Believed) -> deliveries.Delivery:
    """What is asked for. Raises DeliveryRefused."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise DeliveryRefused(415, RefusalReason.CONTENT_TYPE, f"the content type must be {JSON}")
    settings, secrets = room.settings, believed.secrets
    if not settings.allow_unsigned and (stranger := signature.judge_sender(request.headers, secrets)):
        raise _unbelieved(stranger)  # without a byte of its body
    with room.one(request) as body:
        await _whole(body, settings)
        judged = signature.judge(body.content, request.headers, secrets)
        if judged is not SignatureVerdict.SIGNED and not settings.allow_unsigned:
            raise _unbelieved(judged)
        doors.believe(request.scope)
        return _delivery(body.content, reason)


def _unbelieved(judged: SignatureVerdict) -> DeliveryRefused:
    return DeliveryRefused(401, UNBELIEVED[judged], "no known webhook signed this body; check WEBHOOK_SECRETS")


async def _whole(body: bodies.Body, settings: WebhookSettings) -> None:
    """Read it. Raises DeliveryRefused; EspoCRM sends again what is answered with 408 or 503 (facts/espocrm.md §1.6)."""
    try:
        await body.read()
    except bodies.LargeBody:
        too_large = f"the body is larger than {settings.max_body} bytes (WEBHOOK_MAX_BODY)"
        raise DeliveryRefused(413, RefusalReason.TOO_LARGE, too_large) from None
    except bodies.SlowBody:
        raise DeliveryRefused(408, RefusalReason.SLOW, "the body took too long (WEBHOOK_BODY_WITHIN)") from None
    except bodies.NoRoom:
        no_room = "too many large bodies at once (WEBHOOK_MAX_IN_FLIGHT); send it again"
        raise DeliveryRefused(503, RefusalReason.NO_ROOM, no_room) from None
    except ClientDisconnect:
        raise DeliveryRefused(400, RefusalReason.BROKE_OFF, "the body broke off") from None


def _delivery(body: bytearray, reason: Reason) -> deliveries.Delivery:
    """Single elements that name no party cost the others nothing. Raises DeliveryRefused."""
    try:
        delivery = deliveries.read(body, reason)
    except deliveries.TooManyElements as error:
        raise DeliveryRefused(413, RefusalReason.TOO_LARGE, str(error)) from None
    except deliveries.UnreadableDelivery as error:
        raise DeliveryRefused(400, RefusalReason.BODY, str(error)) from None
    if delivery.odd and delivery.odd == delivery.total:
        raise DeliveryRefused(400, RefusalReason.NO_PARTY, "no element names a party", refused=delivery.refused)
    return delivery
