"""How `--watch` shows what changes: on a terminal the whole screen anew, else a line, or a JSON document, per change.

Temporal may be away for a while: that is said like any other change, and looking goes on. Ctrl-C ends it.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console
from rich.live import Live
from rich.text import Text
from temporalio.service import RPCError

from beteiligte.frozen import Frozen
from starter.cli import connection, report
from starter.cli.exits import Exit


@dataclass(frozen=True)
class Glance:
    """What one look came to, in every form in which it can be shown."""

    line: str
    """The one line: another one is a change."""
    document: Frozen
    draw: Callable[[], None]
    """Prints the screen."""
    code: Exit


@dataclass(frozen=True)
class Watching:
    """How often, and in which form."""

    every: timedelta
    quiet: bool = False
    as_json: bool = False


def show(seen: Glance, *, quiet: bool, as_json: bool) -> None:
    """Once."""
    if as_json:
        report.as_json(seen.document)
    elif quiet:
        report.headline(seen.line)
    else:
        seen.draw()


async def watch(look: Callable[[], Awaitable[Glance]], how: Watching) -> Exit:
    """Until Ctrl-C. Raises what a look raises, but for Temporal that does not answer."""
    with _shown(how) as tell:
        while True:
            tell(await _looked(look))
            await asyncio.sleep(how.every.total_seconds())


async def _looked(look: Callable[[], Awaitable[Glance]]) -> Glance | str:
    """What is seen, or why nothing is."""
    try:
        return await look()
    except RPCError as refused:
        return f"Broken: {connection.refusal(refused)}"


@contextmanager
def _shown(how: Watching) -> Iterator[Callable[[Glance | str], None]]:
    if sys.stdout.isatty() and not (how.quiet or how.as_json):
        with Live(console=Console(), screen=True, auto_refresh=False, vertical_overflow="crop") as live:
            yield lambda seen: live.update(_screen(seen, how), refresh=True)
    else:
        yield _changes(how)


def _screen(seen: Glance | str, how: Watching) -> Text:
    with report.on_paper() as paper:
        report.line(f"{datetime.now():%H:%M:%S}, every {how.every.total_seconds():g} s; Ctrl-C ends\n")
        if isinstance(seen, Glance):
            seen.draw()
        else:
            report.line(seen)
    assert isinstance(paper.file, io.StringIO)
    return Text.from_ansi(paper.file.getvalue())


def _changes(how: Watching) -> Callable[[Glance | str], None]:
    before = ""

    def tell(seen: Glance | str) -> None:
        nonlocal before
        line = seen.line if isinstance(seen, Glance) else seen
        if line == before:
            return
        before = line
        if how.as_json and isinstance(seen, Glance):
            report.json_line(seen.document)
        else:
            (report.note if how.as_json else report.headline)(f"{datetime.now():%Y-%m-%d %H:%M:%S} {line}")
        sys.stdout.flush()

    return tell
