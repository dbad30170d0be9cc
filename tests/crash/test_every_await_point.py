"""Killed at every await point: no edit lost, no party doubled, both sides equal, quiet afterwards (rules 1-4).

One kill meets all points at once: a party of its own stands at each of them when worker, server or both get SIGKILL.
The list of points: points.py. What must hold in the end: flows.py.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from simulators.faults import Hang
from tests.crash.flows import FLOWS, Party, Unanswered, linked
from tests.crash.points import POINTS, Point, stop_at
from tests.crash.processes import Child, DevServer, at_work, timing
from tests.world import World

TIMEOUTS = (15, 40)
"""Seconds of one attempt: a killed worker's calls end by it, and until then all parties must stand at their points, and
what was killed must be up again. A create waits two seconds for one that hangs before it."""


@dataclass(frozen=True)
class Crash:
    """What is killed, and what happens until it is back."""

    name: str
    worker: bool = False
    server: bool = False
    look_up: bool = False
    people_edit: bool = False
    flows: tuple[str, ...] = tuple(FLOWS)

    @property
    def points(self) -> list[Point]:
        return [point for point in POINTS if point.flow in self.flows]

    def __str__(self) -> str:
        return self.name


CRASHES = (
    Crash("worker killed", worker=True),
    Crash("server killed", server=True),
    Crash("both killed, people edit on", worker=True, server=True, people_edit=True),
)
WITH_LOOK_UP = Crash("worker killed, look-up", worker=True, look_up=True, flows=("create",))


@dataclass
class Crashed:
    """The world after the crash, with everything running again."""

    crash: Crash
    world: World
    worker: Child
    parties: dict[Point, Party] = field(default_factory=dict)
    hangs: dict[Point, list[Hang]] = field(default_factory=dict)

    async def begin(self) -> None:
        """All parties at rest, and one more that Advoware can be asked for."""
        numbered = {point: f"Müßig {number}" for number, point in enumerate(self.crash.points)}
        example = await linked(self.world, "Anders")
        self.parties = {
            point: await FLOWS[point.flow].begin(self.world, name, example) for point, name in numbered.items()
        }

    async def stop_everywhere(self) -> bool:
        """Every party to its point. Those whose call names no party go one after the other.

        False: the first ran into their time-outs before the last were there.
        """
        alone = [point for point in self.parties if not point.of_party]
        together = [point for point in self.parties if point.of_party]
        await asyncio.gather(*(self._stop_at(point) for point in together))
        for point in alone:
            await self._stop_at(point)
        hanging = [call for call in self.world.calls.since() if call.fault == Hang.name and not call.done]
        return len(hanging) == len(self.parties)

    async def _stop_at(self, point: Point) -> None:
        try:
            self.hangs[point] = await stop_at(point, self.world, self.parties[point])
        except TimeoutError:
            raise AssertionError(f"never reached: {point}\n{self.worker.said()}") from None

    async def strike(self, server: DevServer) -> None:
        """SIGKILL, and everything up again."""
        if self.crash.worker:
            await self.worker.kill()
        if self.crash.people_edit:
            await self._people_edit()
        if self.crash.server:
            await server.restart()
        for hang in (hang for hangs in self.hangs.values() for hang in hangs):
            hang.release()
        if self.crash.worker:
            await self.worker.start()

    async def all_ended(self) -> None:
        """Wait for every run's end, so that calls counted later are one party's; each test looks at its own again."""
        ends = [asyncio.ensure_future(self.world.closed(party.id)) for party in self.parties.values()]
        _, waiting = await asyncio.wait(ends, timeout=8 * self.world.timing.call.total_seconds())
        for end in waiting:
            end.cancel()

    async def ended(self, party: Party) -> bool:
        """Whether the party's run has come to its end."""
        async with asyncio.timeout(1):
            return await self.world.closed(party.id) == ""

    async def _people_edit(self) -> None:
        for point, party in self.parties.items():
            if FLOWS[point.flow].people_edit and not point.posting:
                FLOWS[point.flow].edit_while_away(self.world, party)
                await self.world.ask(party.id)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crashed(
    request: pytest.FixtureRequest, server: DevServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Crashed]:
    """All parties at their points, one crash, everything up again."""
    folder = tmp_path_factory.mktemp("worker")
    for attempt in TIMEOUTS:
        crash: Crash = request.param
        log = folder / f"{attempt}.log"
        async with at_work(server, log, timing(attempt), look_up=crash.look_up) as (world, worker):
            crashed = Crashed(crash, world, worker)
            await crashed.begin()
            if not await crashed.stop_everywhere() and attempt != TIMEOUTS[-1]:
                continue
            await crashed.strike(server)
            await crashed.all_ended()
            yield crashed
            assert crashed.world.faults.unused == []
            return


@pytest.mark.parametrize("point", POINTS, ids=str)
@pytest.mark.parametrize("crashed", CRASHES, ids=str, indirect=True)
async def test_a_crash_loses_nothing_and_doubles_nothing(crashed: Crashed, point: Point) -> None:
    """Rules 1 to 4 at this point. A POST that was under way when its worker died is told and never repeated."""
    world, party = crashed.world, crashed.parties[point]
    assert await crashed.ended(party)

    unanswered = point.posting and crashed.crash.worker
    await (Unanswered() if unanswered else FLOWS[point.flow]).holds(world, party)


@pytest.mark.parametrize("point", WITH_LOOK_UP.points, ids=str)
@pytest.mark.parametrize("crashed", [WITH_LOOK_UP], ids=str, indirect=True)
async def test_with_a_look_up_a_party_of_unknown_outcome_is_adopted(crashed: Crashed, point: Point) -> None:
    """Where Advoware can be searched, nobody is asked: what was created is adopted, what was not is created."""
    party = crashed.parties[point]
    assert await crashed.ended(party)

    await FLOWS[point.flow].holds(crashed.world, party)
