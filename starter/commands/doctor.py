"""`doctor`: everything that must hold for the program to work, a line each, with what mends it."""

from functools import partial
from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from installation import running
from installation.check import Area, Check, Verdict, worst
from installation.checks import settings
from starter.cli import check_lines, checkup, connection, report
from starter.cli.arguments import AsJson

EXAMPLE = "beteiligte-sync doctor"

Only = Annotated[list[Area] | None, typer.Option("--only", help="This area alone; can be given several times.")]


class Diagnosis(Frozen):
    """The JSON document."""

    verdict: Verdict
    """The worst of all checks."""
    checks: tuple[Check, ...]


def command(only: Only = None, as_json: AsJson = False) -> None:
    """Look at everything that must hold: settings, keys, this machine, Temporal and workers, EspoCRM, Advoware.

    Changes nothing, needs no worker, and ends within ten seconds also where everything is down.
    Exit: 0 nothing is wrong, 8 something is.
    """
    connection.run_alone(partial(diagnose, frozenset(only or Area), as_json=as_json))


async def diagnose(areas: frozenset[Area], *, as_json: bool) -> int:
    """Look and show."""
    loaded, _, first = settings.look()
    groups = [group for group in checkup.everything(loaded) if group.areas & areas]
    with report.progress("looking", len(groups)) as step:
        found = await running.run(groups, done=step)
    checks = tuple(check for check in running.in_order((*first, *found)) if check.area in areas)
    if as_json:
        report.as_json(Diagnosis(verdict=worst(checks), checks=checks))
    else:
        check_lines.show(checks)
    return check_lines.exit_code(checks)
