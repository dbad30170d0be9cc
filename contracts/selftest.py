"""The workers' look at both systems."""

from datetime import timedelta

from beteiligte.frozen import Frozen

SELFTEST = "SelfTest"


class SelfTestOrder(Frozen):
    """How long a look may take, and how long to wait before the next while something is wrong."""

    call: timedelta = timedelta(seconds=100)
    again: timedelta = timedelta(minutes=2)
