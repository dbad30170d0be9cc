"""What both tables of `status` say about a run: its betNr, and the step that it is at."""

from datetime import UTC, datetime

from starter.views.inspection import PendingStep
from starter.views.runs import Run

NO_WORKER = "no worker answers: what runs hold in memory (landed, untold, requests) cannot be shown"


def step(waits: PendingStep) -> tuple[str, ...]:
    """What is waited for, its attempts, when the next one is, and why it failed last."""
    return waits.activity, f"{waits.attempt}/{waits.attempts or '∞'}", next_try(waits), waits.failure


def next_try(step: PendingStep) -> str:
    """By the clock, and in how long."""
    if step.next_try is None:
        return "running now"
    left = int((step.next_try - datetime.now(UTC)).total_seconds())
    return f"{step.next_try.astimezone():%H:%M:%S}, in {_duration(left)}" if left > 0 else "now"


def _duration(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def bet_nr(run: Run) -> str:
    """Empty where none is known."""
    return str(run.bet_nr or "")
