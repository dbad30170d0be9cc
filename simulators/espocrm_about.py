"""What EspoCRM tells a user of itself: who he is and what he may, its version, its fields and switches, other users.

Recordings auth-12 (App/user), meta-01 (Metadata) and meta-04 (User). Who is shown what of it is read from EspoCRM's
source: an entity type without any right is not there at all, `recordDefs` is the administrators' own, and a user who is
not one is shown active people only.

Not done: preferences, languages, layouts, everything that the program does not ask for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from simulators.espocrm_answers import Refused
from simulators.espocrm_door import UserDoor
from simulators.espocrm_fields import defined
from simulators.espocrm_records import Records
from simulators.espocrm_types import Installation
from simulators.espocrm_users import API, User
from simulators.espocrm_values import Attributes
from simulators.gate import Gate

LEVELS = {True: "all", False: "no"}
ADMINISTRATORS_OWN = frozenset({"recordDefs"})


@dataclass
class AboutApi:
    """The handlers."""

    door: UserDoor
    records: Records
    installation: Installation
    most_rows: Callable[[], int]
    """`recordListMaxSizeLimit`."""

    def routes(self, gate: Gate) -> list[BaseRoute]:
        """App/user, Metadata and User."""
        opens = self.door.opens
        return [
            gate.route(f"{API}/App/user", {"GET": ("espocrm.user", opens(self._me))}),
            gate.route(f"{API}/Metadata", {"GET": ("espocrm.metadata", opens(self._metadata))}),
            gate.route(f"{API}/User", {"GET": ("espocrm.users", opens(self._users))}),
        ]

    # ------------------------------------------------------------------ who one is and what one may

    def _me(self, user: User, _: Request, __: bytes) -> Response:
        who = {"id": user.id, "name": user.name, "userName": user.login, "type": user.kind, "isActive": user.active}
        settings: Attributes = {"version": self.installation.version, "recordListMaxSizeLimit": self.most_rows()}
        settings |= self.installation.config
        return JSONResponse({"user": who, "acl": self._acl(user), "settings": settings})

    def _acl(self, user: User) -> Attributes:
        """A scope without any right is not there at all."""
        role, kind = user.role, self.records.type.name
        no = {"stream": "no", "edit": "no", "delete": "no", "create": "no"}
        table: Attributes = {
            **({"Webhook": True} if role.webhooks else {}),
            **({kind: self._rights(user)} if role.scope else {}),
            **({"User": {"read": role.users, **no}} if role.users != "no" else {}),
        }
        return {
            "table": table,
            "fieldTable": {kind: self._by_field(user)},
            "fieldTableQuickAccess": {kind: {"attributes": self._by_attribute(user)}},
            "messagePermission": role.messages,
        }

    def _rights(self, user: User) -> Attributes:
        role = user.role
        return {
            "read": role.read,
            "stream": LEVELS[role.stream],
            "edit": LEVELS[role.edit],
            "delete": LEVELS[role.delete],
            "create": "yes" if role.create else "no",
        }

    def _by_field(self, user: User) -> Attributes:
        hidden, fixed = user.role.unreadable, user.role.readonly
        return {name: {"read": "no" if name in hidden else "yes", "edit": "no"} for name in sorted(hidden | fixed)}

    def _by_attribute(self, user: User) -> Attributes:
        hidden, fixed = user.role.unreadable, user.role.readonly
        return {
            "read": {"yes": sorted(fixed - hidden), "no": sorted(hidden)},
            "edit": {"yes": [], "no": sorted(hidden | fixed)},
        }

    # ------------------------------------------------------------------ fields and switches

    def _metadata(self, user: User, request: Request, _: bytes) -> Response:
        """All of it, or what stands at a path of names with dots; null where nothing does."""
        key = request.query_params.get("key")
        found: object = self._shown_to(user)
        for name in key.split(".") if key else ():
            found = found.get(name) if isinstance(found, dict) else None
        return JSONResponse(found)

    def _shown_to(self, user: User) -> Attributes:
        kind = self.records.type
        if not kind.made or not (user.role.scope or user.kind == "admin"):
            return {"entityDefs": {}, "scopes": {}}
        record = {"updateDuplicateCheck": kind.duplicate_check_on_update}
        whole: Attributes = {
            "entityDefs": {kind.name: self._entity_defs()},
            "scopes": {kind.name: self._scope()},
            "recordDefs": {kind.name: record},
        }
        own = frozenset() if user.kind == "admin" else ADMINISTRATORS_OWN
        return {name: value for name, value in whole.items() if name not in own}

    def _entity_defs(self) -> Attributes:
        versions = {"optimisticConcurrencyControl": True} if self.records.type.versions else {}
        return {"fields": defined(self.records), **versions}

    def _scope(self) -> Attributes:
        kind = self.records.type
        checked = {"duplicateCheckFieldList": ["name", "emailAddress"]} if kind.duplicate_check else {}
        lockable = {"lockable": True} if kind.lockable else {}
        made = {"type": "Person" if kind.person else "BasePlus", "stream": kind.stream, "isCustom": True}
        return {"entity": True, "acl": True, **made, **checked, **lockable}

    # ------------------------------------------------------------------ other users

    def _users(self, user: User, request: Request, _: bytes) -> Response:
        """People, by ids or login names where it is asked so; API users and inactive people are for administrators."""
        if user.role.users == "no" and user.kind != "admin":
            raise Refused(403, "No read access.")
        asked = [value for name, value in parse_qsl(request.url.query) if name.startswith("where[0][value]")]
        by = request.query_params.get("where[0][attribute]")
        shown = [one for one in self.door.users.all.values() if user.kind == "admin" or _is_shown(one)]
        rows = [row for row in map(_row, shown) if by is None or row.get(by) in asked]
        return JSONResponse({"total": len(rows), "list": rows})


def _is_shown(user: User) -> bool:
    return user.active and user.kind != "api"


def _row(user: User) -> Mapping[str, object]:
    return {"id": user.id, "name": user.name, "userName": user.login, "type": user.kind, "isActive": user.active}
