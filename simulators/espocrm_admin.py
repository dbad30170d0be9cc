"""Roles and users as an administrator of EspoCRM makes and changes them (recordings setup-03, facts/espocrm.md §2.1).

Only the role's own record was recorded; a user's, and who may see what of it, is read from EspoCRM's source.

Not done: several roles of one user, teams, passwords, portals; deleting. A role's rights count for the parties, users,
webhooks and messages.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from simulators.clock import Clock
from simulators.espocrm_answers import Refused, read_body
from simulators.espocrm_door import UserDoor
from simulators.espocrm_manager import administrator
from simulators.espocrm_users import API, Role, User, new_id
from simulators.espocrm_values import Attributes
from simulators.gate import Gate

PERMISSIONS = tuple(
    f"{name}Permission"
    for name in (
        "assignment",
        "user",
        "message",
        "portal",
        "groupEmailAccount",
        "export",
        "massUpdate",
        "dataPrivacy",
        "followerManagement",
        "audit",
        "mention",
        "userCalendar",
    )
)
METHODS = {"ApiKey": "key", "Hmac": "hmac"}


@dataclass
class AdminApi:
    """The handlers."""

    door: UserDoor
    clock: Clock
    roles: dict[str, Attributes] = field(default_factory=dict)
    """Records by id."""
    given: dict[str, str] = field(default_factory=dict)
    """The role's id by the user's; users who are not here have rights of their own (espocrm_users)."""

    def routes(self, gate: Gate) -> list[BaseRoute]:
        """Role, and of User what is not everybody's."""
        opens = self.door.opens
        return [
            gate.route(
                f"{API}/Role",
                {"GET": ("espocrm.role", opens(self._list)), "POST": ("espocrm.role", opens(self._create))},
            ),
            gate.route(
                f"{API}/Role/{{id}}",
                {"GET": ("espocrm.role", opens(self._read)), "PUT": ("espocrm.role", opens(self._change))},
            ),
            gate.route(f"{API}/User", {"POST": ("espocrm.users", opens(self._create_user))}),
            gate.route(
                f"{API}/User/{{id}}",
                {"GET": ("espocrm.users", opens(self._read_user)), "PUT": ("espocrm.users", opens(self._change_user))},
            ),
        ]

    # ------------------------------------------------------------------ roles

    def _list(self, user: User, request: Request, _: bytes) -> Response:
        self._allowed(user)
        names = parse_qs(request.url.query).get("where[0][value]")
        rows = [
            {key: role[key] for key in ("id", "name", "createdAt", "modifiedAt")}
            for role in self.roles.values()
            if names is None or role["name"] in names
        ]
        return JSONResponse({"total": len(rows), "list": rows})

    def _create(self, user: User, request: Request, raw: bytes) -> Response:
        self._allowed(user)
        moment = f"{self.clock.now():%Y-%m-%d %H:%M:%S}"
        role: Attributes = {
            "id": new_id(),
            "name": None,
            "deleted": False,
            **dict.fromkeys(PERMISSIONS, "not-set"),
            "data": {},
            "fieldData": {},
            **read_body(request, raw),
            "createdAt": moment,
            "modifiedAt": moment,
        }
        self.roles[str(role["id"])] = role
        return JSONResponse(role)

    def _read(self, user: User, request: Request, _: bytes) -> Response:
        self._allowed(user)
        return JSONResponse(self._one(request))

    def _change(self, user: User, request: Request, raw: bytes) -> Response:
        """It counts at once for all who have the role."""
        self._allowed(user)
        role = self._one(request)
        role.update(read_body(request, raw))
        for someone in self.door.users.all.values():
            if self.given.get(someone.id) == role["id"]:
                someone.role = rights(role, self.door.entity_type)
        return JSONResponse(role)

    def _one(self, request: Request) -> Attributes:
        wanted = request.path_params["id"]
        if wanted not in self.roles:
            raise Refused(404, f"Record {wanted} does not exist.")
        return self.roles[wanted]

    def _allowed(self, user: User) -> None:
        if user.kind != "admin":
            raise Refused(403, "No access to 'Role'.")

    # ------------------------------------------------------------------ users

    def _create_user(self, user: User, request: Request, raw: bytes) -> Response:
        """Of an API user: its key is the server's."""
        administrator(user)
        sent = read_body(request, raw)
        login, method = str(sent.get("userName") or ""), METHODS.get(str(sent.get("authMethod")))
        if not login or sent.get("type") != "api" or method is None:
            raise Refused(400)
        if login in self.door.users.all:
            raise Refused(409, "userNameExists")
        made = self.door.users.add(
            User(
                login=login,
                method="hmac" if method == "hmac" else "key",
                active=sent.get("isActive") is not False,
                role=Role(scope=False, stream=False, webhooks=False, users="no", messages="no"),
                secret=secrets.token_hex(16),
            )
        )
        for role_id in _ids(sent.get("rolesIds")):
            self.given[made.id] = role_id
            made.role = rights(self.roles.get(role_id, {}), self.door.entity_type)
        return JSONResponse(self._shown(made))

    def _read_user(self, user: User, request: Request, _: bytes) -> Response:
        administrator(user)
        return JSONResponse(self._shown(self._user(request)))

    def _change_user(self, user: User, request: Request, raw: bytes) -> Response:
        administrator(user)
        someone = self._user(request)
        someone.active = read_body(request, raw).get("isActive", someone.active) is True
        return JSONResponse(self._shown(someone))

    def _user(self, request: Request) -> User:
        wanted = request.path_params["id"]
        found = next((user for user in self.door.users.all.values() if user.id == wanted), None)
        if found is None:
            raise Refused(404, f"Record {wanted} does not exist.")
        return found

    def _shown(self, user: User) -> Attributes:
        """As an administrator sees an API user: the key, too."""
        role_id = self.given.get(user.id)
        api = {
            "authMethod": {"key": "ApiKey", "hmac": "Hmac"}.get(user.method),
            "apiKey": user.key,
            **({"secretKey": user.secret} if user.method == "hmac" else {}),
        }
        return {
            "id": user.id,
            "name": user.name,
            "userName": user.login,
            "type": user.kind,
            "isActive": user.active,
            "rolesIds": [role_id] if role_id else [],
            **(api if user.kind == "api" else {}),
        }


def rights(role: Mapping[str, object], entity_type: str) -> Role:
    """What a role's record allows."""
    data, fields = _object(role.get("data")), _object(_object(role.get("fieldData")).get(entity_type))
    party, users = _object(data.get(entity_type)), _object(data.get("User"))
    of_fields = {name: _object(levels) for name, levels in fields.items()}
    return Role(
        scope=party.get("read", "no") != "no",
        read="own" if party.get("read") == "own" else "all",
        create=party.get("create") == "yes",
        edit=party.get("edit", "no") != "no",
        delete=party.get("delete", "no") != "no",
        stream=party.get("stream", "no") != "no",
        webhooks=data.get("Webhook") is True,
        users="all" if users.get("read") == "all" else "no",
        messages="all" if role.get("messagePermission") == "all" else "no",
        unreadable={name for name, levels in of_fields.items() if levels.get("read") == "no"},
        readonly={name for name, levels in of_fields.items() if levels.get("edit") == "no"},
    )


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _ids(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
