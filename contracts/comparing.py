"""What a comparison comes to."""

from beteiligte.decide.decision import Action, Decision
from beteiligte.frozen import Frozen


class Compared(Frozen):
    """A decision, and whether EspoCRM must be written even if nothing lands in Advoware."""

    decision: Decision
    write_back: bool
    look_up: bool = False
    """Advoware is searched before a create."""
    keys: str = ""
    """A hash of what it is searched by."""

    @property
    def writes(self) -> bool:
        """Whether anything is to be written on either side."""
        return self.write_back or self.decision.action is not Action.NOTHING
