"""The self-test of a program that starts: it goes on until both systems can be worked with, and then ends.

What it found stands in the run's memo, from where `up`, `status` and the webhook service's /health/ready read it
without a worker. Nothing waits for it: a system that is away when the program starts must not keep it from starting.
"""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from beteiligte.selftest import SelfTested
    from contracts import activity_names
    from contracts.selftest import SELFTEST, SelfTestOrder
    from contracts.visibility import SELFTEST_MEMO
    from workflows import options


@workflow.defn(name=SELFTEST)
class SelfTestWorkflow:
    """One at a time; a program that starts again replaces it."""

    @workflow.run
    async def run(self, order: SelfTestOrder) -> SelfTested:
        """Look, and look again while something is wrong."""
        while True:
            seen: SelfTested = await workflow.execute_activity(
                activity_names.SELFTEST_LOOK, result_type=SelfTested, **options.testing(order.call)
            )
            workflow.upsert_memo({SELFTEST_MEMO: seen})
            if not seen.problems:
                workflow.set_current_details("both systems can be worked with")
                return seen
            workflow.set_current_details("\n\n".join(f"**{p.system}** {p.kind} · {p.detail}" for p in seen.problems))
            await workflow.sleep(order.again)
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(order)
