"""How errors are logged: where and of what type, without their text, which might quote a client's value.

A fault of ours keeps its text: it names ids and fields only (beteiligte/faults.py). One of the operating system keeps
its number and its path, which are no client's, and without which nobody knows what to mend.
"""

import logging
import os
import ssl
import traceback
from collections.abc import Iterator
from types import TracebackType

from beteiligte.faults import SyncFault
from runtime.codec import Unreadable
from runtime.streams import visible
from runtime.system_errors import number


class WithoutValues(logging.Formatter):
    """Prints an error's stack and type, and those of the errors behind it; nothing that steers a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """As it may stand on a terminal: what a system answered or a name in a path must not move its cursor."""
        return visible(super().format(record))

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """The stack, the last error at the bottom; of a key that is missing the one line that says what to do."""
        if sealed := _sealed(ei[1]):
            return f"{type(sealed).__qualname__}: {sealed}: `beteiligte-sync keys list` and `doctor` say what to copy"
        return "\n".join(reversed(list(_lines(ei[1]))))


def _sealed(error: BaseException | None) -> Unreadable | None:
    """Where it lies behind: it comes with each poll until the key is there, and its text names ids of keys alone."""
    seen = set[int]()
    while error is not None and not isinstance(error, Unreadable) and id(error) not in seen:
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return error if isinstance(error, Unreadable) else None


def _lines(error: BaseException | None, seen: "set[int] | None" = None) -> Iterator[str]:
    """From the last error to the first, each once: one that was taken out of a group and raised leads back to it."""
    seen = set() if seen is None else seen
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        text = f": {error}" if isinstance(error, SyncFault) else _of_the_system(error)
        yield "".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__ + text
        if isinstance(error, BaseExceptionGroup):
            for inner in reversed(error.exceptions):
                yield from _lines(inner, seen)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _of_the_system(error: BaseException) -> str:
    """Number and paths of an error of the operating system; OpenSSL counts on its own."""
    if not isinstance(error, OSError) or isinstance(error, ssl.SSLError) or error.errno is None:
        return ""
    paths = (os.fsdecode(path) for path in (error.filename, error.filename2) if isinstance(path, str | bytes))
    return ": " + " ".join((number(error), *paths))
