"""What a sync reads, and what it learns of a party's earlier runs. One object each, so that fields can be added."""

from beteiligte.decide.situation import LostLink
from beteiligte.frozen import Frozen
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from contracts.create_name import CreateName
from contracts.local import LocalCall


class FetchBoth(Frozen):
    """Read a party on both sides."""

    party_id: str
    owed_bet_nr: int | None = None
    """What landed in Advoware and EspoCRM does not know yet; it counts before the record's own."""
    local: LocalCall


class Fetched(Frozen):
    """What both sides hold."""

    espocrm: EspoSnapshot
    advoware: AdvowareSnapshot | None = None
    """None: there is no betNr to read by, or it is read later."""
    late: bool = False
    """Advoware did not answer within a first attempt's time."""


class FetchParty(Frozen):
    """Read a party in EspoCRM."""

    party_id: str


class FindHolders(Frozen):
    """Which other records hold this betNr?"""

    party_id: str
    bet_nr: int


class Holders(Frozen):
    """Ids of other EspoCRM records with the betNr."""

    others: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    """Those of them that wait for a person: perhaps for the betNr to be theirs alone."""


class LeftOrder(Frozen):
    """Is this betNr, which the record had before, left without a record?"""

    party_id: str
    bet_nr: int


class Left(Frozen):
    """Whether Advoware has the party and no EspoCRM record holds it."""

    behind: bool


class FetchRecord(Frozen):
    """Read a party in Advoware."""

    party_id: str
    bet_nr: int
    never_linked: bool = False
    """Nothing was ever agreed with it: that it does not exist takes nothing away."""


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
    read_before: int | None = None
    """What the record held when this run last read it; counts where no run shows any."""


class Lost(Frozen):
    """The links that it may have had, the newest first; none: no sync ever linked it, nor began to."""

    links: tuple[LostLink, ...] = ()


class BegunOrder(Frozen):
    """Did a run of the party that has ended begin this very create?"""

    party_id: str
    name: CreateName


class Begun(Frozen):
    """Whether a sync would hold that create, and ask a person."""

    left: bool
