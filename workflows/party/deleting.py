"""A record that EspoCRM has no more: what it was linked to, who is told, and whom it held up (design §5)."""

from dataclasses import dataclass

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.outage import OutageActivities
    from beteiligte.decide.choice import Choice
    from beteiligte.decide.decision import Decision
    from beteiligte.decide.findings import Finding
    from beteiligte.decide.owed import Stage
    from beteiligte.decide.situation import Situation
    from beteiligte.reason import Reason
    from beteiligte.record.snapshots import EspoSnapshot
    from contracts.outage import AskOrder
    from contracts.timing import Timing
    from workflows import options, web_ui
    from workflows.party.ledger import Ledger
    from workflows.party.reading import Reading


@dataclass(frozen=True)
class Deleted:
    """What came of it."""

    situation: Situation
    decision: Decision
    told: bool
    """People know, or whoever asked tells them."""
    to_tell: tuple[Finding, ...] = ()
    """What whoever asked tells."""


@dataclass(frozen=True)
class Deleting:
    """A party whose record is gone. `together`: whoever asked tells of many such parties in one message."""

    timing: Timing
    ledger: Ledger
    reading: Reading
    together: bool

    async def settle(self, espocrm: EspoSnapshot, choices: tuple[Choice, ...]) -> Deleted:
        """Told with the betNr, which only an earlier run may know; what was never synced concerns nobody."""
        situation, waiting = await self.reading.deleted(espocrm, self.ledger.owed_now, choices=choices)
        decision = (await self.reading.decide(situation)).decision
        self.ledger.bet_nr = situation.bet_nr or situation.last_bet_nr or self.ledger.bet_nr
        left = (*self.ledger.deleted(creating=web_ui.creating()), *self.ledger.doubtful)
        known = situation.lost or situation.delete_told or left or self.ledger.owed.stage is Stage.PARKED
        told = bool(known) and not self.timing.observe
        to_tell = decision.findings if told and self.together and not left else ()
        if told and not to_tell:
            self.ledger.tell((*left, *decision.findings), on_record=False)
            self.ledger.doubtful = ()
        if waiting and not self.timing.observe:
            await self._ask_for(waiting)
        return Deleted(situation, decision, told, to_tell)

    async def _ask_for(self, parties: tuple[str, ...]) -> None:
        """Records that were held since this one had their betNr, too: nothing else would look at them again."""
        order = AskOrder(party_ids=parties, reason=Reason.UPDATED)
        config = options.asking(self.timing.call, "ask for who holds the betNr alone now")
        await workflow.execute_activity_method(OutageActivities.ask, order, **config)
