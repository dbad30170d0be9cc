"""How often somebody may try: log-ins of each address and of all together, decisions of each session.

Counted by leaky buckets (aiolimiter), of which a bounded number is kept.
"""

from dataclasses import dataclass, field

from aiolimiter import AsyncLimiter
from starlette.requests import Request

WITHIN = 300
"""Seconds."""
OF_ADDRESS = 60
"""Log-ins begun or ended; also of a firm whose proxy DESK_PROXIES does not name."""
OF_ALL = 600
ADDRESSES = 2_000
"""The one that came longest ago makes room."""
DECISIONS = 120
"""Forms of one session in five minutes; each may decide many parties."""


async def taken(bucket: AsyncLimiter) -> bool:
    """Whether there was room; nobody waits."""
    if not bucket.has_capacity():
        return False
    await bucket.acquire()
    return True


def decisions() -> AsyncLimiter:
    """Of a new session."""
    return AsyncLimiter(DECISIONS, WITHIN)


@dataclass
class LogInLimits:
    """Of one desk."""

    of_address: int = OF_ADDRESS
    _all: AsyncLimiter = field(default_factory=lambda: AsyncLimiter(OF_ALL, WITHIN))
    _by_address: dict[str, AsyncLimiter] = field(default_factory=dict)

    async def taken(self, request: Request) -> bool:
        """Whether this one may try; whom his address keeps out takes nothing from all."""
        address = request.client.host if request.client else ""
        bucket = self._by_address.pop(address, None) or AsyncLimiter(self.of_address, WITHIN)
        while len(self._by_address) >= ADDRESSES:
            del self._by_address[next(iter(self._by_address))]
        self._by_address[address] = bucket
        return await taken(bucket) and await taken(self._all)
