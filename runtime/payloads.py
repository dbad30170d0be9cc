"""Values to payloads and back; what Temporal would not store is refused before it is sent, as a fault of its own.

Temporal refuses a step whose input is over 2 MiB, and the worker then tries that step again for ever, where nobody sees
it. Raised here it is an error like any other: in a workflow it ends the sync, which is told; in an activity it is the
activity's failure; for a caller the request's.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from google.protobuf.message import Message
from pydantic import BaseModel
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter, pydantic_data_converter
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from beteiligte.faults import Blame, TooLarge
from contracts.said import Disbelief, NotBelieved, Said

MOST = 2_000_000
"""Bytes of one input or result: Temporal's limit, less what encryption adds."""
REFUSED = b"beteiligte/not-believed"
"""Encoding of what the codec hands on in the place of a payload that it does not believe; the data says why."""
KIND = "kind"
"""Metadata: the name of the model. What is sealed as one is read as no other that happens to have its fields."""
WORDS = {
    Disbelief.CLEAR: "a payload is not encrypted, and here a key encrypts (TEMPORAL_KEYS, TEMPORAL_ACCEPT_CLEAR)",
    Disbelief.ELSEWHERE: "a payload was sealed for another run, namespace or purpose",
    Disbelief.CHANGED: "a payload was changed, or its key is another of the same id (TEMPORAL_KEYS)",
    Disbelief.FOREIGN: "a payload is closed with a key that is not in the key file (TEMPORAL_KEYS)",
    Disbelief.OTHER: "a payload holds something else than what stands here",
    Disbelief.OLD: "it is old",
}
SIBLING = "sibling"
"""Metadata: it was sealed for another run of the same schedule, which may hand on results and be told nothing."""


class Unreadable(Exception):
    """A payload that none of our keys opens, or that was not sealed for the place where it is read."""


def not_believed(why: Disbelief) -> Payload:
    """What stands in the place of a payload that is not believed: the codec knows why, not what it is read as."""
    return Payload(metadata={"encoding": REFUSED}, data=why.encode())


class BoundedPayloadConverter(PydanticPayloadConverter):
    """Pydantic's, with a bound, that knows each model by its name and hands on no payload that is not believed."""

    def to_payloads(self, values: Sequence[Any]) -> list[Payload]:
        """Convert them. Raises ApplicationError of type TooLarge."""
        payloads = super().to_payloads(values)
        if (size := sum(len(payload.data) for payload in payloads)) > MOST:
            message = f"{size} bytes are more than Temporal stores at once"
            details = {"code": TooLarge.code, "message": message, "blame": Blame.PARTY.value}
            raise ApplicationError(message, details, type=TooLarge.code, non_retryable=True)
        for payload, value in zip(payloads, values, strict=True):
            if isinstance(value, BaseModel):
                payload.metadata[KIND] = type(value).__name__.encode()
        return payloads

    def from_payloads(self, payloads: Sequence[Payload], type_hints: list[type] | None = None) -> list[Any]:
        """Convert them. Raises Unreadable, but for what is said to a run: its interceptor tells, and it goes on.

        And but for the details of a failure, which nothing types: the server has clear ones of its own for a step that
        was cancelled, and whoever reads them takes none that are not believed.
        """
        hints: Sequence[type | None] = type_hints or [None] * len(payloads)
        if not any(map(why_not, payloads, hints)):
            return super().from_payloads(payloads, type_hints)
        return [self._one(payload, hint) for payload, hint in zip(payloads, hints, strict=False)]

    def _one(self, payload: Payload, hint: type | None) -> Any:
        why = why_not(payload, hint)
        if why is None:
            return super().from_payloads([payload], [hint] if hint else None)[0]
        if hint is None or _is_said(hint):
            return NotBelieved(why, hint)
        raise Unreadable(WORDS[why])


def why_not(payload: Payload, hint: type | None = None) -> Disbelief | None:
    """Why it is not believed as this; None: it is."""
    metadata = payload.metadata
    if metadata.get("encoding") == REFUSED:
        return Disbelief(payload.data.decode())
    if not (isinstance(hint, type) and issubclass(hint, BaseModel)):
        return None
    if metadata.get(SIBLING) and _is_said(hint):
        return Disbelief.ELSEWHERE
    kind = metadata.get(KIND)
    return Disbelief.OTHER if kind and kind.decode(errors="replace") != hint.__name__ else None


def _is_said(hint: type | None) -> bool:
    return isinstance(hint, type) and issubclass(hint, Said)


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
