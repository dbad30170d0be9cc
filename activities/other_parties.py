"""Asks about other parties: who holds a betNr, and does a system answer for anybody at all?

A single 404 may be the party's or the whole system's; the read of another known party tells which (design §5, §6).
Whose fault another refusal is: activities/blame.py.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from beteiligte.faults import ConfigurationFault, Gone, Locked, NoRight, RecordRefused, Rejected, System
from beteiligte.record.field_table import FieldTable
from beteiligte.settle import bookkeeping
from beteiligte.sync_status import SyncStatus
from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from clients.records import Attributes, ListQuery, Where
from contracts.reading import Holders

WITNESSES = 3
"""Parties that are asked whether a system answers for anybody: one may be deleted or refused by itself, not all."""
HOLDERS = 20
"""Other records with one betNr that are looked at: more are not told one by one, and any is too many."""
ASKED_AT_ONCE = 100
"""Numbers in one question: they stand in its address."""


@dataclass(frozen=True, slots=True)
class LinkedParty:
    """Another party that both sides hold."""

    party_id: str
    bet_nr: int


@dataclass(frozen=True)
class OtherParties:
    """Questions about parties other than the one being synced."""

    espocrm: EspoCrmClient
    advoware: AdvowareClient

    async def holders(self, bet_nr: int, *, besides: str) -> Holders:
        """Other EspoCRM records with this betNr, some at least of many; one list call."""
        query = ListQuery(
            where=(Where(type="equals", attribute=bookkeeping.BETNR, value=bet_nr),),
            select=(bookkeeping.BETNR, bookkeeping.STATUS),
            max_size=HOLDERS,
        )
        page = await self.espocrm.find_all(query, most=HOLDERS)
        others = {row_id: row for row in page.rows if (row_id := str(row.get("id"))) != besides}
        held = (row_id for row_id, row in others.items() if row.get(bookkeeping.STATUS) == SyncStatus.CONFLICT)
        return Holders(others=tuple(sorted(others)), held=tuple(sorted(held)))

    async def held(self, bet_nrs: Sequence[int], *, besides: str) -> frozenset[int]:
        """Those that other EspoCRM records hold; one list call for many."""
        held: set[int] = set()
        for some in _batched(bet_nrs):
            where = (
                Where(type="in", attribute=bookkeeping.BETNR, value=list(some)),
                Where(type="notEquals", attribute="id", value=besides),
            )
            found = await self.espocrm.find_all(ListQuery(where=where, select=(bookkeeping.BETNR,), order_by="id"))
            held.update(number for row in found.rows if (number := bookkeeping.bet_nr_of(row)))
        return frozenset(held)

    async def unlinked(
        self, name: str | None, fields: Collection[str], table: FieldTable, *, besides: str
    ) -> list[Attributes]:
        """Other EspoCRM records of this name without a betNr, with these fields; a list call for each kind of name."""
        wanted = {*fields, table.name, table.legal_form}
        shown = {attribute for row in table.rows if row.name in wanted for attribute in row.attributes}
        select = (bookkeeping.BETNR, bookkeeping.STATUS, *sorted(shown))
        found: dict[str, Attributes] = {}
        for attribute in table.by_name[table.name].attributes:
            named = Where(type="equals", attribute=attribute, value=name)
            query = ListQuery(where=(named,), select=select, order_by="id", scoped=True)
            found.update({str(row["id"]): row for row in (await self.espocrm.find_all(query)).rows})
        return [row for row_id, row in found.items() if row_id != besides and bookkeeping.bet_nr_of(row) is None]

    async def waiting(self, name: str, table: FieldTable, *, besides: str) -> tuple[str, ...]:
        """Ids of such records of which a person was asked something, some at least of many."""
        rows = await self.unlinked(name, (), table, besides=besides)
        held = (str(row["id"]) for row in rows if row.get(bookkeeping.STATUS) == SyncStatus.CONFLICT)
        return tuple(sorted(held))[:HOLDERS]

    async def known(self, *, besides: str = "") -> tuple[LinkedParty, ...]:
        """A few other linked parties: lately in agreement, else, as in a first rollout, any.

        One list call, two where none is in agreement.
        """
        clean = Where(type="equals", attribute=bookkeeping.STATUS, value=SyncStatus.CLEAN.value)
        return await self._linked(besides, clean) or await self._linked(besides)

    async def _linked(self, besides: str, *more: Where) -> tuple[LinkedParty, ...]:
        page = await self.espocrm.find_all(
            ListQuery(
                where=(
                    Where(type="isNotNull", attribute=bookkeeping.BETNR),
                    Where(type="notEquals", attribute="id", value=besides),
                    *more,
                ),
                select=(bookkeeping.BETNR,),
                order_by=bookkeeping.MODIFIED,
                order="desc",
                max_size=WITNESSES,
            ),
            most=WITNESSES,
        )
        return tuple(LinkedParty(str(row["id"]), number) for row in page.rows if (number := bookkeeping.bet_nr_of(row)))

    async def witnesses(self, *, besides: str = "") -> tuple[int, ...]:
        """Their betNrs."""
        return tuple(other.bet_nr for other in await self.known(besides=besides))

    async def answers_for_any(self, bet_nrs: tuple[int, ...]) -> bool:
        """Whether Advoware knows one of them: a single one may have been deleted with the party in question.

        One that is locked is known; one that is refused says nothing.
        """
        for bet_nr in bet_nrs:
            try:
                await self.advoware.read(bet_nr)
            except Locked:
                return True
            except (Gone, NoRight, RecordRefused, Rejected):
                continue
            return True
        return False

    async def confirm_gone(self, party_id: str, bet_nr: int, *, never_linked: bool = False) -> None:
        """Return only if another known party still answers; raises ConfigurationFault or the other read's fault.

        Where there is no other, a number that was never agreed on is rather mistyped than the set-up wrong.
        """
        others = tuple(number for number in await self.witnesses(besides=party_id) if number != bet_nr)
        if not others and never_linked:
            return
        if not others:
            raise ConfigurationFault(
                f"Advoware knows no betNr {bet_nr}, and there is no other linked party to compare with; "
                "nothing was changed. Check address, prefix and database",
                system=System.ADVOWARE,
            )
        if not await self.answers_for_any(others):
            raise ConfigurationFault(
                f"Advoware knows neither betNr {bet_nr} nor betNr {', '.join(map(str, others))}: wrong address, "
                "prefix or database? Nothing was changed",
                system=System.ADVOWARE,
            )


def _batched(bet_nrs: Sequence[int]) -> Iterator[Sequence[int]]:
    return (bet_nrs[start : start + ASKED_AT_ONCE] for start in range(0, len(bet_nrs), ASKED_AT_ONCE))
