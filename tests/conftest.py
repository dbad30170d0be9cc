"""No operator's settings and no terminal's width reach a test. A world is made only where a test asks for one.

What the domain's tests do without (Temporal, both stand-ins) is imported by the fixtures that need it: one folder of
tests without a server then starts in a second.
"""

import os
import signal
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from runtime.settings import ALL

if TYPE_CHECKING:
    from temporalio.testing import WorkflowEnvironment

    from tests.world import World

os.environ["COLUMNS"] = "200"  # what a command prints must not wrap as the terminal happens to be

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has what it starts with & ignore Ctrl-C, and so on

for _kind in ALL:
    _kind.model_config["env_file"] = None  # an operator's .env must not reach the tests


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def skipping() -> "AsyncIterator[WorkflowEnvironment]":
    """The real server, one for all tests; timers of workflows started through its client are skipped."""
    from tests.engines import skipping_engine

    async with skipping_engine() as env:
        yield env


@pytest_asyncio.fixture(loop_scope="session")
async def world(skipping: "WorkflowEnvironment", request: pytest.FixtureRequest) -> "AsyncIterator[World]":
    """Both stand-ins and a worker on the real server; planned faults must all have happened."""
    from tests.world import World

    options = getattr(request, "param", {})
    async with World.open(skipping, **options) as opened:
        yield opened
        assert opened.faults.unused == []
