"""What goes wrong with webhook deliveries alone; planned by their names, e.g. `plan("delivery.update", Lost())`."""

from dataclasses import dataclass
from typing import ClassVar

from simulators.visits import Fault
from simulators.webhooks import PUT_OFF, SentDelivery


@dataclass(slots=True)
class LostDelivery(Fault):
    """A webhook delivery that never leaves EspoCRM: a crash between the record and its event, a full queue."""

    name: ClassVar[str] = "lost"

    async def deliver(self, delivery: SentDelivery) -> int:  # noqa: ARG002
        """Nothing is sent, and EspoCRM takes it for done."""
        return 200


@dataclass(slots=True)
class Twice(Fault):
    """A webhook delivery that is sent two times, byte for byte the same."""

    name: ClassVar[str] = "twice"

    async def deliver(self, delivery: SentDelivery) -> int:
        """Send, and again."""
        await delivery.send()
        return await delivery.send()


@dataclass(slots=True)
class Late(Fault):
    """A webhook delivery that is put behind all others until the next run, so that newer ones overtake it."""

    name: ClassVar[str] = "late"

    async def deliver(self, delivery: SentDelivery) -> int:  # noqa: ARG002
        """Not now."""
        return PUT_OFF


@dataclass(slots=True)
class Reordered(Fault):
    """A webhook delivery whose events stand in reverse order."""

    name: ClassVar[str] = "reordered"

    async def deliver(self, delivery: SentDelivery) -> int:
        """Turn it round, then send."""
        delivery.events.reverse()
        return await delivery.send()
