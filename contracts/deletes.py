"""What goes into and comes out of the activities about deleted records. One object each."""

from datetime import timedelta

from beteiligte.decide.findings import Finding
from beteiligte.decide.situation import LostLink
from beteiligte.frozen import Frozen


class CollectOrder(Frozen):
    """Have these parties synced whose records were deleted, and say what is to be told of them."""

    party_ids: tuple[str, ...]
    patience: timedelta
    again: bool = False
    """They were asked for before, and nobody heard the answer."""


class DeletedSeen(Frozen):
    """What the sync of one of them came to."""

    bet_nr: int | None = None
    to_tell: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    """What people were told of the delete, or somebody was to tell them."""


class DeletedParty(Frozen):
    """One of them, with what is to be told of it."""

    party_id: str
    bet_nr: int | None = None
    findings: tuple[Finding, ...] = ()


class Collected(Frozen):
    """What is to be told of them."""

    deleted: tuple[DeletedParty, ...] = ()
    waiting: tuple[str, ...] = ()
    """Parties whose sync takes longer."""
    unknown: int = 0
    """Ids that no run has ever seen."""


class DeletesNews(Frozen):
    """Tell people of records that were deleted together."""

    parties: tuple[DeletedParty, ...]


class LastRunOrder(Frozen):
    """What did the party's last run know?"""

    party_id: str


class LastRun(Frozen):
    """What is known of the party's earlier runs."""

    bet_nr: int | None = None
    told: bool = False
    """People were told, with this betNr, that EspoCRM has the record no more."""


class LostOrder(Frozen):
    """Which links had this party, whose record EspoCRM has no more?"""

    party_id: str
    bet_nr: int | None = None
    """What the asking run shows itself, by an earlier sync of it: visibility may not know it yet."""
    status: str = ""


class Lost(Frozen):
    """The links that it may have had, the newest first; none: no sync ever linked it, nor began to."""

    links: tuple[LostLink, ...] = ()
