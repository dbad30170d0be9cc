"""Histories that once broke a promise, as short as they could be made; each stays mended."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.client import Client

from tests.properties.ground import lanes
from tests.properties.play import play
from tests.properties.script import parse

FOUND = {
    "a worker stopped during the last attempt to create": """
        with fresh
        party company new
        outage advoware 503 4
        at 0 advoware.create after stop
        deliver
    """,
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lane() -> AsyncIterator[Client]:
    async with lanes(1) as [client]:
        yield client


@pytest.mark.parametrize("text", FOUND.values(), ids=FOUND)
async def test_what_was_found_stays_mended(lane: Client, text: str) -> None:
    """A new one is a new entry."""
    played = await play(lane, parse(text))

    assert played.violations == [], "\n".join((*played.violations, *played.log))
