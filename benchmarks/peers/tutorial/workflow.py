"""The workflow, with its imports passed through the sandbox as the tutorial does."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from benchmarks.peers.tutorial.activities import TutorialActivities
    from benchmarks.peers.tutorial.records import BookkeepingOrder, overlaid

LIMIT = timedelta(seconds=30)


@workflow.defn(name="Sync")
class TutorialWorkflow:
    """Read both, compare, write both."""

    @workflow.run
    async def run(self, party_id: str) -> str:
        """What it came to."""
        party = await workflow.execute_activity_method(
            TutorialActivities.read_espocrm, party_id, start_to_close_timeout=LIMIT
        )
        if party.bet_nr is None:
            written = await workflow.execute_activity_method(
                TutorialActivities.create_advoware, party, start_to_close_timeout=LIMIT
            )
        else:
            record = await workflow.execute_activity_method(
                TutorialActivities.read_advoware, party.bet_nr, start_to_close_timeout=LIMIT
            )
            target = overlaid(party, record)
            if target is None:
                return "nothing"
            written = await workflow.execute_activity_method(
                TutorialActivities.write_advoware, target, start_to_close_timeout=LIMIT
            )
        await workflow.execute_activity_method(
            TutorialActivities.write_espocrm,
            BookkeepingOrder(party=party, record=written),
            start_to_close_timeout=LIMIT,
        )
        return "written"
