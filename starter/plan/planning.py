"""Every party of EspoCRM compared, page by page, and once more those that moved meanwhile.

A page lists what was modified before a moment, so a party that is edited while a plan is made moves behind that
moment. Further passes go from there to a new moment; at last EspoCRM's count says whether any is still left out.
"""

import uuid
from collections.abc import AsyncIterator, Callable
from itertools import count

from beteiligte.decide.plan import PlanRow
from beteiligte.sweep.paging import Cursor
from contracts.plan import PlanOrder, PlanPage
from contracts.sweep import PageOrder
from starter import waits
from starter.requests import Requests
from workflows.plan import PlanWorkflow

FURTHER_PASSES = 3
"""A firm at work edits a few parties in each; a plan must end, and a row that is outdated is not applied anyway."""
EVER = "1970-01-01 00:00:00"
BEYOND = 1_000_000_000
"""More rows than there are: the answer holds none, only their number."""

Compared = Callable[[bool, int, int | None], None]
"""Called with each page: whether it is of the first pass, how many parties it held, how many there are, if known."""


class Planning:
    """Compares every party; writes nothing."""

    def __init__(self, requests: Requests, *, names: bool = False, compared: Compared = lambda *_: None) -> None:
        """`names`: with the parties' names. Its runs' ids begin alike, so that they stand together in the Web UI."""
        self._requests, self._with_names, self._compared = requests, names, compared
        self._until = EVER
        self._names = (f"plan-{uuid.uuid4().hex[:8]}-{number}" for number in count())

    async def lines(self) -> AsyncIterator[PlanRow]:
        """Every party; one that moved meanwhile comes again. Raises WorkflowFailureError."""
        start: Cursor | None = None
        for _ in range(1 + FURTHER_PASSES):
            moved = False
            async for line in self._pass(start):
                yield line
                moved = True
            if start is not None and not moved:
                return
            start = Cursor(modified_at=self._until)

    async def counted(self) -> int | None:
        """How many parties EspoCRM counts; None where it does not say."""
        order = PageOrder(since=Cursor(modified_at=EVER, offset=BEYOND), counted=True)
        return (await self._page(order)).total

    async def _pass(self, start: Cursor | None) -> AsyncIterator[PlanRow]:
        """Up to when EspoCRM answers its first page, by its own clock."""
        cursor, counted, until = start, True, ""
        while True:
            page = await self._page(PageOrder(until=until, since=cursor, counted=counted))
            until = self._until = page.until
            for line in page.rows:
                yield line
            self._compared(start is None, len(page.rows), page.total)
            if page.next is None:
                return
            cursor, counted = page.next, False

    async def _page(self, order: PageOrder) -> PlanPage:
        return await self._requests.client.execute_workflow(
            PlanWorkflow.run,
            PlanOrder(page=order, names=self._with_names),
            id=next(self._names),
            task_queue=self._requests.task_queue,
            execution_timeout=waits.PLAN_PAGE,
            static_summary="compares a page of parties, writes nothing",
        )
