"""EspoCRM beyond the parties: what an administrator makes there, and what the API user makes for himself.

EspoCRM's API users are never administrators, so an administrator shows his login and password by Basic, as those did
who made what was recorded (recordings setup-01 to setup-03). One refused login ends it: more than ten a minute lock out
everybody behind the address (facts/espocrm.md §2.1), and what a person mistyped is not mended by another try.
"""

import base64
from collections.abc import Mapping
from urllib.parse import quote

from pydantic import JsonValue, SecretStr

from beteiligte.faults import OddAnswer, System
from beteiligte.frozen import Frozen
from beteiligte.ids import is_record_id
from clients.access import EspoCrmAccess
from clients.espocrm import MOST_ROWS, EspoCrmClient
from clients.http_call import HttpCall


class Administrator(Frozen):
    """Who makes it."""

    login: str
    password: SecretStr


class EspoCrmMaker(EspoCrmClient):
    """Reads and makes records of EspoCRM's own types and of its administration. Raises as EspoCrmClient does."""

    def __init__(self, access: EspoCrmAccess, administrator: Administrator | None = None) -> None:
        """As the administrator, or as the API user of the access."""
        super().__init__(access)
        self._administrator = administrator
        if administrator is not None:
            self._refused = (
                "EspoCRM refused the administrator's login or password (with two-factor authentication a login by "
                "password alone is refused, too); it was tried once"
            )

    async def get(self, path: str, *params: tuple[str, str]) -> JsonValue:
        """What stands there. Raises Gone where it names a record that does not exist."""
        return (await self.look(path, *params)).json(System.ESPOCRM)

    async def rows(self, path: str, *params: tuple[str, str]) -> list[dict[str, JsonValue]]:
        """All rows: roles, users of one name, webhooks. Raises OddAnswer for anything else: it is no empty list."""
        rows: list[dict[str, JsonValue]] = []
        while True:
            offset = (("offset", str(len(rows))),) if rows else ()
            page, total = _page(await self.get(path, *params, *offset), path)
            rows += page
            if len(rows) > MOST_ROWS:
                raise OddAnswer(f"EspoCRM's list at {path} has no end", system=System.ESPOCRM)
            if not page or len(rows) >= total:
                return rows

    async def post(self, path: str, body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Make something; what EspoCRM then shows of it."""
        return await self._sent("make", "POST", path, body)

    async def put(self, path: str, body: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Change these attributes of something."""
        return await self._sent("change", "PUT", path, body)

    async def _sent(
        self, operation: str, method: str, path: str, body: Mapping[str, JsonValue]
    ) -> dict[str, JsonValue]:
        answer = await self._call(HttpCall(operation, method, path, body=dict(body), fresh=True))
        parsed = answer.json(System.ESPOCRM)
        return parsed if isinstance(parsed, dict) else {}

    def _credentials(self, method: str, path: str) -> dict[str, str]:
        if self._administrator is None:
            return super()._credentials(method, path)
        login = f"{self._administrator.login}:{self._administrator.password.get_secret_value()}"
        return {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}


def _page(found: JsonValue, path: str) -> tuple[list[dict[str, JsonValue]], int]:
    """One page, and how many rows there are in all; an installation may allow small pages only (recording sw-06)."""
    rows, total = (found.get("list"), found.get("total")) if isinstance(found, dict) else (None, None)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and is_record_id(row.get("id")) for row in rows):
        raise OddAnswer(f"EspoCRM's list at {path} holds no rows with ids", system=System.ESPOCRM)
    return [row for row in rows if isinstance(row, dict)], total if isinstance(total, int) else len(rows)


def named(name: str) -> tuple[tuple[str, str], ...]:
    """The parameters of a list of those with just this `name`."""
    return (("where[0][type]", "equals"), ("where[0][attribute]", "name"), ("where[0][value]", name))


def one(path: str, record_id: str) -> str:
    """The path of one record."""
    return f"{path}/{quote(record_id, safe='')}"
