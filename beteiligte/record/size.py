"""How large a party may be: Temporal stores at most 2 MiB at once, and a step that needs more would wait for ever.

One value stands in several places of a step's input (both sides, what is written, what is told), so what is read is
bounded where it is read. What is too long is left alone and told like any value without a counterpart; the other
fields are synced. Real values are names and titles of a few dozen characters.
"""

import json
from collections.abc import Mapping

from pydantic import JsonValue

from beteiligte.record.value_kinds import Value

MAX_TEXT = 10_000
"""Characters from which on a value is too long: EspoCRM's lists cut there (facts/espocrm.md §2.5), so a sweep could not
compare it, and the base could not hold it."""
MAX_SIDE = 100_000
"""Bytes of all values of one side together."""
MAX_RAW = 1_000_000
"""Bytes of a whole Advoware record, which is carried to the PUT that replaces it."""
TOO_LONG = "too long"
"""The reason of a value that is left alone for it."""


def too_long(wire: JsonValue) -> bool:
    """Whether a value is, as it comes: one that a list cut counts like the whole one."""
    return isinstance(wire, str) and len(wire) >= MAX_TEXT


def surplus(values: Mapping[str, Value]) -> frozenset[str]:
    """The fields, the longest first, without which the others fit together."""
    sizes = {name: len((value or "").encode(errors="replace")) for name, value in values.items()}
    left_out: set[str] = set()
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        if sum(size for other, size in sizes.items() if other not in left_out) <= MAX_SIDE:
            break
        left_out.add(name)
    return frozenset(left_out)


def is_too_large(record: Mapping[str, JsonValue]) -> bool:
    """Whether a whole record is."""
    return len(json.dumps(dict(record), ensure_ascii=False).encode(errors="replace")) > MAX_RAW
