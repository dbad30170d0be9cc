"""All workflows, and the sandbox they run in: the same for working and for replaying.

Replaying with other workflows or another sandbox than the worker's says nothing about the worker.
"""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from workflows.deletes import DeletesWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.outage import OutageWorkflow
from workflows.party.workflow import PartyWorkflow
from workflows.pause import PauseWorkflow
from workflows.plan import PlanWorkflow
from workflows.preview import PreviewWorkflow
from workflows.selftest import SelfTestWorkflow
from workflows.sweep.workflow import ReconciliationWorkflow

WORKFLOWS: tuple[type, ...] = (
    PartyWorkflow,
    OutageWorkflow,
    DeletesWorkflow,
    DeliveryWorkflow,
    PauseWorkflow,
    PlanWorkflow,
    PreviewWorkflow,
    ReconciliationWorkflow,
    SelfTestWorkflow,
)

SHARED = (
    "activities",
    "beteiligte",
    "contracts",
    "workflows.disbelief",
    "workflows.options",
    "workflows.metrics",
    "workflows.sweep.beginning",
    "workflows.sweep.judging",
    "workflows.sweep.looking",
    "workflows.sweep.reports",
    "workflows.sweep.syncing",
    "workflows.web_ui",
)
"""What a run does not import anew beside its workflow's own module: `from workflows import …` slips past
`imports_passed_through`, and building the models for each run was more than half of the worker's time."""


def sandbox() -> SandboxedWorkflowRunner:
    """A runner for a worker or a replayer."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*SHARED))
