"""The same trouble is one line of the log a second, however often it comes: a flood must not fill the disk."""

import asyncio
import errno
import logging
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from runtime.system_errors import why

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two lines about the same."""
KINDS = 1_000
"""Of trouble that are told apart; with more of them the count begins anew."""
OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Seldom(logging.Filter):
    """Lets one line a second through for each logger and beginning, and says in the next how many it kept back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing was said yet."""
        super().__init__()
        self._clock = clock
        self._said: dict[tuple[str, int, str], float] = {}
        self._unsaid: Counter[tuple[str, int, str]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is written."""
        about = (record.name, record.levelno, str(record.msg).partition("\n")[0])
        now = self._clock()
        if now - self._said.get(about, -EVERY) < EVERY:
            self._unsaid[about] += 1
            return False
        if len(self._said) >= KINDS:
            self._said.clear()
            self._unsaid.clear()
        self._said[about] = now
        if more := self._unsaid.pop(about, 0):
            record.msg, record.args = f"{record.getMessage().rstrip()} (and {more} more since the last such line)", ()
        return True


def say_seldom(*loggers: str) -> None:
    """Of these loggers, and of what the running event loop meets."""
    seldom = Seldom()
    for name in (*loggers, "asyncio", __name__):
        logging.getLogger(name).addFilter(seldom)
    asyncio.get_running_loop().set_exception_handler(_met)


def _met(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Out of files, asyncio tells each try to take a connection, with its stack, thousands of times a second."""
    error = context.get("exception")
    if isinstance(error, OSError) and error.errno in OUT_OF_FILES:
        log.error("no connection can be taken (%s): allow more open files (ulimit -n)", why(error))
    else:
        loop.default_exception_handler(context)
