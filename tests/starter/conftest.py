"""A world with the program's schedules."""

from collections.abc import AsyncIterator

import pytest_asyncio

from starter import schedules
from starter.schedules import ScheduleChange
from tests.starter.sweeping import NEVER
from tests.world import World


@pytest_asyncio.fixture(loop_scope="session")
async def scheduled(world: World) -> AsyncIterator[World]:
    """A world with schedules that never start by themselves while a test runs."""
    assert set((await schedules.apply(world.client, NEVER, world.queue)).values()) == {ScheduleChange.CREATED}
    yield world
    for row in schedules.TABLE:
        await world.client.get_schedule_handle(row.id).delete()
