"""The firm whose EspoCRM is looked at."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.installation.espocrm_firm import Firm, set_up


@pytest_asyncio.fixture
async def firm() -> AsyncIterator[Firm]:
    """Set up as it should be."""
    async with set_up() as made:
        yield made
