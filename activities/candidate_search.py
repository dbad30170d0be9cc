"""Looks in Advoware for the party that an unlinked record of EspoCRM may be (design §5)."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from activities.other_parties import OtherParties
from beteiligte.decide.found import Candidates
from beteiligte.decide.matching import Likeness, Matching
from beteiligte.faults import OddAnswer, System
from beteiligte.record.field_table import FieldTable
from beteiligte.record.mapping import from_advoware, from_espocrm
from beteiligte.record.person_or_company import form_at_espocrm
from beteiligte.record.value_kinds import Value
from clients.records import AdvowareRecord
from contracts.look_up import LookUpOrder


@dataclass(frozen=True)
class CandidateSearch:
    """One search, a list call for who holds what it finds, and two for who else may want the only one."""

    other_parties: OtherParties
    matching: Matching

    @property
    def table(self) -> FieldTable:
        """The field table in force."""
        return self.matching.table

    async def candidates(self, order: LookUpOrder) -> Candidates:
        """Free parties that it may be: the certain ones, or where there is none those that are not certain.

        Two records that look for a partner at the same time would both find it before either has linked.
        """
        found = await self.other_parties.advoware.search(order.values.get(self.table.name) or "")
        sides = {bet_nr(record): from_advoware(record.fields, self.table).values for record in found}
        alike = {number: self._likeness(order, order.values, theirs) for number, theirs in sides.items()}
        like = sorted(number for number, likeness in alike.items() if likeness is not Likeness.NONE)
        held = await self.other_parties.held(like, besides=order.party_id)
        best = max((alike[number] for number in like if number not in held), default=Likeness.NONE)
        free = tuple(number for number in like if number not in held and alike[number] is best)
        rivals = await self._rivals(order, sides[free[0]], best) if len(free) == 1 else {}
        return Candidates(
            bet_nrs=free,
            rivals=tuple(rivals),
            names=tuple(rivals.items()),
            sure=best is not Likeness.POSSIBLE,
            lists=bool(like) + (len(self.table.by_name[self.table.name].attributes) if len(free) == 1 else 0),
        )

    async def _rivals(self, order: LookUpOrder, theirs: Mapping[str, Value], best: Likeness) -> dict[str, str]:
        """Other EspoCRM records without a betNr that it suits as well as this one, and what they are called."""

        def suits(row: Mapping[str, JsonValue]) -> bool:
            seen = order.but(form=form_at_espocrm(row, self.table))
            return self._likeness(seen, from_espocrm(row, self.table).values, theirs) >= best

        name = order.values.get(self.table.name)
        rows = await self.other_parties.unlinked(name, self.table.match, self.table, besides=order.party_id)
        found = {str(row["id"]): self.table.called(from_espocrm(row, self.table).values) for row in rows if suits(row)}
        return dict(sorted(found.items()))

    def _likeness(self, order: LookUpOrder, mine: Mapping[str, Value], theirs: Mapping[str, Value]) -> Likeness:
        return self.matching.likeness(order.form, mine, theirs, as_sent=order.sent)


def bet_nr(record: AdvowareRecord) -> int:
    """Its betNr. Raises OddAnswer."""
    if record.bet_nr is None:
        raise OddAnswer("Advoware's answer holds no betNr", system=System.ADVOWARE)
    return record.bet_nr
