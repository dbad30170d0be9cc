"""What the webhook service answers, as JSON.

EspoCRM repeats a 503 and gives up for good on 400, 429, 502 and 504 (facts/espocrm.md §1.6), so what it must send again
is answered with 503 alone.
"""

from starlette.responses import JSONResponse, Response

from starter.webhook.deliveries import Delivery
from starter.webhook.received import RefusalReason


class DeliveryRefused(Exception):
    """A delivery that is not taken."""

    def __init__(self, status: int, why: RefusalReason, detail: str, **more: object) -> None:
        """What is answered."""
        super().__init__(detail)
        self.why = why
        self.answer = problem(status, detail, **more)


def taken(action: str, delivery: Delivery) -> Response:
    """Every id is stored; what could not be used is named."""
    return JSONResponse(
        {
            "status": "received",
            "action": action,
            "new_ids_count": len(delivery.ids),
            "total_ids_in_batch": delivery.total,
            "echoes": delivery.echoes,
            "refused": refused(delivery),
            "refused_count": delivery.odd,
        }
    )


def refused(delivery: Delivery) -> list[dict[str, object]]:
    """The first elements that cannot be used, each with the reason."""
    return [item.model_dump() for item in delivery.refused]


def problem(status: int, detail: str, **more: object) -> Response:
    """What is wrong, in words."""
    return JSONResponse({"status": "error", "detail": detail, **more}, status)
