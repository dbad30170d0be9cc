"""Finds what webhooks miss (design §7): EspoCRM's rows against their bases, links against Advoware's rowIds.

First all pages are looked at, then the counts are judged, and only then anything is synced: a broken import, a lost
right or a restored backup stops here and a person is asked. Pages come one by one and are not kept, so memory is flat;
what is due is carried over continue-as-new, a run that is killed goes on at its page.

All that a run knows is its `Progress`. What follows from it is pure and stands beside: where a run begins, what it
looks at, when it asks, what it syncs, what it says.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.links import LinksActivities
    from activities.listing import ListingActivities
    from activities.notification import NotificationActivities
    from activities.portion import PortionActivities
    from beteiligte.sweep.alarms import Alarm, AlarmNews
    from contracts import reconciliation
    from contracts.fault_report import FaultReport
    from contracts.reconciliation import (
        AlarmAnswer,
        Phase,
        ReconciliationOrder,
        ReconciliationState,
        RunFailed,
        RunSummary,
    )
    from contracts.said import NotBelieved
    from contracts.sweep_limits import EVENTS
    from workflows import metrics, options
    from workflows.steps import report
    from workflows.sweep import beginning, judging, looking, reports, syncing


@workflow.defn(name=reconciliation.RECONCILIATION)
class ReconciliationWorkflow:
    """One run: a frequent sweep or the nightly comparison."""

    @workflow.init
    def __init__(self, order: ReconciliationOrder) -> None:
        """Begin, or go on where the run before continue-as-new was."""
        self._order = order
        self._timing = order.timing
        self._p = order.progress or beginning.begun(
            order, workflow.now(), workflow.get_last_completion_result(RunSummary), _told(workflow.get_last_failure())
        )

    @workflow.signal(name=reconciliation.DECIDE)
    def decide(self, answer: AlarmAnswer) -> None:
        """A person's answer to an alarm."""
        self._p = judging.with_answer(self._p, answer)

    @workflow.query(name=reconciliation.STATE)
    def state(self) -> ReconciliationState:
        """Where it is and what it saw."""
        return reports.state(self._order, self._p)

    @workflow.run
    async def run(self, order: ReconciliationOrder) -> RunSummary:
        """Look, judge, sync; what it came to."""
        while self._p.phase is not Phase.DONE:
            self._explain()
            try:
                await self._step()
            except ActivityError as error:
                if self._p.phase is not Phase.LINKS:
                    await self._fail(report(error))
                # What EspoCRM's rows gave is synced all the same.
                self._p = self._p.but(fault=report(error), phase=Phase.JUDGING)
            if _long():
                workflow.continue_as_new(order.but(progress=self._p))
        self._explain()
        if self._p.fault is not None:
            await self._fail(self._p.fault)
        summary = reports.summary(self._order, self._p)
        metrics.count_sweep(order, self._p.began, summary, None)
        return summary

    async def _step(self) -> None:
        match self._p.phase:
            case Phase.STATUSES | Phase.MODIFIED:
                await self._page()
            case Phase.LINKS:
                await self._links()
            case Phase.JUDGING:
                await self._judge()
            case Phase.ASKING:
                await self._ask()
            case Phase.SYNCING:
                await self._sync()
            case Phase.DONE:
                return

    # ------------------------------------------------------------------ looking

    async def _page(self) -> None:
        order = looking.next_page(self._order, self._p)
        what = "due statuses" if order.statuses else "records and their bases"
        config = options.sweeping(self._timing, f"{what}, {self._p.counts.rows} seen")
        seen = await workflow.execute_activity_method(ListingActivities.page, order, **config)
        self._p = looking.after_page(self._order, self._p, seen)

    async def _links(self) -> None:
        order = looking.next_links(self._order, self._p)
        if order is None:
            self._p = self._p.but(phase=Phase.JUDGING)
            return
        config = options.sweeping(self._timing, f"links after betNr {self._p.position.links_after}")
        seen = await workflow.execute_activity_method(LinksActivities.links, order, **config)
        self._p = looking.after_links(self._order, self._p, order, seen)

    # ------------------------------------------------------------------ judging

    async def _judge(self) -> None:
        """Go on, or stop and ask."""
        if judging.foreign_writer_is_news(self._order, self._p, workflow.now()):
            number = self._p.counts.foreign
            news = judging.alarm_news(self._p, _id(), Alarm.FOREIGN_WRITER, number=number)
            if await self._tell_once(news):
                self._p = self._p.but(foreign_told=workflow.now())
        self._p = judging.judged(self._order, self._p, _id())

    async def _ask(self) -> None:
        """Tell people, and wait for the answer as long as it takes."""
        question = self._p.question
        assert question.about is not None
        workflow.logger.warning("%s stopped: %s", self._order.kind, question.alarm)
        telling = asyncio.create_task(self._tell(question.about))
        await workflow.wait_condition(lambda: self._p.question.answer is not None)
        telling.cancel()
        self._p = judging.answered(self._order, self._p, _id())

    async def _tell(self, news: AlarmNews) -> None:
        config = options.telling(self._timing, f"tell: {news.alarm}")
        await workflow.execute_activity_method(NotificationActivities.sweep, news, **config)

    async def _tell_once(self, news: AlarmNews) -> bool:
        """Tell of what stops nothing, and whether it got through; else the next run tells it."""
        config = options.once(self._timing.call, f"tell: {news.alarm}")
        try:
            told = await workflow.execute_activity_method(NotificationActivities.sweep, news, **config)
        except ActivityError:
            workflow.logger.error("%s: nobody was told of %s", self._order.kind, news.alarm)
            return False
        return told.users > 0

    # ------------------------------------------------------------------ syncing

    async def _sync(self) -> None:
        """The next portion; behind the last one the run goes on looking where that stopped, or is done."""
        if self._p.found:
            order = syncing.next_portion(self._p, self._timing)
            what = f"sync {len(order.party_ids) + len(order.deleted)} of {len(self._p.found)} due parties"
            config = options.syncing(self._timing, syncing.longest(self._timing), what)
            done = await workflow.execute_activity_method(PortionActivities.sync, order, **config)
            self._p = syncing.after_portion(self._p, done)
        if not self._p.found:
            self._p = syncing.all_synced(self._p)

    # ------------------------------------------------------------------ telling

    async def _fail(self, fault: FaultReport) -> None:
        """Fail visibly, and tell people of each cause once in a row of failures; the next run tries again."""
        metrics.count_sweep(self._order, self._p.began, None, fault)
        told = self._p.before.told
        news = judging.alarm_news(self._p, _id(), Alarm.FAILED, code=fault.code)
        if fault.code not in told and await self._tell_once(news):
            told = (*told, fault.code)
        message = f"{fault.code}: {fault.message}"
        raise ApplicationError(message, fault, RunFailed(told=told), type=fault.code, non_retryable=True)

    def _explain(self) -> None:
        """What the Web UI shows without opening an event."""
        workflow.set_current_details(reports.described(self._order, self._p))


def _id() -> str:
    """Of this run, by which people answer it."""
    return workflow.info().workflow_id


def _told(failure: BaseException | None) -> tuple[str, ...]:
    """What people know of the failed runs just before."""
    details = failure.details if isinstance(failure, ApplicationError) else ()
    known = len(details) > 1 and not isinstance(details[1], NotBelieved)
    return RunFailed.model_validate(details[1]).told if known else ()


def _long() -> bool:
    """Whether the history has grown so long that the run goes on in a new one."""
    info = workflow.info()
    return info.is_continue_as_new_suggested() or info.get_current_history_length() > EVENTS
