"""Asks about other parties: who holds a betNr, and does a system answer for anybody at all?

A single 404 or 5xx may be the party's or the whole system's; the read of another known party tells which (design §5,
§6).
"""

from dataclasses import dataclass

from temporalio import activity

from activities import names
from activities.boundary import boundary
from activities.orders import Blamed, BlameOrder
from beteiligte import bookkeeping
from beteiligte.faults import Blame, ConfigurationFault, Gone, SyncFault, System
from clients.advoware import Advoware
from clients.espocrm import EspoCrm
from clients.records import ListQuery, Where


@dataclass(frozen=True)
class Probe:
    """Questions about parties other than the one being synced."""

    espocrm: EspoCrm
    advoware: Advoware

    async def holders(self, bet_nr: int, *, besides: str) -> tuple[str, ...]:
        """Ids of other EspoCRM records with this betNr; one list call."""
        page = await self.espocrm.find(
            ListQuery(
                where=(Where(type="equals", attribute=bookkeeping.BETNR, value=bet_nr),),
                select=(bookkeeping.BETNR,),
                max_size=20,
            )
        )
        return tuple(sorted(row_id for row in page.rows if (row_id := str(row.get("id"))) != besides))

    async def another_party(self, *, besides: str) -> int | None:
        """The betNr of some other linked party; None when there is none."""
        page = await self.espocrm.find(
            ListQuery(
                where=(
                    Where(type="isNotNull", attribute=bookkeeping.BETNR),
                    Where(type="notEquals", attribute="id", value=besides),
                    Where(type="equals", attribute=bookkeeping.STATUS, value="clean"),
                ),
                select=(bookkeeping.BETNR,),
                order_by="modifiedAt",
                order="desc",
                max_size=1,
            )
        )
        found = page.rows[0].get(bookkeeping.BETNR) if page.rows else None
        return found if isinstance(found, int) and found > 0 else None

    async def confirm_gone(self, party_id: str, bet_nr: int) -> None:
        """Return only if another known party still answers; raises ConfigurationFault or the other read's fault."""
        other = await self.another_party(besides=party_id)
        if other is None:
            raise ConfigurationFault(
                f"Advoware knows no betNr {bet_nr}, and there is no other linked party to compare with; "
                "nothing was changed. Check address, prefix and database",
                system=System.ADVOWARE,
            )
        try:
            await self.advoware.read(other)
        except Gone as gone:
            raise ConfigurationFault(
                f"Advoware knows neither betNr {bet_nr} nor betNr {other}: wrong address, prefix or database? "
                "Nothing was changed",
                system=System.ADVOWARE,
            ) from gone


@dataclass(frozen=True)
class DiagnosisActivities:
    """Says whose fault an unclear answer was."""

    probe: Probe

    @activity.defn(name=names.DIAGNOSIS_BLAME)
    async def blame(self, order: BlameOrder) -> Blamed:
        """The system's while another known party cannot be read either, else the party's."""
        with boundary():
            try:
                other = await self.probe.another_party(besides=order.party_id)
                if order.system is System.ADVOWARE:
                    if other is None:
                        return Blamed(blame=Blame.SYSTEM)
                    await self.probe.advoware.read(other)
            except SyncFault:
                return Blamed(blame=Blame.SYSTEM)
            return Blamed(blame=Blame.PARTY)
