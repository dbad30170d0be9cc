"""The pause of all writing."""

from datetime import datetime

from beteiligte.frozen import Frozen
from contracts.said import Said

PAUSE = "Pause"
RESUME = "resume"


class PauseOrder(Frozen):
    """Stop all writing."""

    by: str
    at: datetime
    note: str = ""


class ResumeOrder(Said):
    """Let writing go on."""

    by: str
    at: datetime
