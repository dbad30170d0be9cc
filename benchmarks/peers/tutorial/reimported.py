"""The same, with a domain of the program's size that is not passed through: the sandbox imports it for each run."""

from datetime import timedelta

from temporalio import workflow

import beteiligte.decide.decision
import beteiligte.record.mapping
import beteiligte.settle.settlement  # noqa: F401  (what it costs to import)
from benchmarks.peers.tutorial.records import BookkeepingOrder, PartyRead, RecordRead, overlaid

LIMIT = timedelta(seconds=30)


@workflow.defn(name="Sync")
class ReimportedWorkflow:
    """Read both, compare, write both."""

    @workflow.run
    async def run(self, party_id: str) -> str:
        """What it came to."""
        party = await workflow.execute_activity(
            "read_espocrm", party_id, result_type=PartyRead, start_to_close_timeout=LIMIT
        )
        if party.bet_nr is None:
            written = await workflow.execute_activity(
                "create_advoware", party, result_type=RecordRead, start_to_close_timeout=LIMIT
            )
        else:
            record = await workflow.execute_activity(
                "read_advoware", party.bet_nr, result_type=RecordRead, start_to_close_timeout=LIMIT
            )
            target = overlaid(party, record)
            if target is None:
                return "nothing"
            written = await workflow.execute_activity(
                "write_advoware", target, result_type=RecordRead, start_to_close_timeout=LIMIT
            )
        await workflow.execute_activity(
            "write_espocrm", BookkeepingOrder(party=party, record=written), start_to_close_timeout=LIMIT
        )
        return "written"
