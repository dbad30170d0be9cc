"""A delivery's bytes to the ids it speaks of; what is bad in it is named and costs the rest nothing.

A delivery is a hint "look at id X", never data: it may be late, doubled or overtaken (facts/espocrm.md §1.5).
"""

import json

from pydantic import JsonValue

from beteiligte.frozen import Frozen
from beteiligte.ids import MEANT, is_record_id
from beteiligte.request_reason import Reason
from beteiligte.settle.echo import is_echo

MOST_ELEMENTS = 100_000
"""Of one delivery; EspoCRM sends fifty, or as many as its administrator set as `webhookBatchSize`."""
MOST_CONTAINERS = 5 * MOST_ELEMENTS
"""Lists and objects in it: an empty one costs 30 times the memory of its two bytes."""
NAMED = 20
"""Elements that cannot be used and are named in the answer; the others are counted."""


class UnreadableDelivery(ValueError):
    """The body is no delivery at all."""


class TooManyElements(ValueError):
    """More than are read at once."""

    def __init__(self) -> None:
        """With the remedy."""
        super().__init__(f"more than {MOST_ELEMENTS} elements; lower webhookBatchSize in EspoCRM's data/config.php")


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
    odd: int = 0
    """Elements that cannot be used."""
    refused: tuple[RefusedElement, ...] = ()
    """The first of them."""


def read(body: bytes | bytearray, reason: Reason) -> Delivery:
    """The delivery in these bytes: an array, or one object. Raises UnreadableDelivery, TooManyElements."""
    elements = _elements(body)
    ids: dict[str, None] = {}
    refused: list[RefusedElement] = []
    echoes = odd = 0
    for index, element in enumerate(elements):
        if problem := _problem(element):
            odd += 1
            if odd <= NAMED:
                refused.append(RefusedElement(index=index, reason=problem))
        elif reason is Reason.UPDATED and isinstance(element, dict) and is_echo(element):
            echoes += 1
        elif isinstance(element, dict):
            ids[str(element["id"])] = None
    return Delivery(ids=tuple(ids), total=len(elements), echoes=echoes, odd=odd, refused=tuple(refused))


def _elements(body: bytes | bytearray) -> list[JsonValue]:
    """Numbers are never looked at, so none is too long to be read."""
    if body.count(b"[") + body.count(b"{") > MOST_CONTAINERS:
        raise TooManyElements
    try:
        parsed: JsonValue = json.loads(body, parse_int=float)
    except ValueError:
        raise UnreadableDelivery("the body is no JSON") from None
    except RecursionError:
        raise UnreadableDelivery("the body is nested more deeply than EspoCRM writes any") from None
    elements: list[JsonValue] = parsed if isinstance(parsed, list) else [parsed]
    if len(elements) > MOST_ELEMENTS:
        raise TooManyElements
    return elements


def _problem(element: JsonValue) -> str:
    if not isinstance(element, dict):
        return "no object"
    if "id" not in element:
        return "no id"
    if not is_record_id(element["id"]):
        return f"the id is none of an EspoCRM record: {MEANT}"
    return ""
