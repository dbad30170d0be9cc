"""What a sync cost in calls, by the steps that are on record: each as its activity makes them (design §5).

Of attempts that failed Temporal keeps the number, not how far they came: each counts as one call. Messages aside.
"""

from collections import Counter
from collections.abc import Iterable

from beteiligte.decide.found import Candidates
from beteiligte.record.snapshots import AdvowareSnapshot
from beteiligte.settle.settlement import Landed
from contracts import activity_names as names
from contracts.fault_report import FailureWritten
from contracts.reading import Fetched
from contracts.writing import WrittenBack
from starter.views.recorded.record import RecordedStep, StepEnding

ONCE = {
    names.ESPOCRM_FETCH: {"espocrm.read": 1},
    names.ESPOCRM_HOLDERS: {"espocrm.list": 1},
    names.ESPOCRM_RIVALS: {"espocrm.list": 2},
    names.ESPOCRM_LINK: {"espocrm.read": 1, "espocrm.write": 1},
    names.ESPOCRM_MARK_SYNCING: {"espocrm.write": 1},
    names.ADVOWARE_LEFT: {"espocrm.list": 1, "advoware.read": 1},
    names.ADVOWARE_CREATE: {"advoware.create": 1},
}
"""Steps that always make the same calls."""
FAILED_AT = {
    names.PARTY_FETCH: "read",
    names.ADVOWARE_PUSH: "replace",
    names.ADVOWARE_CREATE: "create",
    names.ADVOWARE_LOOK_UP: "search",
    names.ESPOCRM_WRITE_BACK: "write",
    names.ESPOCRM_WRITE_FAILURE: "write",
    names.ESPOCRM_MARK_SYNCING: "write",
}
"""What an attempt most likely failed at, where its failure does not say; else a read."""


def calls(steps: Iterable[RecordedStep]) -> dict[str, int]:
    """By system and operation, as `diff` shows what a sync would cost."""
    counted: Counter[str] = Counter()
    for step in steps:
        counted.update(_failed(step))
        if step.ending is StepEnding.DONE:
            counted.update(_done(step))
    return {name: number for name, number in sorted(counted.items()) if number}


def _done(step: RecordedStep) -> dict[str, int]:
    if step.activity in ONCE:
        return ONCE[step.activity]
    match step.result:
        case Fetched(advoware=there):
            return {"espocrm.read": 1, **(_read(there) if there else {})}
        case AdvowareSnapshot() as there:
            return _read(there)
        case Landed(wrote=wrote):
            return {"advoware.replace" if wrote else "advoware.read": 1}
        case WrittenBack(wrote=wrote):
            return {"espocrm.write" if wrote else "espocrm.read": 1}
        case Candidates(lists=lists):
            return {"advoware.search": 1, "espocrm.list": lists}
        case FailureWritten(known=known, refused=refused):
            return {} if refused else {"espocrm.read": 1, "espocrm.write": int(not known)}
    return {}


def _read(there: AdvowareSnapshot) -> dict[str, int]:
    """That a party is gone is believed while another one answers."""
    return {"advoware.read": 1 + there.gone, "espocrm.list": int(there.gone)}


def _failed(step: RecordedStep) -> Counter[str]:
    """Each attempt that failed, at what its failure names."""
    failed = step.attempts - (step.ending is StepEnding.DONE)
    fault = next(iter(reversed(step.failures)), None)
    system = (fault.system if fault else None) or step.system
    if failed <= 0 or system is None or step.ending is StepEnding.OPEN:
        return Counter()
    operation = (fault.operation if fault else "") or FAILED_AT.get(step.activity, "read")
    counted = Counter({f"{system}.{operation}": failed})
    if step.activity == names.PARTY_FETCH and system == "advoware":
        counted["espocrm.read"] += failed
    return counted
