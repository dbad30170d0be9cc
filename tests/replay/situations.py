"""The named situations whose histories are kept.

A situation gives the run whose history tells it. A workflow that changes its shape gets one more here;
the old history stays, as long as runs of that shape may be open anywhere.
"""

from tests.replay import doubts, firm, first_attempts, hands, outages, parties, sweeps, words
from tests.replay.situation import SITUATIONS, Handle, Situation

__all__ = [
    "SITUATIONS",
    "Handle",
    "Situation",
    "doubts",
    "firm",
    "first_attempts",
    "hands",
    "outages",
    "parties",
    "sweeps",
    "words",
]
