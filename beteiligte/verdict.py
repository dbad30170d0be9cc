"""What one field needs: the smallest piece of a decision."""

from enum import StrEnum

from beteiligte.faults import System
from beteiligte.record import Frozen


class Take(StrEnum):
    """Whose value both sides shall have."""

    NOTHING = "nothing"
    ESPOCRM = "espocrm"
    ADVOWARE = "advoware"


class Verdict(Frozen):
    """What one field needs. Nothing branches on `because`."""

    take: Take
    conflict: bool = False
    """Both sides hold a value of their own; the loser is told before it is overwritten."""
    because: str

    @property
    def winner(self) -> System | None:
        """The side that wins, where one does."""
        return None if self.take is Take.NOTHING else System(self.take.value)

    @classmethod
    def conflict_won_by(cls, winner: System, because: str) -> "Verdict":
        """A conflict settled for one side."""
        return cls(take=Take(winner.value), conflict=True, because=f"{because}; {winner} wins")
