"""A workflow of the party's type name that does something else: yesterday's code, or tomorrow's."""

from temporalio import workflow

from contracts.party import WORKFLOW, PartyOrder


@workflow.defn(name=WORKFLOW)
class AnotherCode:
    """Waits and ends."""

    @workflow.run
    async def run(self, _: PartyOrder) -> str:
        """Set a timer, which the party's workflow does not before it was asked for something."""
        await workflow.sleep(0.01)
        return "done"
