"""One sync of a party: read both sides, decide, at most one write to Advoware, at most one to EspoCRM.

`Sync.run` repeats this while a side moves under it. What landed in Advoware and is not yet written to EspoCRM stands in
the run's memory, which outlives the sync: only this run knows betNr, rowId and base (design §3). Enter a betNr that was
named: linking.py. Read and decide: reading.py. Create: creating.py. A record that is gone: deleting.py.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from beteiligte.decide.decision import Action, Decision
    from beteiligte.decide.findings import FindingKind
    from beteiligte.decide.last_word import LastWord
    from beteiligte.decide.situation import Situation
    from beteiligte.decide.word import Word
    from beteiligte.faults import Blame, Stale
    from beteiligte.request_reason import Reason
    from beteiligte.sync_status import DELETE_TOLD
    from contracts.carried_state import Memory
    from contracts.fault_report import FaultReport
    from contracts.inbox import Batch
    from contracts.party import SyncOutcome
    from contracts.reading import Fetched
    from contracts.writing import WrittenBack
    from workflows import web_ui
    from workflows.party.calls import ActivityCalls
    from workflows.party.creating import Creating
    from workflows.party.deleting import Deleting
    from workflows.party.linking import Linking
    from workflows.party.plan_hold import PlanHold
    from workflows.party.reading import Comparison, Reading
    from workflows.party.writing import Writing, showing_syncing
    from workflows.steps import Restart, Showing, StepFailed


class Sync:
    """One sync: it answers a batch of requests, and adds to it what it finds out."""

    def __init__(self, calls: ActivityCalls, memory: Memory, batch: Batch) -> None:
        """Nothing is read yet."""
        self.found: str | None = None
        """The status that the record had when it was first read."""
        self._calls = calls
        self._memory = memory
        self._batch = batch
        self._plan = PlanHold(batch.planned or "")
        self._reading = Reading(calls)
        self._linking = Linking(memory, batch, self._plan, self._reading)
        self._creating = Creating(memory, batch, self._reading)
        self._writing = Writing(calls, memory, self._plan, self._creating)

    async def run(self) -> SyncOutcome:
        """The outcome. Raises Restart when a person asked meanwhile, StepFailed."""
        for _ in range(self._calls.timing.rounds + 1):
            try:
                outcome, unsettled = await self._round()
            except Restart as over:
                if not over.moved:
                    raise
                continue
            if not unsettled:
                return outcome
        moving = FaultReport(code=Stale.code, message="the party moved during every reading", blame=Blame.SYSTEM)
        raise StepFailed(moving)

    async def tell_if_gone(self) -> SyncOutcome | None:
        """The outcome of a record that is gone, told to people; none of one that exists. Raises StepFailed."""
        espocrm = await self._reading.espocrm()
        return await self._gone(Fetched(espocrm=espocrm)) if espocrm.gone else None

    async def _round(self) -> tuple[SyncOutcome, bool]:
        """Read, decide, land, write back: the outcome, and whether one more round is due."""
        await self._linking.enter()
        fetched = await self._read()
        if outcome := await self._without_writing(fetched):
            return outcome, False
        showing = self._showing(locked=fetched.espocrm.locked)
        try:
            seen = await self._compare(fetched)
            if self._off_plan(seen):
                return self._not_as_planned(seen), False
            await self._look_again(seen)
            landed = await self._writing.land(seen)
        except Exception:  # and no `finally`: a run that a worker puts out of its memory must not wait there
            if showing:
                await showing.stop()
            raise
        marked = await showing.stop() if showing else None
        if not (landed or seen.compared.write_back or marked or self._memory.owed.open):
            return self._outcome(seen.situation, seen.decision).but(nothing_left=self._plan.holds), False
        situation = showing_syncing(seen.situation, marked)
        written = await self._writing.write_back(situation, seen.decision, landed)
        await self._ask_rivals(situation, seen.decision)
        return self._outcome(situation, seen.decision, written), bool(written.unsettled)

    # ------------------------------------------------------------------ read and decide

    async def _read(self) -> Fetched:
        fetched = await self._reading.fetch(self._memory.owed.in_force)
        self._memory.read(fetched.espocrm)
        self.found = self.found or fetched.espocrm.status
        if self._calls.setback.met or fetched.espocrm.first_link:
            # Of a deleted record only a run tells its betNr; one that is not new an earlier run has shown.
            web_ui.show_bet_nr(self._memory.bet_nr)
        return fetched

    def _showing(self, *, locked: bool) -> Showing | None:
        """A locked record takes no status; what a plan holds to may be left as it is."""
        if self._plan.holds or locked:
            return None
        return Showing(self._calls.party_id, self._calls.timing, self._calls.setback)

    async def _without_writing(self, fetched: Fetched) -> SyncOutcome | None:
        """The outcome of a record that is gone or left alone, or for which a betNr was named that does not exist."""
        if fetched.espocrm.gone:
            self._memory.unpark()
            return await self._gone(fetched)
        if self._calls.timing.observe or fetched.espocrm.excluded:
            return await self._observed(fetched)
        self._memory.unpark()
        if self._linking.unknown is not None and self._batch.by_hand and not self._memory.owed.open:
            return await self._nothing_linked(fetched)
        return None

    async def _compare(self, fetched: Fetched) -> Comparison:
        seen = await self._reading.compare(fetched, self._batch, self._memory.owed)
        self._memory.settle_doubts(seen.situation, seen.decision)
        return seen

    def _off_plan(self, seen: Comparison) -> bool:
        return self._plan.forbids(seen.decision, seen.situation.bet_nr, begun=self._memory.owed.open)

    async def _look_again(self, seen: Comparison) -> None:
        """Whether a question that was asked before can be answered by now. Raises Restart where it can."""
        if not seen.compared.look_up:
            return
        again = seen.situation.word == Word.AGAIN
        if (self._batch.recovered or again) and seen.leaves_create_open:
            await self._creating.look_again(seen.situation)
        if (self._batch.rival_settled or again) and seen.leaves_party_unknown:
            await self._creating.look_for_the_rest(seen.situation, seen.compared)

    async def _ask_rivals(self, situation: Situation, decision: Decision) -> None:
        """Records that were held beside this one: nothing else would look at them again.

        This one is settled, whatever comes of it.
        """
        if not situation.asked or decision.held or self._batch.rival_settled:
            return
        try:
            parties = await self._reading.rivals(situation)
        except (Restart, StepFailed):
            parties = situation.rivals
        await self._calls.ask_for(parties, Reason.RIVAL, "ask for records that suited the same party")

    # ------------------------------------------------------------------ outcomes

    async def _gone(self, fetched: Fetched) -> SyncOutcome:
        """The record was deleted in EspoCRM."""
        gone = await Deleting(self._memory, self._batch, self._reading).settle(fetched.espocrm)
        outcome = self._outcome(gone.situation, gone.decision)
        return outcome.but(
            plan_changed=self._plan.holds,
            observed=self._calls.timing.observe,
            status=DELETE_TOLD if gone.told else outcome.status,
            to_tell=gone.to_tell,
        )

    async def _observed(self, fetched: Fetched) -> SyncOutcome:
        """What would be done, in observe mode or with an excluded record; nothing is written.

        Nobody is told but of what landed, or may have, before the record was excluded.
        """
        seen = await self._reading.compare(fetched, self._batch)
        excluded = fetched.espocrm.excluded
        outcome = self._outcome(seen.situation, seen.decision).but(plan_changed=self._plan.holds and excluded)
        if self._calls.timing.observe:
            return outcome.but(observed=True)
        told = self._memory.exclude()
        return outcome.but(findings=told, bet_nr=self._memory.bet_nr if told else outcome.bet_nr)

    async def _nothing_linked(self, fetched: Fetched) -> SyncOutcome:
        """Whoever named a betNr that does not exist gets that as the answer: above all nothing is created for it."""
        seen = await self._reading.compare(fetched, self._batch.without_choices)
        still_open = (*seen.decision.findings, *seen.decision.still_open)
        return self._outcome(seen.situation, seen.decision).but(
            to_advoware={}, to_espocrm={}, findings=(), still_open=still_open
        )

    def _not_as_planned(self, seen: Comparison) -> SyncOutcome:
        """Nothing was written: it would be something else by now, or was done before."""
        decision = seen.decision
        left = decision.action is not Action.NOTHING or bool(decision.to_espocrm or decision.findings)
        return self._outcome(seen.situation, decision).but(
            plan_changed=left, nothing_left=not left, to_advoware={}, to_espocrm={}
        )

    def _outcome(self, situation: Situation, decision: Decision, written: WrittenBack | None = None) -> SyncOutcome:
        self._batch.create_anyway = self._batch.create_anyway and not situation.create_anyway
        return SyncOutcome(
            party_id=self._calls.party_id,
            result=decision.result.value,
            status=written.status if written else (situation.espocrm.status or ""),
            bet_nr=(written.bet_nr if written else None) or situation.bet_nr or situation.last_bet_nr,
            to_advoware=decision.to_advoware,
            to_espocrm=decision.to_espocrm,
            findings=written.findings if written else decision.findings,
            still_open=decision.still_open,
            declined=decision.declined,
            earlier=_earlier(situation, decision),
            overwritten=self._memory.overwritten,
            fingerprint=self._plan.fingerprint(decision),
            unknown_link=self._linking.unknown,
        )


def _earlier(situation: Situation, decision: Decision) -> LastWord | None:
    """What was decided before, where a choice came too late for it or both sides hold what was chosen."""
    told = (*situation.owed.findings, *decision.findings)
    carried_out = any(found.kind is FindingKind.DECIDED for found in told)
    return situation.stored_head.last if situation.choices and not carried_out else None
