"""How a command reaches Temporal, runs, and ends for certain; what is wrong is said with the remedy."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio.service import RPCError, RPCStatusCode

from runtime import settings as s
from runtime import workers
from runtime.codec import Unreadable
from runtime.connection import connect
from runtime.loading import SettingsError, load_all, looked_in
from runtime.processes import run_and_exit
from runtime.telemetry import Telemetry, core_logging_to_stderr
from starter import report
from starter.cli.exits import Exit
from starter.requests import Patience, Requests
from starter.views import pausing
from starter.views.parties import UnknownParty

FOR_A_WORKER = timedelta(seconds=5)
STARTING = timedelta(seconds=1)
"""One that has just started is seen a moment later."""


async def requests(telemetry: Telemetry | None = None) -> Requests:
    """How to ask. Raises SettingsError, RuntimeError, TimeoutError."""
    loaded = load_all(s.TemporalSettings, s.SyncSettings)
    temporal = loaded[s.TemporalSettings]
    return Requests(await connect(temporal, telemetry=telemetry), temporal.task_queue, loaded[s.SyncSettings].timing())


def run(work: Callable[[Requests], Awaitable[Exit]]) -> None:
    """Connect, work, exit; what is wrong is said in a line or two with the remedy."""

    async def main() -> int:
        try:
            asking = await requests(Telemetry(runtime=core_logging_to_stderr()))
        except SettingsError as error:
            report.note(f"Settings are missing or wrong:\n{error}")
            return Exit.SETTINGS
        except (RuntimeError, TimeoutError):
            report.note("\n".join(("Temporal does not answer: start it, or set TEMPORAL_ADDRESS", *looked_in())))
            return Exit.NO_TEMPORAL
        return await guarded(work, asking)

    run_and_exit(main())


async def guarded(work: Callable[[Requests], Awaitable[Exit]], asking: Requests) -> Exit:
    """The command's exit code, also where what was given or Temporal is at fault."""
    try:
        return await work(asking)
    except UnknownParty as unknown:
        report.note(str(unknown))
        return Exit.UNKNOWN
    except SettingsError as error:
        report.note(f"Settings are missing or wrong:\n{error}")
        return Exit.SETTINGS
    except Unreadable as sealed:
        report.note(f"What Temporal holds cannot be read: {sealed}")
        return Exit.SETTINGS
    except RPCError as refused:
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


async def patience(asking: Requests, within: int) -> Patience:
    """How long to wait, in seconds for the outcome; without a worker a few, after a word about it."""
    await say_what_hinders(asking)
    answered = timedelta(seconds=within)
    if await say_if_nobody_works(asking):
        return Patience(answered=answered)
    return Patience(taken=FOR_A_WORKER, answered=answered)


async def say_what_hinders(asking: Requests) -> None:
    """Before something is asked for that would write: observe mode; who stopped all writing, and why."""
    if asking.timing.observe:
        report.note("Observe mode (SYNC_OBSERVE=true): a sync only shows what it would do")
    if pause := await pausing.in_force(asking.client):
        report.note(pausing.line(pause))


async def say_if_nobody_works(asking: Requests) -> bool:
    """Whether a worker lives; if not, say so at once instead of waiting in silence."""
    if not await workers.seen(asking.client, asking.task_queue):
        await asyncio.sleep(STARTING.total_seconds())
    if await workers.alive(asking.client, asking.task_queue):
        return True
    report.note(
        f"No worker asks for work on task queue {asking.task_queue}: start one (`beteiligte-sync up`), or check "
        "TEMPORAL_TASK_QUEUE"
    )
    return False
