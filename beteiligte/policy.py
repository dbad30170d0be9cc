"""Who wins when both sides changed the same field: one policy per field group (design §4)."""

from enum import StrEnum

from beteiligte.faults import System
from beteiligte.fields import DEFAULT_WRITABLE, FIELDS, Group
from beteiligte.record import Frozen


class Policy(StrEnum):
    """The side whose value both have afterwards; the other value is told to a person."""

    ESPOCRM = "espocrm"
    ADVOWARE = "advoware"


class InitialSync(StrEnum):
    """Who wins on the first sync of a linked party that was never synced."""

    ESPOCRM = "espocrm"
    NEWEST = "newest"


class Rules(Frozen):
    """What an operator decided: policies and the fields that Advoware really stores."""

    policies: dict[Group, Policy] = {
        Group.STAMMDATEN: Policy.ESPOCRM,
        Group.KONTAKTDATEN: Policy.ADVOWARE,
        Group.ADRESSE: Policy.ESPOCRM,
    }
    groups: dict[str, Group] = {field.name: field.group for field in FIELDS}
    initial_sync: InitialSync = InitialSync.ESPOCRM
    writable: frozenset[str] = DEFAULT_WRITABLE
    look_up: bool = False
    """Advoware is searched before every create and after an unanswered one."""

    def winner(self, field: str) -> System:
        """The side that wins a conflict about this field."""
        policy = self.policies.get(self.groups.get(field, Group.STAMMDATEN), Policy.ESPOCRM)
        return System.ESPOCRM if policy is Policy.ESPOCRM else System.ADVOWARE
