"""What a workflow counts: syncs by decision, and conflicts by field group (docs/figures.md). Silent on replay.

Labels are names from closed vocabularies: results, statuses, fault codes, field groups, systems. Never ids or values.
"""

from datetime import datetime

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from beteiligte.decide.findings import ASKED, HOLDING, Finding, FindingKind
    from beteiligte.sync_status import WOULD, SyncStatus
    from contracts.party import SyncOutcome

WHOLE_PARTY = "party"
"""In place of a field group: the whole party is held."""
PERSON = "person"
"""In place of a winner: a person decides."""
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


def _of_conflict(finding: Finding, *, observed: bool) -> dict[str, str | int | float | bool]:
    return {
        "field_group": finding.group.value if finding.group else WHOLE_PARTY,
        "winner": finding.winner.value if finding.winner else PERSON,
        "kind": f"{WOULD}{finding.kind.value}" if observed else finding.kind.value,
    }
