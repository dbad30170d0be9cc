"""What a failed sync does outside: find out whose fault it is, show it in EspoCRM, report an outage (design §6)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.blame import BlameActivities
    from activities.espocrm import EspoCrmActivities
    from activities.outage import OutageActivities
    from beteiligte.decide.findings import Finding, FindingKind
    from beteiligte.faults import Blame, MissingAttribute, System
    from contracts.faults import BlameOrder, FailureOrder, FailureWritten, FaultReport
    from contracts.outage import OutageReport
    from contracts.timing import Timing
    from workflows import options
    from workflows.party.ledger import Ledger
    from workflows.steps import StepFailed, finish


@dataclass(frozen=True)
class Failing:
    """A party whose sync failed."""

    party_id: str
    timing: Timing
    ledger: Ledger
    hurried: Callable[[], bool]

    async def report_outage(self, fault: FaultReport) -> None:
        """Have its outage watched and told. Raises ActivityError."""
        assert fault.system is not None, "an outage is a system's"
        order = OutageReport(system=fault.system, party_id=self.party_id, code=fault.code, said=fault.said)
        config = options.asking(self.timing.call, f"{fault.system} is down: {fault.code}")
        await workflow.execute_activity_method(OutageActivities.report, order, **config)

    async def blame(self, fault: FaultReport, *, began: datetime) -> Blame:
        """Whose fault it is; of an unclear one others are asked (beteiligte/blame.py). Raises StartOver."""
        if fault.blame is not Blame.UNCLEAR or fault.system is None:
            return fault.blame
        queue = workflow.info().task_queue
        order = BlameOrder(party_id=self.party_id, system=fault.system, fault=fault, began=began, queue=queue)
        config = options.calling(self.timing, "does it answer for others?", attempts=1)
        handle = workflow.start_activity_method(BlameActivities.blame, order, **config)
        try:
            return (await finish(handle, self.hurried)).blame
        except StepFailed:
            return Blame.SYSTEM

    async def write_failure(self, fault: FaultReport, *, permanent: bool, once: bool) -> FailureWritten:
        """Whether people know this failure already. Nothing is written where the bookkeeping is not whole.

        Raises StartOver.
        """
        if fault.code == MissingAttribute.code:
            return FailureWritten(known=False)
        away = fault.system is System.ESPOCRM and not permanent
        config = options.calling(self.timing, f"status: failed, {fault.code}", attempts=1 if away or once else None)
        order = FailureOrder(party_id=self.party_id, fault=fault, permanent=permanent)
        handle = workflow.start_activity_method(EspoCrmActivities.write_failure, order, **config)
        try:
            written = await finish(handle, self.hurried)
        except StepFailed as error:
            workflow.logger.warning("the status of party %s was not written: %s", self.party_id, error)
            return FailureWritten(known=False)
        if written.overridden:
            self.ledger.tell((Finding(kind=FindingKind.STATUS_OVERRIDDEN),))
        return written

    def finding(self, kind: FindingKind, fault: FaultReport) -> Finding:
        """What people are told of a fault that is the party's."""
        if kind is FindingKind.NOT_WRITTEN_BACK and self.ledger.owed.open:
            bet_nr, system = self.ledger.owed.bet_nr, System.ESPOCRM
            return Finding(kind=kind, bet_nr=bet_nr, system=system, reason=fault.code, said=fault.said)
        return Finding(
            kind=kind,
            field=fault.field,
            system=fault.system,
            reason=fault.code,
            said=fault.said,
            others=fault.others,
        )
