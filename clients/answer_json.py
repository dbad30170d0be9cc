"""The JSON of an answer, as far as everything behind it can hold it.

JSON allows more than we can: numbers beyond any float, halves of characters, nesting that Temporal's own JSON refuses
when it is read again. Found here it is an odd answer; found later it would stop a party's run.
"""

from codecs import BOM_UTF8

from pydantic import JsonValue
from pydantic_core import from_json

DEEPEST = 32
"""Levels; the records of both systems have three."""
LARGEST = 1e300
"""A number beyond it is none that a 64-bit float, or either system, holds."""
MOST_CONTAINERS = 200_000
"""Lists and objects, a thousand for each record of a page: an empty one costs 30 times the memory of its bytes."""

_NUMBERS = (int, float)
"""A pair is looked up faster than a union, and every value of a long list is."""


def parse(content: bytes) -> JsonValue:
    """The value. Raises ValueError where it is no JSON, or more than can be held; of equal names the last counts."""
    if content.count(b"[") + content.count(b"{") > MOST_CONTAINERS:
        raise ValueError("too many lists and objects")
    parsed: JsonValue = from_json(content.removeprefix(BOM_UTF8), allow_inf_nan=False)
    _hold(parsed)
    return parsed


def _hold(parsed: JsonValue) -> None:
    """Level by level, so that depth costs no stack."""
    level: list[JsonValue] = [parsed]
    for _ in range(DEEPEST):
        if not all(abs(value) <= LARGEST for value in level if isinstance(value, _NUMBERS)):
            raise ValueError("a number that cannot be held")
        level = [inner for value in level for inner in _within(value)]
    if level:
        raise ValueError("too deep")


def _within(value: JsonValue) -> list[JsonValue]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
