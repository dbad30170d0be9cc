"""Who wins when both sides changed the same field: one policy per field group (design §4)."""

from enum import StrEnum

from beteiligte.decide.evidence import Basis, Resolution
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.record.fields import PARTY_TABLE
from beteiligte.record.table import Group


class Policy(StrEnum):
    """How a conflict is settled; the losing value is told to a person before it is overwritten."""

    ESPOCRM = "espocrm"
    ADVOWARE = "advoware"
    NEWEST = "newest"
    """The side that was changed last, by the best evidence there is."""
    MANUAL = "manual"
    """Nothing is overwritten until a person decides."""


class InitialSync(StrEnum):
    """Who wins on the first sync of a linked party that was never synced."""

    ESPOCRM = "espocrm"
    NEWEST = "newest"


class Rules(Frozen):
    """What an operator decided: policies and the fields that Advoware really stores."""

    policies: dict[Group, Policy] = {
        Group.STAMMDATEN: Policy.ESPOCRM,
        Group.KONTAKTDATEN: Policy.ADVOWARE,
        Group.ADRESSE: Policy.NEWEST,
    }
    groups: dict[str, Group] = {field.name: field.group for field in PARTY_TABLE.rows}
    initial_sync: InitialSync = InitialSync.ESPOCRM
    writable: frozenset[str] = PARTY_TABLE.writable
    look_up: bool = False
    """Advoware is searched before every create and after an unanswered one."""
    match: tuple[str, ...] = PARTY_TABLE.match
    """What is compared then; people are told which fields these are."""

    def policy(self, field: str) -> Policy:
        """The policy of the field's group."""
        return self.policies.get(self.groups.get(field, Group.STAMMDATEN), Policy.ESPOCRM)

    def ruling(self, field: str, newest: Resolution) -> Resolution:
        """How a conflict about this field is settled; `newest` says which side was changed last."""
        match self.policy(field):
            case Policy.NEWEST:
                return newest
            case Policy.MANUAL:
                return Resolution(ground=Basis.MANUAL)
            case side:
                return Resolution(winner=System(side.value), ground=Basis.POLICY)
