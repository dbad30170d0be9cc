"""One page of a plan: every party is compared by the sync's own code, and nothing is written.

A linked party costs one read in Advoware, an unlinked one a search where the installation has it.
"""

from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.advoware import AdvowareActivities
from activities.boundary import boundary, last_attempt
from activities.comparison import ComparisonActivities
from activities.espocrm import EspoCrmActivities
from activities.listing import ListingActivities
from activities.other_parties import OtherParties
from beteiligte.decide.decision import Action
from beteiligte.decide.found import Identity, searches_first
from beteiligte.decide.gather import begun_before, gather
from beteiligte.decide.plan import LINK, PlanRow, ambiguous, plan_row
from beteiligte.decide.situation import Situation
from beteiligte.faults import SyncFault
from beteiligte.record.field_table import FieldTable
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from contracts import activity_names, bounded
from contracts.create_name import CreateName
from contracts.fault_report import LOCKED
from contracts.look_up import LookUpOrder
from contracts.plan import PlanOrder, PlanPage
from contracts.reading import BegunOrder, FetchRecord, FindHolders, LeftOrder

AT_ONCE = 4
"""Parties compared at the same time: few, so that a person's edit finds room; the clients' own limits hold as well."""


@dataclass(frozen=True)
class PlanningActivities:
    """Reads and compares many parties."""

    listing: ListingActivities
    in_espocrm: EspoCrmActivities
    in_advoware: AdvowareActivities
    comparison: ComparisonActivities

    @activity.defn(name=activity_names.PLAN_PAGE)
    async def page(self, order: PlanOrder) -> PlanPage:
        """The rows of one page of EspoCRM's records."""
        with boundary():
            rows = await self.listing.rows(order.page)

            async def one(row: EspoSnapshot) -> PlanRow:
                activity.heartbeat(row.party_id)
                return self._findable(await self._row(row), row, names=order.names)

            planned = await bounded.each(rows.snapshots, one, at_once=AT_ONCE)
            return PlanPage(rows=tuple(planned), total=rows.total, until=rows.until, next=rows.next)

    def _findable(self, planned: PlanRow, row: EspoSnapshot, *, names: bool) -> PlanRow:
        address = self.in_espocrm.espocrm.address(row.party_id)
        return planned.but(address=address, name=_name(row, self.listing.table) if names else "")

    async def _row(self, row: EspoSnapshot) -> PlanRow:
        """A party that cannot be planned is named and costs the others nothing.

        What a sync's own reading learns from earlier runs is asked here as well: a restored record may be held by it.
        """
        try:
            return await self._planned(await self.in_espocrm.known(row))
        except (SyncFault, ApplicationError) as fault:
            if _passes(fault) and not (last_attempt() and await self._alone(row)):
                raise
            return PlanRow(party_id=row.party_id, bet_nr=row.bet_nr, problem=str(fault))

    async def _alone(self, row: EspoSnapshot) -> bool:
        """Whether Advoware answers for others: then this party's trouble must not cost the whole plan."""
        other_parties = OtherParties(self.in_espocrm.espocrm, self.in_advoware.advoware)
        try:
            return await other_parties.answers_for_any(await other_parties.witnesses(besides=row.party_id))
        except SyncFault:
            return False

    async def _planned(self, row: EspoSnapshot) -> PlanRow:
        """What a sync would do, decided on what its own reading, search and decision come to."""
        situation = await self._read(row)
        compared = await self.comparison.decide(situation)
        plain = plan_row(row.party_id, row.bet_nr, compared.decision, first=row.first_link)
        if situation.stopped_by_lock(writes=compared.writes):
            return PlanRow(party_id=row.party_id, bet_nr=row.bet_nr, problem=LOCKED.message)
        if compared.decision.action is not Action.CREATE:
            return plain
        searched = searches_first(compared.decision, look_up=compared.look_up)
        found = await self._looked_up(plain, situation) if searched else None
        return found or await self._begun_before(situation) or plain

    async def _looked_up(self, plain: PlanRow, situation: Situation) -> PlanRow | None:
        """Of a party that would be created, had nobody looked for it in Advoware; None: nobody is found there."""
        found = await self.in_advoware.candidates(LookUpOrder.about(situation))
        if found.certain is not None:
            linked = await self._read(situation.espocrm.linked_to(found.certain))
            decision = (await self.comparison.decide(linked)).decision
            return plan_row(plain.party_id, found.certain, decision, result=LINK)
        return None if found.identity is Identity.NOBODY else ambiguous(plain, found)

    async def _begun_before(self, situation: Situation) -> PlanRow | None:
        """The question that a sync would ask, where a run that was lost has begun this create."""
        party_id, name = situation.espocrm.party_id, CreateName(link=situation.stored_head.bet_nr)
        if not (await self.in_espocrm.history.left_begun(BegunOrder(party_id=party_id, name=name))).left:
            return None
        return plan_row(party_id, None, (await self.comparison.decide(begun_before(situation))).decision)

    async def _read(self, row: EspoSnapshot) -> Situation:
        """As a sync reads it, beside the row that is there already."""
        reads = _Reads(row.party_id, self.in_espocrm, self.in_advoware)
        return (await gather(Situation(espocrm=row), reads))[0]


@dataclass(frozen=True)
class _Reads:
    """One party, read by this activity."""

    party_id: str
    in_espocrm: EspoCrmActivities
    in_advoware: AdvowareActivities

    async def holders(self, bet_nr: int) -> tuple[str, ...]:
        """See Reads."""
        return (await self.in_espocrm.holders(FindHolders(party_id=self.party_id, bet_nr=bet_nr))).others

    async def advoware(self, bet_nr: int, *, never_linked: bool) -> AdvowareSnapshot:
        """See Reads."""
        order = FetchRecord(party_id=self.party_id, bet_nr=bet_nr, never_linked=never_linked)
        return await self.in_advoware.fetch(order)

    async def left(self, bet_nr: int) -> bool:
        """See Reads."""
        return (await self.in_advoware.left(LeftOrder(party_id=self.party_id, bet_nr=bet_nr))).behind


def _name(row: EspoSnapshot, table: FieldTable) -> str:
    return " ".join(part for field in reversed(table.names) if (part := row.side.values.get(field)))


def _passes(fault: SyncFault | ApplicationError) -> bool:
    """Whether waiting mends it: then the page is tried again, instead of a plan full of problems."""
    return fault.retry if isinstance(fault, SyncFault) else not fault.non_retryable
