"""What a workflow counts: syncs, conflicts, how long both sides differed, sweeps, outages (docs/figures.md).

Silent on replay, and no command: a figure that is added changes no history.

Labels are names from closed vocabularies: results, statuses, fault codes, field groups, systems. Never ids or values.
"""

from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from beteiligte.decide.findings import ASKED, HOLDING, Finding, FindingKind
    from beteiligte.faults import System
    from beteiligte.sync_status import CHANGES_NOTHING, PERSON_DECIDES, WOULD, SyncStatus
    from contracts.fault_report import FaultReport
    from contracts.inbox import RECOVERED, SyncRequest
    from contracts.party import SyncOutcome
    from contracts.reconciliation import ReconciliationOrder, RunSummary
    from contracts.said import Disbelief

WHOLE_PARTY = "party"
"""In place of a field group: the whole party is held."""
PERSON = "person"
"""In place of a winner: a person decides."""
LEFT_BEFORE = PERSON_DECIDES | {SyncStatus.FAILED, SyncStatus.PERMANENTLY_FAILED}
"""A record that a sync finds so differs since an earlier run, which this one cannot date."""
COUNTED = HOLDING | ASKED | {FindingKind.CONFLICT}


def count(outcome: SyncOutcome, began: datetime) -> None:
    """Count one sync, failed or not, and what it found."""
    meter = workflow.metric_meter()
    failure = outcome.failure
    labels = {
        "decision": outcome.shown,
        "status": outcome.status if outcome.status in set(SyncStatus) else "other",
        "cause": failure.code if failure else "none",
        "system": failure.system.value if failure and failure.system else "none",
    }
    meter.create_counter("beteiligte_syncs", "Syncs, by what they came to").add(1, labels)
    duration = meter.create_histogram_timedelta("beteiligte_sync_duration", "One sync, its retry waits included")
    duration.record(workflow.now() - began, {"decision": outcome.shown})
    conflicts = meter.create_counter("beteiligte_conflicts", "Conflicts, by field group and who won")
    for finding in outcome.findings:
        if finding.kind in COUNTED:
            conflicts.add(1, _of_conflict(finding, observed=outcome.observed))


class DifferenceAge:
    """How long both sides differed: from the first request that told of it until they are equal again.

    Counted where one run knows both ends. What a run before left open (a failure, a question to a person) is not: its
    age stands in what waits (starter/gauges.py). Behind a continue-as-new the age counts from there.
    """

    def __init__(self, begun: datetime | None) -> None:
        """Nothing is known yet; `begun`: when this run took over from one that had not ended."""
        self._asked = begun
        self._since: datetime | None = None
        self._differed = self._older = False

    def asked(self, request: SyncRequest) -> None:
        """Somebody says that the party may differ; whoever waited for a system has said so before."""
        self._asked = self._asked or request.at
        self._older |= request.reason in RECOVERED

    def looked_at(self) -> None:
        """A sync begins, for all that asked."""
        self._since, self._asked = self._since or self._asked, None

    def settled(self, outcome: SyncOutcome, found: str | None) -> None:
        """What the sync came to; `found`: the status that it read first."""
        self._older |= not self._differed and found in LEFT_BEFORE
        if outcome.failure is not None or outcome.observed or outcome.status != SyncStatus.CLEAN:
            self._differed = True
            return
        if self._since and not self._older and (self._differed or outcome.result not in CHANGES_NOTHING):
            age = max(workflow.now() - self._since, timedelta(0))  # who asked may have another clock
            figure = workflow.metric_meter().create_histogram_timedelta(
                "beteiligte_difference_age", "From the first request that told of a difference until it is gone"
            )
            figure.record(age, {"decision": outcome.shown})
        self._since, self._differed, self._older = None, False, False


def count_sweep(
    order: ReconciliationOrder, began: datetime, summary: RunSummary | None, fault: FaultReport | None
) -> None:
    """Count a sweep that ended, how long it took, and what was due by reason."""
    meter = workflow.metric_meter()
    kind = order.kind.value
    ended = (
        "failed" if fault or not summary else "looked" if order.dry_run else "refused" if summary.refused else "done"
    )
    meter.create_counter("beteiligte_sweeps", "Sweeps, by how they ended").add(
        1, {"kind": kind, "ended": ended, "cause": fault.code if fault else "none"}
    )
    duration = meter.create_histogram_timedelta("beteiligte_sweep_duration", "One sweep, the wait for people included")
    duration.record(workflow.now() - began, {"kind": kind})
    due = meter.create_counter("beteiligte_sweep_due", "Parties that a sweep found due, by reason")
    for why, number in (summary.due if summary and not order.dry_run else {}).items():
        due.add(number, {"kind": kind, "reason": why})


def count_outage(system: System) -> None:
    """Count one that begins."""
    meter = workflow.metric_meter()
    meter.create_counter("beteiligte_outages", "Outages that began, by system").add(1, {"system": system.value})


def count_recovery(system: System, since: datetime) -> None:
    """Measure one that is over."""
    meter = workflow.metric_meter()
    lasted = meter.create_histogram_timedelta("beteiligte_outage_duration", "One outage, from the first party on")
    lasted.record(workflow.now() - since, {"system": system.value})


def count_not_believed(what: str, name: str, why: Disbelief) -> None:
    """Count a word to a run that was dropped."""
    counter = workflow.metric_meter().create_counter("beteiligte_not_believed", "Words to a run that were dropped")
    counter.add(1, {"what": what, "name": name, "why": why.value})


def _of_conflict(finding: Finding, *, observed: bool) -> dict[str, str | int | float | bool]:
    return {
        "field_group": finding.group.value if finding.group else WHOLE_PARTY,
        "winner": finding.winner.value if finding.winner else PERSON,
        "kind": f"{WOULD}{finding.kind.value}" if observed else finding.kind.value,
    }
