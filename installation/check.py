"""What one look at an installation says: what must hold, what was seen, and what mends it.

Every check of doctor and of what is made for an installation speaks this, so that one command shows them all.
Ids, names and numbers only: what a check saw may stand in a log, a client's value or a secret may not.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import model_validator

from beteiligte.frozen import Frozen


class Verdict(StrEnum):
    """How it stands."""

    OK = "ok"
    WARNING = "warning"
    """It works, and something about it may surprise or hurt later."""
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """The check could not be made, and `seen` says why: neither good nor bad news."""


class Area(StrEnum):
    """What a check is about; the order is that in which people read them."""

    SETTINGS = "settings"
    KEYS = "keys"
    MACHINE = "machine"
    TEMPORAL = "temporal"
    ESPOCRM = "espocrm"
    WEBHOOKS = "webhooks"
    ADVOWARE = "advoware"
    DESK = "desk"


class Check(Frozen):
    """One thing that must hold, as it was seen."""

    area: Area
    name: str
    """What must hold, in a few words: `field syncStatus`."""
    verdict: Verdict
    seen: str
    """Ids and names only: never a client's value, never a secret."""
    remedy: str | None = None
    """To copy: a command, a line of the settings, or the path through EspoCRM's screens in its own words."""

    @model_validator(mode="after")
    def _says_what_to_do(self) -> Self:
        """Whoever is told that something is wrong is told what mends it."""
        if self.verdict is not Verdict.OK and not self.remedy:
            raise ValueError(f"{self.name}: {self.verdict} needs a remedy")
        return self


_SEVERITY = (Verdict.OK, Verdict.UNKNOWN, Verdict.WARNING, Verdict.WRONG)


def worst(checks: Iterable[Check]) -> Verdict:
    """The verdict on all of them."""
    return max((check.verdict for check in checks), key=_SEVERITY.index, default=Verdict.OK)
