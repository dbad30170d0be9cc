"""One real Temporal server for all tests, with a skipped clock; fresh stand-ins and a worker for each test."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from runtime.settings import ALL
from tests.engines import skipping_engine
from tests.world import World

os.environ["COLUMNS"] = "200"  # what a command prints must not wrap as the terminal happens to be

for _kind in ALL:
    _kind.model_config["env_file"] = None  # an operator's .env must not reach the tests


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """The real server; timers of workflows started through its client are skipped."""
    async with skipping_engine() as env:
        yield env


@pytest_asyncio.fixture(loop_scope="session")
async def world(skipping: WorkflowEnvironment, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Both stand-ins and a worker on the real server; planned faults must all have happened."""
    options = getattr(request, "param", {})
    async with World.open(skipping, **options) as opened:
        yield opened
        assert opened.faults.unused == []
