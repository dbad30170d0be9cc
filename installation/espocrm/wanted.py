"""What must stand in EspoCRM for a sync: entity fields, rights, API user, webhooks; stated once.

Doctor judges what it sees by this, espocrm-setup makes what is missing. The mapped fields come from the field table
in force, the bookkeeping from its one place, so a new row of the table is a new wanted field and nothing else.
Bodies are those of recordings setup-01 to setup-03 and wh-01; docs/connect.md says what was not recorded.
"""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from beteiligte.decide.word import Word
from beteiligte.frozen import Frozen
from beteiligte.messages.language import Language
from beteiligte.messages.word_labels import FIELD, LABELS
from beteiligte.record.field_table import Field, FieldTable
from beteiligte.record.value_kinds import DATE, ValueKind
from beteiligte.settle import bookkeeping
from beteiligte.sync_status import SyncStatus

ROLE = "Advoware-Abgleich"
USER = "advoware-abgleich"
"""Names under which role and API user are made; what is there under another name does as well."""
KINDS = ("create", "update", "delete")
"""A webhook each, since a delivery does not say what happened (facts/espocrm.md §1.2)."""

OF_A_PERSON = frozenset({"salutationName", "firstName", "lastName"})
"""Parts of the name of an entity type made as Person: they come with it, and no field of theirs is ever made."""
TEXT_LENGTH = 255
"""Of a text field that is made: a column of the default length."""
LEAST_TEXT = 100
"""Of one that is there: as long as EspoCRM's own parts of a name."""

Defs = Mapping[str, JsonValue]
"""A field as EspoCRM's metadata tell of it (recording meta-01)."""


class WantedField(Frozen):
    """One field of the entity type."""

    name: str
    label: str
    """Given to a field that is made; what people call one that is there is their affair."""
    type: str
    """As it is made."""
    fits: frozenset[str]
    """Types that do as well when it is there, this one included."""
    max_length: int | None = None
    """As it is made; None: EspoCRM's own."""
    least_length: int | None = None
    """What must fit in. No limit, as EspoCRM's texts have it, is always enough."""
    options: tuple[str, ...] = ()
    """As an enumeration is made. One that is there may have more, and must have these, but for the empty one."""
    default: JsonValue = None
    bookkeeping: bool = False
    """The sync keeps its books here: nobody else may be required to fill it."""
    optional: bool = False
    """A sync does without it."""
    shown_as: dict[str, str] = {}
    """What people call the options of one that is made."""
    audited: bool = False
    """EspoCRM notes in the stream who changed it."""

    @property
    def made_with_type(self) -> bool:
        """Whether it comes with the entity type, so that it cannot be made by itself."""
        return self.name in OF_A_PERSON

    def body(self) -> dict[str, JsonValue]:
        """What the Field Manager is sent (recording setup-02)."""
        body: dict[str, JsonValue] = {"name": self.name, "type": self.type, "label": self.label}
        if self.max_length is not None:
            body["maxLength"] = self.max_length
        if self.options:
            body["options"] = list(self.options)
        if self.default is not None:
            body["default"] = self.default
        if self.shown_as:
            body["translatedOptions"] = dict(self.shown_as)
        if self.audited:
            body["audited"] = True
        return body

    def unlike(self, seen: Defs) -> tuple[str, ...]:
        """In what a field that is there is otherwise, in words; empty: it does."""
        kind = seen.get("type")
        if kind not in self.fits:
            return (f"type {kind} instead of {' or '.join(sorted(self.fits))}",)
        return tuple(self._unlike(seen))

    def _unlike(self, seen: Defs) -> Iterator[str]:
        length = seen.get("maxLength")
        if self.least_length and isinstance(length, int) and seen["type"] != "enum" and length < self.least_length:
            yield f"max length {length} instead of {self.least_length} or more"
        if seen["type"] == "enum" and (missing := self.missing_options(seen)):
            yield f"lacks the options {', '.join(missing)}"
        if self.bookkeeping and self.lacks_empty(seen):
            yield "has no empty option, so that nobody can empty it"
        if self.default is not None and seen.get("default") != self.default:
            yield f"default {seen.get('default')} instead of {self.default}"
        if self.optional and seen.get("default"):
            yield f"default {seen.get('default')} instead of none: every new record would ask"
        if self.bookkeeping and seen.get("required") is True:
            yield "required, so that no party can be saved without it"
        if seen.get("readOnly") is True:
            # In the layout it is fine; of the field itself it holds for the API, too (EspoCRM's GlobalRestriction).
            yield "read-only in the field itself, which also ignores what the sync writes"

    def lacks_empty(self, seen: Defs) -> bool:
        """Whether nobody could empty it: nothing is an option like any other (facts/espocrm.md §2.6)."""
        return seen.get("type") == "enum" and "" in self.options and "" not in _options(seen)

    def missing_options(self, seen: Defs) -> tuple[str, ...]:
        """Words that an enumeration lacks: a PUT of one is refused (recording write-syncStatus-gibtsnicht)."""
        known = _options(seen)
        return tuple(option for option in self.options if option and option not in known)


def _options(seen: Defs) -> list[JsonValue]:
    there = seen.get("options")
    return there if isinstance(there, list) else []


_BOOKKEEPING = (
    WantedField(name=bookkeeping.BETNR, label="Advoware-Nummer", type="int", fits=frozenset({"int"})),
    WantedField(
        name=bookkeeping.ROW_ID,
        label="Advoware-RowId",
        type="varchar",
        fits=frozenset({"varchar", "text"}),
        max_length=50,
        least_length=50,
    ),
    WantedField(name=bookkeeping.LAST_SYNC, label="Letzter Abgleich", type="datetime", fits=frozenset({"datetime"})),
    WantedField(
        name=bookkeeping.BASE,
        label="Abgleichsstand",
        type="text",
        fits=frozenset({"text"}),
        least_length=bookkeeping.MAX_BASE,
    ),
    WantedField(
        name=bookkeeping.STATUS,
        label="Sync-Status",
        type="enum",
        fits=frozenset({"enum"}),
        options=tuple(SyncStatus),
        default=SyncStatus.PENDING_SYNC.value,
    ),
    WantedField(
        name=bookkeeping.ERROR,
        label="Sync-Meldung",
        type="text",
        fits=frozenset({"text", "varchar"}),
        least_length=bookkeeping.MAX_ERROR,
    ),
)

BOOKKEEPING = tuple(field.but(bookkeeping=True) for field in _BOOKKEEPING)
"""The fields in which the sync keeps its books; all of bookkeeping.REQUIRED, held by a test."""


def type_body(entity_type: str) -> dict[str, JsonValue]:
    """What an entity type is made of (recording setup-01): without its C, which EspoCRM puts before the name."""
    name = entity_type.removeprefix("C")
    return {
        "name": name,
        "type": "Person",
        "labelSingular": "Beteiligter" if name == "Beteiligte" else name,
        "labelPlural": name,
        "stream": True,
    }


def decision(table: FieldTable, language: Language = Language.GERMAN) -> WantedField:
    """In which people decide in the record; a firm may do without it (docs/status.md). Messages use the same words."""
    return WantedField(
        name=bookkeeping.DECISION,
        label=table.decision or FIELD.told(language),
        type="enum",
        fits=frozenset({"enum"}),
        options=("", *Word),
        shown_as={word.value: label.told(language) for word, label in LABELS.items()},
        bookkeeping=True,
        optional=True,
        audited=True,
    )


def fields(table: FieldTable, *, opt_out: str = "", optional: Language | None = None) -> tuple[WantedField, ...]:
    """Every field: the books, what the table maps, and the one by which a person has a record left alone.

    `optional`: also what this installation does without, called in that language.
    """
    mapped = {place: _mapped(row, place) for row in table.rows for place in row.attributes}
    own = {opt_out: WantedField(name=opt_out, label="Nicht abgleichen", type="bool", fits=frozenset({"bool"}))}
    said = (decision(table, optional or Language.GERMAN),) if table.decision or optional else ()
    return (*BOOKKEEPING, *said, *mapped.values(), *(own.values() if opt_out and opt_out not in mapped else ()))


def _mapped(row: Field, place: str) -> WantedField:
    label = row.label if place == row.espocrm else f"{row.label} (Firma)"
    if row.kind is DATE:
        return WantedField(name=place, label=label, type="date", fits=frozenset({"date"}))
    if row.kind.words:
        return WantedField(
            name=place,
            label=label,
            type="enum",
            fits=frozenset({"enum", "varchar", "text"}),
            least_length=max(map(len, words(row.kind))),
            options=("", *words(row.kind)),
        )
    return WantedField(
        name=place,
        label=label,
        type="varchar",
        fits=frozenset({"varchar", "text", "enum"}),
        max_length=TEXT_LENGTH,
        least_length=LEAST_TEXT,
    )


def words(kind: ValueKind) -> tuple[str, ...]:
    """The words of a closed vocabulary as EspoCRM has them."""
    return tuple(kind.to_espocrm(word) for word in kind.words)


# ---------------------------------------------------------------------------- role and API user


def rights(entity_type: str) -> dict[str, JsonValue]:
    """What the role must allow, and no more: nothing is created or deleted in EspoCRM."""
    return {
        entity_type: {"create": "no", "read": "all", "edit": "all", "delete": "no", "stream": "all"},
        "Webhook": True,
        "User": {"read": "all", "edit": "no"},
    }


MESSAGES = "messagePermission"
"""Without it nobody is told: notes to users are refused (recordings ntf-07, ntf-19)."""


def role_body(entity_type: str, name: str = ROLE) -> dict[str, JsonValue]:
    """What a role is made of (recording setup-03)."""
    return {"name": name, "data": rights(entity_type), "fieldData": {}, MESSAGES: "all"}


def user_body(role_id: str, name: str = USER) -> dict[str, JsonValue]:
    """What an API user is made of; not recorded."""
    return {
        "userName": name,
        "lastName": name,
        "type": "api",
        "authMethod": "ApiKey",
        "isActive": True,
        "rolesIds": [role_id],
    }


def lacking(entity_type: str, acl: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Rights that are wanted and not held, by `acl.table` of App/user (recording auth-12) or by a role's `data`."""
    return tuple(right for right, wanted, held in _levels(entity_type, acl) if wanted != "no" and held != wanted)


def beyond(entity_type: str, acl: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Rights that are held and not needed: harmless to the sync, and more than a stolen key should be able to do."""
    return tuple(right for right, wanted, held in _levels(entity_type, acl) if wanted == "no" != held)


def _levels(entity_type: str, acl: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue, JsonValue]]:
    """Each right with the level that is wanted and the one that is held; no entry for a scope is no right."""
    for scope, wanted in rights(entity_type).items():
        held = acl.get(scope)
        if isinstance(wanted, dict):
            levels = held if isinstance(held, dict) else {}
            yield from ((f"{scope} {action}", level, levels.get(action, "no")) for action, level in wanted.items())
        else:
            yield scope, wanted, held is True or isinstance(held, dict)


# ---------------------------------------------------------------------------- webhooks


class WantedWebhook(Frozen):
    """One webhook, owned by the API user, so that `skipOwn` leaves out what the sync writes itself."""

    event: str
    url: str

    def body(self) -> dict[str, JsonValue]:
        """What it is made of; not active, so that nothing is synced before somebody has looked (recording wh-13)."""
        return {"event": self.event, "url": self.url, "skipOwn": True, "isActive": False}


def event(entity_type: str, kind: str) -> str:
    """The name of an event."""
    return f"{entity_type}.{kind}"


def webhooks(entity_type: str, receiver: str) -> tuple[WantedWebhook, ...]:
    """The three; `receiver` is the address before the kind, https://sync.kanzlei.example/webhook/beteiligte."""
    base = receiver.rstrip("/")
    return tuple(WantedWebhook(event=event(entity_type, kind), url=f"{base}/{kind}") for kind in KINDS)


# ---------------------------------------------------------------------------- versions


SKIP_OWN_SINCE = (9, 2)
"""Before it the sync's own writes come back as events (facts/espocrm.md §1.7)."""
PRIVATE_REFUSED_SINCE = (9, 3, 2)
"""From it on a receiver with a private address must be allowed in EspoCRM itself (§1.1)."""
ADDRESS_STALLS_SINCE = (10, 0)
"""From it on an IP address in a webhook's URL can stop all webhooks of the firm (§1.6)."""


def version(text: str) -> tuple[int, ...] | None:
    """`9.2.7` as numbers; None where it is no version (App/about, recording meta-02)."""
    parts = text.strip().split("-")[0].split(".")
    return tuple(map(int, parts)) if parts and all(part.isdigit() for part in parts) else None
