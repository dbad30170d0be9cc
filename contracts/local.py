"""What a local activity must be told, since Temporal tells it only this worker's clock and nobody's priority.

A local activity is begun again, as a first attempt, when its worker dies before the workflow task has ended, or when a
signal makes the server refuse the run's end (temporal.md §5).
"""

from datetime import datetime

from beteiligte.frozen import Frozen


class LocalCall(Frozen):
    """Of one call."""

    asked_at: datetime
    """By the server's clock."""
    for_sweep: bool = False
    """Nobody waits for it: whoever has somebody waiting goes first."""
