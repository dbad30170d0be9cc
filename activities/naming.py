"""What records are called: people know parties by name, not by id."""

from collections.abc import Sequence

from beteiligte.record.field_table import FieldTable
from beteiligte.record.mapping import from_espocrm
from clients.espocrm import EspoCrmClient
from clients.records import ListQuery, Where


async def names_of(espocrm: EspoCrmClient, party_ids: Sequence[str], table: FieldTable) -> dict[str, str]:
    """By id, as far as EspoCRM shows them; one list call. Raises what the client raises.

    Asked for is what makes a name, and by what a person and a company are told apart.
    """
    fields = (*table.names, table.legal_form)
    shown = sorted({attribute for row in table.rows if row.name in fields for attribute in row.attributes})
    some = Where(type="in", attribute="id", value=list(party_ids))
    page = await espocrm.find(ListQuery(where=(some,), select=tuple(shown), max_size=len(party_ids)))
    called = {str(row.get("id")): table.called(from_espocrm(row, table).values) for row in page.rows}
    return {party_id: name for party_id, name in called.items() if name}
