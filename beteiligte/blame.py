"""Whose fault a refusal is: one party's own matter, or a system that is down for all.

The party's, at first; the system's only while a probe of the kind that failed fails, too. Reading shows nothing of
writing, so a refused write is tried at the system's *door*: a write to a record that nobody has. It changes nothing, is
answered 404 where writing is allowed, and is refused alike where it is not. What does not speak at the door (a script
that refuses every record, a right to create) is seen by many parties that are refused alike while nobody succeeds.

| what failed                     | one party           | several alike, nobody written | all                     |
|---------------------------------|---------------------|-------------------------------|-------------------------|
| read, either system             | party               | party: others are read        | system: no other is     |
| write, either system            | party: door open    | party; from `MANY` on system  | system: the door is shut|
| write, shut with a reason       | party               | from `ALIKE` on system        | system                  |
| write, its door not tried       | party               | bare, 5xx: from `ALIKE` system| system, but for a few   |
| create in Advoware              | party: door open    | from `ALIKE` on system        | system                  |
| no answer, 401, 429, 502 to 504 | system              | system                        | system                  |
| a named field, a locked record  | party               | party                         | party                   |
| what was written is not there   | system              | system                        | system                  |

Where another party was written since the trouble began, it is always the party's. Pure; who finds out:
activities/blame.py.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from beteiligte.faults import Blame

ALIKE = 3
"""Parties refused alike while nobody succeeds, where a single one proves nothing: three messages, not eight hundred."""
MANY = 20
"""The same where the door is open: a firm may well have eight archived records, and a weekend without any write."""
_A_RIGHT = re.compile(r"No '?\w+'? access", re.IGNORECASE)


class Door(StrEnum):
    """What a probe of the kind that failed met."""

    OPEN = "open"
    """Others are let through."""
    SHUT = "shut"
    """It was refused alike."""
    AWAY = "away"
    """The system does not answer."""
    UNKNOWN = "unknown"
    """There is nobody to try with, nothing to try, or it may not be tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What was refused, and how."""

    operation: str
    status: int
    said: str = ""

    @property
    def speaks_of_all(self) -> bool:
        """A bare 403, EspoCRM's words for a missing right, or a 5xx: nothing that is about a record."""
        bare = self.said.startswith(f"{self.status} ") or not self.said or bool(_A_RIGHT.match(self.said))
        return self.status >= 500 or (self.status == 403 and bare)


def whose(refusal: Refusal, *, door: Door, alike: int = 1) -> Blame:
    """The table above, where no other party was written since the trouble began.

    Args:
        refusal: What happened to this party.
        door: What a probe met.
        alike: How many parties were refused alike since anybody was written, this one among them.
    """
    if door is Door.AWAY:
        return Blame.SYSTEM
    if refusal.operation == "read":
        return _of_a_read(refusal, door)
    if not refusal.status:
        return Blame.SYSTEM  # 200, and what was written is not there
    return Blame.SYSTEM if alike >= _enough(refusal, door) else Blame.PARTY


def _of_a_read(refusal: Refusal, door: Door) -> Blame:
    refused = 400 <= refusal.status < 500
    return Blame.SYSTEM if door is Door.SHUT or (door is Door.UNKNOWN and not refused) else Blame.PARTY


def _enough(refusal: Refusal, door: Door) -> int:
    """How many parties must be refused alike to be the system's matter."""
    if door is Door.SHUT:
        return 1 if refusal.speaks_of_all else ALIKE
    untried = door is Door.UNKNOWN and refusal.speaks_of_all
    return ALIKE if refusal.operation == "create" or untried else MANY
