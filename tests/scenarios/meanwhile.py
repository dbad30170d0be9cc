"""A fault during which something else happens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from simulators.faults import unavailable
from simulators.visits import Fault, Visit


@dataclass
class Meanwhile(Fault):
    """The call is surely refused; before its next attempt something else happens."""

    event: Callable[[], None]
    name: ClassVar[str] = "meanwhile"

    async def act(self, visit: Visit) -> Response:
        """Let it happen, and refuse."""
        self.event()
        return await unavailable().act(visit)
