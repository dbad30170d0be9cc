"""What is said to a run that is under way, and what stands in the place of a word that is not believed.

Whoever reaches Temporal's port can send a signal; only who has the key can seal one, for this run alone. A word that is
not sealed for it is dropped and told, and the run goes on (docs/design.md §8): a run that stood still instead could be
stopped by anybody, one that believed it be led.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from beteiligte.frozen import Frozen


class Disbelief(StrEnum):
    """Why something is not believed; stands in histories and figures: add, never rename."""

    CLEAR = "clear"
    """It is not encrypted, though a key encrypts."""
    ELSEWHERE = "elsewhere"
    """It was sealed for another namespace, another run or another purpose, and sent here."""
    CHANGED = "changed"
    """It was changed, or closed with another key of the same id."""
    FOREIGN = "foreign"
    """It is closed with a key that nobody vouches for who has one of ours."""
    OTHER = "other"
    """It is something else than what is expected here."""
    OLD = "old"
    """A person's word that was given long before the run, or before a later one: it may be an old one, sent again."""


class Said(Frozen):
    """The base of what is said to a run that is under way: the one argument of a signal or an update."""

    @classmethod
    def left(cls, at: datetime) -> Self | None:  # noqa: ARG003
        """What is done by one that is not believed; None: nothing."""
        return None


@dataclass(frozen=True, slots=True)
class NotBelieved:
    """Stands in the place of such a word."""

    why: Disbelief
    meant: type[Said] | None = None
    """What it would have been."""
