"""What a portion's activity tells Temporal of how far it is, for the attempt after a crash."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from temporalio.testing import ActivityEnvironment

from activities.live_traffic import LiveTraffic
from activities.portion import PortionActivities
from beteiligte.request_reason import Reason
from contracts.sweep import PortionOrder

PARTIES = tuple(f"party{number}" for number in range(20))


class FirstWaits:
    """Follows parties; the first one's sync ends only when it is let."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.go = asyncio.Event()

    async def follow(self, party_id: str, reason: Reason, *, patience: timedelta) -> bool:
        if party_id == PARTIES[0]:
            await self.go.wait()
        self.ended.append(party_id)
        return True

    async def follow_deletes(self, party_ids: tuple[str, ...], *, patience: timedelta) -> bool:
        raise AssertionError("no record of a party is gone")


async def test_a_party_whose_sync_had_not_ended_is_asked_for_again_after_a_crash() -> None:
    """However many behind it had ended: the next attempt goes on at the first that had not."""
    parties, told = FirstWaits(), list[int]()

    def beat(place: int) -> None:
        if len(parties.ended) == len(PARTIES) - 1:
            told.append(place)
            parties.go.set()

    crashed = ActivityEnvironment()
    crashed.info = replace(crashed.info, heartbeat_timeout=timedelta(milliseconds=20))
    crashed.on_heartbeat = beat
    order = PortionOrder(party_ids=PARTIES, in_flight=2, patience=timedelta(minutes=1), give_way=timedelta(seconds=2))
    await crashed.run(PortionActivities(parties, LiveTraffic()).sync, order)

    again = ActivityEnvironment()
    again.info = replace(again.info, heartbeat_details=[told[0]])
    parties.ended.clear()
    await again.run(PortionActivities(parties, LiveTraffic()).sync, order)

    assert PARTIES[0] in parties.ended
