"""Create exactly once: look first, name the create, POST once, settle what an unanswered one came to (design §5)."""

from dataclasses import dataclass

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.advoware import AdvowareActivities
    from beteiligte.decide.decision import Decision
    from beteiligte.decide.found import Candidates, Identity, searches_first
    from beteiligte.decide.owed import Stage
    from beteiligte.decide.plan import fingerprint
    from beteiligte.decide.situation import Situation
    from beteiligte.decide.word import permit
    from beteiligte.settle.settlement import Landed
    from contracts.carried_state import Memory
    from contracts.comparing import Compared
    from contracts.create_name import CreateName
    from contracts.inbox import Batch
    from contracts.look_up import LookUpOrder
    from contracts.writing import CreateOrder
    from workflows import options, web_ui
    from workflows.party.reading import Reading
    from workflows.steps import OutcomeUnknown, Restart, StepFailed, finish


@dataclass(frozen=True)
class Creating:
    """A party on its way into Advoware."""

    memory: Memory
    batch: Batch
    reading: Reading

    async def create(self, situation: Situation, compared: Compared) -> Landed:
        """POST once; raises Restart when an existing party is adopted or the outcome stays unknown."""
        values = compared.decision.to_advoware
        look_up = searches_first(compared.decision, look_up=compared.look_up, create_anyway=situation.allows_create)
        if look_up:
            found = await self.reading.look_up(LookUpOrder.about(situation))
            if self.memory.owed.stage is Stage.SEVERAL:
                self.memory.owed = self.memory.owed.looked_up()  # it was asked with other values
            self._adopt(found, asked=compared.keys)
        name = CreateName(link=situation.stored_head.bet_nr, permit=self.batch.permit or _permit(situation))
        try:
            return await self._post(CreateOrder(seen=situation.espocrm, values=values, name=name))
        except OutcomeUnknown as unknown:
            self.batch.create_anyway = False  # it answered the question before this one
            sent = "" if unknown.elsewhere else situation.record
            await self._settle_unknown(situation, compared.decision, sent, look_up=look_up, elsewhere=unknown.elsewhere)
            raise Restart(moved=True) from None

    async def _post(self, order: CreateOrder) -> Landed:
        """Show the create by its name before its POST: this run and those after it find it while it is in doubt.

        One that surely had no effect leaves the run as it was. Raises OutcomeUnknown.
        """
        before = web_ui.create_begun()
        if before is not None and before.blocks(order.name):
            raise OutcomeUnknown(elsewhere=True)
        web_ui.show_create(order.name)
        config = options.creating(self.reading.calls.timing, "create in Advoware")
        try:
            handle = workflow.start_activity_method(AdvowareActivities.create, order, **config)
            return await finish(handle, self.reading.calls.interrupt_wait, creating=True)
        except (Restart, StepFailed, ApplicationError):
            web_ui.show_create(before)
            raise

    async def _settle_unknown(
        self, situation: Situation, decision: Decision, sent: str, *, look_up: bool, elsewhere: bool
    ) -> None:
        """After an unanswered POST: adopt what is found, or leave the question open for a person.

        Another run's is not searched for in vain: the record may have been edited since, and what was sent is not
        known here.
        """
        self.memory.owed = self.memory.owed.not_answered(plan=fingerprint(decision), sent=sent)
        if look_up:
            try:
                # A POST may land long after its caller gave up; a look-up that came too early would double it.
                await workflow.sleep(self.reading.calls.timing.first_wait)
                order = LookUpOrder.about(situation, sent=True).but(values=decision.to_advoware)
                found = await self.reading.look_up(order)
            except Restart:
                return
            except StepFailed as failed:
                self.memory.left_by = failed.fault
                return
            if elsewhere and found.identity is Identity.NOBODY:
                return
            self._adopt(found)  # until its link is entered the create stays open
            self.memory.owed = self.memory.owed.looked_up()
            web_ui.show_create(None)
            self.batch.permit = workflow.info().original_execution_run_id  # which a reset keeps

    async def look_again(self, situation: Situation) -> None:
        """Search once more for what an unanswered create may have made. Raises Restart where that is an answer.

        That nothing is found is one only while the record is what was sent: who edits it hides the party from a search.
        """
        as_sent = situation.stored_head.sent == situation.record
        found = await self.reading.look_up(LookUpOrder.about(situation, sent=as_sent))
        if found.certain is not None:
            self.batch.link = found.certain
        elif found.identity is Identity.NOBODY and as_sent:
            self.batch.create_anyway = True
            self.batch.permit = workflow.info().original_execution_run_id
        else:
            return
        raise Restart(moved=True)

    async def look_for_the_rest(self, situation: Situation, compared: Compared) -> None:
        """Search once more, since another record took its part. Raises Restart where anything is left.

        Where nothing is, the two records may be one party's: that is no answer, and nothing is created.
        """
        found = await self.reading.look_up(LookUpOrder.about(situation))
        self._adopt(found, asked=compared.keys)

    def _adopt(self, found: Candidates, *, asked: str = "") -> None:
        """A certain match is entered in EspoCRM and then checked like any first link; a doubtful one is a person's."""
        if found.identity is Identity.NOBODY:
            return
        if found.identity is Identity.CERTAIN:
            self.batch.link = found.certain
        else:
            self.memory.owed = self.memory.owed.uncertain(found.named, found.names, asked=asked)
        raise Restart(moved=True)


def _permit(situation: Situation) -> str:
    """Of a create that a person allowed in the record."""
    return permit(situation.espocrm) if situation.allows_create and not situation.create_anyway else ""
