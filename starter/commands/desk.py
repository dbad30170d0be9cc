"""`desk`: the page on which people see what waits for them, and decide; and links to log in there."""

from typing import Annotated

import typer

from beteiligte.frozen import Frozen
from runtime import settings as s
from runtime.loading import SettingsError, load_all
from runtime.ports import CannotListen, listenable
from runtime.processes import log_to_stderr, run_and_exit, say_what_runs
from runtime.telemetry import Telemetry, core_logging_to_stderr
from starter import requests
from starter.cli import connection, person, report
from starter.cli.arguments import AsJson, with_env_file
from starter.cli.exits import Exit
from starter.desk import login, login_links, service
from starter.desk.access import DeskRole, Person
from starter.program.program import DESK_LISTENS

EXAMPLE = "beteiligte-sync desk login --name anna --role decide"

app = typer.Typer(help="The page on which people decide: run it, or let somebody in.")

Name = Annotated[str, typer.Option("--name", help="Who it is for: stands in histories behind what is decided.")]
WhichRole = Annotated[DeskRole, typer.Option("--role", help="see: all pages; decide: also answer, undo, sync, pause.")]


class DeskLogin(Frozen):
    """The JSON document of `login`."""

    link: str
    person: Person
    minutes: float
    """How long it can be used, once."""


def serve(context: typer.Context) -> None:
    """The page on which people decide: run it until SIGTERM, or let somebody in (`desk login`).

    Exit: 0 stopped, 2 settings, 4 a taken port.
    """
    if context.invoked_subcommand is None:
        log_to_stderr()
        say_what_runs("desk")
        run_and_exit(_serve())


app.callback(invoke_without_command=True)(with_env_file(serve))


async def _serve() -> int:
    telemetry = Telemetry(runtime=core_logging_to_stderr())
    try:
        desk = service.made(lambda: requests.connected(telemetry))
    except SettingsError as error:
        return report.wrong_settings(error)
    settings = desk.settings
    if not settings.port:
        report.note("DESK_PORT: is 0, which means no desk; set a port")
        return Exit.SETTINGS
    try:
        listenable(DESK_LISTENS, settings.host, settings.port)
    except CannotListen as error:
        return report.cannot_listen(error)
    report.line(f"The desk: {settings.url}" + (f"   # let somebody in: {login.COMMAND}" if desk.takes_links else ""))
    await service.serve(desk)
    return Exit.DONE


@app.command("login", epilog=f"Example: {EXAMPLE}")
def let_in(name: Name = "", role: WhichRole = DeskRole.SEE, as_json: AsJson = False) -> None:
    """Print a link by which somebody logs in at the desk: once, and soon (DESK_LINK_LIFE).

    Whoever has the link is let in, so give it to that person alone.
    """

    async def work() -> int:
        try:
            loaded = load_all(s.DeskSettings, s.OidcSettings)
            _refuse_where_no_link_is_taken(loaded[s.OidcSettings])
            made = _made(loaded[s.DeskSettings], Person(name=person.name(name), role=role))
        except SettingsError as error:
            return report.wrong_settings(error)
        except ValueError:
            report.note("--name: 1 to 80 signs")
            return Exit.SETTINGS
        if as_json:
            report.as_json(made)
            return Exit.DONE
        report.note(f"For {made.person.name} ({made.person.role}), once, within {made.minutes:g} minutes:")
        report.link(made.link)
        return Exit.DONE

    connection.run_alone(work)


def _refuse_where_no_link_is_taken(oidc: s.OidcSettings) -> None:
    """A link that the desk refuses is worse than none. Raises SettingsError."""
    if oidc.alone:
        raise SettingsError("DESK_OIDC_ALONE: the desk takes no links; people log in with the firm's accounts there")


def _made(settings: s.DeskSettings, who: Person) -> DeskLogin:
    """A link for the address under which browsers reach the desk. Raises SettingsError."""
    link = login_links.address(who, settings)
    return DeskLogin(link=link, person=who, minutes=settings.link_life.total_seconds() / 60)
