"""A pause of all writing: it lasts as long as this workflow runs, and its history says who and when."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.pause import PAUSE, RESUME, PauseOrder, ResumeOrder


@workflow.defn(name=PAUSE)
class PauseWorkflow:
    """Runs until somebody resumes."""

    def __init__(self) -> None:
        """Nobody has."""
        self._resumed: ResumeOrder | None = None

    @workflow.signal(name=RESUME)
    def resume(self, order: ResumeOrder) -> None:
        """End the pause."""
        self._resumed = order

    @workflow.run
    async def run(self, order: PauseOrder) -> ResumeOrder:
        """Wait; who resumed."""
        workflow.set_current_details(f"**paused** by {order.by} · {order.note or 'no reason given'}")
        await workflow.wait_condition(lambda: self._resumed is not None)
        assert self._resumed is not None
        return self._resumed
