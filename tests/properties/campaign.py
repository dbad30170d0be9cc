"""Plays many histories side by side, and makes each one that breaks a promise short."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from temporalio.client import Client

from tests.properties.play import Played, play
from tests.properties.script import Script
from tests.properties.shrink import shrunk

AGAIN = 2
"""Plays of a broken history alone before it counts as one that does not break again."""


@dataclass(frozen=True)
class Broken:
    """A history that broke a promise."""

    seed: int
    script: Script
    played: Played
    again: bool
    """Whether it broke again when it was played alone; if not, it could not be made shorter."""

    def __str__(self) -> str:
        how = "" if self.again else "\n(it did not break again when played alone)"
        broken, happened = "\n".join(self.played.violations), "\n".join(self.played.log)
        return f"--- seed {self.seed}{how}\n{broken}\n\n{self.script}\n\nwhat happened:\n{happened}\n"


@dataclass
class Tally:
    """What was played."""

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[Broken] = field(default_factory=list)

    def __str__(self) -> str:
        counted = ", ".join(f"{name} {number}" for name, number in self.counts.items())
        return f"{counted}, violations {len(self.broken)}"


async def campaign(
    clients: list[Client], scripts: Iterator[tuple[int, Script]], tell: Callable[[Broken], None], tally: Tally
) -> Tally:
    """Play all scripts, as many at a time as there are clients; `tally` grows as they end."""

    async def lane(client: Client) -> None:
        for seed, script in scripts:
            played = await play(client, script)
            tally.counts.update(played.counts, histories=1)
            if played.violations:
                tally.broken.append(await _shortened(client, seed, script, played))
                tell(tally.broken[-1])

    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(lane(client))
    return tally


async def _shortened(client: Client, seed: int, script: Script, played: Played) -> Broken:
    property_, last = _property(played), played

    async def breaks(smaller: Script) -> bool:
        nonlocal last
        now = await play(client, smaller)
        if property_ not in {violation.partition(":")[0] for violation in now.violations}:
            return False
        last = now
        return True

    for _ in range(AGAIN):
        if await breaks(script):
            return Broken(seed, await shrunk(script, breaks), last, again=True)
    return Broken(seed, script, played, again=False)


def _property(played: Played) -> str:
    """Which one it broke first: a shorter history must break the same."""
    return played.violations[0].partition(":")[0]
