"""Bounds and waits of a reconciliation that are no settings, each with its reason.

No installation has to change them: what depends on the firm or on its systems stands in `timing.SweepTiming`. How
often an activity is tried is said by workflows/options.py.
"""

from datetime import timedelta

# ---------------------------------------------------------------- looking

LATE = timedelta(seconds=10)
"""A record may be stored that long after the moment that its `modifiedAt` tells."""
MOST_REMEMBERED = 10_000
"""Due parties carried at once; what is more is synced before the rest is looked at, if nothing looks suspicious."""
REWINDS = 100
"""Of one run: where nothing can be written no row leaves its second, and each look finds the same ones."""
EVENTS = 250
"""Of one history, about 40 pages: with Temporal's own 4,096 the worker's memory grew by a third at 100,000 parties."""

# ---------------------------------------------------------------- telling

FOREIGN_AGAIN = timedelta(days=1)
"""People are reminded once a day, not with every sweep, that another program writes our bookkeeping."""
DELETES_NAMED = 250
"""Deleted parties in one message: a note has room for no more."""

# ---------------------------------------------------------------- syncing

PORTION = 100
"""Parties synced by one activity: few enough that the progress of a run is seen, many enough for a short history."""
DELETES_LONGER = 60
"""So many times the patience is had with deleted parties that wait for their next try: what is known is told first."""

# ---------------------------------------------------------------- starting

SWEEP_CATCH_UP = timedelta(hours=1)
"""Behind an outage of Temporal a sweep is made up for that was due so long ago; later ones look from where the last
one ended anyway."""
NIGHTLY_CATCH_UP = timedelta(hours=12)
"""A night that was missed is made up for in the morning, not the night after."""
