"""Decides a field without a base: a record of an earlier program, a new field, a first link.

The earlier program kept no base, only `advowareRowId` and `advowareLastSync`, so its own rules are all there is to go
by (facts/advoware.md §4). Nothing is ever cleared here, and every loser is told like a conflict (design §4).
"""

from datetime import timedelta

from beteiligte.faults import System
from beteiligte.kinds import Value
from beteiligte.policy import InitialSync, Rules
from beteiligte.record import AdvowareSnapshot, EspoSnapshot, Frozen
from beteiligte.verdict import Take, Verdict

OWN_WRITE = timedelta(minutes=1)
"""Our own write-back moves `modifiedAt` a moment after `advowareLastSync` (facts/espocrm.md §2.3)."""
ZONE_DOUBT = timedelta(hours=2)
"""The zone of `geaendertAm` is unknown; German local time is at most two hours off UTC."""


class Evidence(Frozen):
    """Which side seems to have moved since the last sync, for the record as a whole."""

    newer: System | None = None
    """None: both or neither, so the group's policy decides."""
    because: str


def evidence(espocrm: EspoSnapshot, advoware: AdvowareSnapshot, rules: Rules) -> Evidence:
    """The earlier program's evidence, strongest first."""
    if espocrm.last_sync is None:
        if rules.initial_sync is InitialSync.ESPOCRM:
            return Evidence(newer=System.ESPOCRM, because="never synced")
        return _by_time(espocrm, advoware)
    if espocrm.row_id is None or advoware.row_id is None:
        return _by_time(espocrm, advoware)
    espo_moved = espocrm.modified_at is not None and espocrm.modified_at > espocrm.last_sync + OWN_WRITE
    match (espo_moved, advoware.row_id != espocrm.row_id):
        case (True, False):
            return Evidence(newer=System.ESPOCRM, because="modified in EspoCRM since the last sync")
        case (False, True):
            return Evidence(newer=System.ADVOWARE, because="rowId moved since the last sync")
        case (True, True):
            return Evidence(because="both sides moved since the last sync")
        case _:
            return Evidence(because="neither side seems to have moved")


def _by_time(espocrm: EspoSnapshot, advoware: AdvowareSnapshot) -> Evidence:
    """EspoCRM, unless Advoware is newer beyond doubt."""
    if advoware.changed_at is None or espocrm.modified_at is None:
        return Evidence(newer=System.ESPOCRM, because="no time stamp to go by")
    if advoware.changed_at - espocrm.modified_at > ZONE_DOUBT:
        return Evidence(newer=System.ADVOWARE, because="changed later in Advoware")
    return Evidence(newer=System.ESPOCRM, because="not surely later in Advoware")


def judge(espocrm: Value, advoware: Value, evidence: Evidence, winner: System) -> Verdict:
    """What a field without a base needs."""
    if espocrm == advoware:
        return Verdict(take=Take.NOTHING, because="both sides agree")
    if advoware is None:
        return Verdict(take=Take.ESPOCRM, because="no base; only EspoCRM has a value")
    if espocrm is None:
        return Verdict(take=Take.ADVOWARE, because="no base; only Advoware has a value")
    return Verdict.conflict_won_by(evidence.newer or winner, f"no base; {evidence.because}")
