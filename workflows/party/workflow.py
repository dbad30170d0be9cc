"""The workflow of one party. Its id is the party's, so two syncs of one party never overlap (design §3).

Handlers only record; the loop in `_serve` acts. It never closes while something that landed in Advoware is not yet
written to EspoCRM, nor while a person is still to be told. What it remembers: contracts/carried_state.py. One sync:
sync.py, and where it fails: failing.py. How an activity is waited for: steps.py. Time-outs and retries: options.py.
"""

import asyncio
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.notification import NotificationActivities
    from beteiligte.request_reason import Reason
    from contracts import party
    from contracts.carried_state import Memory
    from contracts.fault_report import FaultReport
    from contracts.inbox import DECIDED_MEANWHILE, DELETES, Batch, SyncRequest
    from contracts.party import PartyOrder, PartyState, SyncOutcome
    from contracts.said import Disbelief
    from contracts.telling import TellOrder, Told
    from contracts.visibility import Trouble
    from workflows import disbelief, metrics, options, web_ui
    from workflows.outbox import Outbox
    from workflows.party.calls import ActivityCalls
    from workflows.party.failing import Failing
    from workflows.party.sync import Sync
    from workflows.steps import Restart, Setback, StepFailed, report, storable


@workflow.defn(name=party.WORKFLOW)
class PartyWorkflow:
    """Keeps one party equal on both sides."""

    @workflow.init
    def __init__(self, order: PartyOrder) -> None:
        """Go on with what the predecessor remembered."""
        self._party_id = order.party_id
        self._timing = order.timing
        self._memory = order.carried or Memory(party_id=order.party_id)
        self._outbox = Outbox(self._memory.outbox, self._tell)
        self._cancelled = self._last_word = False
        self._last: SyncOutcome | None = None
        self._answering = Batch()
        self._setback = Setback()
        self._difference = metrics.DifferenceAge(workflow.info().start_time if order.carried else None)

    # ------------------------------------------------------------------ what others may say and ask

    @workflow.signal(name=party.REQUEST)
    def request(self, request: SyncRequest) -> None:
        """Ask for a sync; joins one that has not begun."""
        self._difference.asked(request)
        self._memory.inbox.put(self._believed(request, disbelief.SIGNAL, party.REQUEST))

    @workflow.signal(name=party.ATTEMPT_FAILED)
    def attempt_failed(self) -> None:
        """An attempt of a regular activity failed and waits for the next: only the worker that made it knows."""
        self._setback.met = True
        web_ui.show_bet_nr(self._memory.bet_nr)

    @workflow.update
    async def sync_now(self, request: SyncRequest) -> SyncOutcome:
        """Ask for a sync and get its outcome, also that of a failing one; whoever sends an old word, an error."""
        self._difference.asked(request)
        believed = self._believed(request, disbelief.UPDATE, party.SYNC_NOW)
        mine = self._memory.inbox.put(believed)
        await workflow.wait_condition(lambda: self._memory.inbox.answered >= mine)
        if believed is not request:
            raise disbelief.error(party.SYNC_NOW, Disbelief.OLD)
        assert self._last is not None
        return self._last

    @sync_now.validator
    def heard_first(self, request: SyncRequest) -> None:
        """Of two people who decide the same at once the second is told what the first did, and nothing is stored.

        Where neither a request waits nor a sync runs nothing is refused: a run that was started for it would stay open.
        """
        under_way = (self._answering, self._memory.inbox.waiting)
        if word := next(filter(None, (batch.before(request, workflow.now()) for batch in under_way)), None):
            raise ApplicationError("decided meanwhile", word, type=DECIDED_MEANWHILE, non_retryable=True)

    def _believed(self, request: SyncRequest, what: str, name: str) -> SyncRequest:
        """Of an old word only the asking counts."""
        if not self._memory.inbox.is_old(request, workflow.info().start_time):
            return request
        disbelief.drop(what, name, Disbelief.OLD)
        return request.without_decision

    @workflow.query(name=party.STATE)
    def state(self) -> PartyState:
        """What is asked, what is still to be written or told, and the last outcome."""
        memory = self._memory
        return PartyState(
            party_id=self._party_id,
            asked=memory.inbox.asked,
            answered=memory.inbox.answered,
            reasons=memory.inbox.waiting.reasons,
            landed_unwritten=memory.owed if memory.owed.anything else None,
            untold=len(memory.outbox),
            overwritten=memory.overwritten,
            last=self._last,
            waits=self._setback.waits,
        )

    # ------------------------------------------------------------------ the loop

    @workflow.run
    async def run(self, _: PartyOrder) -> SyncOutcome:
        """Serve requests until none is left. A cancel ends it as soon as what landed is written and told."""
        serving = asyncio.create_task(self._serve())
        try:
            await workflow.wait_condition(serving.done)
        except asyncio.CancelledError:
            # A cancel reaches only this task, so the loop can finish what landed.
            self._cancelled = True
            await workflow.wait_condition(serving.done)
        return serving.result()

    async def _serve(self) -> SyncOutcome:
        """One sync after the other, each for all that was asked before it began, until nothing is left to do."""
        self._outbox.start()
        failure: FaultReport | None = None
        await workflow.wait_condition(lambda: self._open() or self._cancelled)
        while self._open() or self._cancelled:
            if self._cancelled and not self._memory.owed.open:
                await self._end()
                continue
            await self._hand_over()
            batch = self._answering = self._memory.inbox.take()
            try:
                failure = await self._answer(batch)
            except Restart:
                self._memory.inbox.put_back(batch)
                continue  # somebody asked who cannot wait: the next sync answers everybody
            self._memory.inbox.done(batch)
            self._answering = Batch()
            await self._rest()
        # No await from here on: a request that arrives now makes the server refuse the closing (temporal.md §3).
        self._outbox.close()
        if failure is not None:
            raise ApplicationError(
                web_ui.failure(self._party_id, failure), failure, type=failure.code, non_retryable=True
            )
        assert self._last is not None
        return self._last

    def _open(self) -> bool:
        return self._memory.inbox.open or self._memory.owed.open

    def _interrupt_wait(self) -> bool:
        """Whether a retry wait must end: somebody cannot wait, or the run was cancelled with nothing left to write."""
        if self._last_word:
            return False
        return self._memory.inbox.urgent or (self._cancelled and not self._memory.owed.open)

    async def _rest(self) -> None:
        """Wait for the next thing to do: a request, the next write-back, or all callers and people answered."""
        if self._memory.owed.open:
            again = self._timing.write_back_again
            try:
                await workflow.wait_condition(lambda: self._memory.inbox.open, timeout=again)
            except TimeoutError:
                return
        await workflow.wait_condition(
            lambda: self._open() or self._cancelled or (workflow.all_handlers_finished() and not self._memory.outbox)
        )

    async def _hand_over(self) -> None:
        """Go on in a new run where the server suggests it, with all that this one remembers.

        A successor would not know of a cancel, so a cancelled run writes back to its own end.
        """
        suggested = workflow.info().is_continue_as_new_suggested() and not self._cancelled
        successor = PartyOrder(party_id=self._party_id, timing=self._timing, carried=self._memory)
        if not (suggested and workflow.all_handlers_finished() and storable(successor)):
            return
        await self._outbox.stop()
        if workflow.all_handlers_finished() and not self._cancelled:
            workflow.continue_as_new(successor)
        self._outbox.start()

    async def _end(self) -> None:
        """A cancelled run ends when people are told, of a delete as well: EspoCRM says it only once."""
        self._memory.tell_doubts()
        await self._outbox.emptied()
        if not self._memory.inbox.waiting.deleted:
            raise asyncio.CancelledError
        await self._tell_delete()

    # ------------------------------------------------------------------ one answer

    async def _answer(self, batch: Batch) -> FaultReport | None:
        """One sync answers all that was asked before it began; the fault if it failed. Raises Restart."""
        began, self._setback.met = workflow.now(), False
        self._difference.looked_at()
        web_ui.show_begin(batch.reasons, self._memory.owed)
        single = batch.on_trial or self._memory.owed.attempts_used_up
        sync = Sync(self._calls(1 if single else self._timing.attempts), self._memory, batch)
        try:
            self._last = await sync.run()
            await self._failing.report_left_question()
        except (StepFailed, ApplicationError) as failed:
            # Who chose learns that it failed; what cannot be written must not fail the next sync, too.
            self._memory.inbox.put_back(batch.unfinished(choices=self._memory.owed.open))
            self._memory.tell_doubts()
            why = failed.fault if isinstance(failed, StepFailed) else report(failed)  # a step that cannot be stored
            return await self._fail(why, batch, began, sync.found)
        self._explain(began, found=sync.found)
        return None

    async def _fail(self, fault: FaultReport, batch: Batch, began: datetime, found: str | None = None) -> FaultReport:
        failed = await self._failing.settle(fault, batch, began=began)
        self._last = failed.outcome
        self._explain(began, failed.trouble, found)
        return failed.fault

    async def _tell_delete(self) -> None:
        """Before a cancelled run ends. A record that still exists is left alone."""
        began = workflow.now()
        inbox = self._memory.inbox
        inbox.waiting = inbox.waiting.without(DELETES)
        self._last_word = True  # the cancel would end the very first wait
        try:
            deleted = await Sync(self._calls(self._timing.attempts), self._memory, Batch()).tell_if_gone()
        except StepFailed as failed:
            try:
                await self._fail(failed.fault, Batch(), began)
            except Restart:  # only now EspoCRM answered that the record is gone
                inbox.put_back(Batch(reasons=(Reason.DELETED,)))
            return
        if deleted is not None:
            self._last = deleted
            self._explain(began)

    def _calls(self, attempts: int) -> ActivityCalls:
        return ActivityCalls(
            self._party_id, self._timing, self._interrupt_wait, attempts, self._memory.inbox.alone, self._setback
        )

    @property
    def _failing(self) -> Failing:
        return Failing(self._calls(self._timing.attempts), self._memory)

    # ------------------------------------------------------------------ what people see

    def _tell(self, message: TellOrder) -> "workflow.ActivityHandle[Told]":
        kinds = ", ".join(sorted({finding.kind.value for finding in message.findings}))
        config = options.telling(self._timing, f"tell: {kinds}")
        return workflow.start_activity_method(NotificationActivities.tell, message, **config)

    def _explain(self, began: datetime, trouble: Trouble | None = None, found: str | None = None) -> None:
        """What the Web UI shows without opening an event: ids and states only. `found`: the status that was read."""
        assert self._last is not None, "an answer leaves an outcome"
        metrics.count(self._last, began)
        self._difference.settled(self._last, found)
        web_ui.show_outcome(self._last, self._memory.owed, trouble=trouble)
