"""How a command reaches Temporal, runs, and ends for certain; what is wrong is said with the remedy."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import typer
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.record.field_table import FieldTable
from runtime.codec import Unreadable
from runtime.loading import SettingsError, looked_in
from runtime.processes import run_and_exit
from runtime.telemetry import Telemetry, core_logging_to_stderr
from starter import fields
from starter.cli import report
from starter.cli.exits import Exit
from starter.requests import Requests, connected
from starter.views.parties import UnknownParty


def field_table() -> FieldTable:
    """The table of fields in force; where it cannot be read the command ends, and says why."""
    try:
        return fields.table()
    except SettingsError as error:
        report.note(f"Settings are missing or wrong:\n{error}")
        raise typer.Exit(Exit.SETTINGS) from None


def run(work: Callable[[Requests], Awaitable[Exit]], *, said: Callable[[str], None] | None = None) -> None:
    """Connect, work, exit; what is wrong is said in a line or two with the remedy.

    `said` is called with a word for it where Temporal, or what it holds, cannot be read.
    """
    say = said or _nothing

    async def main() -> int:
        try:
            requests = await connected(Telemetry(runtime=core_logging_to_stderr()))
        except SettingsError as error:
            say("settings are missing or wrong")
            return report.wrong_settings(error)
        except (RuntimeError, TimeoutError):
            say("Temporal does not answer")
            report.note("\n".join(("Temporal does not answer: start it, or set TEMPORAL_ADDRESS", *looked_in())))
            return Exit.NO_TEMPORAL
        return await guarded(work, requests, say)

    run_and_exit(main())


def run_either_way(work: Callable[[Requests | None], Awaitable[Exit]]) -> None:
    """The same where Temporal may be away: then with nothing to ask."""

    async def main() -> int:
        try:
            try:
                requests = await connected(Telemetry(runtime=core_logging_to_stderr()))
            except (RuntimeError, TimeoutError):
                return await work(None)
        except SettingsError as error:
            return report.wrong_settings(error)
        return await guarded(work, requests)

    run_and_exit(main())


def run_alone(work: Callable[[], Coroutine[Any, Any, int]]) -> None:
    """The same for a command that asks Temporal nothing."""
    run_and_exit(work())


def _nothing(why: str) -> None:
    """It stands on stderr."""


async def guarded(
    work: Callable[[Requests], Awaitable[Exit]], requests: Requests, say: Callable[[str], None] = _nothing
) -> Exit:
    """The command's exit code, also where what was given or Temporal is at fault."""
    try:
        return await work(requests)
    except UnknownParty as unknown:
        report.note(str(unknown))
        return Exit.UNKNOWN
    except SettingsError as error:
        say("settings are missing or wrong")
        return report.wrong_settings(error)
    except Unreadable as sealed:
        say("what Temporal holds cannot be read")
        report.note(f"What Temporal holds cannot be read: {sealed}")
        return Exit.SETTINGS
    except RPCError as refused:
        say(f"Temporal answered {refused.status.name}")
        report.note(refusal(refused))
        return Exit.NO_TEMPORAL


def refusal(error: RPCError) -> str:
    """What Temporal said, and what to do about it."""
    match error.status:
        case RPCStatusCode.INVALID_ARGUMENT if "schedule" in error.message.lower():
            remedy = "is SWEEP_NIGHTLY five fields of cron, such as 30 3 * * *, and SWEEP_EVERY a time?"
        case RPCStatusCode.INVALID_ARGUMENT:
            remedy = "the search attributes may be missing: start a worker once, it registers them"
        case RPCStatusCode.NOT_FOUND if "schedule" in error.message.lower():
            remedy = "`beteiligte-sync schedules apply` makes them; check the id and TEMPORAL_NAMESPACE"
        case RPCStatusCode.NOT_FOUND:
            remedy = "check the id and TEMPORAL_NAMESPACE"
        case RPCStatusCode.PERMISSION_DENIED | RPCStatusCode.UNAUTHENTICATED:
            remedy = "this client lacks the right to do so"
        case _:
            remedy = "try again, or look whether Temporal runs"
    return f"Temporal answered {error.status.name} ({error.message}): {remedy}"
