"""What the webhook service answers, as JSON: each answer is a model, from which its OpenAPI description is written.

EspoCRM repeats a 503 and gives up for good on 400, 429, 502 and 504 (facts/espocrm.md §1.6), so what it must send again
is answered with 503 alone.
"""

from typing import Literal

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from beteiligte.frozen import Frozen
from installation.check import Check
from starter.webhook.deliveries import Delivery, RefusedElement
from starter.webhook.received import RefusalReason


class DeliveryTaken(Frozen):
    """Every id is stored; what could not be used is named."""

    status: Literal["received"] = "received"
    action: str
    new_ids_count: int
    total_ids_in_batch: int
    echoes: int
    refused: tuple[RefusedElement, ...]
    """The first elements that cannot be used, each with the reason."""
    refused_count: int


class ProblemTold(Frozen):
    """What is wrong, in words."""

    status: Literal["error"] = "error"
    detail: str
    refused: tuple[RefusedElement, ...] | None = None
    """Elements that cannot be used, where that is it."""


class LiveTold(Frozen):
    """It answers."""

    status: Literal["live"] = "live"


class ReadyTold(Frozen):
    """It can store deliveries."""

    status: Literal["ready"] = "ready"
    checks: tuple[Check, ...] | None = None
    """What else is not well."""


class DeliveryRefused(Exception):
    """A delivery that is not taken."""

    def __init__(
        self, status: int, why: RefusalReason, detail: str, *, refused: tuple[RefusedElement, ...] | None = None
    ) -> None:
        """What is answered."""
        super().__init__(detail)
        self.why = why
        self.answer = problem(status, detail, refused=refused)


def taken(action: str, delivery: Delivery) -> Response:
    """What a delivery that is taken is answered with."""
    told = DeliveryTaken(
        action=action,
        new_ids_count=len(delivery.ids),
        total_ids_in_batch=delivery.total,
        echoes=delivery.echoes,
        refused=delivery.refused,
        refused_count=delivery.odd,
    )
    return answer(told)


def problem(status: int, detail: str, *, refused: tuple[RefusedElement, ...] | None = None) -> Response:
    """What is wrong."""
    return answer(ProblemTold(detail=detail, refused=refused), status)


def answer(told: Frozen, status: int = 200) -> Response:
    """Without what it says nothing about."""
    return JSONResponse(told.model_dump(mode="json", exclude_none=True), status)


async def of_no_route(_: Request, error: Exception) -> Response:
    """An address or a method that there is not."""
    assert isinstance(error, HTTPException)
    answered = problem(error.status_code, f"{error.detail}: there is nothing of this kind here")
    answered.headers.update(error.headers or {})
    return answered
