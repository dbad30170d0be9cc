"""Signs of life of a long activity: one whose worker was killed is begun again soon, not when its time is up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from temporalio import activity

A_FEW = 4
"""Signs in the time after which silence counts as death: one or two that come late on a busy machine kill nobody."""


def told_before() -> object:
    """What the attempt before told last; None: nothing."""
    details = activity.info().heartbeat_details
    return details[0] if details else None


@asynccontextmanager
async def alive(progress: Callable[[], object] = lambda: None) -> AsyncIterator[None]:
    """Give them while the body runs, each with how far it is, which a later attempt reads in its heartbeat details."""
    limit = activity.info().heartbeat_timeout

    async def give() -> None:
        while limit is not None:
            activity.heartbeat(progress())
            await asyncio.sleep(limit.total_seconds() / A_FEW)

    giving = asyncio.create_task(give())
    try:
        yield
    finally:
        giving.cancel()
