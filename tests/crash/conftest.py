"""One real Temporal server with a state file for the tests of a module."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.crash.processes import DevServer, dev_server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DevServer]:
    """One real server with a state file for all crashes."""
    async with dev_server(tmp_path_factory.mktemp("temporal")) as running:
        yield running
