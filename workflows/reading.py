"""Read both sides and compare them: the first half of every sync, and all of a preview."""

from collections.abc import Callable
from dataclasses import dataclass

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.advoware import AdvowareActivities
    from activities.comparison import ComparisonActivities
    from activities.espocrm import EspoCrmActivities
    from activities.history import HistoryActivities
    from activities.orders import (
        Candidates,
        Compared,
        FetchParty,
        FetchRecord,
        FindHolders,
        LastRunOrder,
        LookUpOrder,
    )
    from beteiligte.choice import Choice
    from beteiligte.decision import Pending, Situation
    from beteiligte.kinds import Value
    from beteiligte.pace import Pace
    from beteiligte.record import AdvowareSnapshot, EspoSnapshot
    from workflows import options
    from workflows.steps import finish


@dataclass(frozen=True)
class Reading:
    """Reads one party; writes nothing. Every method raises StartOver and StepFailed."""

    party_id: str
    pace: Pace
    hurried: Callable[[], bool]
    attempts: int

    async def espocrm(self) -> EspoSnapshot:
        """The party in EspoCRM."""
        order = FetchParty(party_id=self.party_id)
        config = options.calling(self.pace, "read EspoCRM", attempts=self.attempts)
        return await finish(workflow.start_activity_method(EspoCrmActivities.fetch, order, **config), self.hurried)

    async def situation(
        self,
        espocrm: EspoSnapshot,
        pending: Pending | None = None,
        *,
        create_anyway: bool = False,
        choices: tuple[Choice, ...] = (),
    ) -> tuple[Situation, AdvowareSnapshot | None]:
        """What is compared, and the whole Advoware record, which only a push needs."""
        unread = Situation(espocrm=espocrm, pending=pending, create_anyway=create_anyway, choices=choices)
        if unread.bet_nr is None:
            return unread, None
        others = await self._other_holders(espocrm)
        record = await self.advoware(unread.bet_nr)
        lean = record.model_copy(update={"raw": {}})
        return unread.model_copy(update={"advoware": lean, "others": others}), record

    async def advoware(self, bet_nr: int) -> AdvowareSnapshot:
        """The party in Advoware."""
        order = FetchRecord(party_id=self.party_id, bet_nr=bet_nr)
        config = options.calling(self.pace, f"read Advoware, betNr {bet_nr}", attempts=self.attempts)
        handle = workflow.start_activity_method(AdvowareActivities.fetch, order, **config)
        return await finish(handle, self.hurried)

    async def look_up(self, values: dict[str, Value]) -> Candidates:
        """Parties in Advoware that it may be."""
        order = LookUpOrder(party_id=self.party_id, values=values)
        config = options.calling(self.pace, "look for an existing party", attempts=self.attempts)
        handle = workflow.start_activity_method(AdvowareActivities.look_up, order, **config)
        return await finish(handle, self.hurried)

    async def _other_holders(self, espocrm: EspoSnapshot) -> tuple[str, ...]:
        if espocrm.bet_nr is None or not (espocrm.first_link or espocrm.known_elsewhere):
            return ()
        order = FindHolders(party_id=self.party_id, bet_nr=espocrm.bet_nr)
        config = options.calling(self.pace, "who else holds this betNr?", attempts=self.attempts)
        handle = workflow.start_activity_method(EspoCrmActivities.holders, order, **config)
        return (await finish(handle, self.hurried)).others

    async def deleted(
        self, espocrm: EspoSnapshot, pending: Pending | None = None, *, choices: tuple[Choice, ...] = ()
    ) -> Situation:
        """What is compared when EspoCRM has the record no more: only an earlier run may know its betNr."""
        order = LastRunOrder(party_id=self.party_id)
        config = options.calling(self.pace, "the last known betNr", attempts=self.attempts)
        handle = workflow.start_activity_method(HistoryActivities.last_run, order, **config)
        last = await finish(handle, self.hurried)
        return Situation(
            espocrm=espocrm, pending=pending, last_bet_nr=last.bet_nr, delete_told=last.told, choices=choices
        )

    async def decide(self, situation: Situation) -> Compared:
        """What the rules say, recorded in the history."""
        comparing = options.comparing("compare")
        handle = workflow.start_local_activity_method(ComparisonActivities.decide, situation, **comparing)
        return await finish(handle, lambda: False)
