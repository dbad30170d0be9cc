"""From a POST to the delivery in it: content type, size, signature, body; each has a refusal of its own."""

from starlette.requests import ClientDisconnect, Request

from beteiligte.request_reason import Reason
from runtime.settings import WebhookSettings
from starter.webhook import answers, deliveries
from starter.webhook.answers import DeliveryRefused
from starter.webhook.received import RefusalReason
from starter.webhook.signature import SignatureVerdict, judge

JSON = "application/json"
UNBELIEVED = {
    SignatureVerdict.UNSIGNED: RefusalReason.UNSIGNED,
    SignatureVerdict.UNKNOWN: RefusalReason.UNKNOWN_WEBHOOK,
    SignatureVerdict.WRONG: RefusalReason.SIGNATURE,
}


async def read(request: Request, reason: Reason, settings: WebhookSettings) -> deliveries.Delivery:
    """What is asked for. Raises DeliveryRefused."""
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != JSON:
        raise DeliveryRefused(415, RefusalReason.CONTENT_TYPE, f"the content type must be {JSON}")
    body = await _body(request, settings)
    judged = judge(body, request.headers, settings.secrets)
    if judged is not SignatureVerdict.SIGNED and not settings.allow_unsigned:
        unbelieved = "no known webhook signed this body; check WEBHOOK_SECRETS"
        raise DeliveryRefused(401, UNBELIEVED[judged], unbelieved)
    return _delivery(body, reason)


async def _body(request: Request, settings: WebhookSettings) -> bytes:
    """The raw bytes; refused as soon as they are too many. Raises DeliveryRefused."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > settings.max_body:
                too_large = f"the body is larger than {settings.max_body} bytes (WEBHOOK_MAX_BODY)"
                raise DeliveryRefused(413, RefusalReason.TOO_LARGE, too_large)
    except ClientDisconnect:
        raise DeliveryRefused(400, RefusalReason.BROKE_OFF, "the body broke off") from None
    return bytes(body)


def _delivery(body: bytes, reason: Reason) -> deliveries.Delivery:
    """Single elements that name no party cost the others nothing. Raises DeliveryRefused."""
    try:
        delivery = deliveries.read(body, reason)
    except deliveries.UnreadableDelivery as error:
        raise DeliveryRefused(400, RefusalReason.BODY, str(error)) from None
    if delivery.refused and len(delivery.refused) == delivery.total:
        named = answers.refused(delivery)
        raise DeliveryRefused(400, RefusalReason.NO_PARTY, "no element names a party", refused=named)
    return delivery
