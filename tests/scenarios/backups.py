"""A system is set back to a backup of yesterday."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from beteiligte.faults import System
from tests.world import World

A_DAY = timedelta(days=1)


@contextmanager
def set_back(world: World, system: System) -> Iterator[None]:
    """What happens inside is not in the backup that is put back at its end, a day later."""
    backed_up = world.espocrm if system is System.ESPOCRM else world.advoware
    backup = backed_up.backup()
    world.clock.advance(A_DAY)
    yield
    world.clock.advance(A_DAY)
    backed_up.restore_backup(backup)  # type: ignore[arg-type]


async def at_rest(world: World, party: str) -> None:
    """Synced, and whoever must know is told."""
    await world.sync(party)
    await world.closed(party)
