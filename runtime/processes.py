"""How a process of ours ends: by a signal, drained, and for certain.

A process that held a Temporal client may crash or hang in the interpreter's exit after all its work is done, so the
entry points end with `os._exit` (temporal.md §13).
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

from temporalio import activity, workflow

from runtime import core_dumps, log_lines
from runtime.logs import WithoutValues
from runtime.streams import flushed
from runtime.version import version

OTHERS = 0o077
"""Rights that nobody else gets to a new file."""


def stop_event() -> asyncio.Event:
    """Set by SIGTERM, SIGINT, or a closed terminal unless that is ignored (nohup)."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop.set)
    return stop


def run_and_exit(main: Coroutine[Any, Any, int]) -> NoReturn:
    """Run to the end, flush, and leave with the exit code; never returns."""
    code = 1
    try:
        code = asyncio.run(_impatient(main))
    except KeyboardInterrupt:
        code = 130
    except Exception:
        logging.getLogger(__name__).exception("the process ended by an error")
    finally:
        logging.shutdown()
        if lost := flushed():
            print(f"Not all that was to be shown could be written: {lost}", file=sys.stderr, flush=True)
        os._exit(code or bool(lost))


async def _impatient(main: Coroutine[Any, Any, int]) -> int:
    """Run it; at the end nobody waits for a thread that is busy outside, as one that asks for a name that DNS does not
    answer: whoever needed it has given up long before.
    """
    asyncio.get_running_loop().set_default_executor(_Abandoned())
    return await main


class _Abandoned(ThreadPoolExecutor):
    """Is never waited for: the process ends at once, and its threads with it."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        super().shutdown(wait=False, cancel_futures=True)


def keep_private() -> None:
    """What this process and its children make from now on is for their user alone, and a crash leaves no memory behind:
    it holds personal data.
    """
    os.umask(OTHERS)
    core_dumps.leave_none()


def say_what_runs(part: str) -> None:
    """The first line of a process's log: which part of which version, so that a log tells what an upgrade changed."""
    logging.getLogger(part).info("beteiligte-sync %s: the %s starts", version(), part)


def log_to_stderr(level: str = "INFO", *, service: bool = True) -> None:
    """One line per event; ids only, and no URLs of the HTTP library.

    Args:
        level: The least that is said.
        service: Runs unattended: where its log goes to no terminal, each line is a JSON object.
    """
    handler = logging.StreamHandler(sys.stderr)
    unattended = service and not (sys.stderr and sys.stderr.isatty())
    handler.setFormatter(log_lines.for_machines() if unattended else log_lines.for_people())
    root = logging.getLogger()
    for other in [one for one in root.handlers if isinstance(one.formatter, WithoutValues)]:
        root.removeHandler(other)  # every command begins as one that is looked at
    root.addHandler(handler)
    root.setLevel(level)
    # Its own way to name the run is a dict behind the message; ours is log_lines.py.
    workflow.logger.workflow_info_on_message = False
    activity.logger.activity_info_on_message = False
    for noisy in ("httpx", "httpcore", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
