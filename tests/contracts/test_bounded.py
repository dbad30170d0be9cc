"""Many things are done a few at a time, in order, and fail as one."""

import asyncio

import pytest

from contracts import bounded


async def test_never_more_at_once_than_allowed_and_the_results_in_order() -> None:
    under_way, most = 0, 0

    async def work(number: int) -> int:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.001 * (number % 3))
        under_way -= 1
        return number * 2

    done: list[None] = []
    results = await bounded.each(range(30), work, at_once=4, done=lambda: done.append(None))
    assert [number * 2 for number in range(30)] == results
    assert (most, len(done)) == (4, 30)


async def test_they_begin_in_order() -> None:
    begun: list[int] = []

    async def work(number: int) -> None:
        begun.append(number)
        await asyncio.sleep(0.001 * (5 - number % 5))

    await bounded.each(range(20), work, at_once=3)
    assert [*range(20)] == begun


async def test_the_first_error_ends_all_and_is_raised_as_it_is() -> None:
    ended: list[int] = []

    async def work(number: int) -> None:
        if number == 2:
            raise KeyError("the third")
        await asyncio.sleep(0.05)
        ended.append(number)

    with pytest.raises(KeyError, match="the third"):
        await bounded.each(range(10), work, at_once=3)
    assert ended == []


async def test_whoever_is_cancelled_cancels_them() -> None:
    ended: list[int] = []

    async def work(number: int) -> None:
        await asyncio.sleep(0.05)
        ended.append(number)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await bounded.each(range(4), work)
    assert ended == []


async def test_nothing_to_do_is_done() -> None:
    async def work(number: int) -> int:
        return number

    assert await bounded.each((), work) == []


async def test_the_error_leads_to_its_own_cause_and_never_back_to_itself() -> None:
    """Whoever writes down an error with all that is behind it comes to an end."""
    why = OSError("the line broke")

    async def work(_: int) -> None:
        raise KeyError("the first") from why

    with pytest.raises(KeyError) as caught:
        await bounded.each(range(2), work)
    assert caught.value.__cause__ is why
    assert caught.value.__context__ is why or caught.value.__context__ is None
