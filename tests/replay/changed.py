"""A party's workflow that begins otherwise than the recorded ones: replays must notice it."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from contracts import party
    from contracts.party import PartyOrder, SyncOutcome
    from workflows.party.workflow import PartyWorkflow


@workflow.defn(name=party.WORKFLOW)
class ChangedWorkflow(PartyWorkflow):
    """Waits a second before it serves."""

    @workflow.init
    def __init__(self, order: PartyOrder) -> None:
        super().__init__(order)

    @workflow.run
    async def run(self, order: PartyOrder) -> SyncOutcome:
        await workflow.sleep(1)
        return await super().run(order)
