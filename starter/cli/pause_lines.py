"""What is said about the pause that is in force, to whoever asks for something that would write."""

from contracts.pause import PauseOrder
from starter.cli import report

RESUME = "`beteiligte-sync resume` lets it go on and catches up"


def told(pause: PauseOrder) -> str:
    """Since when, by whom, and why."""
    return f"since {report.moment(pause.at)} by {pause.by}: {pause.note or 'no reason given'}"


def line(pause: PauseOrder) -> str:
    """For people."""
    return f"All writing is paused {told(pause)}. {RESUME}"
