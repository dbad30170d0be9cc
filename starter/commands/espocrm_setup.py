"""`espocrm-setup`: fields, role, API user and webhooks in EspoCRM, shown first, then made."""

import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from beteiligte.faults import CredentialsRefused, SyncFault
from beteiligte.frozen import Frozen
from installation import env_lines
from installation.env_lines import WrittenLines
from installation.espocrm import admin, receiver, setup, wanted
from installation.espocrm.found import NoAdministrator
from installation.espocrm.making import OPEN_LINES, Stopped
from installation.espocrm.setup import EspoCrmReach, Setup
from installation.espocrm.setup_steps import Step, Wish
from runtime import storage_places
from runtime.env_file import in_force
from runtime.loading import SettingsError, load_all
from runtime.settings import NotifySettings, SyncSettings, WebhookSettings
from starter.cli import connection, person, report, setup_tables
from starter.cli.arguments import AsJson, Yes
from starter.cli.exits import Exit

EXAMPLE = "beteiligte-sync espocrm-setup --receiver https://sync.kanzlei.example"
MADE_HERE = ("ESPOCRM_API_KEY", "WEBHOOK_SECRETS")
"""Files that are named for them may be empty before this."""

AdminFile = Annotated[
    Path | None,
    typer.Option("--admin-file", help="File whose first line is login:password of an administrator of EspoCRM."),
]
Receiver = Annotated[
    str, typer.Option("--receiver", help="Address at which EspoCRM reaches the webhook service, without the kind.")
]
Role = Annotated[str, typer.Option("--role", help="Name of the role; one that is there is looked at.")]
User = Annotated[str, typer.Option("--user", help="Login name of the API user; one that is there is looked at.")]
Versions = Annotated[
    bool,
    typer.Option("--optimistic-concurrency", help="Switch it on in an entity type that is there and has it off."),
]
Activate = Annotated[bool, typer.Option("--activate", help="Switch the three webhooks on, and nothing else.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done: the default.")]
Apply = Annotated[bool, typer.Option("--apply", help="Do it, after asking.")]
ShowSecrets = Annotated[bool, typer.Option("--show-secrets", help="Show API key and secrets in the lines for .env.")]
WriteEnv = Annotated[
    bool,
    typer.Option(
        "--write-env",
        help="With --apply: write them into .env, which is then for its owner alone, or into the files of secrets.",
    ),
]


class EspoCrmSetup(Frozen):
    """The JSON document of `espocrm-setup`."""

    steps: tuple[Step, ...]
    applied: bool
    made: tuple[str, ...]
    """Part and name of each step that was done."""
    stopped: str | None = None
    """Why it stopped before the end: what was made stays, and a repetition goes on from there."""
    settings: dict[str, str | None]
    """Lines for `.env`; null: not shown."""
    env: WrittenLines | None = None


@dataclass(frozen=True)
class HowToDo:
    """What was typed, but for what shall stand there."""

    admin_file: Path | None
    activate: bool
    apply: bool
    yes: bool
    show_secrets: bool
    write_env: bool
    as_json: bool


def command(
    admin_file: AdminFile = None,
    at: Receiver = "",
    role: Role = wanted.ROLE,
    user: User = wanted.USER,
    optimistic_concurrency: Versions = False,
    activate: Activate = False,
    dry_run: DryRun = False,
    apply: Apply = False,
    yes: Yes = False,
    show_secrets: ShowSecrets = False,
    write_env: WriteEnv = False,
    as_json: AsJson = False,
) -> None:
    """Show what a sync needs in EspoCRM and what is missing there; with --apply make it.

    Needs an administrator: ESPOCRM_ADMIN_USER and ESPOCRM_ADMIN_PASSWORD, or --admin-file, or it asks. What is there is
    never changed: where it is otherwise than wanted, that is said with what to do. Webhooks are made switched off;
    --activate switches them on, and needs the API user's key only.

    Exit: 0 shown or done, 2 settings or credentials, 4 EspoCRM did not answer or refused a step: repeat it, 7 something
    is left to a person.
    """
    if apply and dry_run:
        raise typer.BadParameter("--dry-run and --apply: one of them")
    if write_env and not apply:
        raise typer.BadParameter("--write-env goes with --apply")
    if as_json and apply and not yes:
        raise typer.BadParameter("--json --apply goes with --yes: nobody is asked then")
    how = HowToDo(admin_file, activate, apply, yes, show_secrets, write_env, as_json)
    wish = Wish(entity_type="", fields=(), role=role, user=user, versions=optimistic_concurrency)

    async def work() -> Exit:
        async with _looking(wish, at, how) as found:
            return await _show_and_make(found, how)

    connection.run_alone(lambda: _guarded(work))


def _looking(wish: Wish, at: str, how: HowToDo) -> AbstractAsyncContextManager[Setup]:
    """By the settings. Raises SettingsError."""
    loaded = load_all(EspoCrmReach, SyncSettings, NotifySettings, WebhookSettings, may_lack=MADE_HERE)
    reach = loaded[EspoCrmReach]
    wish = wish.but(
        entity_type=reach.entity_type,
        fields=wanted.fields(
            loaded[SyncSettings].table(), opt_out=reach.opt_out, optional=loaded[NotifySettings].language
        ),
        receiver=receiver.address(at) if at else "",
    )
    if how.admin_file and admin.readable_by_others(how.admin_file):
        report.note(f"{how.admin_file} can be read by other users of this machine: chmod 600 {how.admin_file}")
    if not how.activate:
        return setup.for_making(reach, admin.given(how.admin_file, _asked), wish)
    person = None if reach.api_key.get_secret_value() else admin.given(how.admin_file, _asked)
    return setup.for_activating(reach, person, wish, loaded[WebhookSettings].secrets)


def _asked() -> tuple[str, str] | None:
    """Login and password from whoever sits there."""
    if not sys.stdin.isatty():
        return None
    login: str = typer.prompt("Login of an administrator of EspoCRM", err=True)
    return login, typer.prompt("Password", hide_input=True, err=True)


async def _show_and_make(found: Setup, how: HowToDo) -> Exit:
    acting = [step for step in found.steps if step.acts]
    if how.apply and acting and not how.yes:
        setup_tables.steps(found.steps, (), applied=False)
        if not _agreed(len(acting)):
            return Exit.PERSON_DECIDES
    stopped = await _made(found, len(acting)) if how.apply else None
    result = _result(found, how, stopped)
    report.as_json(result) if how.as_json else _show(result, found, how)
    if stopped:
        return Exit.FAILED
    return Exit.PERSON_DECIDES if any(step.open for step in found.steps) else Exit.DONE


def _agreed(number: int) -> bool:
    """Whether the person wants it; where nobody can be asked, not."""
    return person.agrees(f"Do that in EspoCRM ({report.counted(number, 'step', 'steps')})?", "nothing was written")


async def _made(found: Setup, number: int) -> Stopped | None:
    with report.progress("making", number) as done:
        try:
            await found.make(done)
        except Stopped as stopped:
            return stopped
    return None


def _result(found: Setup, how: HowToDo, stopped: Stopped | None) -> EspoCrmSetup:
    lines = {name: value.get_secret_value() for name, value in found.making.settings().items()}
    secrets = found.making.secrets()
    wrote = _written(lines, secrets) if how.write_env else None
    if secrets:
        lines["WEBHOOK_SECRETS"] = env_lines.as_json(secrets)
    return EspoCrmSetup(
        steps=found.steps,
        applied=how.apply,
        made=tuple(f"{step.part.value} {step.name}" for step in found.making.made),
        stopped=_why(stopped) if stopped else None,
        settings={name: value if how.show_secrets or name in OPEN_LINES else None for name, value in lines.items()},
        env=wrote,
    )


def _written(lines: dict[str, str], secrets: dict[str, str]) -> WrittenLines:
    """Raises SettingsError: what was made is there, and its secrets can be read again."""
    try:
        return env_lines.write(in_force(), lines, added={"WEBHOOK_SECRETS": secrets} if secrets else {})
    except (OSError, ValueError) as error:
        why = storage_places.told(error, in_force()) if isinstance(error, OSError) else f"{in_force()} is no UTF-8 text"
        raise SettingsError(f"{why}; what was made in EspoCRM stays: repeat the command") from None


def _why(stopped: Stopped) -> str:
    fault = stopped.fault
    field = f", field {fault.field}" if fault.field else ""
    said = f" (EspoCRM says: {fault.said})" if fault.said else ""
    remedy = f"; {stopped.at.remedy}" if stopped.at.remedy else ""
    return f"{stopped.at.part.value} {stopped.at.name}: {stopped}{field}{said}{remedy}"


def _show(result: EspoCrmSetup, found: Setup, how: HowToDo) -> None:
    setup_tables.steps(result.steps, found.making.made, applied=result.applied)
    setup_tables.verdict(result.steps, applied=result.applied, activate=how.activate)
    if result.stopped:
        done = report.counted(len(result.made), "step was done and stays", "steps were done and stay")
        report.note(
            f"Stopped at {result.stopped}\n{done}; the last one may have been done, too. Repeat the command: it looks "
            "first, and goes on from there"
        )
    if result.env:
        setup_tables.wrote(result.env)
    elif not how.activate:
        setup_tables.settings(result.settings)
    if result.applied and not result.stopped:
        setup_tables.next_steps(result.steps)


async def _guarded(work: Callable[[], Awaitable[Exit]]) -> Exit:
    """What is wrong is said with the remedy; nothing was made before it."""
    try:
        return await work()
    except SettingsError as error:
        return report.wrong_settings(error)
    except (NoAdministrator, CredentialsRefused) as refused:
        report.note(str(refused))
        return Exit.SETTINGS
    except SyncFault as fault:
        report.note(f"Nothing was made: {fault}{f' (EspoCRM says: {fault.said})' if fault.said else ''}")
        return Exit.FAILED
