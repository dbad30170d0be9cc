"""The records of one entity type and what happens to them, whoever does it (facts/espocrm.md §2.2 to §2.4).

Every change goes through here: it follows the type's kinds, moves `modifiedAt`, counts the version and puts an event
into the webhook queue, unless EspoCRM itself does none of that (silent import, restore).
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulators.clock import Clock
from simulators.espocrm_index import Index
from simulators.espocrm_types import EntityType
from simulators.espocrm_users import User, new_id
from simulators.espocrm_values import Attributes

LINKS = frozenset({"teamsIds", "teamsNames", "followersIds", "followersNames", "emailAddressData", "phoneNumberData"})
NAMES_OF_USERS = frozenset({"createdByName", "modifiedByName", "assignedUserName"})
SHOWN_EMPTY = frozenset({"modifiedByName", "assignedUserName"})
"""Null in the answer to a create, which leaves out everything else that is null (recording rest-01)."""

Queue = Callable[[str, User, Attributes], None]
"""Takes an event: kind, who caused it, its data."""


@dataclass
class Records:
    """All records of a type, the deleted ones among them."""

    type: EntityType
    clock: Clock
    queue: Queue
    next_id: Callable[[], str] = new_id
    dirty_formula: bool = False
    """A formula of the firm that marks a record a person edited."""
    live: dict[str, Attributes] = field(default_factory=dict)
    deleted: dict[str, Attributes] = field(default_factory=dict)
    before: dict[str, Attributes] = field(default_factory=dict)
    """Each record as it was before its last change, for stale reads."""
    missing: set[str] = field(default_factory=set)
    """Attributes that do not exist although the type has them."""

    def __post_init__(self) -> None:
        """Keep lists in order."""
        self.index = Index(self.live)
        self.required = set(self.type.required)

    # ------------------------------------------------------------------ changes

    def create(self, sent: Mapping[str, object], user: User, *, party_id: str = "") -> Attributes:
        """A new record; an id comes only with an import. Raises Invalid, Broken."""
        stored = self.stored(sent)
        moment = self._now()
        record: Attributes = {
            "id": party_id or self.next_id(),
            "name": None,
            "deleted": False,
            **dict.fromkeys(self.type.attributes),
            **copy.deepcopy(self.type.defaults),
            **({"isLocked": False} if self.type.lockable else {}),
            **({"streamUpdatedAt": moment} if self.type.stream else {}),
            **({"versionNumber": 1} if self.type.versions else {}),
            **stored,
            "createdAt": moment,
            "createdById": user.id,
            "createdByName": user.name,
            "modifiedAt": moment,
            "modifiedById": None,
            "modifiedByName": None,
            "assignedUserName": None,
        }
        self.live[str(record["id"])] = self._named(record)
        self.index.moved(str(record["id"]))
        self.queue("create", user, self._event(record))
        return record

    def write(self, record: Attributes, sent: Mapping[str, object], user: User) -> Attributes:
        """An update, also one that changes nothing; gives what changed. Raises Invalid, Broken."""
        changed = self._changes(record, sent, user)
        self.keep(record)
        kinds = self.type.attributes
        record.update({name: kinds[name].kept(record.get(name), value) for name, value in changed.items()})
        if changed or self.type.stream:
            record["modifiedAt"] = self._now()
        if self.type.versions:
            record["versionNumber"] = int(str(record["versionNumber"] or 0)) + 1
        if record["modifiedById"] != user.id:
            changed |= {"modifiedById": user.id, "modifiedByName": user.name}
            record.update(modifiedById=user.id, modifiedByName=user.name)
        before = record["name"]
        if self._named(record)["name"] != before:
            changed = {"name": record["name"], **changed}
        self.index.moved(str(record["id"]))
        if changed:
            self.queue("update", user, {**changed, "id": record["id"]})
        return changed

    def lock(self, record: Attributes, *, locked: bool, user: User) -> None:
        """Lock or unlock: a save of its own, by whoever does it (recording sw-05)."""
        self.keep(record)
        record.update(isLocked=locked, modifiedAt=self._now(), modifiedById=user.id, modifiedByName=user.name)
        if self.type.versions:
            record["versionNumber"] = int(str(record["versionNumber"] or 0)) + 1
        self.index.moved(str(record["id"]))
        self.queue("update", user, {"isLocked": locked, "id": record["id"]})

    def delete(self, party_id: str, user: User) -> None:
        """A soft delete."""
        record = self.live.pop(party_id)
        self.index.moved(party_id)
        self.deleted[party_id] = {**record, "deleted": True}
        self.queue("delete", user, {"id": party_id})

    def restore(self, party_id: str) -> None:
        """Back from the bin, without an event (recording rest-30 in facts/espocrm.md §1.7)."""
        self.live[party_id] = {**self.deleted.pop(party_id), "deleted": False}
        self.index.moved(party_id)

    def import_silently(self, party_id: str, sent: Mapping[str, object]) -> None:
        """A CSV import in silent mode: neither event nor `modifiedAt` (recording imp-01). Raises Invalid, Broken."""
        record = self.live[party_id]
        stored = self.stored(sent)
        self.keep(record)
        record.update(stored)
        self._named(record)
        self.index.moved(party_id)

    def keep(self, record: Attributes) -> None:
        """Remember a record as it is, as a change is coming."""
        self.before[str(record["id"])] = dict(record)

    # ------------------------------------------------------------------ rules

    def stored(self, sent: Mapping[str, object]) -> Attributes:
        """What would be stored; what the type does not have is ignored. Raises Invalid, Broken."""
        kinds = self.type.attributes
        return {
            name: kinds[name].stored(name, value)
            for name, value in sent.items()
            if name in kinds and name not in self.missing
        }

    def echoed(self, sent: Mapping[str, object]) -> Attributes:
        """What the answer to an update shows instead of what is stored (facts/espocrm.md §2.3)."""
        kinds = self.type.attributes
        shown = {name: kinds[name].echoed(name, value) for name, value in sent.items() if name in kinds}
        return shown | ({"name": sent["name"]} if "name" in sent else {})

    def shown(self, record: Attributes, user: User) -> Attributes:
        """A record as a user sees it: what he may not read is left out, not emptied."""
        hidden = self.missing | user.role.unreadable
        return {name: value for name, value in record.items() if name not in hidden}

    def as_created(self, record: Attributes) -> Attributes:
        """Without what was never set, in the answer to a create."""
        unset = {name for name, value in record.items() if value is None} - SHOWN_EMPTY
        if self.type.person and not record.get("firstName"):
            unset.add("name")  # computed only when it is read again (recording rest-26)
        return {name: value for name, value in record.items() if name not in unset}

    def _event(self, record: Attributes) -> Attributes:
        """A create's event holds the columns only (recording whd-01)."""
        return {name: value for name, value in self.as_created(record).items() if name not in LINKS | NAMES_OF_USERS}

    def _changes(self, record: Attributes, sent: Mapping[str, object], user: User) -> Attributes:
        fixed = {name for name, said in self.type.parameters.items() if said.get("readOnly") is True}
        allowed = {n: v for n, v in sent.items() if n not in user.role.readonly | user.role.unreadable | fixed}
        changed = {n: v for n, v in self.stored(allowed).items() if record.get(n) != v}
        if self.dirty_formula and changed and user.kind != "api" and "syncStatus" not in changed:
            changed["syncStatus"] = "dirty"
        return changed

    def _named(self, record: Attributes) -> Attributes:
        if self.type.person:
            parts = [str(record[key]) for key in ("firstName", "lastName") if record.get(key)]
            record["name"] = " ".join(parts) or None
        return record

    def _now(self) -> str:
        return f"{self.clock.now():%Y-%m-%d %H:%M:%S}"
