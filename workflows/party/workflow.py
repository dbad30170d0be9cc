"""The workflow of one party. Its id is the party's, so two syncs of one party never overlap (design §3).

Handlers only record; the loop in `_serve` acts. It never closes while something that landed in Advoware is not yet
written to EspoCRM, nor while a person is still to be told. One sync: sync.py. How an activity is waited for: steps.py.
Time-outs and retries: options.py.
"""

import asyncio
from dataclasses import replace

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.notification import NotificationActivities
    from beteiligte.decide.findings import FindingKind
    from beteiligte.decide.owed import Stage
    from beteiligte.faults import Blame, Paused
    from beteiligte.reason import Reason
    from beteiligte.status import SyncStatus
    from contracts import party
    from contracts.faults import FaultReport
    from contracts.party import Carried, PartyOrder, PartyState, SyncOutcome, SyncRequest
    from contracts.telling import Told
    from contracts.visibility import Trouble
    from workflows import metrics, options, web_ui
    from workflows.party.failing import Failing
    from workflows.party.ledger import Ledger
    from workflows.party.sync import Sync
    from workflows.steps import Restart, StepFailed, report, storable

URGENT = frozenset({Reason.PERSON, Reason.TRIAL, Reason.RECOVERED})
"""Reasons that end a retry wait: a person looks on, or a system is thought to work again."""
DELETES = frozenset({Reason.DELETED, Reason.DELETED_TOGETHER})
RECOVERED = frozenset({Reason.TRIAL, Reason.RECOVERED})
"""Reasons to think that a system works again."""


@workflow.defn(name=party.WORKFLOW)
class PartyWorkflow:
    """Keeps one party equal on both sides."""

    @workflow.init
    def __init__(self, order: PartyOrder) -> None:
        """Take over what the predecessor carried."""
        carried = order.carried or Carried()
        self._party_id = order.party_id
        self._timing = order.timing
        self._ledger = Ledger(
            order.party_id,
            owed=carried.owed,
            create_anyway=carried.create_anyway,
            permit=carried.permit,
            link=carried.link,
            choices={choice.field: choice for choice in carried.choices},
            untold=list(carried.untold),
            overwritten=carried.overwritten,
            doubtful=carried.doubtful,
        )
        self._reasons = set(carried.reasons)
        self._plans = set(carried.plans)
        self._asked = len(carried.reasons)
        self._answered = 0
        self._urgent_asked = self._urgent_heard = 0
        self._trouble: Trouble | None = None
        self._cancelled = self._last_word = self._tried_twice = False
        self._last: SyncOutcome | None = None
        self._began = workflow.now()
        self._telling: workflow.ActivityHandle[Told] | None = None
        self._handing_over = False

    # ------------------------------------------------------------------ what others may say and ask

    @workflow.signal(name=party.REQUEST)
    def request(self, request: SyncRequest) -> None:
        """Ask for a sync; joins one that has not begun."""
        self._note(request)

    @workflow.update
    async def sync_now(self, request: SyncRequest) -> SyncOutcome:
        """Ask for a sync and get its outcome, also that of a failing one."""
        mine = self._note(request)
        await workflow.wait_condition(lambda: self._answered >= mine)
        assert self._last is not None
        return self._last

    @workflow.query(name=party.STATE)
    def state(self) -> PartyState:
        """What is asked, what is still to be written or told, and the last outcome."""
        return PartyState(
            party_id=self._party_id,
            asked=self._asked,
            answered=self._answered,
            reasons=tuple(sorted(self._reasons)),
            landed_unwritten=self._ledger.owed if self._ledger.owed.stage is not Stage.NOTHING else None,
            untold=len(self._ledger.untold),
            overwritten=self._ledger.overwritten,
            last=self._last,
        )

    def _note(self, request: SyncRequest) -> int:
        self._asked += 1
        self._reasons.add(request.reason)
        self._plans.add(request.planned)
        if request.create_anyway:
            self._ledger.create_anyway, self._ledger.permit = True, request.at.isoformat()
        self._ledger.link = request.link or self._ledger.link
        self._ledger.choices |= {choice.field: choice for choice in request.choices}
        self._urgent_asked += request.reason in URGENT
        return self._asked

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
        telling = asyncio.create_task(self._tell_all())
        failure: FaultReport | None = None
        await workflow.wait_condition(lambda: self._open() or self._cancelled)
        while self._open() or self._cancelled:
            if self._cancelled and not self._ledger.owed.open:
                self._ledger.tell_doubts()
                await workflow.wait_condition(lambda: not self._ledger.untold)
                if not DELETES & self._reasons:
                    raise asyncio.CancelledError
                await self._tell_delete()
                continue
            # A successor would not know of the cancel, so a cancelled run writes back to its own end.
            suggested = workflow.info().is_continue_as_new_suggested() and not self._cancelled
            if suggested and workflow.all_handlers_finished() and storable(self._order_for_successor()):
                await self._stop_telling(telling)
                if workflow.all_handlers_finished() and not self._cancelled:
                    workflow.continue_as_new(self._order_for_successor())
                telling = asyncio.create_task(self._tell_all())
            covers, self._urgent_heard = self._asked, self._urgent_asked
            try:
                failure = await self._answer()
            except Restart:
                continue  # a person asked during a wait: the next sync answers everybody
            self._answered = covers
            await self._rest()
        # No await from here on: a request that arrives now makes the server refuse the closing (temporal.md §3).
        telling.cancel()
        if failure is not None:
            raise ApplicationError(
                web_ui.failure(self._party_id, failure), failure, type=failure.code, non_retryable=True
            )
        assert self._last is not None
        return self._last

    def _open(self) -> bool:
        return self._asked > self._answered or self._ledger.owed.open

    def _hurried(self) -> bool:
        """Whether a retry wait must end: somebody cannot wait, or the run was cancelled with nothing left to write."""
        if self._last_word:
            return False
        return self._urgent_asked > self._urgent_heard or (self._cancelled and not self._ledger.owed.open)

    async def _rest(self) -> None:
        """Wait for the next thing to do: a request, the next write-back, or all callers and people answered."""
        if self._ledger.owed.open:
            try:
                await workflow.wait_condition(
                    lambda: self._asked > self._answered, timeout=self._timing.write_back_again
                )
            except TimeoutError:
                return
        await workflow.wait_condition(
            lambda: self._open() or self._cancelled or (workflow.all_handlers_finished() and not self._ledger.untold)
        )

    def _order_for_successor(self) -> PartyOrder:
        carried = Carried(
            reasons=tuple(sorted(self._reasons)),
            plans=tuple(sorted(self._plans)),
            create_anyway=self._ledger.create_anyway,
            permit=self._ledger.permit,
            link=self._ledger.link,
            choices=tuple(self._ledger.choices.values()),
            owed=self._ledger.owed,
            untold=tuple(self._ledger.untold),
            overwritten=self._ledger.overwritten,
            doubtful=self._ledger.doubtful,
        )
        return PartyOrder(party_id=self._party_id, timing=self._timing, carried=carried)

    @property
    def _failing(self) -> Failing:
        return Failing(self._party_id, self._timing, self._ledger, self._hurried)

    # ------------------------------------------------------------------ one answer

    async def _answer(self) -> FaultReport | None:
        """One sync answers all that was asked before it began; the fault if it failed. Raises StartOver."""
        self._began = workflow.now()
        web_ui.show_begin(self._reasons)
        reasons, plans = frozenset(self._reasons), frozenset(self._plans)
        self._reasons.clear()
        self._plans.clear()
        on_trial = Reason.TRIAL in reasons
        sync = Sync(
            self._party_id,
            self._timing,
            self._ledger,
            self._hurried,
            attempts=1 if self._ledger.owed.attempts_used_up or on_trial else self._timing.attempts,
            choices=tuple(self._ledger.choices.values()),
            by_hand=reasons <= {Reason.PERSON},
            planned=_plan(plans),
            recovered=bool(reasons & RECOVERED),
            rival_settled=Reason.RIVAL in reasons,
            together=Reason.DELETED_TOGETHER in reasons,
        )
        fault: FaultReport | None = None
        try:
            self._last = await sync.run()
            await self._wait_for_an_answer()
        except Restart:
            self._ask_again(reasons, plans)
            raise
        except (StepFailed, ApplicationError) as failed:
            choices = self._ledger.choices
            why = failed.fault if isinstance(failed, StepFailed) else report(failed)  # a step that cannot be stored
            try:
                fault = await self._give_up(sync, why, on_trial=on_trial)
            except Restart:
                # Who chose gets the outcome of the next sync, so that one has to try it.
                self._ledger.choices = {**choices, **self._ledger.choices}
                self._ask_again(reasons, plans)
                raise
        self._tried_twice = False
        self._explain()
        return fault

    async def _wait_for_an_answer(self) -> None:
        """What an outage left as a question is looked up again when it is over; once it is written, the party waits."""
        fault, self._ledger.left_by = self._ledger.left_by, None
        if fault is not None and fault.blame is Blame.SYSTEM and fault.system is not None:
            await self._failing.report_outage(fault)

    def _ask_again(self, reasons: frozenset[Reason], plans: frozenset[str]) -> None:
        """What was not answered is answered by the next sync."""
        self._reasons |= reasons
        self._plans |= plans

    async def _give_up(self, sync: Sync, fault: FaultReport, *, on_trial: bool) -> FaultReport:
        """The sync failed. Raises StartOver where a person asks before that is told."""
        if not self._ledger.owed.open:
            # Who chose learns that it failed; what cannot be written must not fail the next sync, too.
            self._ledger.heard(sync.choices)
        self._ledger.tell_doubts()
        return await self._failed(fault, on_trial=on_trial)

    async def _tell_delete(self) -> None:
        """Before a cancelled run ends: EspoCRM says only once that a party is deleted. Any other is left alone."""
        self._began = workflow.now()
        self._reasons -= DELETES
        self._last_word = True  # the cancel would end the very first wait
        sync = Sync(self._party_id, self._timing, self._ledger, self._hurried, self._timing.attempts)
        try:
            deleted = await sync.tell_if_gone()
            if deleted is None:
                return
            self._last = deleted
        except StepFailed as failed:
            try:
                await self._failed(failed.fault, on_trial=False)
            except Restart:  # only now EspoCRM answered that the record is gone
                self._reasons.add(Reason.DELETED)
                return
        self._explain()

    async def _failed(self, fault: FaultReport, *, on_trial: bool) -> FaultReport:
        """Status first, then the message (design §6). A system's fault is told by its outage, once for all parties."""
        blame = await self._failing.blame(fault, began=self._began)
        if on_trial and blame is Blame.PARTY and fault.blame is Blame.UNCLEAR and not self._tried_twice:
            # The system may have come back between call and probe: the party's own is what it refuses once more.
            self._tried_twice = True
            raise Restart(moved=True)
        fault = fault.model_copy(update={"blame": blame})
        outage = fault.blame is Blame.SYSTEM and fault.system is not None
        if self._timing.observe:
            self._last = self._failed_outcome(fault, "").model_copy(update={"observed": True})
            return fault
        if self._ledger.owed.open:
            known, kind = self._not_written_back(fault, outage=outage), FindingKind.NOT_WRITTEN_BACK
        else:
            known, kind = await self._failed_for_good(fault, on_trial=on_trial), FindingKind.FAILED
        if outage and not on_trial:
            await self._failing.report_outage(fault)
        if not outage and not known:
            self._ledger.tell((self._failing.finding(kind, fault),))
        return fault

    def _not_written_back(self, fault: FaultReport, *, outage: bool) -> bool:
        """What landed waits for EspoCRM; whether people know why."""
        owed = self._ledger.owed
        told = "" if outage else fault.told
        self._last = self._failed_outcome(fault, "").but(bet_nr=owed.bet_nr)
        self._trouble = Trouble(fault.kind, told)
        self._ledger.owed = owed.used_up(told)
        return fault.told in owed.causes_told

    async def _failed_for_good(self, fault: FaultReport, *, on_trial: bool) -> bool:
        """Nothing landed: the status says so, where EspoCRM takes one; whether people know it."""
        permanent = fault.blame is Blame.PARTY
        self._trouble = Trouble(fault.kind, fault.told if permanent else "")
        known = fault.code == Paused.code
        if not known:
            written = await self._failing.write_failure(fault, permanent=permanent, once=on_trial)
            known = written.known
            self._trouble = replace(self._trouble, unwritten=permanent and written.refused)
        status = SyncStatus.PERMANENTLY_FAILED if permanent else SyncStatus.FAILED
        self._last = self._failed_outcome(fault, status.value)
        return known

    def _failed_outcome(self, fault: FaultReport, status: str) -> SyncOutcome:
        return SyncOutcome(
            party_id=self._party_id, result="failed", status=status, bet_nr=self._ledger.bet_nr, failure=fault
        )

    async def _tell_all(self) -> None:
        """Tell people one message after the other, beside the loop: a message's retries delay no sync."""
        self._handing_over = False
        while not self._handing_over:
            await workflow.wait_condition(lambda: bool(self._ledger.untold))
            message = self._ledger.untold[0]
            kinds = ", ".join(sorted({finding.kind.value for finding in message.findings}))
            config = options.telling(self._timing, f"tell: {kinds}")
            self._telling = workflow.start_activity_method(NotificationActivities.tell, message, **config)
            try:
                await self._telling
            except ActivityError:
                return  # withdrawn while it waited for its next try: the successor tells
            self._ledger.untold.pop(0)
            self._telling = None

    async def _stop_telling(self, telling: "asyncio.Task[None]") -> None:
        """A message that is just being sent is sent to the end; one that waits goes to the successor."""
        self._handing_over = True
        (self._telling or telling).cancel()
        await workflow.wait([telling])

    def _explain(self) -> None:
        """What the Web UI shows without opening an event: ids and states only."""
        outcome = self._last
        assert outcome is not None, "an answer leaves an outcome"
        metrics.count(outcome, self._began)
        trouble, self._trouble = self._trouble, None
        create_open = self._ledger.owed.stage is not Stage.NOTHING
        web_ui.show_outcome(outcome, create_open=create_open, trouble=trouble)


def _plan(plans: frozenset[str]) -> str:
    """What the sync is held to; nothing, as soon as anybody else asks for the party as it is now."""
    return next(iter(plans)) if len(plans) == 1 else ""
