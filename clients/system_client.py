"""What the clients of both systems share."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from beteiligte.faults import System
from clients.transport import Transport

Gate = Callable[[System], Awaitable[None]]
"""Asked before a call that would write; raises the fault that forbids it."""


async def open_gate(_: System) -> None:
    """Nothing is forbidden."""


class SystemClient:
    """Leaving its context closes the connections."""

    _transport: Transport

    async def __aenter__(self) -> Self:
        """Use as a context."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._transport.close()
