"""The steps of a run put together to syncs: what each was asked, read, decided, wrote, and how it ended.

A run holds one sync after the other; each ends by showing its decision. Which requests a sync answered is worked out
by the run's own inbox (contracts/inbox.py): those that waited when it began, and those for which it started over.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from beteiligte.decide.base import agreed
from beteiligte.decide.decision import Action, Decision
from beteiligte.decide.findings import Finding, FindingKind
from beteiligte.decide.found import Candidates
from beteiligte.decide.owed import Owed
from beteiligte.decide.plan import fingerprint
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.request_reason import Reason
from beteiligte.settle.settlement import Landed
from contracts import activity_names as names
from contracts.fault_report import FaultReport
from contracts.inbox import Batch, Inbox
from contracts.telling import TellOrder
from contracts.visibility import Trouble
from contracts.writing import WriteBackOrder, WrittenBack
from starter.views.recorded.record import RecordedRun, RecordedStep, Requested, StepEnding, SyncEnd
from starter.views.recorded.situations import READS_ESPOCRM, situation_of

FAILED = "failed"
WRITES_ADVOWARE = (names.ADVOWARE_PUSH, names.ADVOWARE_CREATE)


@dataclass(slots=True)
class RecordedComparison:
    """One decision of a sync, and what was done about it."""

    step: RecordedStep
    decision: Decision
    situation: Situation | None
    exact: bool
    """Whether that is all it rested on: it decides the same again."""
    landed: RecordedStep | None = None
    """The write to Advoware."""
    written: RecordedStep | None = None
    """The write to EspoCRM."""

    @property
    def answer(self) -> Landed | None:
        """What Advoware answered."""
        return self.landed.result if self.landed and isinstance(self.landed.result, Landed) else None

    @property
    def written_back(self) -> WrittenBack | None:
        """What EspoCRM held then."""
        return self.written.result if self.written and isinstance(self.written.result, WrittenBack) else None

    @property
    def new(self) -> tuple[Finding, ...]:
        """What people learnt by it."""
        back, answer = self.written_back, self.answer
        found = (*(back.findings if back else self.decision.findings), *(answer.findings if answer else ()))
        return tuple(dict.fromkeys(found))


@dataclass(slots=True)
class RecordedSync:
    """One sync as it is on record."""

    run_id: str
    began: datetime
    batch: Batch
    asked: list[Requested]
    steps: list[RecordedStep] = field(default_factory=list)
    comparisons: list[RecordedComparison] = field(default_factory=list)
    told: list[RecordedStep] = field(default_factory=list)
    end: SyncEnd | None = None
    cut_off: str = ""
    """How its run was ended before it had come to anything."""
    observed: bool = False

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it was asked for; none: what landed before was not yet written to EspoCRM."""
        return self.batch.reasons

    @property
    def failed(self) -> bool:
        """Whether it came to nothing."""
        return self.end is not None and self.end.decision == FAILED

    @property
    def fault(self) -> FaultReport | None:
        """Why: in its outcome, in its run's failure, or by the step that failed."""
        if self.end is None or not self.failed:
            return None
        outcome = self.end.outcome
        by_step = (step.fault for step in reversed(self.steps) if step.fault)
        known = (outcome.failure if outcome else None) or self.end.fault or next(by_step, None)
        return known or (_by_name(self.end.trouble) if self.end.trouble else None)

    @property
    def acting(self) -> tuple[RecordedComparison, ...]:
        """Its decisions by which anything was written, and the last one: any other was made anew."""
        return tuple(c for c in self.comparisons if c.answer or c.written_back or c is self.comparisons[-1])

    def concerns(self, told: TellOrder) -> bool:
        """Whether a message is about what this sync found."""
        found = {(f.kind, f.field) for one in self.comparisons for f in (*one.decision.findings, *one.new)}
        if self.failed:
            found |= {(f.kind, f.field) for f in told.findings if f.kind in _OF_FAILURES}
        return any((f.kind, f.field) in found for f in told.findings)


def _by_name(trouble: str) -> FaultReport:
    """What the run shows of a failure that nobody waited for."""
    kind = Trouble.parse(trouble).kind
    name, _, rest = kind.partition(".")
    system = System(name) if name in {*System} else None
    return FaultReport(code=rest.partition(" ")[2], message=kind, system=system)


_OF_FAILURES = (FindingKind.FAILED, FindingKind.NOT_WRITTEN_BACK, FindingKind.STATUS_OVERRIDDEN)


async def syncs_of(record: RecordedRun) -> list[RecordedSync]:
    """The syncs of a run, the oldest first; the last one may be under way, or cut off with its run."""
    folding = _Folding(record)
    steps = [step for step in record.steps if step.activity != names.NOTIFICATION_TELL]
    items: Sequence[RecordedStep | SyncEnd] = sorted((*steps, *record.ends), key=lambda item: item.event)
    for item in items:
        await folding.take(item)
    folding.end_of_run()
    for step in record.steps:
        if step.activity == names.NOTIFICATION_TELL:
            _tell(step, folding.syncs)
    return folding.syncs


def _tell(step: RecordedStep, syncs: Sequence[RecordedSync]) -> None:
    """A message gets through beside the syncs: it belongs to the last one before it that found what it says."""
    before = [sync for sync in syncs if sync.steps and sync.steps[0].event < step.event]
    about = (s for s in reversed(before) if isinstance(step.order, TellOrder) and s.concerns(step.order))
    for sync in (next(about, None) or (before[-1] if before else None),):
        if sync is not None:
            sync.told.append(step)


def _create_unsettled(before: RecordedComparison) -> bool:
    """Whether a create was decided and is not known to have landed, also one that another run had begun."""
    return before.decision.action is Action.CREATE and before.answer is None


class _Folding:
    """One item of the run after the other."""

    def __init__(self, record: RecordedRun) -> None:
        """What the predecessor handed on is where it begins."""
        carried = record.carried
        self.syncs: list[RecordedSync] = []
        self._record = record
        self._inbox = carried.inbox.model_copy(deep=True) if carried else Inbox()
        self._owed = carried.owed if carried else Owed()
        self._in_doubt = False
        """What is decided on is not known whole: a create had no answer, or a search answered a question."""
        self._unheard = sorted(record.asked, key=lambda asked: asked.event)
        self._waiting: list[Requested] = []
        self._open: RecordedSync | None = None

    async def take(self, item: RecordedStep | SyncEnd) -> None:
        """A step of the sync that is open, or its end."""
        sync = self._open or self._begin(item.task)
        if isinstance(item, SyncEnd):
            self._close(sync, item)
            return
        if sync.steps and item.activity in READS_ESPOCRM:
            self._start_over(sync, item.task)
        sync.steps.append(item)
        await self._follow(sync, item)

    def end_of_run(self) -> None:
        """What was asked and never begun is a sync that waits, unless a successor does it."""
        state = self._record.state
        self._hear(None)
        if self._open is None and self._waiting and state != "continued_as_new":
            self._open = self._begin(None)
        if self._open is not None:
            self._open.cut_off = "" if state == "running" else state

    # ------------------------------------------------------------------ what was asked

    def _hear(self, task: int | None) -> None:
        """The requests that a workflow task knew of; None: all."""
        while self._unheard and (task is None or self._unheard[0].event < task):
            asked = self._unheard.pop(0)
            self._inbox.put(asked.request)
            self._waiting.append(asked)

    def _begin(self, task: int | None) -> RecordedSync:
        self._hear(task)
        clock = self._record.tasks.get(task) if task is not None else None
        before = self.syncs[-1].end if self.syncs else None
        asked, self._waiting = self._waiting, []
        began = clock or (asked[0].at if asked else self._record.started)
        assert began is not None, "a run begins by its first event"
        if before is not None:
            began = max(began, before.at)
        self._open = RecordedSync(self._record.run_id, began, self._inbox.take(), asked, observed=self._record.observe)
        self.syncs.append(self._open)
        return self._open

    def _start_over(self, sync: RecordedSync, task: int) -> None:
        """Somebody who cannot wait made it begin anew: it answers him as well."""
        self._hear(task)
        if self._inbox.urgent:
            self._inbox.put_back(sync.batch)
            sync.batch = self._inbox.take()
            sync.asked += self._waiting
            self._waiting = []

    def _close(self, sync: RecordedSync, end: SyncEnd) -> None:
        sync.end, self._open = end, None
        if end.decision == FAILED:
            self._inbox.put_back(sync.batch.unfinished(choices=self._owed.open))
        self._inbox.done(sync.batch)

    # ------------------------------------------------------------------ what was decided and done

    async def _follow(self, sync: RecordedSync, step: RecordedStep) -> None:
        if step.decision is not None:
            await self._compared(sync, step, step.decision)
        elif step.activity in WRITES_ADVOWARE and sync.comparisons:
            self._wrote_advoware(sync, sync.comparisons[-1], step)
        elif step.activity == names.ESPOCRM_WRITE_BACK and sync.comparisons:
            self._wrote_espocrm(sync.comparisons[-1], step)
        elif isinstance(step.result, Candidates):
            self._in_doubt = True  # what a search found, or that it was in vain, may be decided on next

    async def _compared(self, sync: RecordedSync, step: RecordedStep, decision: Decision) -> None:
        first, observe = not sync.comparisons, self._record.observe
        situation, whole = await situation_of(sync.steps, sync.batch, self._owed, observe=observe, first=first)
        if situation is not None and (situation.espocrm.excluded or situation.espocrm.gone) and self._owed.anything:
            self._in_doubt = True
        self._in_doubt |= bool(sync.comparisons) and _create_unsettled(sync.comparisons[-1])
        exact = whole and not self._in_doubt
        sync.comparisons.append(RecordedComparison(step, decision, situation, exact))

    def _wrote_advoware(self, sync: RecordedSync, compared: RecordedComparison, step: RecordedStep) -> None:
        compared.landed = step
        answer, situation = compared.answer, compared.situation
        if answer is None or situation is None:
            self._in_doubt |= step.activity == names.ADVOWARE_CREATE
            sync.batch.create_anyway &= step.activity != names.ADVOWARE_CREATE
            return
        self._owed = self._owed.in_force.landed(
            answer.bet_nr,
            answer.row_id,
            agreed(situation.espocrm.side.values, answer.values),
            (*compared.decision.findings, *answer.findings),
            fingerprint(compared.decision),
        )

    def _wrote_espocrm(self, compared: RecordedComparison, step: RecordedStep) -> None:
        """A regular write-back was told all that was compared."""
        compared.written = step
        if isinstance(step.order, WriteBackOrder) and not compared.exact:
            compared.situation, compared.exact = step.order.situation, True
        if step.ending is StepEnding.DONE:
            self._owed, self._in_doubt = Owed(), False
