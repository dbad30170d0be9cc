"""EspoCRM's record API as far as a sync needs it (facts/espocrm.md §2)."""

from collections.abc import Mapping
from types import TracebackType
from typing import Self
from urllib.parse import quote

from pydantic import JsonValue

from beteiligte.faults import OddAnswer, System, Throttled
from clients import wire_errors
from clients.http import Answer, Line
from clients.records import EspoCrmAccess, EspoRecord, ListQuery, Page, RecordNote, UsersNote


class EspoCrm:
    """One EspoCRM. All methods raise the faults of beteiligte.faults."""

    def __init__(self, access: EspoCrmAccess) -> None:
        """Open nothing yet."""
        self._access = access
        self._line = Line(System.ESPOCRM, access, access.url)
        self.entity_type = access.entity_type

    async def __aenter__(self) -> Self:
        """Use as a context."""
        await self._line.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        await self._line.__aexit__(kind, error, trace)

    async def read(self, party_id: str) -> EspoRecord:
        """One record. Raises Gone only if EspoCRM names the record, not the entity type, as unknown."""
        answer = await self._call("read", "GET", self._path(party_id))
        return EspoRecord(self._object(answer))

    async def write(self, party_id: str, values: Mapping[str, JsonValue], *, version: int | None = None) -> EspoRecord:
        """Change these attributes. The answer echoes what was sent and is no re-read (recording norm-01).

        With a version, an edit made since it was read raises Stale; without optimistic concurrency on the entity type
        EspoCRM ignores it. A value it refuses raises Rejected with the attribute, and nothing was written.
        """
        headers = {} if version is None else {"X-Version-Number": str(version)}
        answer = await self._call("write", "PUT", self._path(party_id), headers=headers, body=dict(values))
        return EspoRecord(self._object(answer))

    async def find(self, query: ListQuery) -> Page:
        """One page. An answer that is no list raises OddAnswer: it must never look like "nothing there"."""
        answer = await self._call(
            "list", "GET", f"/api/v1/{self.entity_type}", headers={"X-No-Total": "true"}, params=query.params()
        )
        rows = self._object(answer).get("list")
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
            raise OddAnswer("EspoCRM's list holds no rows with ids", system=System.ESPOCRM)
        return Page(tuple(row for row in rows if isinstance(row, dict)))

    async def post_note(self, note: UsersNote | RecordNote) -> None:
        """Tell people; what works for an API user stands in facts/espocrm.md §2.9."""
        body: dict[str, JsonValue] = {"type": "Post", "post": note.text}
        if isinstance(note, UsersNote):
            body |= {"targetType": "users", "usersIds": list(note.users)}
        else:
            body |= {"parentType": self.entity_type, "parentId": note.party_id}
        await self._call("note", "POST", "/api/v1/Note", body=body)

    def _path(self, party_id: str) -> str:
        return f"/api/v1/{self.entity_type}/{quote(party_id, safe='')}"

    async def _call(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        params: list[tuple[str, str]] | None = None,
        body: JsonValue = None,
    ) -> Answer:
        keyed = {"X-Api-Key": self._access.api_key.get_secret_value(), **(headers or {})}
        answer = await self._line.call(operation, method, path, headers=keyed, params=params, body=body)
        if answer.status == 401:
            raise self._line.refuse_credentials("EspoCRM refused the API key: check ESPOCRM_API_KEY")
        if not 200 <= answer.status < 300:
            fault = wire_errors.espocrm(answer, operation, lockout_wait=self._access.lockout_wait)
            if isinstance(fault, Throttled) and fault.wait:
                self._line.hold(fault.wait, Throttled)
            raise fault
        return answer

    def _object(self, answer: Answer) -> dict[str, JsonValue]:
        parsed = answer.json(System.ESPOCRM)
        if not isinstance(parsed, dict):
            raise OddAnswer("EspoCRM's answer is no object", system=System.ESPOCRM)
        return parsed
