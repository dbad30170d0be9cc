"""`make bench-desk`: how quick the desk is while a thousand parties wait for a person.

On the real server with a state file, a worker process of its own, payloads encrypted; pages are fetched over HTTP, with
the names read from the EspoCRM stand-in each time. What makes a page slow is what is asked of Temporal for it.
"""

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.rig import Rig
from beteiligte.request_reason import Reason
from contracts import bounded
from contracts.inbox import SyncRequest
from runtime.engine import HOST
from runtime.ports import free_ports
from runtime.processes import run_and_exit
from simulators.server import serve
from starter.desk import login_links, service
from starter.desk.access import DeskRole, Person
from starter.desk.app import app
from starter.desk.desk import Desk
from starter.views.open_questions import WAITING

MANY = 1_000
TIMES = 40
"""Each page is fetched."""
AT_ONCE = 16


async def _left_waiting(stage: Rig, number: int) -> list[str]:
    """Parties without a name: they wait for one, and cost no call to Advoware."""
    parties = [stage.world.espocrm.add(firstName=None, lastName=None, zusatz=f"Akte {n}") for n in range(number)]
    await stage.parties.sync(parties[0], SyncRequest(reason=Reason.PERSON, at=datetime.now(UTC)))  # a worker lives
    await bounded.each(parties[1:], lambda party: stage.parties.ask(party, Reason.CREATED), at_once=AT_ONCE)
    while (await stage.client.count_workflows(WAITING)).count < number:  # noqa: ASYNC110  (the worker's work)
        await asyncio.sleep(0.5)
    return parties


@asynccontextmanager
async def _logged_in(stage: Rig, directory: Path) -> AsyncIterator[tuple[Desk, httpx.AsyncClient]]:
    """A desk by settings, and somebody before it."""
    [port] = free_ports(HOST, 0)
    named = {"ADDRESS": stage.temporal.address, "KEYS": stage.temporal.keys, "STATE": stage.temporal.state}
    os.environ.update({f"TEMPORAL_{name}": str(value) for name, value in named.items()})
    os.environ.update({**stage.world.environment(), "DESK_PORT": str(port), "DESK_KEY": str(directory / "desk.key")})
    desk = service.made()
    async with (
        serve(app(desk), port) as url,
        httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=120) as http,
    ):
        link = login_links.address(Person(name="Anna", role=DeskRole.DECIDE), desk.settings)
        await http.post(login_links.PATH, data={"token": link.rpartition("/")[2]})
        yield desk, http


async def _took(work: Callable[[], Awaitable[httpx.Response]]) -> float:
    began = time.perf_counter()
    answer = await work()
    assert answer.status_code == httpx.codes.OK, answer.status_code
    return (time.perf_counter() - began) * 1_000


async def measure(waiting: int) -> list[tuple[str, list[float]]]:
    """Milliseconds of each page, each as often as it was fetched."""
    with tempfile.TemporaryDirectory() as name:
        async with Rig.open(Path(name)) as stage:
            parties = await _left_waiting(stage, waiting)
            async with _logged_in(stage, Path(name)) as (desk, http):
                rows = [("the list, first of all", [await _took(lambda: http.get("/"))])]
                text = (await http.get("/")).text
                assert f">{waiting} Beteiligte warten" in text.replace("<h1>", ">"), text[:2_000]
                rows.append(("the list, again", [await _took(lambda: http.get("/")) for _ in range(TIMES)]))
                rows.append(("the list, looked at anew", [await _anew(desk, http) for _ in range(TIMES // 4)]))
                rows.append(("its last page", [await _took(lambda: http.get("/?page=9")) for _ in range(TIMES)]))
                one = f"/party/{parties[-1]}"
                rows.append(("a party", [await _took(lambda: http.get(one)) for _ in range(TIMES)]))
                rows.append(("the state", [await _took(lambda: http.get("/state")) for _ in range(TIMES // 4)]))
                return rows


async def _anew(desk: Desk, http: httpx.AsyncClient) -> float:
    """As after some seconds: every party is asked about once more."""
    desk.waiting.forget_age()
    return await _took(lambda: http.get("/"))


async def main(waiting: int) -> int:
    """Measure and show it; the exit code."""
    table = Table(f"milliseconds, {waiting} waiting", "median", "slowest of 20", "times")
    for name, took in await measure(waiting):
        slow = quantiles(took, n=20)[-1] if len(took) > 1 else took[0]
        table.add_row(name, f"{median(took):.0f}", f"{slow:.0f}", f"{len(took)}")
    Console(width=110).print(table)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk", description=__doc__)
    parser.add_argument("waiting", nargs="?", type=int, default=MANY, help="how many parties wait")
    run_and_exit(main(parser.parse_args().waiting))
