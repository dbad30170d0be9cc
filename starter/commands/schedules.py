"""`schedules`: bring Temporal's schedules to the settings, show them, pause and resume them."""

from typing import Annotated

import typer
from pydantic import JsonValue

from runtime import settings as s
from runtime.loading import load_all
from starter import schedules
from starter.cli import connection, report
from starter.cli.arguments import AsJson
from starter.cli.exits import Exit
from starter.requests import Requests

EXAMPLE = "beteiligte-sync schedules apply"

app = typer.Typer(no_args_is_help=True, help="The frequent sweep and the nightly comparison, as Temporal schedules.")
KNOWN = [row.id for row in schedules.TABLE]


def _known(which: str) -> str:
    """A slip of the pen would else be a schedule that Temporal does not have."""
    if which not in KNOWN:
        raise typer.BadParameter(f"there is no schedule {which}: {' or '.join(KNOWN)}")
    return which


Which = Annotated[str, typer.Argument(callback=_known, help=f"{' or '.join(KNOWN)}.")]
Note = Annotated[str, typer.Option("--note", help="Why; shown in the Web UI. No client's data: it is never encrypted.")]


@app.command("apply", epilog=f"Example: {EXAMPLE}")
def apply(as_json: AsJson = False) -> None:
    """Create the schedules, or bring them to the settings; a pause stays."""

    async def work(requests: Requests) -> Exit:
        settings = load_all(s.SweepSettings)[s.SweepSettings]
        applied = await schedules.apply(requests.client, settings, requests.task_queue, observe=requests.timing.observe)
        done: dict[str, JsonValue] = {name: what.value for name, what in applied.items()}
        report.json_of(done) if as_json else report.table(
            ("schedule", "what"), [(name, what.value) for name, what in applied.items()]
        )
        return Exit.DONE

    connection.run(work)


@app.command("list", epilog="Example: beteiligte-sync schedules list")
def show(as_json: AsJson = False) -> None:
    """Show the schedules: when the next start is, what runs, what was skipped."""

    async def work(requests: Requests) -> Exit:
        shown = await schedules.show(requests.client)
        if as_json:
            report.json_of({"schedules": [item.model_dump(mode="json") for item in shown]})
            return Exit.DONE
        report.table(
            ("schedule", "next start", "state", "running now", "skipped"),
            [
                (
                    item.id,
                    item.next,
                    f"paused: {item.note}" if item.paused else "active",
                    ", ".join(item.running),
                    str(item.skipped),
                )
                for item in shown
            ],
        )
        return Exit.DONE

    connection.run(work)


@app.command("pause", epilog='Example: beteiligte-sync schedules pause sweep --note "import"')
def pause(which: Which, note: Note = "paused at the command line", as_json: AsJson = False) -> None:
    """Let a schedule start nothing until it is resumed; a run that is under way goes on."""

    async def work(requests: Requests) -> Exit:
        await requests.client.get_schedule_handle(which).pause(note=note)
        return _done({"schedule": which, "paused": True, "note": note}, f"{which} is paused: {note}", as_json=as_json)

    connection.run(work)


@app.command("resume", epilog="Example: beteiligte-sync schedules resume sweep")
def resume(which: Which, note: Note = "resumed at the command line", as_json: AsJson = False) -> None:
    """Let a paused schedule go on; the next run looks back to the last one that was completed."""

    async def work(requests: Requests) -> Exit:
        await requests.client.get_schedule_handle(which).unpause(note=note)
        return _done({"schedule": which, "paused": False, "note": note}, f"{which} goes on", as_json=as_json)

    connection.run(work)


@app.command("trigger", epilog="Example: beteiligte-sync schedules trigger nightly")
def trigger(which: Which, as_json: AsJson = False) -> None:
    """Start a run now, beside its times."""

    async def work(requests: Requests) -> Exit:
        await requests.client.get_schedule_handle(which).trigger()
        said = f"{which} is started: `beteiligte-sync reconcile watch` shows it"
        return _done({"schedule": which, "triggered": True}, said, as_json=as_json)

    connection.run(work)


def _done(document: dict[str, JsonValue], said: str, *, as_json: bool) -> Exit:
    report.json_of(document) if as_json else report.line(said)
    return Exit.DONE
