"""EspoCRM's record API for one entity type, and notes, as a user's role lets him (facts/espocrm.md §2).

Not done: other entity types, relations, followers, mass actions, imports, e-mail, tasks, the administration.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from simulators.espocrm_answers import Refused, locked, read_body, unrelated
from simulators.espocrm_door import AnswerToUser, UserDoor
from simulators.espocrm_list import MOST_ROWS, Columns, page, parameters
from simulators.espocrm_records import Records
from simulators.espocrm_users import API, User, new_id
from simulators.espocrm_values import Attributes, Invalid
from simulators.gate import Gate, Handler

OTHER_TYPES = frozenset({"Account", "Contact", "Lead"})
"""Entity types that exist and to which nobody here has access."""
NOTE: Attributes = {
    "deleted": False,
    "data": {},
    "isInternal": False,
    "reactionCounts": None,
    "myReactions": [],
    "parentName": None,
    "relatedName": None,
    "attachmentsIds": [],
    "attachmentsNames": {},
    "attachmentsTypes": {},
    "modifiedByName": None,
}

BeforeSave = Callable[[Attributes, Attributes], Refused | None]
"""A script of the firm: takes the record and what is sent, and may refuse (`scripted`)."""


@dataclass
class RecordApi:
    """The handlers."""

    door: UserDoor
    records: Records
    notes: list[Attributes] = field(default_factory=list)
    most_rows: int = MOST_ROWS
    """`recordListMaxSizeLimit`, which an administrator may lower."""
    before_save: BeforeSave | None = None

    def routes(self, gate: Gate) -> list[BaseRoute]:
        """Everything under /api/v1 that no other part of the stand-in answers."""
        opens, base = self._opens, f"{API}/{self.records.type.name}"
        one = {
            "GET": ("espocrm.read", opens(self._read, self._read_stale)),
            "PUT": ("espocrm.write", opens(self._update)),
            "PATCH": ("espocrm.write", opens(self._update)),
            "DELETE": ("espocrm.delete", opens(self._delete)),
            "HEAD": ("espocrm.other", opens(self._head)),
        }
        return [
            gate.route(f"{API}/Note", {"POST": ("espocrm.note", opens(self._note))}),
            gate.route(f"{API}/Action", {"POST": ("espocrm.other", opens(self._action))}),
            gate.route(
                f"{API}/Notification",
                {"GET": ("espocrm.other", opens(self._notified)), "POST": ("espocrm.other", opens(_no_notification))},
            ),
            gate.route(
                base, {"GET": ("espocrm.list", opens(self._list)), "POST": ("espocrm.create", opens(self._create))}
            ),
            gate.route(f"{base}/{{id}}", one),
            gate.route(f"{base}/{{id}}/stream", {"GET": ("espocrm.other", opens(self._stream))}),
            gate.route(f"{API}/{{rest:path}}", {"*": ("espocrm.other", opens(self._elsewhere))}),
        ]

    def _opens(self, answer: AnswerToUser, stale: AnswerToUser | None = None) -> Handler:
        """Nothing of a type that is not made yet (recording rest-23)."""
        return self.door.opens(self._if_made(answer), self._if_made(stale) if stale else None)

    def _if_made(self, answer: AnswerToUser) -> AnswerToUser:
        def made(user: User, request: Request, raw: bytes) -> Response:
            kind = self.records.type
            if not kind.made and request.url.path.startswith(f"{API}/{kind.name}"):
                raise Refused(404, f"Controller '{kind.name}' does not exist.")
            return answer(user, request, raw)

        return made

    def _readable(self, user: User, party_id: str) -> Attributes:
        """A record that a user may read. Raises Refused."""
        self._scope(user)
        record = self.records.live.get(party_id)
        if record is None and user.kind == "admin":
            record = self.records.deleted.get(party_id)
        if record is None:
            raise Refused(404, f"Record {party_id} does not exist.")
        if not _may_read(user, record):
            raise Refused(403, "No 'read' access.")
        return record

    def _editable(self, party_id: str) -> Attributes:
        """A record for a change; who misses it is told so in other words (recordings rest-20, rest-21)."""
        if party_id not in self.records.live:
            raise Refused(404, f"Record {party_id} not found.")
        return self.records.live[party_id]

    def _scope(self, user: User) -> None:
        if not user.role.scope:
            raise Refused(403, "No read access.")

    def _read(self, user: User, request: Request, _: bytes) -> Response:
        record = self._readable(user, request.path_params["id"])
        return JSONResponse(self.records.shown(record, user))

    def _read_stale(self, user: User, request: Request, _: bytes) -> Response:
        record = self._readable(user, request.path_params["id"])
        return JSONResponse(self.records.shown(self.records.before.get(str(record["id"]), record), user))

    def _head(self, user: User, request: Request, _: bytes) -> Response:  # noqa: ARG002
        raise Refused(404, f"Action HEAD 'read' does not exist in controller '{self.records.type.name}'.")

    def _list(self, user: User, request: Request, _: bytes) -> Response:
        self._scope(user)
        missing = self.records.missing
        kinds = {name: kind for name, kind in self.records.type.attributes.items() if name not in missing}
        columns = Columns(kinds, user.role.unreadable, missing)
        counted = request.headers.get("X-No-Total", "") != "true"

        def readable(record: Attributes) -> bool:
            return _may_read(user, record)

        params = parameters(request.url.query)
        most = self.most_rows
        return JSONResponse(page(self.records.index, params, columns, counted=counted, readable=readable, most=most))

    def _create(self, user: User, request: Request, raw: bytes) -> Response:
        if not user.role.create:
            raise Refused(403, "No create access.")
        sent = read_body(request, raw)
        self._check_user(sent)
        for name in self.records.required:
            if not sent.get(name):
                raise Invalid(name, "required")
        if self.records.type.duplicate_check and (refused := self._duplicate(request, sent)):
            return refused
        record = self.records.create(sent, user)
        return JSONResponse(self.records.as_created(self.records.shown(record, user)))

    def _duplicate(self, request: Request, sent: Attributes, *, besides: object = None) -> Response | None:
        """409 with the others in full, unless the caller wants none of it (recordings rest-14, sw-01)."""
        if request.headers.get("X-Skip-Duplicate-Check") == "true":
            return None
        same = [other for other in self._duplicates(sent) if other["id"] != besides]
        return JSONResponse(same, 409, headers={"X-Status-Reason": "duplicate"}) if same else None

    def _duplicates(self, sent: Attributes) -> list[Attributes]:
        name = " ".join(str(sent[key]) for key in ("firstName", "lastName") if sent.get(key))
        mail = str(sent.get("emailAddress") or "").lower()

        def same(record: Attributes) -> bool:
            return bool(name and record["name"] == name) or bool(
                mail and str(record.get("emailAddress")).lower() == mail
            )

        found = page(self.records.index, {}, Columns(self.records.type.attributes), counted=True, readable=same)["list"]
        return found if isinstance(found, list) else []

    def _update(self, user: User, request: Request, raw: bytes) -> Response:
        if not user.role.edit:
            raise Refused(403, "No edit access.")
        record = self._editable(request.path_params["id"])
        sent = read_body(request, raw)
        self._check_user(sent)
        if modified := self._modified(request, record, sent):
            return modified
        if self.records.type.duplicate_check_on_update:
            whole = {**record, **self.records.stored(sent)}
            if refused := self._duplicate(request, whole, besides=record["id"]):
                return refused
        self._check_required(sent)
        if self.before_save is not None and (forbidden := self.before_save(record, sent)):
            raise forbidden
        self._check_lock(record, sent)
        changed = self.records.write(record, sent, user)
        echoed = {name: value for name, value in self.records.echoed(sent).items() if name in changed or name == "name"}
        return JSONResponse(self.records.shown({**record, **echoed}, user))

    def _modified(self, request: Request, record: Attributes, sent: Attributes) -> Response | None:
        """409 for a stale version, if a written value differs from the stored one (recording occ-03)."""
        version = request.headers.get("X-Version-Number", "")
        if not self.records.type.versions or not version or version == str(record["versionNumber"]):
            return None
        values = {name: record.get(name) for name, value in self.records.stored(sent).items() if record[name] != value}
        if not values:
            return None
        current = {"values": values, "versionNumber": record["versionNumber"]}
        return JSONResponse(current, 409, headers={"X-Status-Reason": "modified"})

    def _check_required(self, sent: Attributes) -> None:
        """An update may leave out a required field, and not empty it."""
        for name in self.records.required:
            if name in sent and not sent[name]:
                raise Invalid(name, "required")

    def _check_lock(self, record: Attributes, sent: Attributes) -> None:
        """Also a PUT of the status alone; one that changes nothing is carried out (recording sw-05)."""
        if record.get("isLocked") is not True:
            return
        changed = (name for name, value in self.records.stored(sent).items() if record.get(name) != value)
        if (name := next(changed, None)) is not None:
            raise locked(self.records.type.labels.get(name, name))

    def _action(self, user: User, request: Request, raw: bytes) -> Response:
        """`lock` and `unlock` by an administrator, as in the menu of a record."""
        sent = read_body(request, raw)
        record, action = self._editable(str(sent.get("id"))), sent.get("action")
        if not self.records.type.lockable or action not in ("lock", "unlock") or user.kind != "admin":
            raise Refused(403)
        self.records.lock(record, locked=action == "lock", user=user)
        return JSONResponse(self.records.shown(record, user))

    def _check_user(self, sent: Attributes) -> None:
        several = sent.get("assignedUsersIds")
        for assigned in (sent.get("assignedUserId"), *(several if isinstance(several, list) else [])):
            if assigned and not self.door.users.has_id(assigned):
                raise unrelated(self.records.type.name)

    def _delete(self, user: User, request: Request, _: bytes) -> Response:
        if not user.role.delete:
            raise Refused(403, "No delete access.")
        self.records.delete(str(self._editable(request.path_params["id"])["id"]), user)
        return JSONResponse(True)

    def _note(self, user: User, request: Request, raw: bytes) -> Response:
        """A note that stands in a stream or is sent to users; who is notified is not kept."""
        if not user.role.stream:
            raise Refused(403, "No create access.")
        sent = read_body(request, raw)
        parent = self.records.live.get(str(sent.get("parentId")), {})
        moment = f"{self.records.clock.now():%Y-%m-%d %H:%M:%S}"
        note: Attributes = {
            **NOTE,
            **sent,
            "id": new_id(),
            "createdAt": moment,
            "modifiedAt": moment,
            "createdById": user.id,
            "createdByName": user.name,
            **({"parentName": parent["name"]} if parent else {}),
            **({"usersNames": self.door.users.names(sent["usersIds"])} if "usersIds" in sent else {}),
        }
        self.notes.append(note)
        return JSONResponse(note)

    def _stream(self, user: User, request: Request, _: bytes) -> Response:
        """The notes on a record as a person sees them, the newest first."""
        record = self._readable(user, request.path_params["id"])
        found = [note for note in reversed(self.notes) if note.get("parentId") == record["id"]]
        return JSONResponse({"total": len(found), "list": found})

    def _notified(self, user: User, _: Request, __: bytes) -> Response:
        """What the bell shows a user: notes that were sent to him, the newest first."""
        found = [note for note in reversed(self.notes) if user.id in _items(note.get("usersIds"))]
        rows = [{"id": note["id"], "type": "Note", "userId": user.id, "noteData": note} for note in found]
        return JSONResponse({"total": len(rows), "list": rows})

    def _elsewhere(self, user: User, request: Request, raw: bytes) -> Response:  # noqa: ARG002
        name = request.path_params["rest"].partition("/")[0]
        if name in OTHER_TYPES:
            raise Refused(403, "No read access.")
        if name == self.records.type.name:  # a method without a route (recording err-16)
            return JSONResponse({"message": "405 Method Not Allowed"}, 405)
        raise Refused(404, f"Controller '{name}' does not exist.")


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _may_read(user: User, record: Attributes) -> bool:
    several = record.get("assignedUsersIds")
    own = (record.get("createdById"), record.get("assignedUserId"), *(several if isinstance(several, list) else []))
    return user.role.read == "all" or user.id in own


def _no_notification(user: User, request: Request, raw: bytes) -> Response:  # noqa: ARG001
    """Built in for everybody but administrators, whatever the role says (recordings ntf-01, ntf-19)."""
    raise Refused(403, "No create access.")
