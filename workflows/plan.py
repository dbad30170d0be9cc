"""One page of a plan for a first rollout. The command collects the pages, so that no run grows with the firm."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.planning import PlanningActivities
    from contracts.plan import PLAN, PlanOrder, PlanPage
    from workflows import options


@workflow.defn(name=PLAN)
class PlanWorkflow:
    """Compares the parties of one page; writes nothing."""

    @workflow.run
    async def run(self, order: PlanOrder) -> PlanPage:
        """The lines of the page."""
        config = options.planning(timedelta(minutes=30), "compare a page of parties")
        return await workflow.execute_activity_method(PlanningActivities.page, order, **config)
