"""One sync of a party: read both sides, decide, at most one write to Advoware, at most one to EspoCRM.

Reading and deciding: reading.py. `Sync.run` repeats this while a side moves under it. What landed in Advoware and is
not yet written to EspoCRM stands in the Ledger, which outlives the sync: only this run knows betNr, rowId and base
(design §3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.advoware import AdvowareActivities
    from activities.espocrm import EspoCrmActivities
    from activities.outage import OutageActivities
    from activities.write_back import WriteBackActivities
    from beteiligte.decide.base import agreed
    from beteiligte.decide.choice import Choice
    from beteiligte.decide.decision import Action, Decision
    from beteiligte.decide.findings import FindingKind
    from beteiligte.decide.plan import as_shown, fingerprint
    from beteiligte.decide.situation import Situation
    from beteiligte.faults import Blame, Stale
    from beteiligte.reason import Reason
    from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot, Side
    from beteiligte.settle.settlement import Landed
    from beteiligte.status import DELETE_TOLD, SyncStatus
    from contracts.comparing import Compared
    from contracts.faults import LOCKED, FaultReport
    from contracts.outage import AskOrder
    from contracts.party import SyncOutcome
    from contracts.timing import Timing
    from contracts.writing import LinkOrder, Marked, PushOrder, WriteBackOrder, WrittenBack
    from workflows import options, web_ui
    from workflows.party.creating import Creating
    from workflows.party.deleting import Deleting
    from workflows.party.ledger import Ledger
    from workflows.party.reading import Reading
    from workflows.steps import Restart, Showing, StepFailed, finish

T = TypeVar("T")


@dataclass
class Sync:
    """One sync; `hurried` says when a retry wait must end."""

    party_id: str
    timing: Timing
    ledger: Ledger
    hurried: Callable[[], bool]
    attempts: int
    choices: tuple[Choice, ...] = ()
    """Made before it began: whoever chooses later gets the outcome of the next sync, and his choice with it."""
    by_hand: bool = False
    """Only people asked: what a delivery asks for as well is synced whatever they said."""
    planned: str = ""
    """What a person saw in a plan, as `Line.held_to` has it: this or nothing is done."""
    together: bool = False
    """Whoever asked tells of a deleted party himself, together with others."""
    recovered: bool = False
    """A system is thought to work again: what its outage left as a question is looked up once more."""
    rival_settled: bool = False
    """A record that suited the same party has been settled: what is left for this one is looked for once more."""
    done: str = ""
    """The fingerprint of what was written first: a round that only ends it decides something else."""
    entered: bool = False
    """It has entered a betNr in EspoCRM."""
    unknown_link: int | None = None
    """A betNr that a person named and that Advoware does not have."""
    moved_on: bool = False
    """A link was not entered, since the party would be something else by now."""

    async def run(self) -> SyncOutcome:
        """The outcome. Raises StartOver when a person asked meanwhile, StepFailed."""
        for _ in range(self.timing.rounds + 1):
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
        return await self._gone(espocrm) if espocrm.gone else None

    async def _round(self) -> tuple[SyncOutcome, bool]:
        if self.ledger.link is not None and not self.timing.observe and await self._may_link(self.ledger.link):
            await self._link(self.ledger.link)
        espocrm = await self._reading.espocrm()
        self.ledger.assigned = espocrm.assigned or self.ledger.assigned
        self.ledger.called = espocrm.called or self.ledger.called
        self.ledger.bet_nr = espocrm.bet_nr or self.ledger.bet_nr
        web_ui.show_bet_nr(self.ledger.bet_nr)
        if espocrm.gone:
            self.ledger.take_in()
            return await self._gone(espocrm), False
        if self.timing.observe or espocrm.excluded:
            return await self._observed(espocrm), False
        self.ledger.take_in()
        if self.unknown_link is not None and self.by_hand and not self.ledger.owed.open:
            return await self._nothing_linked(espocrm), False
        showing = None if self.planned or espocrm.locked else Showing(self.party_id, self.timing)
        try:
            situation, record = await self._reading.situation(
                espocrm,
                self.ledger.owed,
                create_anyway=self.ledger.create_anyway,
                choices=self.choices,
            )
            compared = await self._reading.decide(situation)
            self.ledger.settle_doubts(situation, compared.decision)
            if self._off_plan(situation, compared.decision):
                return self._not_as_planned(situation, compared.decision), False
            if self.recovered and compared.look_up and _left_unanswered(compared.decision):
                await self._creating.look_again(situation)
            if self.rival_settled and compared.look_up and _left_unknown(situation, compared.decision):
                await self._creating.look_for_the_rest(situation, compared)
            if situation.stopped_by_lock(writes=compared.writes):
                raise StepFailed(LOCKED)
            landed = await self._land(situation, compared, record)
        except Exception:  # and no `finally`: a run that a worker puts out of its memory must not wait there
            if showing:
                await showing.stop()
            raise
        marked = await showing.stop() if showing else None
        if marked is not None:
            situation = _showing_syncing(situation, marked)
        if not (landed or compared.write_back or marked or self.ledger.owed.open):
            left = {"nothing_left": bool(self.planned)}
            return self._outcome(situation, compared.decision, None).model_copy(update=left), False
        written = await self._write_back(situation, compared.decision, landed)
        if situation.asked and not compared.decision.held and not self.rival_settled:
            await self._ask_rivals(situation)
        return self._outcome(situation, compared.decision, written), bool(written.unsettled)

    async def _observed(self, espocrm: EspoSnapshot) -> SyncOutcome:
        """What would be done, in observe mode or with an excluded record; nothing is written.

        Nobody is told but of what landed, or may have, before the record was excluded.
        """
        situation, _ = await self._reading.situation(
            espocrm, create_anyway=self.ledger.create_anyway, choices=self.choices
        )
        compared = await self._reading.decide(situation)
        outcome = self._outcome(situation, compared.decision, None)
        changed = bool(self.planned) and espocrm.excluded
        if self.timing.observe:
            return outcome.model_copy(update={"observed": True, "plan_changed": changed})
        begun = self.ledger.owed.open or bool(self.ledger.doubtful)
        told = self.ledger.leave_out() if begun else ()
        bet_nr = self.ledger.bet_nr if told else outcome.bet_nr
        return outcome.model_copy(update={"findings": told, "bet_nr": bet_nr, "plan_changed": changed})

    @property
    def _reading(self) -> Reading:
        return Reading(self.party_id, self.timing, self.hurried, self.attempts)

    @property
    def _creating(self) -> Creating:
        return Creating(self.timing, self.ledger, self.hurried, self._reading)

    # ------------------------------------------------------------------ writing

    async def _may_link(self, bet_nr: int) -> bool:
        """Whether a link is still what the plan showed; decided as if the betNr stood there, before it is entered.

        One that was found after an unanswered create is no question: what the plan showed has been begun.
        """
        if not self.planned or self.ledger.owed.open:
            return True
        espocrm = await self._reading.espocrm()
        if not espocrm.gone and not espocrm.excluded and espocrm.bet_nr is None:
            situation, _ = await self._reading.situation(espocrm.linked_to(bet_nr))
            compared = await self._reading.decide(situation)
            if as_shown(self.planned, compared.decision, bet_nr):
                return True
        self.ledger.link, self.moved_on = None, True
        return False

    def _off_plan(self, situation: Situation, decision: Decision) -> bool:
        """Whether it would be something else by now. What was begun is ended: a doubt that arose under it is told."""
        if not self.planned or (as_shown(self.planned, decision, situation.bet_nr) and not self.moved_on):
            return False
        begun = self.ledger.owed.open or (self.entered and decision.held)
        return not begun

    async def _link(self, bet_nr: int) -> None:
        """Enter the betNr a person named, if Advoware knows it; it is then checked like any first link."""
        landed = self.ledger.owed_now.bet_nr is not None
        if not landed and await self._is_known(bet_nr):
            order = LinkOrder(party_id=self.party_id, bet_nr=bet_nr)
            config = options.calling(self.timing, f"enter betNr {bet_nr} in EspoCRM", attempts=self.attempts)
            await finish(workflow.start_activity_method(EspoCrmActivities.link, order, **config), self.hurried)
            self.entered = True
        if self.ledger.link == bet_nr:
            self.ledger.link = None

    async def _is_known(self, bet_nr: int) -> bool:
        """Whether Advoware has the party a person named."""
        try:
            gone = (await self._reading.advoware(bet_nr, never_linked=True)).gone
        except StepFailed:
            # Of a record that is gone the failure cannot be written either: it would be asked for without an end.
            if not (await self._reading.espocrm()).gone:
                raise
            gone = True
        self.unknown_link = bet_nr if gone else None
        return not gone

    async def _land(self, situation: Situation, compared: Compared, record: AdvowareSnapshot | None) -> Landed | None:
        decision = compared.decision
        if decision.action is Action.PUSH and record is not None:
            landed = await self._push(record, decision)
        elif decision.action is Action.CREATE:
            landed = await self._creating.create(situation, compared)
        else:
            return None
        self.ledger.bet_nr = landed.bet_nr
        self.ledger.owed = self.ledger.owed.landed(
            landed.bet_nr,
            landed.row_id,
            agreed(situation.espocrm.side.values, landed.values),
            (*decision.findings, *landed.findings),
            fingerprint(decision),
        )
        return landed

    async def _push(self, record: AdvowareSnapshot, decision: Decision) -> Landed:
        seen = record.model_copy(update={"side": Side()})
        order = PushOrder(party_id=self.party_id, seen=seen, values=decision.to_advoware)
        summary = f"write Advoware: {', '.join(sorted(decision.to_advoware))}"
        config = options.calling(self.timing, summary, attempts=self.attempts)
        handle = workflow.start_activity_method(AdvowareActivities.push, order, **config)
        return await self._written(handle, decision)

    async def _written(self, handle: "workflow.ActivityHandle[T]", decision: Decision) -> T:
        """A write's answer. One that is given up may have landed: what it overwrites must not go untold."""
        try:
            return await finish(handle, self.hurried)
        except (Restart, StepFailed):
            self.ledger.doubt(decision.findings)
            raise

    async def _write_back(self, situation: Situation, decision: Decision, landed: Landed | None) -> WrittenBack:
        order = WriteBackOrder(situation=situation, decision=decision, landed=landed)
        summary = f"write EspoCRM: {', '.join(sorted(decision.to_espocrm)) or 'bookkeeping'}"
        config = options.calling(self.timing, summary, attempts=self.attempts)
        handle = workflow.start_activity_method(WriteBackActivities.write_back, order, **config)
        written = await self._written(handle, decision)
        owed = self.ledger.owed
        self.done = self.done or owed.plan or fingerprint(decision)
        self.ledger.owed = owed.written_back() if owed.open else owed
        self.ledger.tell((*owed.findings, *written.findings))
        return written

    async def _ask_rivals(self, situation: Situation) -> None:
        """Records that were held beside this one: nothing else would look at them again.

        This one is settled, whatever comes of it.
        """
        try:
            parties = await self._reading.rivals(situation)
        except (Restart, StepFailed):
            parties = situation.rivals
        if not parties:
            return
        order = AskOrder(party_ids=parties, reason=Reason.RIVAL)
        config = options.asking(self.timing.call, "ask for records that suited the same party")
        await workflow.execute_activity_method(OutageActivities.ask, order, **config)

    # ------------------------------------------------------------------ outcomes

    async def _gone(self, espocrm: EspoSnapshot) -> SyncOutcome:
        """The record was deleted in EspoCRM."""
        gone = await Deleting(self.timing, self.ledger, self._reading, self.together).settle(espocrm, self.choices)
        outcome = self._outcome(gone.situation, gone.decision, None)
        return outcome.model_copy(
            update={
                "plan_changed": bool(self.planned),
                "observed": self.timing.observe,
                "status": DELETE_TOLD if gone.told else outcome.status,
                "to_tell": gone.to_tell,
            }
        )

    async def _nothing_linked(self, espocrm: EspoSnapshot) -> SyncOutcome:
        """Whoever named a betNr that does not exist gets that as the answer: above all nothing is created for it."""
        situation, _ = await self._reading.situation(espocrm, create_anyway=self.ledger.create_anyway)
        decision = (await self._reading.decide(situation)).decision
        untold = {"findings": (), "still_open": (*decision.findings, *decision.still_open)}
        nothing = {"to_advoware": {}, "to_espocrm": {}, **untold}
        return self._outcome(situation, decision, None).model_copy(update=nothing)

    def _not_as_planned(self, situation: Situation, decision: Decision) -> SyncOutcome:
        """Nothing was written: it would be something else by now, or was done before."""
        left = decision.action is not Action.NOTHING or bool(decision.to_espocrm or decision.findings)
        how = {"plan_changed": left, "nothing_left": not left, "to_advoware": {}, "to_espocrm": {}}
        return self._outcome(situation, decision, None).model_copy(update=how)

    def _outcome(self, situation: Situation, decision: Decision, written: WrittenBack | None) -> SyncOutcome:
        self.ledger.create_anyway = self.ledger.create_anyway and not situation.create_anyway
        self.ledger.heard(self.choices)
        return SyncOutcome(
            party_id=self.party_id,
            result=decision.result.value,
            status=written.status if written else (situation.espocrm.status or ""),
            bet_nr=(written.bet_nr if written else None) or situation.bet_nr or situation.last_bet_nr,
            to_advoware=decision.to_advoware,
            to_espocrm=decision.to_espocrm,
            findings=written.findings if written else decision.findings,
            still_open=decision.still_open,
            declined=decision.declined,
            overwritten=self.ledger.overwritten,
            fingerprint=self.done or fingerprint(decision),
            unknown_link=self.unknown_link,
        )


def _left_unanswered(decision: Decision) -> bool:
    """Whether people were asked what became of a create."""
    return any(finding.kind is FindingKind.CREATE_UNANSWERED for finding in decision.still_open)


def _left_unknown(situation: Situation, decision: Decision) -> bool:
    """Whether people were asked who the party is, and no create may have made it."""
    known = any(finding.kind is FindingKind.SEVERAL_MATCH for finding in decision.still_open)
    return known and bool(situation.stored_head.asked) and not situation.owed.open


def _showing_syncing(situation: Situation, marked: Marked) -> Situation:
    """Our own write moved status and version; a version that moved further is somebody else's and ends in Stale."""
    seen = situation.espocrm
    expected = None if seen.version is None else seen.version + 1
    version = expected if marked.version == expected else seen.version
    shown = seen.model_copy(update={"status": SyncStatus.SYNCING.value, "version": version})
    return situation.model_copy(update={"espocrm": shown})
