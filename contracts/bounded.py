"""Doing the same for many, a bounded number at a time: by activities and by commands."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

I = TypeVar("I")  # noqa: E741
T = TypeVar("T")

AT_ONCE = 8
"""Questions to Temporal: few enough that a delivery and a person's single request are answered at once beside them."""


async def each(
    items: Iterable[I],
    work: Callable[[I], Awaitable[T]],
    *,
    at_once: int = AT_ONCE,
    done: Callable[[], None] = lambda: None,
) -> list[T]:
    """Begin them in order, and give the results in order; `done` is called after each.

    The first error ends all and is raised as it is: a group of errors would pass whoever translates them.
    """
    slots = asyncio.Semaphore(at_once)

    async def one(item: I) -> T:
        async with slots:
            result = await work(item)
        done()
        return result

    first: BaseException | None = None
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except BaseExceptionGroup as failed:
        first = failed.exceptions[0]
    if first is not None:
        raise first  # out here, with its own cause: the group as its cause would hold it, and a chain be without end
    return [task.result() for task in tasks]
