"""Entity types as an administrator of EspoCRM sets them up. How a firm's real CBeteiligte looks is its own affair."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.espocrm_values import AttributeKind, Attributes, Bool, Day, Enum, Ids, Int, LongText, Moment, Text


@dataclass(frozen=True, kw_only=True)
class EntityType:
    """One entity type: its fields and its switches."""

    name: str
    made: bool = True
    """Whether somebody has made it in the Entity Manager."""
    attributes: Mapping[str, AttributeKind]
    defaults: Attributes = field(default_factory=dict)
    """What a new record holds beside what was sent."""
    person: bool = True
    """Made as type Person: `name` is computed from the first and the last name."""
    stream: bool = True
    """With a stream even a PUT that changes nothing moves `modifiedAt` (recordings rest-06, occ-06)."""
    versions: bool = False
    """Optimistic concurrency control; off by default in EspoCRM."""
    required: tuple[str, ...] = ()
    parameters: Mapping[str, Attributes] = field(default_factory=dict)
    """What was said of a field beside its kind, as the Field Manager has it: `{"titel": {"readOnly": True}}`."""
    labels: dict[str, str] = field(default_factory=dict)
    """What the installation calls a field; one that is not here is called by its attribute."""
    lockable: bool = False
    """EspoCRM 10: a person may lock a record; it then shows `isLocked`."""
    duplicate_check: bool = False
    """A create with the name or the e-mail address of another record is answered 409."""
    duplicate_check_on_update: bool = False
    """So is every update of a record that has a namesake, whatever it changes (recordings sw-01)."""


@dataclass
class Installation:
    """One EspoCRM as it is installed: its version, and what somebody wrote into `data/config.php`."""

    version: str = "9.2.7"
    config: Attributes = field(default_factory=dict)
    """Such as `webhookQueueEventPortionSize`; what does not stand there has a default, and is not shown."""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version, to be compared."""
        return tuple(map(int, self.version.split(".")))


STATUSES = (
    "pending_sync",
    "clean",
    "dirty",
    "syncing",
    "failed",
    "conflict",
    "permanently_failed",
    "deleted_in_advoware",
)

PERSONS_OWN: Mapping[str, AttributeKind] = {
    "salutationName": Enum((None, "", "Mr.", "Ms.", "Mrs.", "Dr.")),
    "firstName": Text(100, person_name=True),
    "lastName": Text(100, person_name=True),
    "assignedUserId": Text(24),
}
"""What every entity type of type Person has, as far as the stand-in knows it."""

ATTRIBUTES: dict[str, AttributeKind] = {
    **PERSONS_OWN,
    "firmenname": Text(),
    "rechtsform": Text(),
    "titel": Text(),
    "briefAnrede": Text(),
    "zusatz": Text(),
    "dateOfBirth": Day(),
    "art": Text(),
    "kurzname": Text(),
    "geburtsname": Text(),
    "familienstand": Text(),
    "handelsregisterNummer": Text(),
    "registergericht": Text(),
    "betnr": Int(),
    "advowareRowId": Text(50),
    "advowareLastSync": Moment(),
    "advowareSyncBase": LongText(),
    "syncStatus": Enum(STATUSES),
    "syncErrorMessage": LongText(2_000),
}


SCOPE_FIELDS: Mapping[str, AttributeKind] = {"mandant": Text(), "nichtAbgleichen": Bool()}
"""Fields of one firm's own, by which it says which parties are synced."""


DECISION = "syncDecision"
DECISIONS: Mapping[str, str] = {
    "espocrm": "EspoCRM gilt",
    "advoware": "Advoware gilt",
    "create": "gibt es dort nicht, anlegen",
    "again": "noch einmal versuchen",
}
"""What people may choose in a record, where the firm has a field for it, and what its screens call it."""


SEVERAL_USERS: Mapping[str, AttributeKind] = {"assignedUsersIds": Ids()}
"""In place of the one assigned user, where the entity type allows several."""


def parties(*, versions: bool = False, scope_fields: bool = False) -> EntityType:
    """CBeteiligte as the program expects it: a Person with stream and the attributes of the field table."""
    own = SCOPE_FIELDS if scope_fields else {}
    return EntityType(
        name="CBeteiligte",
        attributes={**ATTRIBUTES, **own},
        defaults={"syncStatus": "pending_sync", **({"nichtAbgleichen": False} if scope_fields else {})},
        versions=versions,
    )


def not_made() -> EntityType:
    """CBeteiligte before anybody has made it."""
    return EntityType(name="CBeteiligte", attributes={}, made=False)
