"""The workers' look at both systems."""

from datetime import timedelta

from beteiligte.frozen import Frozen
from contracts.timing import Timing

SELFTEST = "SelfTest"


class SelfTestOrder(Frozen):
    """How long a look may take, and how long to wait before the next while something is wrong."""

    call: timedelta = Timing().call
    again: timedelta = timedelta(minutes=2)
