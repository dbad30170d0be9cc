"""`doctor`: everything that must hold for the program to work, a line each, with what mends it; and the probe."""

from functools import partial
from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from installation import running
from installation.check import Area, Check, Verdict, worst
from installation.checks import settings
from runtime.telemetry import Telemetry, core_logging_to_stderr
from starter.cli import check_lines, checkup, connection, probing, report
from starter.cli.arguments import AsJson, Quiet
from starter.cli.probing import WantedProbe

EXAMPLE = "beteiligte-sync doctor"

Only = Annotated[list[Area] | None, typer.Option("--only", help="This area alone; can be given several times.")]
Probe = Annotated[
    bool,
    typer.Option("--probe", help="Try what is only assumed of Advoware with one party that may be spoilt; asks first."),
]
TestParty = Annotated[
    int | None,
    typer.Option(
        "--party", min=1, metavar="BETNR", help="With --probe: this test party, which is put back afterwards."
    ),
]
Create = Annotated[
    bool,
    typer.Option("--create", help="With --probe: a party that is created, and deleted again where Advoware lets it."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="With --probe: agree without being asked.")]
WriteSettings = Annotated[
    bool,
    typer.Option("--write-settings", help="With --probe: enter the settings that follow; what stood there is kept."),
]


class Diagnosis(Frozen):
    """The JSON document."""

    verdict: Verdict
    """The worst of all checks."""
    checks: tuple[Check, ...]


def command(
    only: Only = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    probe: Probe = False,
    party: TestParty = None,
    create: Create = False,
    yes: Yes = False,
    write_settings: WriteSettings = False,
) -> None:
    """Look at everything that must hold: settings, keys, this machine, Temporal and workers, EspoCRM, Advoware.

    Changes nothing, needs no worker, and ends within ten seconds also where everything is down.
    Exit: 0 nothing is wrong, 8 something is. With `--probe`: 0 the settings fit what was seen, 7 they do not yet, or
    nobody agreed, 4 it broke off, 2 it was refused.
    """
    if probe:
        wanted = WantedProbe(party=party, create=create, yes=yes, write_settings=write_settings, as_json=as_json)
        _refuse_both(wanted)
        connection.run_alone(lambda: probing.probe(wanted, Telemetry(runtime=core_logging_to_stderr())))
        return
    if party or create or yes or write_settings:
        raise typer.BadParameter("--party, --create, --yes and --write-settings belong to --probe")
    connection.run_alone(partial(diagnose, frozenset(only or Area), quiet=quiet, as_json=as_json))


def _refuse_both(wanted: WantedProbe) -> None:
    if wanted.create and wanted.party is not None:
        raise typer.BadParameter("either --party or --create")


async def diagnose(areas: frozenset[Area], *, quiet: bool, as_json: bool) -> int:
    """Look and show."""
    loaded, _, first = settings.look()
    groups = [group for group in checkup.everything(loaded) if group.areas & areas]
    with report.progress("looking", len(groups)) as step:
        found = await running.run(groups, done=step)
    checks = tuple(check for check in running.in_order((*first, *found)) if check.area in areas)
    if as_json:
        report.as_json(Diagnosis(verdict=worst(checks), checks=checks))
    elif quiet:
        report.line(check_lines.summary(checks))
    else:
        check_lines.show(checks)
    return check_lines.exit_code(checks)
