"""Has the parties of one delivery of deletes synced and collects what is to be told of them.

An id that no run has ever seen costs no call: nothing landed of it, so nobody is told. A party whose run has been asked
and whose answer was lost, by a killed worker, counts by what its run knows: told twice is better than never.
"""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from temporalio import activity

from activities.heartbeats import alive, told_before
from activities.history import HistoryActivities
from contracts import activity_names, bounded
from contracts.deletes import Collected, CollectOrder, DeletedParty, DeletedSeen

AT_ONCE = 4
"""Few, so that a person's edit finds room."""


class DeleteEngine(Protocol):
    """Asks for the sync of a party whose record was deleted."""

    async def deleted(self, party_id: str) -> DeletedSeen:
        """What came of it. Raises RPCError, and what an update raises that ends without an outcome."""


@dataclass(frozen=True)
class DeletesActivities:
    """The syncing half of many deletes."""

    engine: DeleteEngine
    history: HistoryActivities

    @activity.defn(name=activity_names.DELETES_COLLECT)
    async def collect(self, order: CollectOrder) -> Collected:
        """Sync each that a run has seen. Safe to repeat: what an attempt before collected stands in its heartbeat."""
        before = told_before()
        ended = {str(p): dict(seen) for p, seen in before.items()} if isinstance(before, dict) else {}
        known = await self.history.seen(order.party_ids)
        again = order.again or activity.info().attempt > 1
        waiting: list[str] = []

        async def one(party_id: str) -> None:
            try:
                async with asyncio.timeout(order.patience.total_seconds()):
                    seen = await self.engine.deleted(party_id)
            except TimeoutError:
                waiting.append(party_id)
                return
            ended[party_id] = _party(party_id, seen, again=again).model_dump(mode="json")

        left = [party for party in order.party_ids if party in known and party not in ended]
        async with alive(lambda: ended):
            await bounded.each(left, one, at_once=AT_ONCE)
        parties = (DeletedParty.model_validate(ended[party]) for party in order.party_ids if party in ended)
        return Collected(
            deleted=tuple(party for party in parties if party.findings),
            waiting=tuple(waiting),
            unknown=len(order.party_ids) - len(known),
        )


def _party(party_id: str, seen: DeletedSeen, *, again: bool) -> DeletedParty:
    findings = seen.to_tell or (seen.known if again else ())
    return DeletedParty(party_id=party_id, bet_nr=seen.bet_nr, findings=findings)
