"""The real Temporal server with a skipped clock, as tests and the recorder of histories start it."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import pytest_asyncio
from temporalio.converter import DataConverter
from temporalio.testing import WorkflowEnvironment

from contracts import visibility
from runtime.engine import AT_ONCE, server_binary
from runtime.payloads import BOUNDED

SETTINGS: Mapping[str, object] = {
    **AT_ONCE,
    "frontend.WorkflowTimeSkippingEnabled": True,
    "history.timerProcessorMaxTimeShift": "1ms",
    # What is deleted is so when its queues have noted that it closed, by default half a minute later (temporal.md §1).
    **{f"history.{queue}ProcessorUpdateAckInterval": "1s" for queue in ("transfer", "visibility")},
}


@asynccontextmanager
async def skipping_engine(
    settings: Mapping[str, object] | None = None,
    *,
    identity: str | None = None,
    namespaces: Sequence[str] = (),
    data_converter: DataConverter = BOUNDED,
) -> AsyncIterator[WorkflowEnvironment]:
    """The server; timers of workflows started through its client are skipped.

    Args:
        settings: Dynamic configuration of the server, on top of what skipping needs.
        identity: What histories show of this process; None: its id and host.
        namespaces: More of them, beside the default one.
        data_converter: Of its client; by default what is kept is clear.
    """
    dynamic = {**SETTINGS, **(settings or {})}
    async with await WorkflowEnvironment.start_time_skipping_v2(
        dev_server_existing_path=server_binary(),
        dev_server_log_level="error",
        dev_server_extra_args=[
            *(
                part
                for key, value in dynamic.items()
                for part in ("--dynamic-config-value", f"{key}={json.dumps(value)}")
            ),
            *(part for name in visibility.ALL for part in ("--search-attribute", f"{name}=Keyword")),
            *(part for name in namespaces for part in ("--namespace", name)),
        ],
        data_converter=data_converter,
        identity=identity,
    ) as env:
        yield env


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def alone() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own for one file: `skipping = engines.alone` there, where tests look at a whole namespace."""
    async with skipping_engine() as env:
        yield env
