"""What a plan holds a sync to: a person saw what would be done, and this or nothing is done.

What was begun under it is ended, whatever it looks like by then: a create, or a betNr that was entered.
"""

from dataclasses import dataclass

from beteiligte.decide.decision import Decision
from beteiligte.decide.plan import as_shown, fingerprint


@dataclass
class PlanHold:
    """Of one sync. Held to nothing where `shown` is empty."""

    shown: str = ""
    """What a person saw, as `PlanRow.held_to` has it."""
    entered: bool = False
    """A betNr was entered in EspoCRM."""
    moved_on: bool = False
    """A betNr was not entered, since the party would be something else by now."""
    first_written: str = ""

    @property
    def holds(self) -> bool:
        """Whether the sync is held to a plan."""
        return bool(self.shown)

    def shows(self, decision: Decision, bet_nr: int | None) -> bool:
        """Whether it is what the person saw, of the same party."""
        return as_shown(self.shown, decision, bet_nr)

    def forbids(self, decision: Decision, bet_nr: int | None, *, begun: bool) -> bool:
        """Whether it would be something else by now. A doubt that arose under what was begun is told."""
        if not self.holds or (self.shows(decision, bet_nr) and not self.moved_on):
            return False
        return not (begun or (self.entered and decision.held))

    def wrote(self, decision: Decision, *, begun_as: str) -> None:
        """EspoCRM was written. `begun_as`: the fingerprint of what landed in an earlier round, and is ended by it."""
        self.first_written = self.first_written or begun_as or fingerprint(decision)

    def fingerprint(self, decision: Decision) -> str:
        """Of what was done: a round that only ends it decides something else."""
        return self.first_written or fingerprint(decision)
