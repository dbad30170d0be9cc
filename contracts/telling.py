"""What people are told about one party."""

from beteiligte.decide.findings import Finding
from beteiligte.frozen import Frozen


class TellOrder(Frozen):
    """Tell people about one party."""

    party_id: str
    findings: tuple[Finding, ...]
    assigned: tuple[str, ...] = ()
    """Users that the record is assigned to."""
    called: str = ""
    """The party's name; empty where no sync has read it."""
    bet_nr: int | None = None
    on_record: bool = True
    """False where the record no longer exists."""


class Told(Frozen):
    """How many users got a note."""

    users: int
