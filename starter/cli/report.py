"""What commands print: tables for people, one JSON document for machines, progress and notes on stderr."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from pydantic import JsonValue
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from beteiligte.frozen import Frozen
from beteiligte.messages.shown import on_one_line
from beteiligte.record.value_kinds import Value
from runtime.loading import SettingsError
from runtime.ports import CannotListen
from runtime.streams import is_unicode, shows, visible, visible_json
from starter.cli import column_widths
from starter.cli.exits import Exit

PIPE_WIDTH = 120
"""Columns where the output is no terminal and COLUMNS is not set."""
_paper: ContextVar[Console | None] = ContextVar("paper", default=None)


def as_json(what: Frozen) -> None:
    """Print one document; where not every sign can be shown, with escapes that JSON knows."""
    print(visible_json(what.model_dump_json(indent=2, ensure_ascii=not is_unicode(sys.stdout))))


def json_line(what: Frozen) -> None:
    """The same in one line, where more follow."""
    print(visible_json(what.model_dump_json(ensure_ascii=not is_unicode(sys.stdout))))


def json_of(what: Mapping[str, JsonValue]) -> None:
    """The same for what is no model."""
    print(visible_json(json.dumps(what, indent=2, ensure_ascii=not is_unicode(sys.stdout))))


def note(text: str) -> None:
    """Say something beside the result."""
    print(visible(text), file=sys.stderr)


def wrong_settings(error: SettingsError) -> Exit:
    """Say all that is missing or wrong, each with the remedy; the exit code for it."""
    note(f"Settings are missing or wrong:\n{error}")
    return Exit.SETTINGS


def cannot_listen(error: CannotListen) -> Exit:
    """Say where not, and by which setting; the exit code for it."""
    note(str(error))
    return Exit.FAILED


def line(text: str = "") -> None:
    """One paragraph of the result; square brackets stand for themselves."""
    _console().print(_cell(text), highlight=False)


def below(text: str) -> None:
    """A paragraph that belongs to the line above it."""
    _console().print(Padding(_cell(text), (0, 0, 0, 2), expand=False), highlight=False)


def heading(text: str) -> None:
    """Above what follows."""
    _console().print(f"\n[bold]{_cell(text)}[/bold]", highlight=False)


MARK = 8
"""Columns of the word before a line."""


def marked(mark: str, style: str, text: str) -> None:
    """A line behind a word that says how it stands; what is too long goes on below itself."""
    row = Table.grid(padding=(0, 1))
    row.add_column(width=MARK, style=style)
    row.add_column(overflow="fold")
    row.add_row(_cell(mark), _cell(text))
    _console().print(Padding(row, (0, 0, 0, 2), expand=False), highlight=False)


def to_copy(text: str) -> None:
    """Below a marked line, never broken over two lines."""
    indent = " " * (MARK + 3)
    _console().print(f"{indent}{_cell('→')} {_cell(text)}", highlight=False, soft_wrap=True, style="bold")


def to_do(text: str) -> None:
    """The same for a sentence: what is too long goes on below itself."""
    row = Table.grid(padding=(0, 1))
    row.add_column()
    row.add_column(overflow="fold")
    row.add_row(_cell("→"), _cell(text))
    _console().print(Padding(row, (0, 0, 0, MARK + 3), expand=False), highlight=False, style="bold")


def item(text: str) -> None:
    """One of several; what is too long goes on below itself."""
    row = Table.grid(padding=(0, 1))
    row.add_row("-", _cell(text))
    _console().print(row, highlight=False)


def headline(text: str, style: str = "") -> None:
    """The one line to read, never broken into two; in a colour where there are any."""
    _console().print(_cell(text), style=style or None, soft_wrap=True, highlight=False)


def link(address: str) -> None:
    """An address, or a command to copy, never broken over two lines."""
    _console().print(_cell(address), soft_wrap=True, highlight=False)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, title: str = "") -> None:
    """A table with a heading; nothing where there are no rows."""
    if not rows:
        return
    console, shown_rows = _console(), [[*map(_cell, row)] for row in rows]
    if title:
        console.print(f"\n[bold]{_cell(title)}[/bold]")
    widths = column_widths.fitting(columns, [[*map(_plain, row)] for row in rows], console.width)
    if widths is None:
        _stacked(console, columns, shown_rows)
        return
    shown = Table(show_header=any(columns), box=None, pad_edge=False)
    for column, width in zip(columns, widths, strict=True):
        shown.add_column(column, header_style="dim", overflow="fold", width=width, justify="left")
    for row in shown_rows:
        shown.add_row(*row)
    console.print(shown)


def _stacked(console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Each row as a paragraph, its cells below its first one; empty cells say nothing there."""
    for first, *others in rows:
        console.print(first, highlight=False)
        for column, cell in zip(columns[1:], others, strict=True):
            if cell:
                label = f"[dim]{escape(column)}:[/dim] " if column else ""
                console.print(Padding(f"{label}{cell}", (0, 0, 0, 2)), highlight=False)


def counted(number: int, one: str, many: str) -> str:
    """A number with its word."""
    return f"{number} {one if number == 1 else many}"


def value(known: Value, *, unknown: bool = False) -> str:
    """One field's value: empty and unknown are different things, and a line break in it begins no line of ours."""
    if unknown:
        return "?"
    return "–" if known is None else on_one_line(known)


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


def _cell(text: str) -> str:
    """A text as it will stand there: what it says is no markup, and steers no terminal."""
    return escape(_plain(text))


def _plain(text: str) -> str:
    return shows(sys.stdout, visible(text))


@contextmanager
def on_paper() -> Iterator[Console]:
    """What lines and tables print meanwhile is kept, as a terminal of this width would show it, to be shown at once."""
    paper = Console(file=io.StringIO(), force_terminal=True, width=Console().width)
    before = _paper.set(paper)
    try:
        yield paper
    finally:
        _paper.reset(before)


def _console() -> Console:
    if paper := _paper.get():
        return paper
    console = Console(soft_wrap=False)
    if not console.is_terminal:
        columns = os.environ.get("COLUMNS", "")
        console.width = int(columns) if columns.isdigit() else PIPE_WIDTH
    return console
