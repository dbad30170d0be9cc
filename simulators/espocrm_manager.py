"""EspoCRM's Entity Manager and Field Manager, as far as an administrator needs them to make the parties' entity type.

Recorded: setup-01 (createEntity), setup-02 (a field). Read from EspoCRM's source: updateEntity, removing a field,
and what is refused.

Not done: more than one entity type, removing it, links, formulas, layouts, fields of kinds that a party does not have.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from simulators.espocrm_answers import Refused, read_body
from simulators.espocrm_door import UserDoor
from simulators.espocrm_fields import defined
from simulators.espocrm_records import Records
from simulators.espocrm_types import PERSONS_OWN
from simulators.espocrm_users import API, User
from simulators.espocrm_values import AttributeKind, Attributes, Bool, Day, Enum, Int, LongText, Moment, Text
from simulators.gate import Gate

FIELD_NAME = re.compile(r"[a-z][a-zA-Z\d]*")
SWITCHES = {
    "stream": "stream",
    "optimisticConcurrencyControl": "versions",
    "updateDuplicateCheck": "duplicate_check_on_update",
    "lockable": "lockable",
}
"""What the Entity Manager's form calls them, and the stand-in."""
PARAMETERS = frozenset({"readOnly", "audited", "tooltipText", "min", "max", "translatedOptions"})


@dataclass
class ManagerApi:
    """The handlers."""

    door: UserDoor
    records: Records

    def routes(self, gate: Gate) -> list[BaseRoute]:
        """Both managers."""
        opens = self.door.opens
        return [
            gate.route(
                f"{API}/EntityManager/action/createEntity", {"POST": ("espocrm.manage", opens(self._create_type))}
            ),
            gate.route(
                f"{API}/EntityManager/action/updateEntity", {"POST": ("espocrm.manage", opens(self._update_type))}
            ),
            gate.route(f"{API}/Admin/fieldManager/{{scope}}", {"POST": ("espocrm.manage", opens(self._create_field))}),
            gate.route(
                f"{API}/Admin/fieldManager/{{scope}}/{{name}}",
                {
                    "GET": ("espocrm.manage", opens(self._read_field)),
                    "DELETE": ("espocrm.manage", opens(self._remove_field)),
                },
            ),
        ]

    def _create_type(self, user: User, request: Request, raw: bytes) -> Response:
        """It is called with a C before what was asked for; optimistic concurrency is not taken here."""
        administrator(user)
        sent = read_body(request, raw)
        name = f"C{sent.get('name')}"
        if not sent.get("name") or sent.get("type") != "Person" or name != self.records.type.name:
            raise Refused(400)
        if self.records.type.made:
            raise Refused(409, f"Entity '{name}' already exists.")
        self._change(made=True, stream=sent.get("stream") is True, attributes=PERSONS_OWN)
        return JSONResponse({"name": name})

    def _update_type(self, user: User, request: Request, raw: bytes) -> Response:
        administrator(user)
        sent = read_body(request, raw)
        self._scope(str(sent.get("name")))
        self._change(**{ours: sent[theirs] is True for theirs, ours in SWITCHES.items() if theirs in sent})
        if self.records.type.versions:
            for record in self.records.live.values():
                record.setdefault("versionNumber", 1)
        return JSONResponse(True)

    def _create_field(self, user: User, request: Request, raw: bytes) -> Response:
        administrator(user)
        scope, sent = self._scope(request.path_params["scope"]), read_body(request, raw)
        name = str(sent.get("name") or "")
        if not FIELD_NAME.fullmatch(name) or sent.get("type") not in KINDS:
            raise Refused(400)
        if name in self.records.type.attributes:
            raise Refused(409, f"Field '{name}' already exists in '{scope}'.")
        self._add(name, KINDS[str(sent["type"])](sent), sent)
        return self._shown(name)

    def _add(self, name: str, kind: AttributeKind, sent: Attributes) -> None:
        """Every record has it from now on, and holds nothing in it."""
        before, default = self.records.type, sent.get("default")
        parameters = {key: value for key, value in sent.items() if key in PARAMETERS}
        self._change(
            attributes={**before.attributes, name: kind},
            defaults={**before.defaults, **({name: default} if default is not None else {})},
            labels={**before.labels, name: str(sent.get("label") or name)},
            parameters={**before.parameters, **({name: parameters} if parameters else {})},
        )
        if sent.get("required") is True:
            self.records.required.add(name)
        for record in (*self.records.live.values(), *self.records.deleted.values()):
            record.setdefault(name, False if isinstance(kind, Bool) else None)
        self.records.index.forget()

    def _read_field(self, user: User, request: Request, _: bytes) -> Response:
        administrator(user)
        self._scope(request.path_params["scope"])
        name = request.path_params["name"]
        if name not in self.records.type.attributes:
            raise Refused(500)
        return self._shown(name)

    def _remove_field(self, user: User, request: Request, _: bytes) -> Response:
        """No record shows it any more, and here its values are gone; what comes with the type stays."""
        administrator(user)
        self._scope(request.path_params["scope"])
        name, before = request.path_params["name"], self.records.type
        if name not in before.attributes or name in PERSONS_OWN:
            raise Refused(500)
        self._change(attributes={key: kind for key, kind in before.attributes.items() if key != name})
        for record in (*self.records.live.values(), *self.records.deleted.values()):
            record.pop(name, None)
        self.records.required.discard(name)
        self.records.index.forget()
        return JSONResponse(True)

    def _shown(self, name: str) -> Response:
        defs = defined(self.records)[name]
        shown = dict(defs) if isinstance(defs, dict) else {}
        return JSONResponse({**shown, "label": self.records.type.labels.get(name, name)})

    def _scope(self, name: str) -> str:
        if name != self.records.type.name or not self.records.type.made:
            raise Refused(404, f"Scope '{name}' does not exist.")
        return name

    def _change(self, **changes: object) -> None:
        self.records.type = dataclasses.replace(self.records.type, **changes)  # type: ignore[arg-type]


def administrator(user: User) -> None:
    """Raises Refused, without a reason, for everybody else."""
    if user.kind != "admin":
        raise Refused(403)


def _enum(sent: Attributes) -> AttributeKind:
    """The empty option is the value null."""
    options = [str(option) for option in _items(sent.get("options"))]
    return Enum(((None,) if "" in options else ()) + tuple(options))


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _length(sent: Attributes, default: int | None) -> int | None:
    length = sent.get("maxLength")
    return length if isinstance(length, int) else default


KINDS: Mapping[str, Callable[[Attributes], AttributeKind]] = {
    "varchar": lambda sent: Text(_length(sent, 100) or 100),
    "text": lambda sent: LongText(_length(sent, None)),
    "enum": _enum,
    "int": lambda _: Int(),
    "bool": lambda _: Bool(),
    "date": lambda _: Day(),
    "datetime": lambda _: Moment(),
}
