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
Which = Annotated[str, typer.Argument(help="sweep or nightly.")]
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
            ("schedule", "next start", "state", "runs", "skipped"),
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
def pause(which: Which, note: Note = "paused at the command line") -> None:
    """Let a schedule start nothing until it is resumed; a run that is under way goes on."""

    async def work(requests: Requests) -> Exit:
        await requests.client.get_schedule_handle(which).pause(note=note)
        return Exit.DONE

    connection.run(work)


@app.command("resume", epilog="Example: beteiligte-sync schedules resume sweep")
def resume(which: Which, note: Note = "resumed at the command line") -> None:
    """Let a paused schedule go on; the next run looks back to the last one that was completed."""

    async def work(requests: Requests) -> Exit:
        await requests.client.get_schedule_handle(which).unpause(note=note)
        return Exit.DONE

    connection.run(work)


@app.command("trigger", epilog="Example: beteiligte-sync schedules trigger nightly")
def trigger(which: Which) -> None:
    """Start a run now, beside its times."""

    async def work(requests: Requests) -> Exit:
        await requests.client.get_schedule_handle(which).trigger()
        return Exit.DONE

    connection.run(work)
