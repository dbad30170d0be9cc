"""The firm whose EspoCRM is looked at, and one whose EspoCRM is set up."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.installation.espocrm_firm import Firm, set_up
from tests.installation.setting_up import Office, office


@pytest_asyncio.fixture
async def firm() -> AsyncIterator[Firm]:
    """Set up as it should be."""
    async with set_up() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def bare() -> AsyncIterator[Office]:
    """An EspoCRM in which nothing was made yet."""
    async with office() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def made(bare: Office) -> Office:
    """One in which everything was made."""
    ran = await bare.make()
    assert (ran.code, ran.err) == (0, "")
    return bare
