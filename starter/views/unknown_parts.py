"""What a run holds of a newer version: fields and values that the models installed here do not know.

Unknown fields are dropped where they are read, so that a field can be added; what a newer version meant by one is lost
when an older one goes on with the run. A signal whose values cannot be read Temporal's library drops as a whole.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from temporalio.api.common.v1 import Payload

from runtime.payloads import BoundedPayloadConverter, why_not

ADDED = "extra_forbidden"
"""pydantic's word for a field that a model does not have."""


def noting(found: set[str]) -> type[BoundedPayloadConverter]:
    """A converter that reads as a worker's does, and notes what it does not know."""

    class Noting(BoundedPayloadConverter):
        def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
            for payload, hint in zip(payloads, type_hints or (), strict=False):
                if why_not(payload, hint) is None:
                    found.update(unknown(payload.data, hint))
            return super().from_payloads(payloads, type_hints)

    return Noting


def unknown(data: bytes, model: object) -> Iterator[str]:
    """Places in a stored value, as `SyncRequest.reason`, and what is unknown there; never the value."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return
    try:
        TypeAdapter(model).validate_json(data, extra="forbid")
    except ValidationError as error:
        for detail in error.errors(include_input=False, include_url=False, include_context=False):
            place = ".".join((model.__name__, *(part for part in detail["loc"] if isinstance(part, str))))
            yield place if detail["type"] == ADDED else f"{place} (its value)"
