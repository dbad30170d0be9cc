"""What speaks for one side in a conflict, and by what it was settled.

All evidence is about the record as a whole: neither system tells when a single field was changed. Where there is none,
EspoCRM wins and people are told that there was none (design §4).
"""

from datetime import timedelta
from enum import StrEnum

from beteiligte.decide.base import Base
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot

ZONE_DOUBT = timedelta(hours=2)
"""The zone of `geaendertAm` is unknown; German local time is at most two hours off UTC."""


class Basis(StrEnum):
    """By what a conflict is settled; stands in histories: add, never rename."""

    POLICY = "policy"
    """The field group's setting names the side."""
    MANUAL = "manual"
    """The field group's setting leaves it to a person."""
    LATER_IN_ESPOCRM = "later_in_espocrm"
    LATER_IN_ADVOWARE = "later_in_advoware"
    TOO_CLOSE = "too_close"
    """The time stamps are closer than their zones are known: no evidence."""
    NO_TIMES = "no_times"
    """A time stamp is missing: no evidence."""
    ROW_ID_UNCHANGED = "row_id_unchanged"
    """Nothing moved in Advoware since the last sync, so what differs there is older."""
    NEVER_SYNCED = "never_synced"
    ONLY_ESPOCRM_MOVED = "only_espocrm_moved"
    ONLY_ADVOWARE_MOVED = "only_advoware_moved"
    BOTH_MOVED = "both_moved"
    NEITHER_MOVED = "neither_moved"
    SET_BACK = "set_back"
    """Advoware holds an older record than it did: its values are nobody's edits."""

    @property
    def words(self) -> str:
        """For the reason of a verdict."""
        return self.value.replace("_", " ")


class Resolution(Frozen):
    """Who wins a conflict, and by what."""

    winner: System | None = None
    """None: nobody by this."""
    basis: Basis


def set_back(agreed: Base, advoware: AdvowareSnapshot) -> bool:
    """Whether Advoware holds an older record than at the last sync: a backup was put back.

    `geaendertAm` is compared with itself. One that is missing or was not moved by an edit proves nothing, and neither
    does one less than the zone doubt earlier: the two programs that write there may use different zones.
    """
    if agreed.changed_at is None or advoware.changed_at is None or advoware.row_id in (None, agreed.row_id):
        return False
    return agreed.changed_at - advoware.changed_at > ZONE_DOUBT


def newest(espocrm: EspoSnapshot, advoware: AdvowareSnapshot) -> Resolution:
    """The side that was changed last, as far as that can be known; EspoCRM where it cannot."""
    if advoware.row_id is not None and advoware.row_id == espocrm.row_id:
        return Resolution(winner=System.ESPOCRM, basis=Basis.ROW_ID_UNCHANGED)
    return by_time(espocrm, advoware)


def by_time(espocrm: EspoSnapshot, advoware: AdvowareSnapshot) -> Resolution:
    """The time stamps' word: Advoware only if it is newer beyond doubt."""
    if advoware.changed_at is None or espocrm.modified_at is None:
        return Resolution(winner=System.ESPOCRM, basis=Basis.NO_TIMES)
    later_by = advoware.changed_at - espocrm.modified_at
    if later_by > ZONE_DOUBT:
        return Resolution(winner=System.ADVOWARE, basis=Basis.LATER_IN_ADVOWARE)
    basis = Basis.LATER_IN_ESPOCRM if -later_by > ZONE_DOUBT else Basis.TOO_CLOSE
    return Resolution(winner=System.ESPOCRM, basis=basis)
