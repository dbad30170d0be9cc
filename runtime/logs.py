"""How errors are logged: where and of what type, without their text, which might quote a client's value.

A fault of ours keeps its text: it names ids and fields only (beteiligte/faults.py).
"""

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

from beteiligte.faults import SyncFault


class WithoutValues(logging.Formatter):
    """Prints an error's stack and type, and those of the errors behind it."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """The stack, the last error at the bottom."""
        return "\n".join(reversed(list(_lines(ei[1]))))


def _lines(error: BaseException | None) -> Iterator[str]:
    """From the last error to the first."""
    while error is not None:
        text = f": {error}" if isinstance(error, SyncFault) else ""
        yield "".join(traceback.format_tb(error.__traceback__)) + type(error).__qualname__ + text
        if isinstance(error, BaseExceptionGroup):
            for inner in reversed(error.exceptions):
                yield from _lines(inner)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
