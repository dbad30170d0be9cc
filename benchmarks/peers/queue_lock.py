"""Webhook, queue, handler with a Redis lock and five calls: the shape of an earlier system. Nothing durable inside.

Deliveries are thinned by a set of waiting ids in Redis; the handler takes SET NX EX per party, reads both, writes
Advoware, reads it again for its version, writes EspoCRM.
"""

import asyncio
import os

import redis.asyncio as redis

from benchmarks.peers import compare, hook
from benchmarks.peers.api import Api

HANDLERS = 100
LOCKED = 900
"""Seconds until a lock expires."""
TAKEN_AGAIN = 0.05
"""Seconds until a party whose lock is held is looked at again."""


class Handler:
    """One process: queue and handlers."""

    def __init__(self) -> None:
        """Redis is at BENCH_REDIS."""
        self.api = Api()
        self.redis = redis.from_url(os.environ["BENCH_REDIS"], max_connections=200)
        self.queue: asyncio.Queue[str] = asyncio.Queue()

    async def take(self, party_id: str) -> None:
        """A delivery: queued unless it waits already."""
        if await self.redis.sadd("waiting", party_id):
            await self.queue.put(party_id)

    async def work(self) -> None:
        """One handler."""
        while True:
            party_id = await self.queue.get()
            lock = f"lock:{party_id}"
            if not await self.redis.set(lock, "1", nx=True, ex=LOCKED):
                await asyncio.sleep(TAKEN_AGAIN)
                await self.queue.put(party_id)
                continue
            try:
                await self.redis.srem("waiting", party_id)
                await self.sync(party_id)
            finally:
                await self.redis.delete(lock)

    async def sync(self, party_id: str) -> None:
        """Five calls."""
        party = await self.api.read_espocrm(party_id)
        if party["betnr"] is None:
            record = await self.api.create_advoware(compare.wanted(party))
        else:
            record = await self.api.read_advoware(party["betnr"])
            changes = compare.changed(party, record)
            if not changes:
                return
            await self.api.write_advoware({**record, **changes})
            record = await self.api.read_advoware(party["betnr"])
        await self.api.write_espocrm(party_id, compare.bookkeeping(party, record))


async def main() -> None:
    """Serve until SIGTERM."""
    handler = Handler()
    await handler.redis.flushdb()
    working = [asyncio.create_task(handler.work()) for _ in range(HANDLERS)]
    await hook.serve(handler.take)
    for each in working:
        each.cancel()


if __name__ == "__main__":
    asyncio.run(main())
