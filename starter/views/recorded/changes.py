"""Which field a sync brought from what to what, by which rule, and what came of it."""

from collections.abc import Iterator
from enum import StrEnum

from beteiligte.decide.decision import Action
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.verdict import Source
from beteiligte.faults import System
from beteiligte.frozen import Frozen
from beteiligte.record.value_kinds import Value
from starter.views.recorded.syncs import RecordedComparison, RecordedSync

CREATED = "new in Advoware"


class CameTo(StrEnum):
    """What came of writing a value."""

    WRITTEN = "written"
    NOT_TAKEN = "not_taken"
    """The system answered well and kept its value."""
    REFUSED = "refused"
    NOT_WRITTEN = "not_written"
    """The sync failed before, or was held to a plan that showed something else."""
    ONLY_SHOWN = "only_shown"
    """Observe mode: it would have been written."""


class FieldChange(Frozen):
    """A value that a sync brought to one side."""

    field: str
    where: System
    before: Value = None
    """What that side held."""
    after: Value = None
    because: str
    source: Source
    """Whose value it is."""
    conflict: bool = False
    """Both sides held a value of their own: `before` is the one that lost."""
    came_to: CameTo


def changes_of(sync: RecordedSync) -> tuple[FieldChange, ...]:
    """Those of all its readings that led to a write; of a sync that wrote nothing those of the last."""
    return tuple(change for compared in sync.acting for change in _of(compared, sync))


def _of(compared: RecordedComparison, sync: RecordedSync) -> Iterator[FieldChange]:
    decision, last = compared.decision, compared is sync.comparisons[-1]
    for where, values in ((System.ADVOWARE, decision.to_advoware), (System.ESPOCRM, decision.to_espocrm)):
        for field, value in sorted(values.items()):
            came_to = _came_to(compared, where, field, value, observed=sync.observed)
            if last or came_to is not CameTo.NOT_WRITTEN:  # else it was decided anew
                yield _change(compared, where, field, value, came_to)


def _change(compared: RecordedComparison, where: System, field: str, value: Value, came_to: CameTo) -> FieldChange:
    verdict = compared.decision.verdicts.get(field)
    return FieldChange(
        field=field,
        where=where,
        before=_held(compared, where).get(field),
        after=value,
        because=verdict.because if verdict else CREATED,
        source=verdict.source if verdict else Source.ESPOCRM,
        conflict=verdict.conflict if verdict else False,
        came_to=came_to,
    )


def _held(compared: RecordedComparison, where: System) -> dict[str, Value]:
    """What that side held when it was read."""
    seen = compared.situation
    if seen is None or (where is System.ADVOWARE and seen.advoware is None):
        return {}
    side = seen.espocrm.side if where is System.ESPOCRM or seen.advoware is None else seen.advoware.side
    return side.values


def _came_to(compared: RecordedComparison, where: System, field: str, value: Value, *, observed: bool) -> CameTo:
    if observed:
        return CameTo.ONLY_SHOWN
    if where is System.ADVOWARE:
        answer = compared.answer
        if answer is None:
            return CameTo.NOT_WRITTEN
        # A create's answer need not show its values (facts/advoware.md §4): then it is believed.
        shown = answer.values.get(field, value if compared.decision.action is Action.CREATE else None)
        return CameTo.WRITTEN if shown == value else CameTo.NOT_TAKEN
    if compared.written_back is None:
        return CameTo.NOT_WRITTEN
    told = {f.kind for f in compared.written_back.findings if f.field == field and f.system is System.ESPOCRM}
    if FindingKind.REFUSED in told:
        return CameTo.REFUSED
    return CameTo.NOT_TAKEN if FindingKind.NOT_TAKEN in told else CameTo.WRITTEN
