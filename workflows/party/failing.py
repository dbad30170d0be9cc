"""What a failed sync does: find out whose fault it is, show it in EspoCRM, report an outage, have people told.

Status first, then the message. A system's fault is told by its outage, once for all parties (design §6).
"""

from dataclasses import dataclass, replace
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.blame import BlameActivities
    from activities.espocrm import EspoCrmActivities
    from activities.outage import OutageActivities
    from beteiligte.decide.findings import Finding, FindingKind
    from beteiligte.decide.word import stuck
    from beteiligte.faults import Blame, MissingAttribute, Paused, System
    from beteiligte.sync_status import SyncStatus
    from contracts.carried_state import Memory
    from contracts.fault_report import BlameOrder, FailureOrder, FailureWritten, FaultReport
    from contracts.inbox import Batch
    from contracts.outage import OutageReport
    from contracts.party import SyncOutcome
    from contracts.visibility import Trouble
    from workflows import options
    from workflows.party.calls import ActivityCalls
    from workflows.steps import Restart, StepFailed


@dataclass(frozen=True)
class Failed:
    """What came of it."""

    fault: FaultReport
    outcome: SyncOutcome
    trouble: Trouble | None = None
    """What the run shows of it."""


@dataclass(frozen=True)
class Failing:
    """A party whose sync failed. `calls` have all their attempts, however many the sync had."""

    calls: ActivityCalls
    memory: Memory

    async def settle(self, fault: FaultReport, batch: Batch, *, began: datetime) -> Failed:
        """Show and tell it. Raises Restart where somebody who cannot wait asks before that is done."""
        blame = await self._blame(fault, began)
        if batch.on_trial and blame is Blame.PARTY and fault.blame is Blame.UNCLEAR and not batch.second_try:
            # The system may have come back between call and probe: the party's own is what it refuses once more.
            batch.second_try = True
            raise Restart(moved=True)
        fault = fault.but(blame=blame)
        if self.calls.timing.observe:
            return Failed(fault, self._outcome(fault).but(observed=True))
        if self.memory.owed.open:
            known, failed = self._not_written_back(fault)
            kind = FindingKind.NOT_WRITTEN_BACK
        else:
            known, failed = await self._failed_for_good(fault, batch)
            kind = FindingKind.FAILED
        outage = _is_outage(fault)
        if outage and not batch.on_trial:
            await self.report_outage(fault)
        if not outage and not known:
            self.memory.tell((self._finding(kind, fault),))
        return failed

    async def report_outage(self, fault: FaultReport) -> None:
        """Have its outage watched and told."""
        assert fault.system is not None, "an outage is a system's"
        order = OutageReport(system=fault.system, party_id=self.calls.party_id, code=fault.code, said=fault.said)
        config = options.asking(self.calls.timing.call, f"{fault.system} is down: {fault.code}")
        await workflow.execute_activity_method(OutageActivities.report, order, **config)

    async def report_left_question(self) -> None:
        """What an outage left as a question is looked up again when it is over; once it is written, the party waits."""
        fault, self.memory.left_by = self.memory.left_by, None
        if fault is not None and _is_outage(fault):
            await self.report_outage(fault)

    async def _blame(self, fault: FaultReport, began: datetime) -> Blame:
        """Whose fault it is; of an unclear one others are asked (beteiligte/blame.py). Raises Restart."""
        if fault.blame is not Blame.UNCLEAR or fault.system is None:
            return fault.blame
        order = BlameOrder(
            party_id=self.calls.party_id,
            system=fault.system,
            fault=fault,
            began=began,
            queue=workflow.info().task_queue,
        )
        try:
            asked = await self.calls.call(BlameActivities.blame, order, "does it answer for others?", attempts=1)
        except StepFailed:
            return Blame.SYSTEM
        return asked.blame

    def _not_written_back(self, fault: FaultReport) -> tuple[bool, Failed]:
        """What landed waits for EspoCRM; whether people know why."""
        owed, told = self.memory.owed, "" if _is_outage(fault) else fault.told
        self.memory.owed = owed.used_up(told)
        failed = Failed(fault, self._outcome(fault).but(bet_nr=owed.bet_nr), Trouble(fault.kind, told))
        return fault.told in owed.causes_told, failed

    async def _failed_for_good(self, fault: FaultReport, batch: Batch) -> tuple[bool, Failed]:
        """Nothing landed: the status says so, where EspoCRM takes one; whether people know it."""
        permanent = fault.blame is Blame.PARTY
        trouble = Trouble(fault.kind, fault.told if permanent else "")
        known = fault.code == Paused.code
        if not known:
            written = await self._write_failure(fault, batch, permanent=permanent)
            known = written.known
            trouble = replace(trouble, unwritten=permanent and written.refused)
        status = SyncStatus.PERMANENTLY_FAILED if permanent else SyncStatus.FAILED
        return known, Failed(fault, self._outcome(fault, status.value), trouble)

    async def _write_failure(self, fault: FaultReport, batch: Batch, *, permanent: bool) -> FailureWritten:
        """Whether people know this failure already. Nothing is written where the bookkeeping is not whole.

        Raises Restart.
        """
        if fault.code == MissingAttribute.code:
            return FailureWritten(known=False)
        away = fault.system is System.ESPOCRM and not permanent
        since = self.memory.inbox.asked > batch.upto
        order = FailureOrder(party_id=self.calls.party_id, fault=fault, permanent=permanent, asked_since=since)
        summary, attempts = f"status: failed, {fault.code}", 1 if away or batch.on_trial else None
        try:
            written = await self.calls.call(EspoCrmActivities.write_failure, order, summary, attempts=attempts)
        except StepFailed as error:
            workflow.logger.warning("the status of party %s was not written: %s", self.calls.party_id, error)
            return FailureWritten(known=False)
        if written.overridden:
            self.memory.tell((Finding(kind=FindingKind.STATUS_OVERRIDDEN),))
        if written.word_kept:
            self.memory.tell((stuck(written.word_kept),))
        return written

    def _outcome(self, fault: FaultReport, status: str = "") -> SyncOutcome:
        bet_nr = self.memory.bet_nr
        return SyncOutcome(party_id=self.calls.party_id, result="failed", status=status, bet_nr=bet_nr, failure=fault)

    def _finding(self, kind: FindingKind, fault: FaultReport) -> Finding:
        """What people are told of a fault that is the party's."""
        if kind is FindingKind.NOT_WRITTEN_BACK:
            bet_nr, system = self.memory.owed.bet_nr, System.ESPOCRM
            return Finding(kind=kind, bet_nr=bet_nr, system=system, reason=fault.code, said=fault.said)
        return Finding(
            kind=kind,
            field=fault.field,
            system=fault.system,
            reason=fault.code,
            said=fault.said,
            others=fault.others,
        )


def _is_outage(fault: FaultReport) -> bool:
    """Whether a whole system is to blame."""
    return fault.blame is Blame.SYSTEM and fault.system is not None
