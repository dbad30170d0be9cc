"""What a process prints reaches any terminal and any pipe: no sign and no reader that is missing ends it with a trace.

A terminal may know no more than ASCII or ISO-8859-1, and a reader may leave early (`… | head`). What was done is done:
signs that cannot be shown get a plain form, output that nobody reads any more is dropped, and the command goes on to
its own exit code.
"""

import codecs
import io
import json
import os
import sys
import unicodedata
from typing import TextIO

from runtime.system_errors import why

PLAIN = "plain"
"""The name of the error handler."""
WHAT_CANNOT_BE_SHOWN = {
    "→": "->",
    "–": "-",
    "—": "-",
    "…": "...",
    "„": '"',
    "“": '"',
    "”": '"',
    "‚": "'",
    "‘": "'",
    "’": "'",
    "·": "-",
    "•": "*",
    "∞": "inf",
    "━": "=",
    "╸": "=",
    "╺": "-",
    "─": "-",
    "│": "|",
    "✓": "+",
    "✗": "x",
}
"""Signs that our own texts and bars use."""
SPINNER = range(0x2800, 0x2900)
"""Braille patterns, which a spinner turns through."""
STEERING = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Unicode's categories of signs that steer, or that nobody sees: ESC and C1, bidi controls, line separators."""
NO_STEERING = "\n\t\u200c\u200d"


def plain(sign: str) -> str:
    """A form of one sign in ASCII. A letter keeps its number: two names that differ must not look alike."""
    if ord(sign) in SPINNER:
        return "*"
    return WHAT_CANNOT_BE_SHOWN.get(sign) or sign.encode("ascii", "backslashreplace").decode("ascii")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(plain, error.object[error.start : error.end])), error.end


codecs.register_error(PLAIN, _replaced)


class Tolerant(io.TextIOWrapper):
    """A stream of ours: shows what it can, and drops what cannot be written."""

    unread = False
    """Whether its reader has left."""
    lost = ""
    """Why output was lost otherwise: a full disk, a terminal that is gone."""

    def write(self, text: str) -> int:
        """Write, or drop."""
        try:
            return super().write(text)
        except OSError as error:
            self._drop(error)
            return len(text)

    def flush(self) -> None:
        """Flush, or drop."""
        try:
            super().flush()
        except OSError as error:
            self._drop(error)

    def _drop(self, error: OSError) -> None:
        """From now on everything, also what is still in the buffer, goes nowhere."""
        if isinstance(error, BrokenPipeError):
            self.unread = True
        else:
            self.lost = why(error)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def make_tolerant() -> None:
    """Let both streams of this process be so; to be called before anything is printed."""
    sys.stdout, sys.stderr = tolerant(sys.stdout), tolerant(sys.stderr)


def tolerant(stream: TextIO) -> TextIO:
    """The stream in a tolerant form, or itself where it is none of the system's: closed, or caught by somebody."""
    if not isinstance(stream, io.TextIOWrapper) or isinstance(stream, Tolerant):
        return stream
    encoding, line_buffering, write_through = stream.encoding, stream.line_buffering, stream.write_through
    return Tolerant(
        stream.detach(), encoding=encoding, errors=PLAIN, line_buffering=line_buffering, write_through=write_through
    )


def flushed() -> str:
    """Flush both; why the output did not arrive whole, or nothing. A reader that left wanted no more of it."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # where it was closed from the start
            stream.flush()
    return sys.stdout.lost if isinstance(sys.stdout, Tolerant) else ""


def shows(stream: TextIO, text: str) -> str:
    """The text as this stream shows it, so that a table is laid out with the signs that it will have."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        return text.encode(encoding, PLAIN).decode(encoding)
    except LookupError:
        return text


def reader_left() -> bool:
    """Whether nobody reads the output any more: what only shows something may end."""
    return isinstance(sys.stdout, Tolerant) and sys.stdout.unread


def is_unicode(stream: TextIO) -> bool:
    """Whether every sign can be shown as it is."""
    return (getattr(stream, "encoding", None) or "utf-8").lower().replace("_", "-").startswith("utf")


def steers(sign: str) -> bool:
    """Whether it moves a cursor, changes colours, turns the direction of writing, or is nothing that anybody sees.

    Line ends and tabs are ours; the joiners belong to the spelling of some names.
    """
    return sign not in NO_STEERING and unicodedata.category(sign) in STEERING


def visible(text: str) -> str:
    """The text without what steers a terminal: a value from outside must not make it show what is not there."""
    return "".join(repr(sign)[1:-1] if steers(sign) else sign for sign in text)


def visible_json(document: str) -> str:
    """The same for a JSON document, which holds the same values as before: JSON leaves DEL, C1 and bidi as they are."""
    return "".join(json.dumps(sign)[1:-1] if steers(sign) else sign for sign in document)
