"""What a reconciliation that stopped asks of a person, with the two answers to copy."""

from workflows.sweep_contracts import ReconciliationState


def lines(workflow_id: str, state: ReconciliationState) -> tuple[str, ...]:
    """For people. Before the question a run may have synced what earlier pages held (`asked`)."""
    synced = f"{state.counts.asked} parties were synced before" if state.counts.asked else "Nothing was synced"
    return (
        f"{workflow_id} stopped and asks: {state.alarm} {synced}.",
        f"beteiligte-sync reconcile confirm {workflow_id}   # it is intended",
        f"beteiligte-sync reconcile refuse {workflow_id}    # end it",
    )
