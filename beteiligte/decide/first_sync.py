"""Decides a field without a base: a record of an earlier program, a new field, a first link.

The earlier program kept no base, only `advowareRowId` and `advowareLastSync`, so its own rules are all there is to go
by (facts/advoware.md §4). Nothing is ever cleared here, and every loser is told like a conflict (design §4).
"""

from datetime import timedelta

from beteiligte.decide.evidence import Basis, Resolution, by_time
from beteiligte.decide.policy import InitialSync, Rules
from beteiligte.decide.verdict import FieldVerdict, Source
from beteiligte.faults import System
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from beteiligte.record.value_kinds import Value

OWN_WRITE = timedelta(minutes=1)
"""Our own write-back moves `modifiedAt` a moment after `advowareLastSync` (facts/espocrm.md §2.3)."""


def evidence(espocrm: EspoSnapshot, advoware: AdvowareSnapshot, rules: Rules) -> Resolution:
    """The earlier program's evidence, strongest first; without a winner the group's policy decides."""
    if espocrm.last_sync is None:
        if rules.initial_sync is InitialSync.ESPOCRM:
            return Resolution(winner=System.ESPOCRM, basis=Basis.NEVER_SYNCED)
        return by_time(espocrm, advoware)
    if espocrm.row_id is None or advoware.row_id is None:
        return by_time(espocrm, advoware)
    espo_moved = espocrm.modified_at is not None and espocrm.modified_at > espocrm.last_sync + OWN_WRITE
    match (espo_moved, advoware.row_id != espocrm.row_id):
        case (True, False):
            return Resolution(winner=System.ESPOCRM, basis=Basis.ONLY_ESPOCRM_MOVED)
        case (False, True):
            return Resolution(winner=System.ADVOWARE, basis=Basis.ONLY_ADVOWARE_MOVED)
        case (True, True):
            return Resolution(basis=Basis.BOTH_MOVED)
        case _:
            return Resolution(basis=Basis.NEITHER_MOVED)


def judge(espocrm: Value, advoware: Value, evidence: Resolution, by_policy: Resolution) -> FieldVerdict:
    """What a field without a base needs. Where a person decides, no evidence overwrites anything."""
    if espocrm == advoware:
        return FieldVerdict(source=Source.NOTHING, because="both sides agree")
    if advoware is None:
        return FieldVerdict(source=Source.ESPOCRM, because="no base; only EspoCRM has a value")
    if espocrm is None:
        return FieldVerdict(source=Source.ADVOWARE, because="no base; only Advoware has a value")
    by_evidence = evidence.winner is not None and by_policy.basis is not Basis.MANUAL
    return FieldVerdict.of_conflict(evidence if by_evidence else by_policy, f"no base; {evidence.basis.words}")
