"""A record that EspoCRM has no more: what it was linked to, who is told, and whom it held up (design §5)."""

from dataclasses import dataclass

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from beteiligte.decide.decision import Decision
    from beteiligte.decide.findings import Finding
    from beteiligte.decide.owed import Stage
    from beteiligte.decide.situation import Situation
    from beteiligte.record.snapshots import EspoSnapshot
    from beteiligte.request_reason import Reason
    from contracts.carried_state import Memory
    from contracts.inbox import Batch
    from workflows import web_ui
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
    """A party whose record is gone."""

    memory: Memory
    batch: Batch
    reading: Reading

    async def settle(self, espocrm: EspoSnapshot) -> Deleted:
        """Told with the betNr, which only an earlier run may know; what was never synced concerns nobody."""
        memory, observe = self.memory, self.reading.calls.timing.observe
        situation, waiting = await self.reading.deleted(
            espocrm, memory.landed_now, choices=self.batch.choices, read_before=memory.bet_nr
        )
        decision = (await self.reading.decide(situation)).decision
        memory.bet_nr = situation.bet_nr or situation.last_bet_nr or memory.bet_nr
        left = memory.delete(create_begun=web_ui.create_begun() is not None)
        known = situation.lost or situation.delete_told or left or memory.owed.stage is Stage.PARKED
        told = bool(known) and not observe
        to_tell = decision.findings if told and self.batch.together and not left else ()
        if told and not to_tell:
            memory.tell((*left, *decision.findings), on_record=False)
            memory.in_doubt = ()
        if not observe:  # they were held since this one had their betNr, too
            await self.reading.calls.ask_for(waiting, Reason.UPDATED, "ask for who holds the betNr alone now")
        return Deleted(situation, decision, told, to_tell)
