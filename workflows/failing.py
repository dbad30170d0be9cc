"""What a failed sync does outside: find out whose fault it is, show it in EspoCRM, report an outage (design §6)."""

from collections.abc import Callable
from dataclasses import dataclass

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.espocrm import EspoCrmActivities
    from activities.orders import BlameOrder, FailureOrder, FaultReport, OutageReport
    from activities.outage import OutageActivities
    from activities.probe import DiagnosisActivities
    from beteiligte.faults import Blame, MissingAttribute, System
    from beteiligte.findings import Finding, Matter
    from beteiligte.pace import Pace
    from workflows import options
    from workflows.ledger import Ledger
    from workflows.steps import StepFailed, finish


@dataclass(frozen=True)
class Failing:
    """A party whose sync failed."""

    party_id: str
    pace: Pace
    ledger: Ledger
    hurried: Callable[[], bool]

    async def report_outage(self, fault: FaultReport) -> None:
        """Have its outage watched and told. Raises ActivityError."""
        assert fault.system is not None, "an outage is a system's"
        order = OutageReport(system=fault.system, party_id=self.party_id, code=fault.code)
        config = options.asking(self.pace.call, f"{fault.system} is down: {fault.code}")
        await workflow.execute_activity_method(OutageActivities.report, order, **config)

    async def blame(self, fault: FaultReport) -> Blame:
        """Whose fault it is; an unclear one is the system's while another known party cannot be read either.

        Raises StartOver.
        """
        if fault.blame is not Blame.UNCLEAR or fault.system is None:
            return fault.blame
        order = BlameOrder(party_id=self.party_id, system=fault.system)
        config = options.calling(self.pace, "does it answer for others?", attempts=1)
        handle = workflow.start_activity_method(DiagnosisActivities.blame, order, **config)
        try:
            return (await finish(handle, self.hurried)).blame
        except StepFailed:
            return Blame.SYSTEM

    async def write_failure(self, fault: FaultReport, *, permanent: bool, once: bool) -> bool:
        """Whether people know this failure already. Nothing is written where the bookkeeping is not whole.

        Raises StartOver.
        """
        if fault.code == MissingAttribute.code:
            return False
        away = fault.system is System.ESPOCRM and not permanent
        config = options.calling(self.pace, f"status: failed, {fault.code}", attempts=1 if away or once else None)
        order = FailureOrder(party_id=self.party_id, fault=fault, permanent=permanent)
        handle = workflow.start_activity_method(EspoCrmActivities.write_failure, order, **config)
        try:
            written = await finish(handle, self.hurried)
        except StepFailed as error:
            workflow.logger.warning("the status of party %s was not written: %s", self.party_id, error)
            return False
        if written.overridden:
            self.ledger.tell((Finding(matter=Matter.STATUS_OVERRIDDEN),))
        return written.known
