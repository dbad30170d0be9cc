"""`keys`: rotate the key that encrypts what Temporal keeps, in two steps."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from temporalio.service import RPCError

from runtime import first_key, key_file, storage_places
from runtime.key_file import NONE_YET
from runtime.loading import SettingsError, load, load_all, looked_in
from runtime.settings import TemporalSettings, WebhookSettings
from starter.cli import connection, key_lines, report
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.cli.key_lines import KeyChanged, KeyShown, KeysShown
from starter.requests import Requests
from starter.views import key_holders
from starter.views.key_holders import KeyHolder, KeyNeed

EXAMPLE = "beteiligte-sync keys add"

T = TypeVar("T")
Id = Annotated[str, typer.Argument(help="Id of a key that is known, as `keys list` shows it.")]
Force = Annotated[
    bool, typer.Option("--force", help="Also while a process that runs does not know it, or nobody can be asked.")
]

app = typer.Typer(no_args_is_help=True, help="The keys that encrypt what Temporal keeps.")


@app.command("add", epilog=f"Example: {EXAMPLE}")
def add(as_json: AsJson = False) -> None:
    """Step one of two: make a key that is only known, so that it decrypts. Keep a copy of the file.

    Give every machine a copy: what runs there follows its file by itself. Then `keys use`.
    Exit: 0 added, 2 the key file is unusable, or a first one would be made beside the one in use.
    """
    path, added = _in_file(key_file.learn_key, begins=True)
    for elsewhere in looked_in():
        report.note(elsewhere)
    if as_json:
        report.as_json(KeyChanged(key=added, file=str(path), encrypts=False))
    else:
        key_lines.added(added, path)


@app.command("use", epilog="Example: beteiligte-sync keys use key-2")
def use(key: Id, force: Force = False, as_json: AsJson = False) -> None:
    """Step two of two: let a known key encrypt, once everybody who runs knows it; all others still decrypt.

    With --force who does not know it fails at whatever is closed with it, until he has the file: nothing is lost.
    Exit: 0 it encrypts, 2 the key file is unusable or holds no such key, 3 nobody can be asked, 4 somebody lacks it.
    """
    path, ring = _in_file(lambda path: key_file.known(path, key))
    wanted = next(known for known in ring.keys if known.id == key)

    async def work(requests: Requests | None) -> Exit:
        temporal = load(TemporalSettings)
        if requests is None and not temporal.embedded and not force:
            report.note(f"Temporal does not answer at {temporal.address}, so no worker can be asked: {key} is not used")
            return Exit.NO_TEMPORAL
        lacking = [holder for holder in await _holders(requests, temporal) if holder.lacks(wanted)]
        if lacking:
            key_lines.lacking(wanted, path, lacking, used=force)
        used = force or not lacking
        if used:
            _worked(lambda path: key_file.use_key(path, key))
        if as_json:
            names = tuple(holder.name for holder in lacking)
            report.as_json(KeyChanged(key=key, file=str(path), encrypts=used, lacking=names))
        elif used:
            key_lines.used(key, path)
        return Exit.DONE if used else Exit.FAILED

    connection.run_either_way(work)


@app.command("list", epilog="Example: beteiligte-sync keys list")
def known(as_json: AsJson = False) -> None:
    """Show the keys: since when, which one encrypts, who knows them, and what still needs an older one.

    Exit: 0 shown, 2 the key file is missing or unusable.
    """
    path, ring = _in_file(key_file.load)
    if ring is None:
        missing = f"There is no key file at {path} (TEMPORAL_KEYS); {NONE_YET}"
        report.note("\n".join((missing, *looked_in())))
        raise typer.Exit(Exit.SETTINGS)

    async def work(requests: Requests | None) -> Exit:
        temporal = load(TemporalSettings)
        holders = await _holders(requests, temporal)
        needs = await key_holders.needs(requests.client, ring, temporal.retention) if requests else {}
        keys = tuple(_shown(key, ring, holders, needs) for key in ring.keys)
        shown = KeysShown(file=str(path), keys=keys, running=holders, asked=requests is not None)
        report.as_json(shown) if as_json else key_lines.show(shown)
        return Exit.DONE

    connection.run_either_way(work)


def _shown(
    key: key_file.Key, ring: key_file.KeyRing, holders: tuple[KeyHolder, ...], needs: dict[str, KeyNeed]
) -> KeyShown:
    return KeyShown(
        id=key.id,
        made=key.made,
        used=key.used,
        encrypts=key.id == ring.encrypts,
        lacking=tuple(holder.name for holder in holders if holder.lacks(key)),
        another=tuple(holder.name for holder in holders if holder.has_another(key)),
        encrypts_in=tuple(holder.name for holder in holders if holder.known and holder.known.encrypts == key.id),
        need=needs.get(key.id),
    )


async def _holders(requests: Requests | None, temporal: TemporalSettings) -> tuple[KeyHolder, ...]:
    """Everybody who runs and can be asked."""
    # Its port is asked; its secrets may be still to come, since the first key is made before them.
    webhook = load_all(WebhookSettings, may_lack=("WEBHOOK_SECRETS",))[WebhookSettings]
    services = await key_holders.services(temporal, webhook)
    if requests is None:
        return services
    try:
        return (*await key_holders.workers(requests.client, requests.task_queue), *services)
    except RPCError as error:
        return (KeyHolder(name="workers", problem=connection.refusal(error)), *services)


def _in_file(work: Callable[[Path], T], *, begins: bool = False) -> tuple[Path, T]:
    """Do something with the key file; what is wrong is said. `begins`: it would make the file where there is none."""
    try:
        return _worked(work, begins=begins)
    except SettingsError as error:
        report.note(str(error))
        raise typer.Exit(Exit.SETTINGS) from None


def _worked(work: Callable[[Path], T], *, begins: bool = False) -> tuple[Path, T]:
    """The same. Raises SettingsError."""
    settings = load(TemporalSettings)
    path = settings.keys.absolute()
    if begins and not path.exists() and "keys" not in settings.model_fields_set:
        _refuse_elsewhere(path)
    if begins and (lost := first_key.refusal(settings)):
        raise SettingsError(f"No key was made. {lost}")
    try:
        return path, work(path)
    except OSError as error:
        raise SettingsError(f"TEMPORAL_KEYS: {storage_places.told(error, path)}") from None


def _refuse_elsewhere(path: Path) -> None:
    """A first key file in a folder without settings is one that no process would read. Raises SettingsError."""
    for elsewhere in looked_in():
        raise SettingsError(
            f"{elsewhere}. No key was made: at {path} neither worker nor webhook service would look for it. "
            "Where the settings stand in the environment alone, set TEMPORAL_KEYS there"
        )
