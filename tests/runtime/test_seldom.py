"""The same trouble is one line of the log a second, with the number of those that were kept back."""

import asyncio
import errno
import logging
import os

import pytest

from runtime import seldom
from runtime.seldom import KINDS, Seldom, say_seldom


class Clock:
    """Seconds, moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def line(text: str, *values: object, name: str = "uvicorn.error", level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord(name, level, __file__, 1, text, values, None)


def test_what_comes_again_within_a_second_is_counted() -> None:
    """And said with the next line about the same."""
    clock = Clock()
    once = Seldom(clock)
    assert [once.filter(line("Invalid %s", n)) for n in range(5)] == [True, False, False, False, False]

    clock.now = 1.0
    again = line("Invalid %s", 5)

    assert once.filter(again)
    assert again.getMessage() == "Invalid 5 (and 4 more since the last such line)"


def test_another_trouble_is_said_at_once() -> None:
    """By text, by level, by logger; what stands in later lines does not make another."""
    once = Seldom(Clock())
    assert once.filter(line("one\nfd=7"))

    assert not once.filter(line("one\nfd=8"))
    assert once.filter(line("two"))
    assert once.filter(line("one", level=logging.ERROR))
    assert once.filter(line("one", name="asyncio"))


def test_it_keeps_so_many_kinds_and_no_more() -> None:
    """Its own memory is bounded as well."""
    once = Seldom(Clock())
    for number in range(3 * KINDS):
        once.filter(line(f"trouble {number}"))

    assert len(once._said) <= KINDS


async def test_out_of_files_is_one_line_with_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    """asyncio tells each try with its stack, and makes as many tries a second as connections may wait."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    say_seldom()
    try:
        with caplog.at_level(logging.ERROR):
            for _ in range(2_000):
                error = OSError(errno.EMFILE, os.strerror(errno.EMFILE))
                loop.call_exception_handler({"message": "socket.accept() out of system resource", "exception": error})
    finally:
        loop.set_exception_handler(before)
        for name in ("asyncio", seldom.__name__):
            for kept in [one for one in logging.getLogger(name).filters if isinstance(one, Seldom)]:
                logging.getLogger(name).removeFilter(kept)

    assert 1 <= len(caplog.records) <= 10
    assert "ulimit -n" in caplog.records[0].getMessage()
    assert not caplog.records[0].exc_info
