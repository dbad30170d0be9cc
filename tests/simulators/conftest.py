"""The recorded EspoCRM and its caller."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from simulators import EspoCrm
from tests.simulators.callers import calling
from tests.simulators.recorded import RECORDINGS, seed, stand_in


@pytest.fixture
def crm() -> EspoCrm:
    """The recorded EspoCRM with the recorded record."""
    made = stand_in()
    seed(made, RECORDINGS["rest-02-read"]["response"]["body"])
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def http(crm: EspoCrm) -> AsyncIterator[httpx.AsyncClient]:
    """The integration calls."""
    async with calling(crm) as opened:
        yield opened
