"""What parties are called, read from EspoCRM on the spot for whoever looks at a page; nothing of it is kept."""

from collections.abc import Sequence

from activities.naming import names_of
from beteiligte.faults import SyncFault
from beteiligte.record.field_table import FieldTable
from clients.espocrm import EspoCrmClient
from installation.checks.espocrm.examination import impatient
from runtime.settings import EspoCrmSettings

PAGE = 100
"""Parties asked for at once: an address of more would be longer than web servers take (as activities/links.py)."""


class PartyNames:
    """One connection to EspoCRM, for names alone."""

    def __init__(self, settings: EspoCrmSettings, table: FieldTable) -> None:
        """Nothing is opened yet."""
        self._client = EspoCrmClient(impatient(settings))
        self._table = table

    async def of(self, party_ids: Sequence[str]) -> dict[str, str] | None:
        """By id, as far as EspoCRM shows them: one list call for a page of them. None: it does not answer."""
        try:
            return await names_of(self._client, party_ids[:PAGE], self._table) if party_ids else {}
        except SyncFault:
            return None

    def address(self, party_id: str) -> str:
        """Where EspoCRM shows the record."""
        return self._client.address(party_id)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.__aexit__(None, None, None)
