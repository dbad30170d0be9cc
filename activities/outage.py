"""What reaches other workflows: reports that a system is down, and asks for syncs when it works again.

Signal-with-start is the client's, not the workflow's, so it takes an activity (temporal.md §9). Who is asked and how
stands in `Engine`, which the worker gives in: activities know nothing of workflows.
"""

from dataclasses import dataclass
from typing import Protocol

from temporalio import activity

from beteiligte.request_reason import Reason
from contracts import activity_names, bounded
from contracts.outage import Asked, AskOrder, OutageReport, Reported, Tried, TryOrder


class Engine(Protocol):
    """What an activity may ask of Temporal. All raise RPCError, which is retried."""

    async def ask(self, party_id: str, reason: Reason) -> None:
        """Store a request for a sync."""

    async def trial(self, order: TryOrder) -> Tried:
        """Sync a party with a single attempt, and wait for how it ends."""

    async def report(self, report: OutageReport) -> str:
        """Tell the system's outage workflow; its id."""


@dataclass(frozen=True)
class OutageActivities:
    """Activities that speak to other workflows."""

    engine: Engine

    @activity.defn(name=activity_names.OUTAGE_REPORT)
    async def report(self, order: OutageReport) -> Reported:
        """Say that a party waits for a system; the first one starts the outage's workflow."""
        return Reported(workflow_id=await self.engine.report(order))

    @activity.defn(name=activity_names.OUTAGE_TRY)
    async def trial(self, order: TryOrder) -> Tried:
        """Whether the system works, found by syncing one of the parties that wait for it."""
        return await self.engine.trial(order)

    @activity.defn(name=activity_names.PARTIES_ASK)
    async def ask(self, order: AskOrder) -> Asked:
        """Ask for a sync of each party. Safe to repeat: requests join."""
        await bounded.each(order.party_ids, lambda party_id: self.engine.ask(party_id, order.reason))
        return Asked(parties=len(order.party_ids))
