"""A stand-in for EspoCRM 9.2.7 with one entity type, CBeteiligte (Person, stream on) unless told otherwise.

Here: the whole, and what a person does in it. Its parts: `espocrm_types` (fields and switches), `espocrm_values` (what
is stored and refused), `espocrm_records` (what a change does), `espocrm_users` (logins, rights, lock-out),
`espocrm_door`, `espocrm_http`, `espocrm_list`, `espocrm_about`, `espocrm_fields`, `espocrm_jobs`, `espocrm_webhooks`,
`espocrm_manager` and `espocrm_admin` (the API), `deliveries` (the webhook queue).

Not done: relations and teams, followers and who is notified, mass actions and imports over HTTP, e-mail, tasks, most of
the administration's API, portals; each file says more. Which recorded answers still differ, and why:
tests/simulators/test_recordings.py.
"""

import copy
import dataclasses
from dataclasses import dataclass

from starlette.applications import Starlette

from simulators.calls import Calls
from simulators.clock import Clock
from simulators.deliveries import Deliveries
from simulators.espocrm_about import AboutApi
from simulators.espocrm_admin import AdminApi
from simulators.espocrm_door import UserDoor
from simulators.espocrm_http import BeforeSave, RecordApi
from simulators.espocrm_jobs import JobsApi
from simulators.espocrm_manager import ManagerApi
from simulators.espocrm_records import Records
from simulators.espocrm_types import DECISION, DECISIONS, SEVERAL_USERS, EntityType, Installation, not_made, parties
from simulators.espocrm_users import ADMIN, INTEGRATION, PERSON, User, Users, new_id, new_uuid
from simulators.espocrm_values import Attributes, Enum, LongText
from simulators.espocrm_webhooks import WebhookApi
from simulators.fault_plan import Faults
from simulators.gate import Gate

__all__ = ["INTEGRATION", "PERSON", "EspoCrm", "EspoCrmBackup"]


@dataclass(frozen=True)
class EspoCrmBackup:
    """The data at some moment; webhooks, users and what waits in the queue are not in it."""

    live: dict[str, Attributes]
    deleted: dict[str, Attributes]
    notes: list[Attributes]


class EspoCrm:
    """State, users, webhooks, and the ASGI app."""

    def __init__(
        self,
        calls: Calls,
        faults: Faults,
        clock: Clock,
        *,
        optimistic_concurrency: bool = False,
        dirty_formula: bool = False,
        scope_fields: bool = False,
        uuids: bool = False,
        bare: bool = False,
        entity_type: EntityType | None = None,
    ) -> None:
        """An empty CRM with the integration, a person and an administrator as users.

        `uuids`: records get UUIDs as ids, by the metadata `app/recordId`. `bare`: as it is installed, so without the
        parties' entity type and the integration.
        """
        made = not_made() if bare else parties(versions=optimistic_concurrency, scope_fields=scope_fields)
        kind = entity_type or made
        self.users = Users(clock)
        if bare:
            del self.users.all[INTEGRATION]
        self.deliveries = Deliveries(calls, faults, clock, kind.name, self.users)
        ids = new_uuid if uuids else new_id
        self.store = Records(kind, clock, self.deliveries.queue, next_id=ids, dirty_formula=dirty_formula)
        self.records = self.store.live
        self.deleted = self.store.deleted
        door = UserDoor(self.users, kind.name)
        api = RecordApi(door, self.store)
        self.api = api
        self.notes = api.notes
        self.installation = Installation()
        self.jobs = JobsApi(door, self.deliveries)
        gate = Gate(calls, faults, clock)
        parts = (
            WebhookApi(door, self.deliveries, clock, self.store, self.installation),
            AboutApi(door, self.store, self.installation, lambda: api.most_rows),
            self.jobs,
            ManagerApi(door, self.store),
            AdminApi(door, clock),
            api,  # the last one: it answers whatever nobody else does
        )
        self.app = Starlette(routes=[route for part in parts for route in part.routes(gate)])

    @property
    def keys(self) -> dict[str, str]:
        """API keys by login."""
        return {user.login: user.key for user in self.users.all.values() if user.method == "key"}

    @property
    def unreadable(self) -> set[str]:
        """Attributes that the integration's role may not read."""
        return self.users.all[INTEGRATION].role.unreadable

    @property
    def readonly(self) -> set[str]:
        """Attributes that it may not edit."""
        return self.users.all[INTEGRATION].role.readonly

    @property
    def missing(self) -> set[str]:
        """Attributes that do not exist."""
        return self.store.missing

    # ------------------------------------------------------------------ what a person does in EspoCRM

    def add(self, *, user: str = PERSON, **attributes: object) -> str:
        """A new record; its id. Raises Invalid."""
        return str(self.store.create(attributes, self._user(user))["id"])

    def add_by_import(self, party_id: str, **attributes: object) -> None:
        """A record that a CSV import brings with the id of another system. Raises Invalid."""
        self.store.create(attributes, self._user(PERSON), party_id=party_id)

    def edit(self, party_id: str, *, user: str = PERSON, **attributes: object) -> None:
        """An edit, by the same rules as over HTTP. Raises Invalid."""
        self.store.write(self.records[party_id], attributes, self._user(user))

    def delete(self, party_id: str, *, user: str = PERSON) -> None:
        """A soft delete."""
        self.store.delete(party_id, self._user(user))

    def restore(self, party_id: str) -> None:
        """A deleted record comes back, without an event."""
        self.store.restore(party_id)

    def mass_update(self, *party_ids: str, user: str = PERSON, **attributes: object) -> None:
        """The same edit to many records: one event each (recordings mass-*)."""
        for party_id in party_ids:
            self.edit(party_id, user=user, **attributes)

    def import_silently(self, party_id: str, **attributes: object) -> None:
        """A CSV import in silent mode: neither event nor `modifiedAt`, so only a comparison finds it."""
        self.store.import_silently(party_id, attributes)

    # ------------------------------------------------------------------ what an administrator does

    def limit_lists(self, rows: int) -> None:
        """Set `recordListMaxSizeLimit`: a page of more rows is refused (recordings sw-06)."""
        self.api.most_rows = rows

    def allow_several_users(self) -> None:
        """Multiple assigned users, for records that are created from now on; the one assigned user is gone then."""
        attributes = {name: kind for name, kind in self.store.type.attributes.items() if name != "assignedUserId"}
        self.store.type = dataclasses.replace(
            self.store.type,
            attributes={**attributes, **SEVERAL_USERS},
            defaults={**self.store.type.defaults, "assignedUsersIds": []},
        )

    def let_people_decide(self, *more: str, empty: bool = True) -> None:
        """Make the field in which people decide in the record. `more`: options of the firm's own; `empty`: one of them
        is empty.
        """
        words = (None, "") if empty else ()
        before = self.store.type
        self.store.type = dataclasses.replace(
            before,
            attributes={**before.attributes, DECISION: Enum((*words, *DECISIONS, *more))},
            labels={**before.labels, DECISION: "Entscheidung"},
            parameters={**before.parameters, DECISION: {"translatedOptions": DECISIONS, "audited": True}},
        )
        for record in (*self.records.values(), *self.deleted.values()):
            record.setdefault(DECISION, None)
        self.store.index.forget()

    def make_text(self, *names: str) -> None:
        """Fields that hold texts of any length, in place of 255 characters."""
        attributes = {**self.store.type.attributes, **dict.fromkeys(names, LongText())}
        self.store.type = dataclasses.replace(self.store.type, attributes=attributes)

    def define(self, name: str, **parameters: object) -> None:
        """Say something of a field, as in the Field Manager; of it only `readOnly` has an effect on what is written."""
        said = {**self.store.type.parameters, name: {**self.store.type.parameters.get(name, {}), **parameters}}
        self.store.type = dataclasses.replace(self.store.type, parameters=said)

    def switch(self, **switches: bool) -> None:
        """Set switches of the entity type, as in the Entity Manager."""
        self.store.type = dataclasses.replace(self.store.type, **switches)  # type: ignore[arg-type]

    def lock(self, *party_ids: str) -> None:
        """Lock records, as EspoCRM 10 can: nobody changes anything in them."""
        for party_id in party_ids:
            self.store.lock(self.records[party_id], locked=True, user=self._user(ADMIN))

    def unlock(self, *party_ids: str) -> None:
        """Let them be changed again."""
        for party_id in party_ids:
            self.store.lock(self.records[party_id], locked=False, user=self._user(ADMIN))

    def install(self, script: BeforeSave | None) -> None:
        """Put a before-save script in, or take it out; it sees what comes over the API, as the UI's edits do."""
        self.api.before_save = script

    @property
    def labels(self) -> dict[str, str]:
        """What the installation calls its fields."""
        return self.store.type.labels

    @property
    def required(self) -> set[str]:
        """Fields that may not be empty."""
        return self.store.required

    def backup(self) -> EspoCrmBackup:
        """The data as it is now."""
        return copy.deepcopy(EspoCrmBackup(self.records, self.deleted, self.notes))

    def restore_backup(self, backup: EspoCrmBackup) -> None:
        """Put the data back, for instance by a day; nobody gets an event."""
        kept = copy.deepcopy(backup)
        self.records.clear()
        self.records.update(kept.live)
        self.deleted.clear()
        self.deleted.update(kept.deleted)
        self.notes[:] = kept.notes
        self.store.before.clear()
        self.store.index.forget()

    def _user(self, login: str) -> User:
        return self.users.all.get(login) or self.users.add(User(login=login, kind="regular", method="password"))
