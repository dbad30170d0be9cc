"""What records are called: people know parties by name, not by id."""

from collections.abc import Sequence

from beteiligte.record.mapping import from_espocrm
from beteiligte.record.table import FieldTable
from clients.espocrm import EspoCrmClient
from clients.records import ListQuery, Where

SHOWN = ("name", "vorname", "rechtsform")
"""The fields that make a name, and by which a person and a company are told apart."""


async def names_of(espocrm: EspoCrmClient, party_ids: Sequence[str], table: FieldTable) -> dict[str, str]:
    """By id, as far as EspoCRM shows them; one list call. Raises what the client raises."""
    shown = sorted({attribute for row in table.rows if row.name in SHOWN for attribute in row.attributes})
    some = Where(type="in", attribute="id", value=list(party_ids))
    page = await espocrm.find(ListQuery(where=(some,), select=tuple(shown), max_size=len(party_ids)))
    sides = {str(row.get("id")): from_espocrm(row, table) for row in page.rows}
    return {party_id: side.called for party_id, side in sides.items() if side.called}
