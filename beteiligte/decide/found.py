"""What a look-up found, and what follows from it."""

from beteiligte.decide.findings import RIVALS
from beteiligte.frozen import Frozen

NAMED = 10
"""Matches named one by one: a person looks for them in Advoware anyway."""


def _listed(matches: tuple[int | str, ...]) -> str:
    more = f" … (+{len(matches) - NAMED})" if len(matches) > NAMED else ""
    return ", ".join(map(str, matches[:NAMED])) + more


class Candidates(Frozen):
    """Matching parties that no EspoCRM record holds."""

    bet_nrs: tuple[int, ...] = ()
    rivals: tuple[str, ...] = ()
    """Other EspoCRM records without a betNr that the only match suits as well."""
    names: tuple[tuple[str, str], ...] = ()
    """What the rivals are called, by id."""
    sure: bool = True
    """Enough of what was compared is filled and equal; else it may be a namesake."""

    @property
    def certain(self) -> int | None:
        """The only match of this record alone, if it is sure: everything else is a person's choice."""
        return self.bet_nrs[0] if len(self.bet_nrs) == 1 and self.sure and not self.rivals else None

    @property
    def named(self) -> str:
        """What matches, in the words of both systems."""
        parties = f"betNr {_listed(self.bet_nrs)}"
        return f"{parties}{RIVALS}{_listed(self.rivals)}" if self.rivals else parties
