"""What Temporal's visibility knows of parties: the betNr of a run, and other parties' runs with one betNr."""

from dataclasses import dataclass

from temporalio import activity
from temporalio.client import Client
from temporalio.common import SearchAttributeKey

from activities import names
from activities.orders import LastRun, LastRunOrder
from beteiligte import search
from beteiligte.status import SyncStatus

BET_NR = SearchAttributeKey.for_keyword(search.BET_NR)


@dataclass(frozen=True)
class HistoryActivities:
    """Questions to Temporal's visibility."""

    client: Client

    async def known_elsewhere(self, bet_nr: int, *, besides: str) -> bool:
        """Whether another party was in agreement with this betNr: a restored record may hold it a second time.

        A record that was told its link is doubtful counts for nothing, else a mere duplicate would stop the original.
        """
        own = search.workflow_id(besides)
        query = f"BetNr = '{bet_nr}' AND SyncStatus = '{SyncStatus.CLEAN}' AND WorkflowId != '{own}'"
        return (await self.client.count_workflows(query)).count > 0

    @activity.defn(name=names.HISTORY_LAST_RUN)
    async def last_run(self, order: LastRunOrder) -> LastRun:
        """The betNr of the party's newest run that knew one."""
        query = f"WorkflowId = '{search.workflow_id(order.party_id)}' AND BetNr IS NOT NULL"
        async for run in self.client.list_workflows(query, limit=1):
            bet_nr = run.typed_search_attributes.get(BET_NR)
            return LastRun(bet_nr=int(bet_nr) if bet_nr else None)
        return LastRun()
