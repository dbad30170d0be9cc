"""A bench for each test; planned faults must all have happened."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.activities.bench import Bench


@pytest_asyncio.fixture(loop_scope="session")
async def bench() -> AsyncIterator[Bench]:
    """Both stand-ins, served, and the activities on them."""
    async with Bench.set_up() as ready:
        yield ready
        assert ready.faults.unused == []
