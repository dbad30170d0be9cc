"""What tests of sweeps begin with: a firm at rest, and a run of which all that it asked for has ended."""

import asyncio
from typing import Any

from contracts.reconciliation import RunKind, RunSummary
from tests.world import World


async def firm(world: World, size: int) -> list[tuple[str, int]]:
    """So many linked parties."""
    return list(await asyncio.gather(*(world.linked(lastName=f"Anders {n}") for n in range(size))))


async def swept(world: World, kind: RunKind = RunKind.SWEEP, **timing: Any) -> RunSummary:
    """Run one and give its summary; the runs it asked for have ended."""
    summary = await (await world.reconcile(kind, **timing)).result()
    for party in list(world.espocrm.records):
        if world.espocrm.records[party]["syncStatus"] != "clean":
            await world.closed(party)
    return summary
