"""Finds what webhooks miss (design §7): EspoCRM's rows against their bases, links against Advoware's rowIds.

First all pages are looked at, then the counts are judged, and only then anything is synced: a broken import, a lost
right or a restored backup stops here and a person is asked. Pages come one by one and are not kept, so memory is flat;
what is due is carried over continue-as-new, a run that is killed goes on at its page.
"""

import asyncio
from collections import Counter
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.links import LinksActivities
    from activities.listing import ListingActivities
    from activities.notification import NotificationActivities
    from activities.portion import PortionActivities
    from beteiligte.messages.sweeps import explained
    from beteiligte.settle.bookkeeping import espo_datetime, moment
    from beteiligte.status import SyncStatus
    from beteiligte.sweep.alarms import Alarm, AlarmNews
    from beteiligte.sweep.due import BY_STATUS, Due
    from beteiligte.sweep.paging import Cursor
    from contracts import reconciliation
    from contracts.faults import FaultReport
    from contracts.reconciliation import (
        AlarmAnswer,
        Phase,
        Progress,
        ReconciliationOrder,
        ReconciliationState,
        RunFailed,
        RunKind,
        RunSummary,
        Unseen,
    )
    from contracts.sweep import DueParty, LinksSeen, PageOrder, PageSeen, PortionOrder
    from workflows import options
    from workflows.steps import report
    from workflows.sweep.counts import with_due, with_foreigners, with_found, with_links, with_rows
    from workflows.sweep.guard import suspicion
    from workflows.sweep.links import next_links
    from workflows.sweep.report import as_before, described, rounds, unseen

PORTION = 100
LATE = timedelta(seconds=10)
"""A record may be stored that long after the moment that its `modifiedAt` tells."""
MOST = 10_000
"""Parties remembered at once; what is more is synced before the rest is looked at, if nothing looks suspicious."""
REWINDS = 100
"""Of one run: where nothing can be written no row leaves its second, and each look finds the same ones."""
FOREIGN_AGAIN = timedelta(days=1)
EVENTS = 250
"""Of one run, about 40 pages: with Temporal's own 4,096 the worker's memory grew by a third at 100,000 parties."""
LOOKED = frozenset({Phase.GUARD, Phase.SYNCING, Phase.DONE})
DUE_STATUSES = (
    SyncStatus.PENDING_SYNC,
    SyncStatus.DIRTY,
    SyncStatus.FAILED,
    SyncStatus.SYNCING,
    SyncStatus.PERMANENTLY_FAILED,
)


@workflow.defn(name=reconciliation.RECONCILIATION)
class ReconciliationWorkflow:
    """One run: a frequent sweep or the nightly comparison."""

    @workflow.init
    def __init__(self, order: ReconciliationOrder) -> None:
        """Begin, or go on where the run before continue-as-new was."""
        self._order = order
        self._timing = order.timing
        self._p = order.progress or Progress(began=workflow.now(), phase=Phase.STATUSES)

    @workflow.signal(name=reconciliation.DECIDE)
    def decide(self, answer: AlarmAnswer) -> None:
        """A person's answer to an alarm; one that comes before there is an alarm counts for nothing."""
        asked = self._p.phase is Phase.GUARD and self._p.alarm and self._p.answer is None
        if asked and answer.alarm in ("", self._p.alarm):
            self._move(answer=answer)

    @workflow.query(name=reconciliation.STATE)
    def state(self) -> ReconciliationState:
        """Where it is and what it saw."""
        return ReconciliationState(
            kind=self._order.kind,
            began=self._p.began,
            phase=self._p.phase,
            counts=self._p.counts,
            due=len(self._p.found),
            alarm=self._p.alarm,
            about=self._p.about,
            not_looked_at=self._not_looked_at(),
        )

    @workflow.run
    async def run(self, order: ReconciliationOrder) -> RunSummary:
        """Look, judge, sync; what it came to."""
        before = workflow.get_last_completion_result(RunSummary)
        if order.progress is None:
            self._begin(before)
        while self._p.phase is not Phase.DONE:
            self._explain()
            try:
                await self._step()
            except ActivityError as error:
                if self._p.phase is not Phase.LINKS:
                    await self._failed(report(error))
                # What EspoCRM's rows gave is synced all the same.
                self._move(fault=report(error), phase=Phase.GUARD)
            if _long():
                workflow.continue_as_new(order.model_copy(update={"progress": self._p}))
        self._explain()
        if self._p.fault is not None:
            await self._failed(self._p.fault)
        return self._summary()

    def _begin(self, before: RunSummary | None) -> None:
        position = before.position if before and self._order.kind is RunKind.SWEEP else 0
        self._move(
            newest=before.newest if before else "",
            known=before.total if before else 0,
            after=position,
            position=position,
            told=_told(workflow.get_last_failure()),
            **rounds(before, self._p.began if self._begins_a_round(position) else None),
        )
        if self._order.kind is RunKind.NIGHTLY:
            self._move(phase=Phase.MODIFIED)
        if before is None or (before.dry_run and not self._order.dry_run):
            return  # what was only reported is still to be done, and nobody was told of it
        self._move(foreign_told=before.foreign_told)
        if self._order.kind is RunKind.SWEEP:
            # What a person refused is still there, and is asked about again.
            self._move(since=before.since if before.refused else _since(before, self._timing.overlap))
            self._move(back=workflow.now() - before.began + self._timing.overlap)

    def _begins_a_round(self, position: int) -> bool:
        return not position and bool(self._timing.listing or self._timing.reads)

    async def _step(self) -> None:
        match self._p.phase:
            case Phase.STATUSES:
                await self._page(tuple(DUE_STATUSES), then=Phase.MODIFIED)
            case Phase.MODIFIED:
                await self._page((), then=Phase.LINKS)
            case Phase.LINKS:
                await self._links()
            case Phase.GUARD:
                await self._guard()
            case Phase.SYNCING:
                await self._sync()
            case Phase.DONE:
                return

    async def _failed(self, fault: FaultReport) -> None:
        """Fail visibly, and tell people of each cause once in a row of failures; the next run tries again."""
        told = self._p.told
        if fault.code not in told and await self._tell_once(self._news(Alarm.FAILED, code=fault.code)):
            told = (*told, fault.code)
        message = f"{fault.code}: {fault.message}"
        raise ApplicationError(message, fault, RunFailed(told=told), type=fault.code, non_retryable=True)

    # ------------------------------------------------------------------ looking

    async def _page(self, statuses: tuple[str, ...], *, then: Phase) -> None:
        first = self._p.cursor is None
        start = Cursor(modified_at=self._p.since) if self._p.since and not statuses else None
        order = PageOrder(
            until="" if first else self._p.until,
            since=self._p.cursor or start,
            statuses=statuses,
            counted=first and not statuses,
            retry_after=self._timing.retry_after,
            remember=self._timing.remember if self._order.kind is RunKind.NIGHTLY else timedelta(0),
        )
        what = "due statuses" if statuses else "records and their bases"
        seen: PageSeen = await workflow.execute_activity_method(
            ListingActivities.page, order, **options.sweeping(self._timing, f"{what}, {self._p.counts.rows} seen")
        )
        if self._p.since and self._p.back and not self._p.until:
            self._move(since=min(self._p.since, _earlier(seen.until, self._p.back)))
        again = BY_STATUS if self._order.kind is RunKind.SWEEP and not statuses else frozenset()
        self._move(
            counts=with_rows(self._p.counts, seen, again=bool(statuses)),
            named=with_foreigners(self._p.named, seen.foreigners),
            cursor=seen.next,
            until=seen.until,
            newest=max(self._p.newest, seen.newest),
            phase=self._p.phase if seen.next else then,
        )
        self._remember(tuple(item for item in seen.found if item.due not in again))

    async def _links(self) -> None:
        """All links where Advoware lists them in bulk, or on request; else so many reads a sweep, in turn."""
        order = next_links(self._order, self._p)
        if order is None:
            self._move(phase=Phase.GUARD)
            return
        seen: LinksSeen = await workflow.execute_activity_method(
            LinksActivities.links, order, **options.sweeping(self._timing, f"links after betNr {self._p.after}")
        )
        counts, phase = with_links(self._p.counts, seen), Phase.LINKS if seen.next else Phase.GUARD
        self._move(counts=counts, phase=phase)
        if order.limit:
            self._move(after=seen.next or 0, all_links=seen.next is None and not self._p.position)
        self._remember(seen.found)

    def _remember(self, found: tuple[DueParty, ...]) -> None:
        known = {item.party_id: item for item in self._p.found}
        new = [item for item in found if item.party_id not in known]
        due = Counter(self._p.due) + Counter(item.due.value for item in new)
        self._move(
            due=dict(due),
            named=with_found(self._p.named, found),
            counts=with_due(self._p.counts, new),
            found=() if self._order.dry_run else (*known.values(), *new),
        )
        if len(self._p.found) >= MOST:
            self._move(resume=self._p.phase, phase=Phase.GUARD)

    # ------------------------------------------------------------------ judging

    async def _guard(self) -> None:
        """Go on, or stop and ask; the answer is awaited as long as it takes."""
        if self._foreign_is_news():
            told = await self._tell_once(self._news(Alarm.FOREIGN_WRITER, number=self._p.counts.foreign))
            self._move(foreign_told=workflow.now() if told else self._p.foreign_told)
        while news := self._alarm():
            self._move(alarm=explained(news), about=news)
            if self._order.dry_run:
                break
            if not await self._confirmed(news):
                self._move(phase=Phase.DONE)
                return
        self._move(phase=Phase.DONE if self._order.dry_run else Phase.SYNCING)

    def _foreign_is_news(self) -> bool:
        """Once a day, until it got through."""
        if not self._p.counts.foreign or self._order.dry_run:
            return False
        told = self._p.foreign_told
        return told is None or workflow.now() - told > FOREIGN_AGAIN

    async def _confirmed(self, news: AlarmNews) -> bool:
        """Ask, and wait for the answer. A person confirms what he was shown, so the next alarm is asked about again."""
        self._move(answer=None)
        self._explain()
        workflow.logger.warning("%s stopped: %s", self._order.kind, self._p.alarm)
        telling = asyncio.create_task(self._tell(news))
        await workflow.wait_condition(lambda: self._p.answer is not None)
        telling.cancel()
        assert self._p.answer is not None
        self._move(confirmed={**self._p.confirmed, news.alarm: news.number})
        return self._p.answer.go_on

    async def _tell(self, news: AlarmNews) -> None:
        await workflow.execute_activity_method(
            NotificationActivities.sweep, news, **options.telling(self._timing, f"tell: {news.alarm}")
        )

    async def _tell_once(self, news: AlarmNews) -> bool:
        """Tell of what stops nothing, and whether it got through; else the next run tells it."""
        config = options.once(self._timing.call, f"tell: {news.alarm}")
        try:
            told = await workflow.execute_activity_method(NotificationActivities.sweep, news, **config)
        except ActivityError:
            workflow.logger.error("%s: nobody was told of %s", self._order.kind, news.alarm)
            return False
        return told.users > 0

    def _news(self, alarm: Alarm, *, number: int = 0, limit: int = 0, code: str = "") -> AlarmNews:
        counts = self._p.counts
        return AlarmNews(
            alarm=alarm,
            number=number,
            limit=limit,
            due=sum(self._p.due.values()),
            synced=counts.asked,
            run=workflow.info().workflow_id,
            code=code,
            named=self._p.named.get(alarm, ()),
            gone={Alarm.MOVED: counts.gone, Alarm.DELETED: counts.deleted}.get(alarm, 0),
        )

    def _alarm(self) -> AlarmNews | None:
        # Until all pages of rows were seen, fewer of them than there are mean nothing.
        whole = self._p.resume is not Phase.MODIFIED and self._p.since is None
        found = suspicion(self._p.counts, self._timing, known=self._p.known, whole=whole, confirmed=self._p.confirmed)
        return self._news(found.alarm, number=found.number, limit=found.limit) if found else None

    # ------------------------------------------------------------------ syncing

    async def _sync(self) -> None:
        portion, rest = self._p.found[:PORTION], self._p.found[PORTION:]
        if portion:
            gone = tuple(item.party_id for item in portion if item.due is Due.DELETED)
            together = gone if len(gone) > 1 else ()
            order = PortionOrder(
                party_ids=tuple(item.party_id for item in portion if item.party_id not in together),
                deleted=together,
                in_flight=self._timing.in_flight,
                patience_seconds=self._timing.patience.total_seconds(),
                give_way_seconds=self._timing.give_way.total_seconds(),
            )
            longest = (self._timing.patience + self._timing.give_way) * (PORTION / self._timing.in_flight + 1)
            config = options.syncing(self._timing, longest, f"sync {len(portion)} of {len(self._p.found)} due parties")
            done = await workflow.execute_activity_method(PortionActivities.sync, order, **config)
            counts = self._p.counts
            update = {"asked": counts.asked + done.asked, "slow": counts.slow + done.slow}
            self._move(counts=counts.model_copy(update=update))
        if rest:
            self._move(found=rest)
            return
        self._move(found=(), phase=self._p.resume or Phase.DONE, resume=None)
        self._rewind()

    def _rewind(self) -> None:
        """Synced rows left their second and those behind them moved up: go on at its beginning, not in the middle."""
        cursor = self._p.cursor
        if cursor is not None and self._p.rewinds < REWINDS:
            self._move(cursor=Cursor(modified_at=cursor.modified_at), rewinds=self._p.rewinds + 1)

    # ------------------------------------------------------------------ telling

    def _summary(self) -> RunSummary:
        counts = self._p.counts
        seen = RunSummary(
            kind=self._order.kind,
            began=self._p.began,
            counts=counts,
            total=self._p.known if counts.total is None else counts.total,
            due=self._p.due,
            position=self._p.after,
            not_looked_at=self._not_looked_at(),
            round_began=self._p.round_began,
            round_before=self._p.round_before,
            alarm=self._p.alarm,
            about=self._p.about,
            answer=self._p.answer,
            since=self._p.since,
            until=self._p.until,
            newest=self._p.newest,
            foreign_told=self._p.foreign_told,
            dry_run=self._order.dry_run,
        )
        # A count that a person did not believe is nothing to compare the next one with.
        return as_before(seen, self._p) if seen.refused else seen

    def _not_looked_at(self) -> tuple[Unseen, ...]:
        looked = self._p.phase in LOOKED
        return unseen(listing=self._timing.listing, all_links=self._p.all_links) if looked else ()

    def _move(self, **update: object) -> None:
        self._p = self._p.model_copy(update=update)

    def _explain(self) -> None:
        """What the Web UI shows without opening an event."""
        workflow.set_current_details(described(self._order, self._p, self._not_looked_at()))


def _since(before: RunSummary, overlap: timedelta) -> str:
    """From where a sweep goes on, by EspoCRM's clock alone: where the one before ended, less the overlap.

    What tells the time of an answer may be another machine, such as a proxy. So never later than just before the
    newest record seen: whatever is modified after it, whoever's clock is wrong, bears that time or a later one.
    """
    at = moment(before.until) or before.began
    newest = moment(before.newest)
    return espo_datetime(min(at - overlap, newest - LATE) if newest else at - overlap)


def _earlier(at: str, by: timedelta) -> str:
    known = moment(at)
    return espo_datetime(known - by) if known else at


def _told(failure: BaseException | None) -> tuple[str, ...]:
    """What people know of the failed runs just before."""
    details = failure.details if isinstance(failure, ApplicationError) else ()
    return RunFailed.model_validate(details[1]).told if len(details) > 1 else ()


def _long() -> bool:
    info = workflow.info()
    return info.is_continue_as_new_suggested() or info.get_current_history_length() > EVENTS
