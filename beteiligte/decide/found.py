"""When Advoware is searched for a party before it is created, what was found, and who the party is by that."""

from enum import StrEnum

from beteiligte.decide.decision import Action, Decision
from beteiligte.decide.findings import RIVALS
from beteiligte.frozen import Frozen

NAMED = 10
"""Matches named one by one: a person looks for them in Advoware anyway."""


def _listed(matches: tuple[int | str, ...]) -> str:
    more = f" … (+{len(matches) - NAMED})" if len(matches) > NAMED else ""
    return ", ".join(map(str, matches[:NAMED])) + more


class Identity(StrEnum):
    """Who a party is, by a look-up."""

    NOBODY = "nobody"
    """Advoware does not have it: it may be created."""
    CERTAIN = "certain"
    """Its betNr is entered in EspoCRM, and then checked like any first link."""
    UNCERTAIN = "uncertain"
    """A person says who it is; until then nothing is created."""


def searches_first(decision: Decision, *, look_up: bool, create_anyway: bool = False) -> bool:
    """Whether Advoware is searched before what was decided is done: before a create, where it can be searched.

    A person who looked there knows better.
    """
    return look_up and decision.action is Action.CREATE and not create_anyway


class Candidates(Frozen):
    """Matching parties that no EspoCRM record holds."""

    bet_nrs: tuple[int, ...] = ()
    rivals: tuple[str, ...] = ()
    """Other EspoCRM records without a betNr that the only match suits as well."""
    names: tuple[tuple[str, str], ...] = ()
    """What the rivals are called, by id."""
    sure: bool = True
    """Enough of what was compared is filled and equal; else it may be a namesake."""

    lists: int = 0
    """Calls in EspoCRM that it took: who holds the matches, and who else wants the only one."""

    @property
    def identity(self) -> Identity:
        """Who the party is by them."""
        if not self.bet_nrs:
            return Identity.NOBODY
        return Identity.UNCERTAIN if self.certain is None else Identity.CERTAIN

    @property
    def certain(self) -> int | None:
        """The only match of this record alone, if it is sure: everything else is a person's choice."""
        return self.bet_nrs[0] if len(self.bet_nrs) == 1 and self.sure and not self.rivals else None

    @property
    def named(self) -> str:
        """What matches, in the words of both systems."""
        parties = f"betNr {_listed(self.bet_nrs)}"
        return f"{parties}{RIVALS}{_listed(self.rivals)}" if self.rivals else parties
