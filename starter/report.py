"""What commands print: tables for people, one JSON document for machines, progress and notes on stderr."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from pydantic import JsonValue
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from beteiligte.kinds import Value
from beteiligte.record import Frozen

PIPE_WIDTH = 120
"""Columns where the output is no terminal and COLUMNS is not set."""


def as_json(what: Frozen) -> None:
    """Print one document."""
    print(what.model_dump_json(indent=2))


def json_of(what: Mapping[str, JsonValue]) -> None:
    """The same for what is no model."""
    print(json.dumps(what, indent=2, ensure_ascii=False))


def note(text: str) -> None:
    """Say something beside the result."""
    print(text, file=sys.stderr)


def line(text: str = "") -> None:
    """One paragraph of the result; square brackets stand for themselves."""
    _console().print(escape(text), highlight=False)


def link(address: str) -> None:
    """An address, never broken over two lines."""
    print(address)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "") -> None:
    """A table with a heading; nothing where there are no rows."""
    if not rows:
        return
    if title:
        _console().print(f"\n[bold]{escape(title)}[/bold]")
    shown = Table(show_header=any(columns), box=None, pad_edge=False)
    for index, column in enumerate(columns):
        shown.add_column(column, header_style="dim", overflow="fold", no_wrap=index == 0, justify="left")
    for row in rows:
        shown.add_row(*map(escape, row))
    _console().print(shown)


def value(known: Value, *, unknown: bool = False) -> str:
    """One field's value: empty and unknown are different things."""
    if unknown:
        return "?"
    return "–" if known is None else known


def moment(at: datetime | None) -> str:
    """Local time."""
    return "" if at is None else f"{at.astimezone():%Y-%m-%d %H:%M:%S}"


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[], None]]:
    """Progress while it is slow, on a terminal only; gives what to call after each step."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=total)
        yield lambda: shown.advance(task)


def _console() -> Console:
    console = Console(soft_wrap=False)
    if not console.is_terminal and "COLUMNS" not in console._environ:
        console.width = PIPE_WIDTH
    return console
