"""A plan of many parties, a page at a time."""

from datetime import timedelta

from beteiligte.decide.plan import PlanRow
from beteiligte.frozen import Frozen
from beteiligte.sweep.paging import Cursor
from contracts.sweep import PageOrder

PLAN = "Plan"
PAGE_WITHIN = timedelta(minutes=30)
"""For one attempt of a page: 200 parties, four at a time, each with a read that may take as long as a call may."""


class PlanOrder(Frozen):
    """Plan the parties of one page."""

    page: PageOrder
    names: bool = False
    """With the parties' names, which else stand in both systems only."""


class PlanPage(Frozen):
    """The rows of one page."""

    rows: tuple[PlanRow, ...]
    total: int | None = None
    until: str = ""
    """Up to when it looked: the further pages look as far."""
    next: Cursor | None = None
