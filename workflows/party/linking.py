"""Enter the betNr that a person named, or a look-up found, before the party is read: it is then checked like any."""

from dataclasses import dataclass

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.espocrm import EspoCrmActivities
    from contracts.carried_state import Memory
    from contracts.inbox import Batch
    from contracts.reading import Fetched
    from contracts.writing import LinkOrder
    from workflows.party.plan_hold import PlanHold
    from workflows.party.reading import Reading
    from workflows.steps import StepFailed


@dataclass
class Linking:
    """Of one sync. Raises Restart and StepFailed."""

    memory: Memory
    batch: Batch
    plan: PlanHold
    reading: Reading
    unknown: int | None = None
    """A betNr that a person named and that Advoware does not have."""

    async def enter(self) -> None:
        """Enter it, if there is one; each is tried until it is entered, or found to be none."""
        bet_nr = self.batch.link
        if bet_nr is None or self.reading.calls.timing.observe or not await self._may_enter(bet_nr):
            return
        landed = self.memory.landed_now.bet_nr is not None
        if not landed and await self._is_known(bet_nr):
            order = LinkOrder(party_id=self.reading.calls.party_id, bet_nr=bet_nr)
            await self.reading.calls.call(EspoCrmActivities.link, order, f"enter betNr {bet_nr} in EspoCRM")
            self.plan.entered = True
        self.batch.link = None

    async def _may_enter(self, bet_nr: int) -> bool:
        """Whether a link is still what the plan showed; decided as if the betNr stood there, before it is entered.

        One that was found after an unanswered create is no question: what the plan showed has been begun.
        """
        if not self.plan.holds or self.memory.owed.open:
            return True
        espocrm = await self.reading.espocrm()
        if not espocrm.gone and not espocrm.excluded and espocrm.bet_nr is None:
            situation, _ = await self.reading.situation(Fetched(espocrm=espocrm.linked_to(bet_nr)))
            compared = await self.reading.decide(situation)
            if self.plan.shows(compared.decision, bet_nr):
                return True
        self.batch.link, self.plan.moved_on = None, True
        return False

    async def _is_known(self, bet_nr: int) -> bool:
        """Whether Advoware has the party a person named."""
        try:
            gone = (await self.reading.advoware(bet_nr, never_linked=True)).gone
        except StepFailed:
            # Of a record that is gone the failure cannot be written either: it would be asked for without an end.
            if not (await self.reading.espocrm()).gone:
                raise
            gone = True
        self.unknown = bet_nr if gone else None
        return not gone
