"""EspoCRM's record API as far as a sync needs it (facts/espocrm.md §2)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

from pydantic import JsonValue, SecretStr

from beteiligte.faults import Gone, OddAnswer, System, Throttled
from clients import wire_errors
from clients.http import Answer, Client, Gate, Line, Workers, alone, open_gate
from clients.records import EspoCrmAccess, EspoRecord, ListQuery, Page, RecordNote, UsersNote, Where

API = "/api/v1"


def hmac_authorization(method: str, path: str, *, api_key: SecretStr, secret_key: SecretStr) -> str:
    """The value of X-Hmac-Authorization; `path` is what follows /api/v1, without the query (facts/espocrm.md §2.1)."""
    signed = hmac.new(secret_key.get_secret_value().encode(), f"{method} {path}".encode(), hashlib.sha256)
    return base64.b64encode(f"{api_key.get_secret_value()}:{signed.hexdigest()}".encode()).decode()


class EspoCrm(Client):
    """One EspoCRM. All methods raise the faults of beteiligte.faults."""

    def __init__(self, access: EspoCrmAccess, *, gate: Gate = open_gate, workers: Workers = alone) -> None:
        """Open nothing yet."""
        self._access = access
        self._gate = gate
        self._line = Line(System.ESPOCRM, access, workers=workers)
        self.entity_type = access.entity_type

    async def read(self, party_id: str) -> EspoRecord:
        """One record. Raises Gone only if EspoCRM names the record, not the entity type, as unknown."""
        answer = await self._call("read", "GET", self._path(party_id))
        record = EspoRecord(self._object(answer))
        own = str(record.attributes.get("id", party_id))
        if own != party_id and own.lower() == party_id.lower():
            # A database may find an id whatever its case; each spelling would be a lock of its own.
            raise Gone("EspoCRM has no record of exactly this id: check upper and lower case", system=System.ESPOCRM)
        return record

    async def write(self, party_id: str, values: Mapping[str, JsonValue], *, version: int | None = None) -> EspoRecord:
        """Change these attributes. The answer echoes what was sent and is no re-read (recording norm-01).

        With a version, an edit made since it was read raises Stale; without optimistic concurrency on the entity type
        EspoCRM ignores it. A value it refuses raises Rejected with the attribute, and nothing was written.
        """
        await self._gate(System.ESPOCRM)
        headers = {} if version is None else {"X-Version-Number": str(version)}
        answer = await self._call("write", "PUT", self._path(party_id), headers=headers, body=dict(values))
        return EspoRecord(self._object(answer))

    async def find(self, query: ListQuery) -> Page:
        """One page. An answer that is no list raises OddAnswer: it must never look like "nothing there"."""
        if query.scoped:
            query = query.model_copy(update={"where": (*query.where, *self._scope())})
        headers = {} if query.counted else {"X-No-Total": "true"}
        answer = await self._call("list", "GET", f"/{self.entity_type}", headers=headers, params=query.params())
        body = self._object(answer)
        rows, total = body.get("list"), body.get("total")
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
            raise OddAnswer("EspoCRM's list holds no rows with ids", system=System.ESPOCRM)
        known = total if isinstance(total, int) and total >= 0 else None
        return Page(tuple(row for row in rows if isinstance(row, dict)), known)

    async def concerns(self, record: EspoRecord) -> bool:
        """Whether a record is the program's business: no opt-out, and in the scope, which costs a list call."""
        if self._access.opt_out and record.attributes.get(self._access.opt_out) is True:
            return False
        if not self._access.scope:
            return True
        own = Where(type="equals", attribute="id", value=record.attributes.get("id"))
        return bool((await self.find(ListQuery(where=(own,), select=("id",), max_size=1, scoped=True))).rows)

    def _scope(self) -> tuple[Where, ...]:
        opt_out = self._access.opt_out
        return (*self._access.scope, *((Where(type="isFalse", attribute=opt_out),) if opt_out else ()))

    async def post_note(self, note: UsersNote | RecordNote) -> None:
        """Tell people; what works for an API user stands in facts/espocrm.md §2.9."""
        await self._gate(System.ESPOCRM)
        body: dict[str, JsonValue] = {"type": "Post", "post": note.text}
        if isinstance(note, UsersNote):
            body |= {"targetType": "users", "usersIds": list(note.users)}
        else:
            body |= {"parentType": self.entity_type, "parentId": note.party_id}
        await self._call("note", "POST", "/Note", body=body)

    def _path(self, party_id: str) -> str:
        return f"/{self.entity_type}/{quote(party_id, safe='')}"

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
        url = f"{self._access.url.rstrip('/')}{API}{path}"
        whole = {**self._credentials(method, path), **(headers or {})}
        answer = await self._line.call(operation, method, url, headers=whole, params=params, body=body)
        if answer.status == 401:
            raise self._line.refuse_credentials(
                "EspoCRM refused the credentials: check ESPOCRM_API_KEY, and that "
                "ESPOCRM_SECRET_KEY is set exactly where the API user's method is HMAC"
            )
        if not 200 <= answer.status < 300:
            fault = wire_errors.espocrm(answer, operation, lockout_wait=self._access.lockout_wait)
            if isinstance(fault, Throttled) and fault.wait:
                self._line.hold(fault.wait, Throttled)
            raise fault
        return answer

    def _credentials(self, method: str, path: str) -> dict[str, str]:
        """Exactly one of the two: an HMAC user that sends its key alone is refused."""
        access = self._access
        if access.secret_key is None:
            return {"X-Api-Key": access.api_key.get_secret_value()}
        signed = hmac_authorization(method, path, api_key=access.api_key, secret_key=access.secret_key)
        return {"X-Hmac-Authorization": signed}

    def _object(self, answer: Answer) -> dict[str, JsonValue]:
        parsed = answer.json(System.ESPOCRM)
        if not isinstance(parsed, dict):
            raise OddAnswer("EspoCRM's answer is no object", system=System.ESPOCRM)
        return parsed
