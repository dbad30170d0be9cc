"""Which parties EspoCRM holds the betNr of: one list call each."""

from beteiligte.settle import bookkeeping
from clients.espocrm import EspoCrmClient
from clients.records import ListQuery, Where

MOST = 3
"""Parties that are looked at; the first records of many that hold one betNr."""


async def linked_parties(crm: EspoCrmClient) -> tuple[int, ...]:
    """Some betNrs that EspoCRM holds, those of the records modified last. Raises SyncFault."""
    held = Where(type="isNotNull", attribute=bookkeeping.BETNR)
    select, order_by = (bookkeeping.BETNR,), bookkeeping.MODIFIED
    page = await crm.find(ListQuery(where=(held,), select=select, order_by=order_by, order="desc", max_size=MOST))
    return tuple(number for row in page.rows if (number := bookkeeping.bet_nr_of(row)))


async def holders(crm: EspoCrmClient, bet_nr: int) -> tuple[str, ...]:
    """Records that hold this betNr, in scope or not, the first few. Raises SyncFault."""
    held = Where(type="equals", attribute=bookkeeping.BETNR, value=bet_nr)
    page = await crm.find(ListQuery(where=(held,), select=(bookkeeping.BETNR,), max_size=MOST))
    return tuple(str(row["id"]) for row in page.rows)
