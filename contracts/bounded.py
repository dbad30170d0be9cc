"""Doing the same for many parties, a bounded number at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

I = TypeVar("I")  # noqa: E741
T = TypeVar("T")

AT_ONCE = 8
"""Few enough that a person's single request is still answered at once beside it."""


async def each(
    items: Iterable[I],
    work: Callable[[I], Awaitable[T]],
    *,
    at_once: int = AT_ONCE,
    done: Callable[[], None] = lambda: None,
) -> list[T]:
    """The results in order; `done` is called after each. The first error ends all and is raised."""
    slots = asyncio.Semaphore(at_once)

    async def one(item: I) -> T:
        async with slots:
            result = await work(item)
        done()
        return result

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from failed
    return [task.result() for task in tasks]
