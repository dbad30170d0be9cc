"""How the demo speaks: chapters, what people do, what the program did."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from demo.tally import SyncRow

WIDTH = 100
"""Columns where the output goes to no terminal."""


class Narration:
    """Prints as the story goes."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = WIDTH
        self._began = time.monotonic()
        self._chapter = 0

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        self._chapter += 1
        self.console.print()
        self.console.rule(f"[bold]{self._chapter}. {escape(title)}", align="left", style="cyan")

    def happens(self, text: str) -> None:
        """What people or the world do."""
        self._line("→", "cyan", text)

    def sees(self, text: str) -> None:
        """What can be seen as the effect."""
        self._line("·", "dim", text)

    def done(self, row: SyncRow) -> None:
        """What a sync came to."""
        mark, style = ("✗", "bold red") if row.problems else ("✓", "bold green")
        notes = f", {row.notes} notes" if row.notes else ""
        calls = f"{row.calls} of at most {row.budget} calls{notes}"
        self._line(mark, style, f"[bold]{row.decision}[/bold] · status {row.status} · {calls} · {row.seconds:.2f} s")
        for problem in row.problems:
            self.fails(problem)

    def holds(self, text: str) -> None:
        """What is as it should be."""
        self._line("✓", "bold green", escape(text))

    def fails(self, text: str) -> None:
        """What is not as it should be."""
        self._line("✗", "bold red", escape(text))

    @contextmanager
    def progress(self, what: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar while many things happen; gives what moves it."""
        columns = (TextColumn("   {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as bar:
            task = bar.add_task(escape(what), total=total)
            yield lambda done: bar.update(task, completed=done)

    def quotes(self, title: str, text: str) -> None:
        """A message as people get it."""
        panel = Panel(escape(text.strip()), title=escape(title), title_align="left", border_style="yellow")
        self.console.print(Padding(panel, (0, 2, 0, 4)))

    def table(self, rows: Iterable[SyncRow]) -> None:
        """All syncs of the story."""
        table = Table(
            title="What every party cost", title_justify="left", box=SIMPLE_HEAD, show_edge=False, collapse_padding=True
        )
        for name in ("party", "what happened", "decision", "status"):
            table.add_column(name, no_wrap=True)
        for name in ("calls", "time"):
            table.add_column(name, justify="right", no_wrap=True)
        before = ""
        for row in rows:
            party, before = ("" if row.workflow == before else row.name), row.workflow
            cells = (party, row.what, row.decision, row.status, f"{row.calls} / {row.budget}", f"{row.seconds:.2f} s")
            table.add_row(*cells, style="red" if row.problems else "")
        self.console.print()
        self.console.print(table)
        self.console.print("[dim]calls: made / budget of the design; tokens and messages to people aside[/dim]")

    def list(self, title: str, lines: Iterable[tuple[str, str]]) -> None:
        """Names and addresses, never wrapped, so that they can be clicked or copied."""
        self.console.print(f"\n[bold]{escape(title)}")
        for name, text in lines:
            self.console.print(f"  {name:<20} {text}", soft_wrap=True, markup=False)

    def verdict(self, parties: int, problems: Sequence[str]) -> None:
        """Whether all of it came true."""
        self.console.print()
        if problems:
            self.console.print(
                f"[bold red]✗ {len(problems)} things are not as they should be, after {self.elapsed():.0f} s:"
            )
            for problem in problems:
                self.fails(problem)
        else:
            equal = f"All {parties} parties are equal in both systems, every budget was kept"
            self.console.print(f"[bold green]✓ {equal}, in {self.elapsed():.0f} s.")

    def elapsed(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def _line(self, mark: str, style: str, text: str) -> None:
        line = Table.grid(padding=(0, 1))
        line.add_row(f" [{style}]{mark}", text)
        self.console.print(line)
