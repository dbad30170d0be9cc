"""Who wins when both sides changed the same field: one policy per field group (design §4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from beteiligte.decide.evidence import Basis, Resolution
from beteiligte.faults import System
from beteiligte.record.field_table import FieldTable, Group


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


USUAL_POLICIES: Mapping[Group, Policy] = {
    Group.STAMMDATEN: Policy.ESPOCRM,
    Group.KONTAKTDATEN: Policy.ADVOWARE,
    Group.ADRESSE: Policy.NEWEST,
}


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What an operator decided: the fields and what Advoware stores of them, and who wins.

    Workers hold them; they stand in no history, only what was decided by them does.
    """

    table: FieldTable
    policies: Mapping[Group, Policy] = field(default_factory=lambda: USUAL_POLICIES)
    initial_sync: InitialSync = InitialSync.ESPOCRM
    look_up: bool = False
    """Advoware is searched before every create and after an unanswered one."""

    def policy(self, name: str) -> Policy:
        """The policy of the field's group."""
        return self.policies.get(self.table.by_name[name].group, Policy.ESPOCRM)

    def resolution(self, name: str, newest: Resolution) -> Resolution:
        """How a conflict about this field is settled; `newest` says which side was changed last."""
        match self.policy(name):
            case Policy.NEWEST:
                return newest
            case Policy.MANUAL:
                return Resolution(basis=Basis.MANUAL)
            case side:
                return Resolution(winner=System(side.value), basis=Basis.POLICY)
