"""The load: delivers to a webhook and waits until both sides are equal. A LoadJob comes in, a LoadResult goes out.

So many parties are under way at any time, each delivered by a POST of its own, unless all come together. Without a
webhook it makes the calls of a sync itself: bare, the limit.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import resource
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from benchmarks.comparison.models import LoadJob, LoadResult
from benchmarks.peers import compare
from benchmarks.peers.api import Api

LONGEST = 300
"""Seconds to wait for one party."""
READY = 10
"""Seconds for the stand-ins' stream to begin."""


class Delivered:
    """A load that goes through a webhook."""

    def __init__(self, job: LoadJob) -> None:
        """Nothing is sent yet."""
        self._job = job
        self._http = httpx.AsyncClient(transport=AiohttpTransport(client=_session), timeout=None)
        self._waiting: dict[str, asyncio.Future[float]] = {}
        self.ready = asyncio.Event()

    async def listen(self) -> None:
        """Resolve who waits for a party, by the stand-ins' time: one machine has one monotonic clock."""
        async with self._http.stream("GET", self._job.done) as stream:
            async for line in stream.aiter_lines():
                kind, *rest = line.split()
                if kind == "ready":
                    self.ready.set()
                elif kind == self._job.event and (done := self._waiting.get(rest[0])) and not done.done():
                    done.set_result(float(rest[1]))

    async def one(self, party_id: str) -> float:
        """Seconds from the POST until the party is done."""
        self._waiting[party_id] = asyncio.get_running_loop().create_future()
        began = time.monotonic()
        await self._post([party_id])
        try:
            return await asyncio.wait_for(self._waiting[party_id], LONGEST) - began
        finally:
            del self._waiting[party_id]

    async def together(self, ids: Iterable[str]) -> tuple[list[float], float]:
        """All in one POST; also the seconds until it was answered."""
        loop = asyncio.get_running_loop()
        self._waiting = {party_id: loop.create_future() for party_id in ids}
        began = time.monotonic()
        await self._post(list(self._waiting))
        answered = time.monotonic() - began
        ended = await asyncio.wait_for(asyncio.gather(*self._waiting.values()), LONGEST)
        return [at - began for at in ended], answered

    async def again_and_again(self, party_id: str) -> None:
        """Many POSTs for one party, until the last is answered."""
        await _at_once([lambda: self._post([party_id])] * self._job.repeat, self._job.in_flight)

    async def close(self) -> None:
        """Close the session."""
        await self._http.aclose()

    async def _post(self, ids: list[str]) -> None:
        body = json.dumps([{"id": party_id, "zusatz": "x"} for party_id in ids]).encode()
        headers = {"Content-Type": "application/json"}
        if self._job.secret:
            name, key = self._job.secret
            digest = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
            headers["Signature"] = base64.b64encode(f"{name}:{digest}".encode()).decode()
        (await self._http.post(self._job.hook, content=body, headers=headers)).raise_for_status()


async def _at_once(calls: Iterable[Callable[[], Awaitable[object]]], most: int) -> None:
    slots = asyncio.Semaphore(most)

    async def slotted(call: Callable[[], Awaitable[object]]) -> None:
        async with slots:
            await call()

    await asyncio.gather(*(slotted(call) for call in calls))


async def _timed(ids: Iterable[str], most: int, done: Callable[[str], Awaitable[float]]) -> list[float]:
    latencies: list[float] = []

    async def one(party_id: str) -> None:
        latencies.append(await done(party_id))

    await _at_once([lambda party_id=party_id: one(party_id) for party_id in ids], most)  # type: ignore[misc]
    return latencies


async def bare(api: Api, party_id: str) -> float:
    """The calls of a sync, nothing around them; seconds."""
    began = time.monotonic()
    party = await api.read_espocrm(party_id)
    if party["betnr"] is None:
        record = await api.create_advoware(compare.wanted(party))
    else:
        record = await api.read_advoware(party["betnr"])
        changes = compare.changed(party, record)
        if not changes:
            return time.monotonic() - began
        record = await api.write_advoware({**record, **changes})
    await api.write_espocrm(party_id, compare.bookkeeping(party, record))
    return time.monotonic() - began


async def _bare(job: LoadJob) -> LoadResult:
    api = Api()
    for party_id in job.warm:
        await bare(api, party_id)
    meter = Meter.begin()
    latencies = await _timed(job.ids, job.in_flight, lambda party_id: bare(api, party_id))
    result = meter.end(latencies)
    await api.close()
    return result


async def _delivered(job: LoadJob) -> LoadResult:
    load = Delivered(job)
    listening = asyncio.create_task(load.listen())
    await asyncio.wait_for(load.ready.wait(), READY)
    for party_id in job.warm:
        await load.one(party_id)
    meter, latencies, answered = Meter.begin(), list[float](), 0.0
    if job.repeat:
        await load.again_and_again(job.ids[0])
    elif job.together:
        latencies, answered = await load.together(job.ids)
    else:
        latencies = await _timed(job.ids, job.in_flight, load.one)
    result = meter.end(latencies, answered)
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await load.close()
    return result


@dataclass(frozen=True)
class Meter:
    """The load's own time and CPU."""

    began: float
    cpu: float

    @classmethod
    def begin(cls) -> "Meter":
        """Say that everything is warm, and begin when told to: what is measured beside it begins then, too."""
        print("begin", flush=True)
        sys.stdin.readline()
        return cls(time.monotonic(), _cpu())

    def end(self, latencies: Iterable[float], answered: float = 0.0) -> LoadResult:
        """What it came to."""
        return LoadResult(
            seconds=time.monotonic() - self.began,
            latencies=tuple(latencies),
            answered=answered,
            cpu=_cpu() - self.cpu,
            rss=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        )


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _session() -> aiohttp.ClientSession:
    """Connections are given up before a webhook service closes them: uvicorn does after 5 s."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(keepalive_timeout=2, limit=200))


async def main() -> None:
    """One job."""
    job = LoadJob.model_validate_json(sys.stdin.readline())
    result = await (_delivered(job) if job.hook else _bare(job))
    print(result.model_dump_json(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
