"""One page of a plan for a first rollout. The command collects the pages, so that no run grows with the firm."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.planning import PlanningActivities
    from contracts.plan import PAGE_WITHIN, PLAN, PlanOrder, PlanPage
    from workflows import options


@workflow.defn(name=PLAN)
class PlanWorkflow:
    """Compares the parties of one page; writes nothing."""

    @workflow.run
    async def run(self, order: PlanOrder) -> PlanPage:
        """The lines of the page."""
        config = options.planning(PAGE_WITHIN, "compare a page of parties")
        return await workflow.execute_activity_method(PlanningActivities.page, order, **config)
