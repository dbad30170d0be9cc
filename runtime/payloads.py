"""Values to payloads and back; what Temporal would not store is refused before it is sent, as a fault of its own.

Temporal refuses a step whose input is over 2 MiB, and the worker then tries that step again for ever, where nobody sees
it. Raised here it is an error like any other: in a workflow it ends the sync, which is told; in an activity it is the
activity's failure; for a caller the request's.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message
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


def payloads_in(message: Message) -> Iterator[Payload]:
    """All payloads of a message, however deep they stand: arguments, results, failures, summaries, memos."""
    if isinstance(message, Payload):
        yield message
        return
    for _, value in message.ListFields():
        for part in _messages(value):
            yield from payloads_in(part)


def _messages(value: Any) -> Iterator[Message]:
    """The messages in a field: it is one, a list of them, or a map to them; or holds none."""
    if isinstance(value, Message):
        yield value
    elif not isinstance(value, str | bytes | int | float):
        parts = value.values() if isinstance(value, Mapping) else value
        yield from (part for part in parts if isinstance(part, Message))


BOUNDED: DataConverter = dataclasses.replace(pydantic_data_converter, payload_converter_class=BoundedPayloadConverter)
