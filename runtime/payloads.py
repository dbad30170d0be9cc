"""Values to payloads and back; what Temporal would not store is refused before it is sent, as a fault of its own.

Temporal refuses a step whose input is over 2 MiB, and the worker then tries that step again for ever, where nobody sees
it. Raised here it is an error like any other: in a workflow it ends the sync, which is told; in an activity it is the
activity's failure; for a caller the request's.
"""

import dataclasses
from collections.abc import Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from beteiligte.faults import Blame, TooLarge

MOST = 2_000_000
"""Bytes of one input or result: Temporal's limit, less what encryption adds."""


class BoundedPayloadConverter(PydanticPayloadConverter):
    """Pydantic's, with a bound."""

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        """Convert them. Raises ApplicationError of type TooLarge."""
        payloads = super().to_payloads(values)
        if (size := sum(len(payload.data) for payload in payloads)) > MOST:
            message = f"{size} bytes are more than Temporal stores at once"
            details = {"code": TooLarge.code, "message": message, "blame": Blame.PARTY.value}
            raise ApplicationError(message, details, type=TooLarge.code, non_retryable=True)
        return payloads


BOUNDED: DataConverter = dataclasses.replace(pydantic_data_converter, payload_converter_class=BoundedPayloadConverter)
