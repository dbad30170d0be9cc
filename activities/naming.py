"""What records and users are called: people know each other, and parties, by name."""

from collections.abc import Sequence

from beteiligte.faults import System
from beteiligte.ids import is_record_id
from beteiligte.messages.shown import A_USER
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


async def users_called(espocrm: EspoCrmClient, people: Sequence[str]) -> dict[str, str]:
    """Of those who are users (`User/<id>`); one list call, none where nobody is. Raises what the client raises.

    An API user is no person: it wrote the record after whoever chose something in it.
    """
    ids = sorted({by.removeprefix(A_USER) for by in people if by.startswith(A_USER)})
    if not ids:
        return {}
    some = [("where[0][type]", "in"), ("where[0][attribute]", "id"), *(("where[0][value][]", one) for one in ids)]
    answer = (await espocrm.look("/User", ("select", "name,type"), *some)).json(System.ESPOCRM)
    listed = answer.get("list") if isinstance(answer, dict) else None
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    known = {row["id"]: row.get("name") for row in rows if is_record_id(row.get("id")) and row.get("type") != "api"}
    return {f"{A_USER}{user}": name for user, name in known.items() if isinstance(name, str)}
