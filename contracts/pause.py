"""The pause of all writing."""

from datetime import datetime

from beteiligte.frozen import Frozen

PAUSE = "Pause"
RESUME = "resume"


class PauseOrder(Frozen):
    """Stop all writing."""

    by: str
    at: datetime
    note: str = ""


class ResumeOrder(Frozen):
    """Let writing go on."""

    by: str
    at: datetime
