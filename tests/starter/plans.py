"""What tests of plans share."""

import csv
from pathlib import Path

from tests.commandline import quick
from tests.world import World


def rows(path: Path) -> dict[str, dict[str, str]]:
    """The plan as a spreadsheet shows it, by party."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["party_id"]: row for row in csv.DictReader(file)}


async def planned(world: World, folder: Path) -> Path:
    """A plan of all that there is now."""
    plan = folder / "plan.csv"
    await quick(world, "plan", "--out", str(plan))
    return plan
