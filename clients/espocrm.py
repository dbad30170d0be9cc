"""EspoCRM's record API as far as a sync needs it, and a look at what stands beside the parties (facts §2)."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote

from pydantic import JsonValue, SecretStr

from beteiligte.faults import Gone, OddAnswer, PageTooLarge, SyncFault, System, Throttled
from beteiligte.ids import is_record_id
from clients import wire_errors
from clients.access import EspoCrmAccess
from clients.call_limits import Workers, alone
from clients.http_call import HttpAnswer, HttpCall
from clients.page_limit import PageLimit
from clients.records import Attributes, EspoRecord, ListQuery, Page, RecordNote, UsersNote, Where
from clients.system_client import Gate, SystemClient, open_gate
from clients.transport import Transport

API = "/api/v1"
MOST_ROWS = 50_000
"""Of a list that is read to its end, all within one activity: namesakes of one party, holders of some numbers."""
SKIP_DUPLICATE_CHECK = {"X-Skip-Duplicate-Check": "true"}


def hmac_authorization(method: str, path: str, *, api_key: SecretStr, secret_key: SecretStr) -> str:
    """The value of X-Hmac-Authorization; `path` is what follows /api/v1, without the query (facts/espocrm.md §2.1)."""
    signed = hmac.new(secret_key.get_secret_value().encode(), f"{method} {path}".encode(), hashlib.sha256)
    return base64.b64encode(f"{api_key.get_secret_value()}:{signed.hexdigest()}".encode()).decode()


class EspoCrmClient(SystemClient):
    """One EspoCRM. All methods raise the faults of beteiligte.faults."""

    _refused = (
        "EspoCRM refused the credentials: check ESPOCRM_API_KEY, and that "
        "ESPOCRM_SECRET_KEY is set exactly where the API user's method is HMAC"
    )

    def __init__(self, access: EspoCrmAccess, *, gate: Gate = open_gate, workers: Workers = alone) -> None:
        """Open nothing yet."""
        self._access = access
        self._gate = gate
        self._transport = Transport(System.ESPOCRM, access, workers=workers)
        self._page_limit = PageLimit()
        self.entity_type = access.entity_type

    def address(self, party_id: str) -> str:
        """Where a person finds the record."""
        return f"{self._access.url.rstrip('/')}/#{self.entity_type}/view/{party_id}"

    async def read(self, party_id: str) -> EspoRecord:
        """One record. Raises Gone only if EspoCRM names the record, not the entity type, as unknown."""
        answer = await self._call(HttpCall("read", "GET", self._path(party_id)))
        record = EspoRecord(self._object(answer), answer.at)
        own = record.attributes.get("id")
        if isinstance(own, str) and own != party_id and own.lower() == party_id.lower():
            # A database may find an id whatever its case; each spelling would be a lock of its own.
            raise Gone("EspoCRM has no record of exactly this id: check upper and lower case", system=System.ESPOCRM)
        return _about(party_id, record)

    async def write(self, party_id: str, values: Mapping[str, JsonValue], *, version: int | None = None) -> EspoRecord:
        """Change these attributes. The answer echoes what was sent and is no re-read (recording norm-01).

        With a version, an edit made since it was read raises Stale; without optimistic concurrency on the entity type
        EspoCRM ignores it. A value it refuses raises Rejected with the attribute, and nothing was written.
        A record that exists is no duplicate to be prevented, so the check on update is skipped (recording sw-01).
        """
        await self._gate(System.ESPOCRM)
        headers = SKIP_DUPLICATE_CHECK | ({} if version is None else {"X-Version-Number": str(version)})
        answer = await self._call(HttpCall("write", "PUT", self._path(party_id), headers, body=dict(values)))
        return _about(party_id, EspoRecord(self._object(answer), answer.at))

    async def find(self, query: ListQuery) -> Page:
        """One page. An answer that is no list raises OddAnswer: it must never look like "nothing there"."""
        if query.scoped:
            query = query.but(where=(*query.where, *self._scope()))
        headers = {} if query.counted else {"X-No-Total": "true"}
        while True:
            fitting = query.but(max_size=self._page_limit.fit(query.max_size))
            call = HttpCall("list", "GET", f"/{self.entity_type}", headers, tuple(fitting.params()))
            try:
                answer = await self._call(call)
            except PageTooLarge as refusal:
                self._page_limit.learn(refusal, asked=fitting.max_size)
                continue
            return _page(self._object(answer), fitting, at=answer.at)

    async def find_all(self, query: ListQuery, *, most: int | None = None) -> Page:
        """All rows, or the first so many, page by page; for lists that are short and stand still meanwhile."""
        rows: list[Attributes] = []
        while True:
            page = await self.find(query.but(offset=query.offset + len(rows)))
            rows += page.rows
            if len(rows) > MOST_ROWS:
                raise OddAnswer(f"EspoCRM's list has no end: more than {MOST_ROWS} rows", system=System.ESPOCRM)
            if not page.more or not page.rows or (most is not None and len(rows) >= most):
                return Page(tuple(rows[:most]), page.total, at=page.at, more=page.more)

    async def look(self, path: str, *params: tuple[str, str]) -> HttpAnswer:
        """What stands at a path beside the parties (`/App/user`), for whoever examines the installation."""
        return await self._call(HttpCall("look", "GET", path, params=params))

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
        await self._call(HttpCall("note", "POST", "/Note", body=body))

    def _path(self, party_id: str) -> str:
        return f"/{self.entity_type}/{quote(party_id, safe='')}"

    async def _call(self, call: HttpCall) -> HttpAnswer:
        """One call to a path of the API, with our credentials."""
        url = f"{self._access.url.rstrip('/')}{API}{call.url}"
        called = replace(call, url=url, headers={**self._credentials(call.method, call.url), **call.headers})
        async with self._transport.passage():
            answer = await self._transport.call(called)
            if answer.status == 401:
                raise self._transport.refuse_credentials(self._refused)
            if not answer.ok:
                raise self._fault(answer, call.operation)
            return answer

    def _fault(self, answer: HttpAnswer, operation: str) -> SyncFault:
        """What a refusal means; after a lock-out no call goes out for some time."""
        fault = wire_errors.espocrm(answer, operation, lockout_wait=self._access.lockout_wait)
        if isinstance(fault, Throttled) and fault.wait:
            self._transport.hold(fault.wait, Throttled)
        return fault

    def _credentials(self, method: str, path: str) -> dict[str, str]:
        """Exactly one of the two: an HMAC user that sends its key alone is refused."""
        access = self._access
        if access.secret_key is None:
            return {"X-Api-Key": access.api_key.get_secret_value()}
        signed = hmac_authorization(method, path, api_key=access.api_key, secret_key=access.secret_key)
        return {"X-Hmac-Authorization": signed}

    def _object(self, answer: HttpAnswer) -> dict[str, JsonValue]:
        parsed = answer.json(System.ESPOCRM)
        if not isinstance(parsed, dict):
            raise OddAnswer("EspoCRM's answer is no object", system=System.ESPOCRM)
        return parsed


def _page(body: dict[str, JsonValue], asked: ListQuery, *, at: datetime | None) -> Page:
    """The rows, and whether others follow: EspoCRM says so by the total, or by -1 and -2 where none was asked for."""
    rows, total = body.get("list"), body.get("total")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and is_record_id(row.get("id")) for row in rows):
        raise OddAnswer("EspoCRM's list holds no rows with ids", system=System.ESPOCRM)
    if len(rows) > asked.max_size:
        raise OddAnswer("EspoCRM's list holds more rows than were asked for", system=System.ESPOCRM)
    known = total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None
    if known is not None:
        more = asked.offset + len(rows) < known
    else:
        more = total == -1 or (total != -2 and len(rows) >= asked.max_size)
    return Page(tuple(row for row in rows if isinstance(row, dict)), known, at=at, more=more)


def _about(party_id: str, record: EspoRecord) -> EspoRecord:
    """The record, if it may be that party's. Raises OddAnswer."""
    if record.attributes.get("id", party_id) != party_id:
        raise OddAnswer("EspoCRM answered another record than was asked for", system=System.ESPOCRM)
    return record
