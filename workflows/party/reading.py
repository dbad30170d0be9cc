"""Read both sides and compare them: the first half of every sync, and all of a preview."""

from collections.abc import Iterable
from dataclasses import dataclass

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.advoware import AdvowareActivities
    from activities.comparison import ComparisonActivities
    from activities.espocrm import EspoCrmActivities
    from activities.fetching import FetchingActivities
    from activities.history import HistoryActivities
    from beteiligte.decide.choice import Choice
    from beteiligte.decide.decision import Decision
    from beteiligte.decide.findings import FindingKind, Partner
    from beteiligte.decide.found import Candidates
    from beteiligte.decide.gather import gather
    from beteiligte.decide.owed import Owed
    from beteiligte.decide.situation import LostLink, Situation
    from beteiligte.faults import System
    from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
    from contracts.comparing import Compared
    from contracts.create_name import CreateName
    from contracts.inbox import Batch
    from contracts.look_up import FindRivals, LookUpOrder
    from contracts.reading import (
        BegunOrder,
        FetchBoth,
        Fetched,
        FetchParty,
        FetchRecord,
        FindHolders,
        Holders,
        LastRunOrder,
        LeftOrder,
        LostOrder,
    )
    from workflows import options, web_ui
    from workflows.party.calls import ActivityCalls, FirstTry
    from workflows.steps import finish

NOTHING = Owed()


@dataclass(frozen=True)
class Comparison:
    """What was read, and what is to be done about it."""

    situation: Situation
    record: AdvowareSnapshot | None
    """As it stands in Advoware, whole: only a push needs it."""
    compared: Compared

    @property
    def decision(self) -> Decision:
        """What is to be done."""
        return self.compared.decision

    @property
    def leaves_create_open(self) -> bool:
        """Whether people were asked what became of a create, and none of this run is in doubt.

        That one is another question: answered by the same search it would allow the same create, round after round.
        """
        asked = any(finding.kind is FindingKind.CREATE_UNANSWERED for finding in self.decision.still_open)
        return asked and not self.situation.owed.open

    @property
    def leaves_party_unknown(self) -> bool:
        """Whether people were asked who the party is, and no create may have made it."""
        known = any(finding.kind is FindingKind.SEVERAL_MATCH for finding in self.decision.still_open)
        return known and bool(self.situation.stored_head.asked) and not self.situation.owed.open


@dataclass
class Reading:
    """Reads one party; writes nothing. Every method raises Restart and StepFailed."""

    calls: ActivityCalls
    _first: FirstTry | None = None
    """What became of the attempt to read both sides at once, until the reader whose first attempt it was goes on."""

    async def fetch(self, owed: Owed = NOTHING) -> Fetched:
        """Both sides at once; where that failed or is not tried EspoCRM's, and Advoware's when it is needed."""
        self._first, local = None, self.calls.local()
        if local is not None:
            order = FetchBoth(party_id=self.calls.party_id, owed_bet_nr=owed.bet_nr, local=local)
            first = await self.calls.first(FetchingActivities.fetch, order, "read EspoCRM and Advoware")
            if isinstance(first, Fetched):
                self.calls.setback.met = self.calls.setback.met or first.late
                return first
            self._first = first
        return Fetched(espocrm=await self.espocrm())

    async def espocrm(self) -> EspoSnapshot:
        """The party in EspoCRM."""
        order = FetchParty(party_id=self.calls.party_id)
        return await self.calls.call(EspoCrmActivities.fetch, order, "read EspoCRM", after=self._after(System.ESPOCRM))

    def _after(self, system: System) -> FirstTry | None:
        """The first attempt, if it ended at that system; without one of its own a fault is met before all reads."""
        first = self._first
        if first is None or ((first.fault and first.fault.system) or System.ESPOCRM) is not system:
            return None
        self._first = None
        return first

    async def compare(self, fetched: Fetched, batch: Batch, owed: Owed = NOTHING) -> Comparison:
        """Both sides, and what is to be done about them."""
        situation, record = await self.situation(
            fetched, owed, create_anyway=batch.create_anyway, choices=batch.choices
        )
        return Comparison(situation, record, await self.decide(situation))

    async def situation(
        self,
        fetched: Fetched,
        owed: Owed = NOTHING,
        *,
        create_anyway: bool = False,
        choices: tuple[Choice, ...] = (),
    ) -> tuple[Situation, AdvowareSnapshot | None]:
        """What is compared, and the whole Advoware record, which only a push needs."""
        unread = Situation(espocrm=fetched.espocrm, owed=owed, create_anyway=create_anyway, choices=choices)
        record = fetched.advoware
        if record is not None and record.bet_nr == unread.bet_nr:
            unread = unread.but(advoware=record)
        return await gather(unread, self)

    async def advoware(self, bet_nr: int, *, never_linked: bool = False) -> AdvowareSnapshot:
        """The party in Advoware."""
        order = FetchRecord(party_id=self.calls.party_id, bet_nr=bet_nr, never_linked=never_linked)
        summary, after = f"read Advoware, betNr {bet_nr}", self._after(System.ADVOWARE)
        return await self.calls.call(AdvowareActivities.fetch, order, summary, after=after)

    async def look_up(self, order: LookUpOrder) -> Candidates:
        """Parties in Advoware that it may be."""
        return await self.calls.call(AdvowareActivities.look_up, order, "look for an existing party")

    async def rivals(self, situation: Situation) -> tuple[str, ...]:
        """Records that were named with this one, and others of its name that wait for a person.

        One attempt: this one is settled, and whoever asked for it shall not wait for the sake of others.
        """
        order = FindRivals(party_id=self.calls.party_id, values=situation.espocrm.side.values)
        asking = self.calls.call(EspoCrmActivities.rivals, order, "who else waits under this name?", attempts=1)
        return tuple(dict.fromkeys((*situation.rivals, *(await asking).others)))

    async def _holders(self, bet_nr: int) -> Holders:
        order = FindHolders(party_id=self.calls.party_id, bet_nr=bet_nr)
        return await self.calls.call(EspoCrmActivities.holders, order, "who else holds this betNr?")

    async def holders(self, bet_nr: int) -> tuple[str, ...]:
        """Ids of other EspoCRM records that hold it."""
        return (await self._holders(bet_nr)).others

    async def left(self, bet_nr: int) -> bool:
        """Whether that party is left in Advoware without a record."""
        order = LeftOrder(party_id=self.calls.party_id, bet_nr=bet_nr)
        return (
            await self.calls.call(AdvowareActivities.left, order, f"is betNr {bet_nr} left without a record?")
        ).behind

    async def deleted(
        self,
        espocrm: EspoSnapshot,
        owed: Owed = NOTHING,
        *,
        choices: tuple[Choice, ...] = (),
        read_before: int | None = None,
    ) -> tuple[Situation, tuple[str, ...]]:
        """What is compared when EspoCRM has the record no more: an earlier run may know its betNr, or this one has read
        it before.

        With it the records that hold the betNr as well and wait for a person: perhaps just for this delete.
        """
        order = LastRunOrder(party_id=self.calls.party_id)
        last = await self.calls.call(HistoryActivities.last_run, order, "the last known betNr")
        known = {"last_bet_nr": last.bet_nr, "delete_told": last.told, "choices": choices}
        gone = Situation(espocrm=espocrm, owed=owed, **known)
        return (gone, ()) if last.told else await self._with_lost(gone, read_before)

    async def _with_lost(self, gone: Situation, read_before: int | None) -> tuple[Situation, tuple[str, ...]]:
        """With every link that it may have had and who holds that betNr now."""
        order = LostOrder(party_id=self.calls.party_id, read_before=read_before, **web_ui.shown())
        known = await self.calls.call(HistoryActivities.lost, order, "what was it linked to?")
        lost, held = _with_owed(known.links, gone.owed), list[str]()
        for place, link in enumerate(lost):
            if link.bet_nr is not None:
                holders = await self._holders(link.bet_nr)
                lost[place] = link.but(others=holders.others)
                held += holders.held
        return gone.but(lost=tuple(lost)), tuple(dict.fromkeys(held))

    async def left_begun(self, situation: Situation) -> bool:
        """Whether a run that has ended began to create it, and left no word of what came of it."""
        name = CreateName(link=situation.stored_head.bet_nr)
        order = BegunOrder(party_id=self.calls.party_id, name=name)
        return (await self.calls.call(HistoryActivities.left_begun, order, "was it begun before?")).left

    async def decide(self, situation: Situation) -> Compared:
        """What the rules say, recorded in the history."""
        comparing = options.comparing("compare")
        handle = workflow.start_local_activity_method(ComparisonActivities.decide, situation, **comparing)
        return await finish(handle, lambda: False)


def _with_owed(lost: Iterable[LostLink], owed: Owed) -> list[LostLink]:
    """What this run landed, or may have, is known before anything is on record."""
    if owed.bet_nr is None and not owed.unanswered:
        return list(lost)
    partner = Partner.KNOWN if owed.bet_nr is not None else Partner.DOUBTFUL
    landed = LostLink(bet_nr=owed.bet_nr, partner=partner)
    return [landed, *(link for link in lost if link.bet_nr not in (None, landed.bet_nr))]
