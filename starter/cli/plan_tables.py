"""What `plan` and `apply` show: how far the comparing is, and the rows that are left to a person."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from starter.cli import report
from starter.plan.planning import Compared
from starter.plan.waiting import WaitingRow

SHOWN = 50
"""Rows of a table; the plan's file holds all of them."""


def left_to_a_person(waiting: Sequence[WaitingRow]) -> None:
    """As a table, then where each record is and what answers it, then how many more there are."""
    rows = [(one.party_id, str(one.bet_nr or ""), one.name, one.why) for one in waiting[:SHOWN]]
    report.table(("party", "betNr", "name", "why"), rows, title="Left to a person")
    for one in waiting[:SHOWN]:
        if one.address:
            report.link(f"{one.party_id}: {one.address}")
        for place, command in enumerate(one.answers):
            report.link(f"{'      or' if place else '  answer'}: {command}")
    if len(waiting) > SHOWN:
        report.line(f"… {len(waiting) - SHOWN} more; the plan's file holds all of them")


@contextmanager
def comparing() -> Iterator[Compared]:
    """A bar for every party, and one for each pass over what moved meanwhile."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        first = bar.add_task("comparing", total=None)
        further = bar.add_task("comparing what moved meanwhile", total=None, visible=False)

        def compared(in_first: bool, parties: int, total: int | None) -> None:
            task = first if in_first else further
            bar.update(task, advance=parties, total=total or bar.tasks[task].total, visible=True)

        yield compared
