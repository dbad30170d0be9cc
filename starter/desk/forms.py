"""What a form sends: read within its size and time, no part of it in an address."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

LARGEST = 500_000
"""Bytes: hundreds of selected parties, or one very long value."""
FIELDS = 2_000
WITHIN = 10.0
"""Seconds."""


class BadForm(Exception):
    """It lacks something that every form of ours holds, or is no form."""


@dataclass(frozen=True)
class SentForm:
    """What was sent."""

    values: Mapping[str, list[str]] = field(default_factory=dict)

    def all(self, name: str) -> list[str]:
        """Each value of that name."""
        return self.values.get(name, [])

    def one(self, name: str) -> str:
        """The value of that name. Raises BadForm unless there is exactly one."""
        found = self.all(name)
        if len(found) != 1:
            raise BadForm
        return found[0]

    def has(self, name: str) -> bool:
        """Whether it was sent."""
        return name in self.values


async def read(request: Request) -> SentForm:
    """The form of a request. Raises BadForm."""
    body = bytearray()
    try:
        async with asyncio.timeout(WITHIN):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LARGEST:
                    raise BadForm
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except (TimeoutError, ValueError, ClientDisconnect):
        raise BadForm from None
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return SentForm(found)
