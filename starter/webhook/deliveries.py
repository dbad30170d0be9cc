"""A delivery's bytes to the ids it speaks of; what is bad in it is named and costs the rest nothing.

A delivery is a hint "look at id X", never data: it may be late, doubled or overtaken (facts/espocrm.md §1.5).
"""

import json

from pydantic import JsonValue

from beteiligte.frozen import Frozen
from beteiligte.ids import MEANT, is_record_id
from beteiligte.request_reason import Reason
from beteiligte.settle.echo import is_echo


class UnreadableDelivery(ValueError):
    """The body is no delivery at all."""


class RefusedElement(Frozen):
    """One element that cannot be used."""

    index: int
    reason: str


class Delivery(Frozen):
    """What a POST asks for."""

    ids: tuple[str, ...]
    """Parties to look at, each once, in order."""
    total: int
    echoes: int
    refused: tuple[RefusedElement, ...] = ()


def read(body: bytes, reason: Reason) -> Delivery:
    """The delivery in these bytes: an array, or one object. Raises UnreadableDelivery."""
    try:
        parsed: JsonValue = json.loads(body)
    except ValueError:
        raise UnreadableDelivery("the body is no JSON") from None
    except RecursionError:
        raise UnreadableDelivery("the body is nested more deeply than EspoCRM writes any") from None
    elements = parsed if isinstance(parsed, list) else [parsed]
    ids: dict[str, None] = {}
    refused: list[RefusedElement] = []
    echoes = 0
    for index, element in enumerate(elements):
        if problem := _problem(element):
            refused.append(RefusedElement(index=index, reason=problem))
        elif reason is Reason.UPDATED and isinstance(element, dict) and is_echo(element):
            echoes += 1
        elif isinstance(element, dict):
            ids[str(element["id"])] = None
    return Delivery(ids=tuple(ids), total=len(elements), echoes=echoes, refused=tuple(refused))


def _problem(element: JsonValue) -> str:
    if not isinstance(element, dict):
        return "no object"
    if "id" not in element:
        return "no id"
    if not is_record_id(element["id"]):
        return f"the id is none of an EspoCRM record: {MEANT}"
    return ""
