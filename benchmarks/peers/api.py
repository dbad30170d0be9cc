"""The API calls of a sync, which all peers share: httpx over aiohttp, one session, no limits of its own.

Environment: ESPOCRM_URL, ESPOCRM_API_KEY, ADVOWARE_URL, BENCH_TOKEN.
"""

import os

import httpx
from httpx_aiohttp import AiohttpTransport

from benchmarks.peers.compare import Record


class Api:
    """Both systems. All methods raise httpx.HTTPError."""

    def __init__(self) -> None:
        """Where they are stands in the environment."""
        self._http = httpx.AsyncClient(transport=AiohttpTransport(), timeout=60)
        self._espocrm = os.environ["ESPOCRM_URL"] + "/api/v1/CBeteiligte"
        self._advoware = os.environ["ADVOWARE_URL"] + "/api/v1/advonet/Beteiligte"
        self._key = {"X-Api-Key": os.environ["ESPOCRM_API_KEY"]}
        self._bearer = {"Authorization": f"Bearer {os.environ['BENCH_TOKEN']}"}

    async def read_espocrm(self, party_id: str) -> Record:
        """One party."""
        return await self._call("GET", f"{self._espocrm}/{party_id}", self._key)

    async def read_advoware(self, bet_nr: int) -> Record:
        """The same there."""
        return await self._call("GET", f"{self._advoware}/{bet_nr}", self._bearer)

    async def write_advoware(self, record: Record) -> Record:
        """Replace it; the record as it is then."""
        return await self._call("PUT", f"{self._advoware}/{record['betNr']}", self._bearer, record)

    async def create_advoware(self, values: Record) -> Record:
        """A new one."""
        return await self._call("POST", self._advoware, self._bearer, values)

    async def write_espocrm(self, party_id: str, values: Record) -> Record:
        """Change some attributes."""
        return await self._call("PUT", f"{self._espocrm}/{party_id}", self._key, values)

    async def close(self) -> None:
        """Close the session."""
        await self._http.aclose()

    async def _call(self, method: str, url: str, headers: dict[str, str], body: Record | None = None) -> Record:
        answer = await self._http.request(method, url, headers=headers, json=body)
        found = answer.raise_for_status().json()
        record: Record = found[0] if isinstance(found, list) else found
        return record
