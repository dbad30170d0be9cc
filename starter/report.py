"""Outcomes and states as people read them, or as JSON for machines."""

from rich.console import Console
from rich.table import Table

from beteiligte.record import Frozen


def show(what: Frozen, *, as_json: bool) -> None:
    """Print one object."""
    if as_json:
        print(what.model_dump_json())
        return
    table = Table(show_header=False, box=None)
    for name, value in what.model_dump(mode="json", exclude_defaults=True).items():
        table.add_row(name, str(value))
    Console().print(table)
