"""The card of one worker process: a run that has ended, on a task queue that only this process asks for work.

Its input is the card, which can be read without any worker; a question about it can be answered by this process alone,
so an answer proves that it lives, and silence that it hangs, however many others work beside it.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts.worker_card import WORKER_CARD, WorkerCard


@workflow.defn(name=WORKER_CARD)
class WorkerCardWorkflow:
    """Begun anew whenever the card changes."""

    @workflow.run
    async def run(self, card: WorkerCard) -> None:
        """Nothing to do: the card is the input."""
