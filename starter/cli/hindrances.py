"""What keeps a command from being carried out now: observe mode, a pause, no worker. Said before anybody waits."""

import asyncio
from datetime import timedelta

from runtime import workers
from starter import waits
from starter.cli import pause_lines, report
from starter.requests import Patience, Requests
from starter.views import pausing


async def patience(requests: Requests, within: int) -> Patience:
    """How long to wait, in seconds for the outcome; without a worker a few, after a word about it."""
    await say_what_hinders(requests)
    answered = timedelta(seconds=within)
    if await say_if_nobody_works(requests):
        return Patience(answered=answered)
    return Patience(taken=waits.NO_WORKER_TAKES, answered=answered)


async def say_what_hinders(requests: Requests) -> None:
    """Before something is asked for that would write: observe mode; who stopped all writing, and why."""
    if requests.timing.observe:
        report.note("Observe mode (SYNC_OBSERVE=true): a sync only shows what it would do")
    if pause := await pausing.in_force(requests.client):
        report.note(pause_lines.line(pause))


async def say_if_nobody_works(requests: Requests) -> bool:
    """Whether a worker lives; if not, say so at once instead of waiting in silence."""
    if not await workers.seen(requests.client, requests.task_queue):
        await asyncio.sleep(waits.WORKER_IS_SEEN.total_seconds())
    if await workers.alive(requests.client, requests.task_queue):
        return True
    report.note(
        f"No worker asks for work on task queue {requests.task_queue}: start one (`beteiligte-sync up`), or check "
        "TEMPORAL_TASK_QUEUE"
    )
    return False
