"""One case on one system: founded, edited, delivered; looked at before and after."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import httpx
from temporalio.client import Client

from benchmarks.comparison import history, usage
from benchmarks.comparison.cases import BARE, BenchCase
from benchmarks.comparison.models import CaseFigures, LoadJob, LoadResult
from benchmarks.comparison.systems import ROOT, Contender, Running

WARM = 3
"""Parties that are synced before anything is measured."""
SETTLE = 0.7
"""Seconds after the last sync, for what closes behind it."""
CLOSED_WITHIN = 300
"""Seconds for all runs to close."""


@dataclass(frozen=True)
class Before:
    """What stood there before the load began."""

    calls: dict[str, int]
    cpu: dict[str, float]
    state: int


@dataclass(frozen=True)
class Workbench:
    """The stand-ins' door, and how to reach them."""

    door: httpx.AsyncClient
    standins: int
    """Their process."""
    environment: Mapping[str, str]
    share: float
    """Of the parties of each case, for a quick look."""

    async def case(self, system: Contender, running: Running, case: BenchCase, number: int) -> CaseFigures:
        """Measure it. Raises TimeoutError or RuntimeError where the system does not get there."""
        parties = case.number(slow=system.slow, share=self.share)
        job = await self._prepared(system, running, case, parties)
        client = await Client.connect(running.temporal) if running.temporal else None
        async with self._load(job) as load:
            assert load.stdin
            assert load.stdout
            await _said(load, b"begin")
            await self._quiet(client, running)
            before = await self._before(running)
            load.stdin.write(b"go\n")
            result = LoadResult.model_validate_json(await load.stdout.readline())
            loaded = {"load" if job.hook else "worker": result.cpu, "standins": usage.cpu(self.standins)}
            waited = await self._quiet(client, running)
        if case.kind == "burst":
            result = result.but(seconds=result.seconds + waited)
        spent = {name: seconds - before.cpu[name] for name, seconds in running.parts.cpu().items()}
        spent |= {**loaded, "standins": loaded["standins"] - before.cpu["standins"]}
        syncs = 1 if case.kind == "burst" else parties
        latencies = sorted(result.latencies) or [0.0]
        return CaseFigures(
            system=system.name,
            case=case.name,
            round=number,
            parties=parties,
            seconds=result.seconds,
            p50=median(latencies) * 1000,
            p95=(quantiles(latencies, n=20)[-1] if len(latencies) > 1 else latencies[0]) * 1000,
            cpu={name: seconds * 1000 / syncs for name, seconds in spent.items()},
            rss=running.parts.rss() or {"worker": result.rss},
            calls={name: made for name, n in (await self._calls()).items() if (made := n - before.calls.get(name, 0))},
            unequal=await self._post("unequal", ids=job.ids),
            answered=result.answered * 1000,
            kept=await history.kept(client, running.workflow_type) if client else None,
            state=(history.file_size(running.state) - before.state) / syncs / 1000,
        )

    async def _prepared(self, system: Contender, running: Running, case: BenchCase, parties: int) -> LoadJob:
        """Parties on both sides, or in EspoCRM alone; edited where there shall be something to do."""
        await self._post("forget")
        (await self.door.delete("/faults")).raise_for_status()
        linked = case.kind != "create"
        ids = await self._post("found", number=1 if case.kind == "burst" else parties, linked=linked)
        warm = await self._post("found", number=WARM, linked=linked)
        if case.kind in ("update", "batch", "burst"):
            await self._post("edit", ids=[*ids, *warm], text=f"c/o {time.monotonic_ns()}")
        for side in ("espocrm", "advoware") if case.latency else ():
            slow = {"fault": "latency", "seconds": case.latency}
            (await self.door.post(f"/outages/{side}", json=slow)).raise_for_status()
        action = ("/create" if case.kind == "create" else "/update") if running.secret else ""
        return LoadJob(
            ids=tuple(ids),
            warm=tuple(warm),
            in_flight=case.in_flight,
            hook=running.hook + action if system.name != BARE else "",
            done=f"{str(self.door.base_url).rstrip('/')}/bench/done",
            event="read" if case.kind == "nochange" else "equal",
            secret=running.secret,
            together=case.kind == "batch",
            repeat=parties if case.kind == "burst" else 0,
        )

    @asynccontextmanager
    async def _load(self, job: LoadJob) -> AsyncIterator[Process]:
        token = (await self.door.get("/bench/token")).raise_for_status().json()
        environment = {**os.environ, **self.environment, "BENCH_TOKEN": token, "PYTHONPATH": str(ROOT)}
        command = (sys.executable, "-m", "benchmarks.comparison.load")
        load = await asyncio.create_subprocess_exec(*command, env=environment, stdin=PIPE, stdout=PIPE, limit=2**24)
        assert load.stdin
        try:
            load.stdin.write(job.model_dump_json().encode() + b"\n")
            yield load
        finally:
            if load.returncode is None:
                load.terminate()
            await load.wait()

    async def _before(self, running: Running) -> Before:
        spent = {**running.parts.cpu(), "standins": usage.cpu(self.standins)}
        return Before(await self._calls(), spent, history.file_size(running.state))

    async def _calls(self) -> dict[str, int]:
        calls: dict[str, int] = (await self.door.get("/bench/calls")).raise_for_status().json()
        return calls

    async def _quiet(self, client: Client | None, running: Running) -> float:
        """Until no run is open, and a moment more; the seconds without that moment."""
        began = time.monotonic()
        async with asyncio.timeout(CLOSED_WITHIN):
            while client and await history.running(client, running.workflow_type):  # noqa: ASYNC110  (others' work)
                await asyncio.sleep(0.2)
        waited = time.monotonic() - began
        await asyncio.sleep(SETTLE)
        return waited

    async def _post(self, what: str, **body: object) -> Any:
        return (await self.door.post(f"/bench/{what}", json=body)).raise_for_status().json()


async def _said(load: Process, word: bytes) -> None:
    assert load.stdout
    if (await load.stdout.readline()).strip() != word:
        raise RuntimeError("the load did not begin: its errors stand above")
