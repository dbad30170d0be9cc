"""Faults during which something else happens."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from simulators.faults import Status, unavailable
from simulators.visits import Fault, Visit
from tests.world import World


@dataclass
class Meanwhile(Fault):
    """The call is surely refused; before its next attempt something else happens."""

    event: Callable[[], None]
    name: ClassVar[str] = "meanwhile"

    async def act(self, visit: Visit) -> Response:
        """Let it happen, and refuse."""
        self.event()
        return await unavailable().act(visit)


@dataclass
class GivenUp(Fault):
    """No answer that tells anything, and meanwhile a hand that ends the wait for the next attempt."""

    hand: Callable[[], Awaitable[object]]
    lands: bool
    name: ClassVar[str] = "given_up"

    async def act(self, visit: Visit) -> Response:
        """Have its effect or not, and let the hand act before the answer is there."""
        if self.lands:
            visit.effect()
        await self.hand()
        return await Status(500).act(visit)


@dataclass
class Overtaken(Fault):
    """Somebody edits in Advoware under our PUT, and something happens before its answer arrives."""

    bet_nr: int
    event: Callable[[World], object]
    world: World
    name: ClassVar[str] = "overtaken"

    async def act(self, visit: Visit) -> Response:
        """Two edits around the effect."""
        self.world.advoware.edit(self.bet_nr, geburtsname="Sommer")
        answer = visit.effect()
        self.event(self.world)
        return answer
