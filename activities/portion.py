"""Has the parties of a sweep synced, a few at a time, so that a person's edit never queues behind a sweep.

A party keeps its place only for a while: one that always fails, or waits for its next attempt, delays no other.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Protocol

from temporalio import activity

from activities.heartbeats import alive, told_before
from activities.live_traffic import LiveTraffic
from beteiligte.request_reason import Reason
from contracts import activity_names, bounded
from contracts.sweep import Portion, PortionOrder


class Follower(Protocol):
    """Asks for a party's sync and waits for its run to end."""

    async def follow(self, party_id: str, reason: Reason, *, patience: timedelta) -> bool:
        """Whether the run ended within the patience. Raises RPCError when Temporal does not store the request."""

    async def follow_deletes(self, party_ids: tuple[str, ...], *, patience: timedelta) -> bool:
        """The same for parties whose records are gone, told together."""


@dataclass(frozen=True)
class PortionActivities:
    """The syncing half of a sweep."""

    follower: Follower
    way: LiveTraffic

    @activity.defn(name=activity_names.SWEEP_SYNC)
    async def sync(self, order: PortionOrder) -> Portion:
        """Sync each party. Safe to repeat: an equal party costs two reads. Goes on where an attempt broke off."""
        done = _done_before()
        ended: dict[int, bool] = {}

        async def serve(place: int) -> None:
            await self.way.free(within=order.give_way)
            ended[place] = await self.follower.follow(order.party_ids[place], order.reason, patience=order.patience)

        def progress() -> int:
            """The first that has not ended: what ended behind it is asked for again after a crash, two reads each."""
            return next(place for place in count(done) if place not in ended)

        async with alive(progress), asyncio.TaskGroup() as group:
            if order.deleted:
                group.create_task(self.follower.follow_deletes(order.deleted, patience=order.patience))
            places = range(done, len(order.party_ids))
            group.create_task(bounded.each(places, serve, at_once=order.in_flight))
        asked = len(order.party_ids) + len(order.deleted)
        return Portion(asked=asked, slow=list(ended.values()).count(False))


def _done_before() -> int:
    told = told_before()
    return told if isinstance(told, int) else 0
