"""One real Temporal server for all tests, with a skipped clock; fresh stand-ins and a worker for each test."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from beteiligte import search
from runtime.engine import server_binary
from runtime.settings import ALL
from tests.world import World

for _kind in ALL:
    _kind.model_config["env_file"] = None  # an operator's .env must not reach the tests

SERVER = [
    "--dynamic-config-value",
    "frontend.WorkflowTimeSkippingEnabled=true",
    "--dynamic-config-value",
    "history.timerProcessorMaxTimeShift=" + json.dumps("1ms"),
]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """The real server; timers of workflows started through its client are skipped."""
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=server_binary(),
        dev_server_log_level="error",
        dev_server_extra_args=[
            *SERVER,
            *(part for name in search.ALL for part in ("--search-attribute", f"{name}=Keyword")),
        ],
        data_converter=pydantic_data_converter,
    ) as env:
        yield env


@pytest_asyncio.fixture(loop_scope="session")
async def world(skipping: WorkflowEnvironment, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Both stand-ins and a worker on the real server; planned faults must all have happened."""
    options = getattr(request, "param", {})
    async with World.open(skipping, **options) as opened:
        yield opened
        assert opened.faults.unused == []
