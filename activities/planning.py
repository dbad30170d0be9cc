"""One page of a plan: every party is compared by the sync's own code, and nothing is written.

A linked party costs one read in Advoware, an unlinked one a search where the installation has it.
"""

from dataclasses import dataclass

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.advoware import AdvowareActivities
from activities.boundary import boundary, last_attempt
from activities.espocrm import EspoCrmActivities
from activities.listing import ListingActivities
from activities.other_parties import OtherParties
from beteiligte.decide.decision import decide
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.plan import AMBIGUOUS, LINK, Line, line
from beteiligte.decide.policy import Rules
from beteiligte.decide.situation import Situation
from beteiligte.faults import SyncFault
from beteiligte.record.snapshots import EspoSnapshot
from contracts import activity_names, bounded
from contracts.look_up import LookUpOrder
from contracts.plan import PlanOrder, PlanPage
from contracts.reading import FetchRecord, FindHolders

LOCKED = "the record is locked in EspoCRM"
AT_ONCE = 4
"""Parties compared at the same time; the clients' own limits hold as well."""


@dataclass(frozen=True)
class PlanningActivities:
    """Reads and compares many parties."""

    listing: ListingActivities
    in_espocrm: EspoCrmActivities
    in_advoware: AdvowareActivities
    rules: Rules

    @activity.defn(name=activity_names.PLAN_PAGE)
    async def page(self, order: PlanOrder) -> PlanPage:
        """The lines of one page of EspoCRM's records."""
        with boundary():
            rows = await self.listing.rows(order.page)

            async def one(row: EspoSnapshot) -> Line:
                activity.heartbeat(row.party_id)
                return self._findable(await self._line(row), row, names=order.names)

            lines = await bounded.each(rows.snapshots, one, at_once=AT_ONCE)
            return PlanPage(lines=tuple(lines), total=rows.total, until=rows.until, next=rows.next)

    def _findable(self, line: Line, row: EspoSnapshot, *, names: bool) -> Line:
        named = {"name": _name(row)} if names else {}
        return line.model_copy(update={"address": self.in_espocrm.espocrm.address(row.party_id), **named})

    async def _line(self, row: EspoSnapshot) -> Line:
        """A party that cannot be planned is named and costs the others nothing.

        What a sync's own reading learns from earlier runs is asked here as well: a restored record may be held by it.
        """
        try:
            row = await self.in_espocrm.known(row)
            planned = await (self._unlinked(row) if row.bet_nr is None else self._linked(row, row.bet_nr))
            return _of_locked(planned) if row.locked else planned
        except (SyncFault, ApplicationError) as fault:
            if _passes(fault) and not (last_attempt() and await self._alone(row)):
                raise
            return Line(party_id=row.party_id, bet_nr=row.bet_nr, problem=str(fault))

    async def _alone(self, row: EspoSnapshot) -> bool:
        """Whether Advoware answers for others: then this party's trouble must not cost the whole plan."""
        other_parties = OtherParties(self.in_espocrm.espocrm, self.in_advoware.advoware)
        try:
            return await other_parties.answers_for_any(await other_parties.witnesses(besides=row.party_id))
        except SyncFault:
            return False

    async def _linked(self, row: EspoSnapshot, bet_nr: int, *, result: str = "") -> Line:
        others: tuple[str, ...] = ()
        if row.shared:
            asked = FindHolders(party_id=row.party_id, bet_nr=bet_nr)
            others = (await self.in_espocrm.holders(asked)).others
        order = FetchRecord(party_id=row.party_id, bet_nr=bet_nr, never_linked=row.never_linked)
        advoware = await self.in_advoware.fetch(order)
        situation = Situation(espocrm=row, advoware=advoware, others=others)
        first = row.first_link and not result
        return line(row.party_id, bet_nr, decide(situation, self.rules), result=result, first=first)

    async def _unlinked(self, row: EspoSnapshot) -> Line:
        plain = line(row.party_id, None, decide(Situation(espocrm=row), self.rules))
        if plain.held or not self.rules.look_up:
            return plain
        order = LookUpOrder(party_id=row.party_id, values=row.side.values, form=row.form)
        found = await self.in_advoware.candidates(order)
        if found.certain is not None:
            return await self._linked(row.linked_to(found.certain), found.certain, result=LINK)
        if found.bet_nrs:
            matches = {"candidates": found.bet_nrs, "rivals": found.rivals}
            doubt = {"result": AMBIGUOUS, "held": FindingKind.SEVERAL_MATCH.value, "fingerprint": "", **matches}
            return plain.model_copy(update=doubt)
        return plain


def _of_locked(line: Line) -> Line:
    """A sync would fail by the lock, unless there is nothing to write."""
    if not (line.acts or line.waits):
        return line
    return Line(party_id=line.party_id, bet_nr=line.bet_nr, problem=LOCKED)


def _name(row: EspoSnapshot) -> str:
    return " ".join(part for field in ("vorname", "name") if (part := row.side.values.get(field)))


def _passes(fault: SyncFault | ApplicationError) -> bool:
    """Whether waiting mends it: then the page is tried again, instead of a plan full of problems."""
    return fault.retry if isinstance(fault, SyncFault) else not fault.non_retryable
