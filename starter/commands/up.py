"""`up`: the whole program on one machine, stopped as one. How to run it day by day: docs/operate.md."""

import asyncio
import os

from rich.console import Console
from rich.table import Table
from temporalio.service import RPCError

from installation import running
from installation.checks import machine, settings
from runtime import first_key, key_file, state_versions
from runtime import settings as s
from runtime.loading import SettingsError, load_all, looked_in
from runtime.processes import log_to_stderr, run_and_exit, say_what_runs, stop_event
from runtime.supervisor import PartFailed, Supervisor
from starter import selftests
from starter.cli import check_lines, checkup, connection, report
from starter.cli.exits import Exit
from starter.program.instance import ProgramAddresses, Published, RunningAlready, only_one
from starter.program.program import Program

EXAMPLE = "beteiligte-sync up"


def command() -> None:
    """Run the whole program until Ctrl-C or SIGTERM; a second start shows where the first is.

    Exit: 0 stopped or running already, 2 settings or a lost key file, 3 no Temporal, 4 a taken port, or a part did
    not come up.
    """
    log_to_stderr()
    say_what_runs("program")
    run_and_exit(main())


async def main() -> int:
    """Be the only one, run, stop."""
    if problems := _wrong_settings():
        report.note("\n".join(("Settings are missing or wrong:", *problems)))
        return Exit.SETTINGS
    loaded = load_all(s.TemporalSettings, s.WorkerSettings, s.WebhookSettings, s.SweepSettings, s.DeskSettings)
    program = Program(
        loaded[s.TemporalSettings],
        loaded[s.WorkerSettings],
        loaded[s.WebhookSettings],
        loaded[s.SweepSettings],
        loaded[s.DeskSettings],
    )
    if unkept := program.unkept():
        report.note("\n".join(("The program cannot keep its state:", *unkept)))
        return Exit.SETTINGS
    if program.temporal.encrypt and (lost := first_key.refusal(program.temporal)):
        report.note(f"The program is not started, and no key is made:\n{lost}")
        return Exit.SETTINGS
    if program.temporal.embedded and (newer := state_versions.newer(program.temporal.state)):
        report.note(f"A newer version used the state: {newer}. It is tried all the same; {machine.BACK}")
    try:
        with only_one(program.published) as published:
            return await _run(program, published)
    except RunningAlready as other:
        print("The program is running already.")
        if other.addresses:
            show(other.addresses)
        return Exit.DONE


def _wrong_settings() -> list[str]:
    """Of every part, so that one message names all that is missing or wrong."""
    loaded, problems, _ = settings.look()
    said = [*looked_in(), *map(str, problems)] if problems else []
    if s.TemporalSettings in loaded:
        try:
            key_file.load(loaded[s.TemporalSettings].keys)
        except SettingsError as error:
            said += str(error).splitlines()
    return said


async def _run(program: Program, published: Published) -> int:
    """Run until a signal, or say why not."""
    if closed := program.closed():
        report.note("The program cannot listen:\n" + "\n".join(closed))
        return Exit.FAILED
    try:
        return await _until_stopped(program, published)
    except PartFailed as failed:
        report.note(f"{failed}; the program was stopped")
        return Exit.FAILED
    except RPCError as refused:
        report.note(connection.refusal(refused))
        return Exit.NO_TEMPORAL
    except (RuntimeError, TimeoutError):
        report.note(f"Temporal does not answer at {program.temporal.address} (TEMPORAL_ADDRESS)")
        return Exit.NO_TEMPORAL


async def _until_stopped(program: Program, published: Published) -> Exit:
    """Whatever happens, nothing is left behind. Raises PartFailed, RPCError, RuntimeError, TimeoutError."""
    stopping = asyncio.create_task(stop_event().wait())
    async with Supervisor.open() as parts:
        environment = {**os.environ, "TEMPORAL_ADDRESS": program.temporal.address}
        await _first(stopping, asyncio.create_task(program.start(parts, environment)))
        await _first(stopping, asyncio.create_task(_say_what_is_wrong(program)))
        if not stopping.done():
            published.publish(program.addresses())
            show(program.addresses())
            await _first(stopping, asyncio.create_task(parts.failed.wait()))
        print("Stopping: what is under way may finish.")
        return Exit.DONE if stopping.done() else Exit.SETTINGS


async def _say_what_is_wrong(program: Program) -> None:
    """The quick half of `doctor`, and what the workers' self-test finds; the program runs all the same."""
    loaded, _, first = settings.look()
    found, tested = await asyncio.gather(running.run(checkup.quick_half(loaded)), program.test())
    for line in check_lines.notes(running.in_order((*first, *found, *selftests.checks(tested)))):
        report.note(line)


def show(addresses: ProgramAddresses) -> None:
    """Print where everything is."""
    table = Table(show_header=False, box=None)
    table.add_row("Temporal", addresses.temporal)
    table.add_row("Web UI", addresses.web_ui or "that of your Temporal server")
    table.add_row("Webhooks", addresses.webhook + "/{create,update,delete}")
    if addresses.desk:
        table.add_row("Desk", f"{addresses.desk}   # let somebody in: beteiligte-sync desk login --role decide")
    table.add_row("State", addresses.state or "in your Temporal server")
    table.add_row("Stop", f"Ctrl-C, or kill {addresses.pid}")
    Console(soft_wrap=True).print(table)


async def _first(stopping: "asyncio.Task[bool]", other: "asyncio.Task[None] | asyncio.Task[bool]") -> None:
    """Wait for either; what `other` raised is raised, and where stopping came first it is cancelled."""
    await asyncio.wait({stopping, other}, return_when=asyncio.FIRST_COMPLETED)
    if other.done():
        other.result()
        return
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
