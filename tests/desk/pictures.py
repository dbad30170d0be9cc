"""`python -m tests.desk.pictures`: the pictures of docs/desk.md, of invented people, taken in the machine's browser."""

import asyncio
from pathlib import Path
from typing import Any

from simulators.faults import LostAnswer
from starter import schedules
from tests.browsers import chromium
from tests.desk.browser import somebody
from tests.desk.conftest import MANUAL
from tests.desk.desks import OpenDesk, opened
from tests.engines import skipping_engine
from tests.starter.sweeping import NEVER
from tests.world import World

PICTURES = Path(__file__).parents[2] / "docs/pictures"
SCREEN = {"width": 1000, "height": 1000}
LONG = "Verwaltungsgesellschaft für ungewöhnlich ausführlich bezeichnete Grundstücke und Beteiligungen"
PHONE = {"width": 390, "height": 800}


async def _edited(world: World, first: str, last: str, here: dict[str, str], there: dict[str, str]) -> str:
    """A party that was edited differently on both sides."""
    party, bet_nr = await world.linked(firstName=first, lastName=last, zusatz="c/o Kanzlei Meyer")
    await world.closed(party)
    world.espocrm.edit(party, **here)
    world.advoware.edit(bet_nr, **there)
    await world.sync(party)
    await world.closed(party)
    return party


async def _firm(world: World) -> str:
    """What waits; the party whose page is shown."""
    await schedules.apply(world.client, NEVER, world.queue)
    shown = await _edited(
        world,
        "Jörg",
        "Straßenbau-Müller",
        {"zusatz": "c/o Kanzlei Meier, Hinterhaus", "titel": "Dr."},
        {"zusatz": "c/o Kanzlei Mayer, 2. Stock", "titel": "Prof."},
    )
    await _edited(world, "Änne", "Müßig", {"titel": "Dr."}, {"titel": "Prof. Dr."})
    world.faults.plan("advoware.create", LostAnswer())
    for attributes in ({"firstName": "Carlo", "lastName": "Weißgerber"}, {"firmenname": LONG, "rechtsform": "GmbH"}):
        party = world.espocrm.add(**attributes)
        await world.sync(party)
        await world.closed(party)
    return shown


async def _taken(desk: OpenDesk, started: Any, party: str) -> None:
    async with somebody(started, desk, "Anna", viewport=SCREEN) as page:
        await page.screenshot(path=PICTURES / "desk-open.png", full_page=True)
        await page.goto(f"{desk.url}/party/{party}")
        await page.get_by_role("button", name="Titel: EspoCRM gilt").click()
        upper = {"x": 0, "y": 0, "width": SCREEN["width"], "height": 1_250}
        await page.screenshot(path=PICTURES / "desk-party.png", full_page=True, clip=upper)
        await page.goto(f"{desk.url}/state")
        await page.screenshot(path=PICTURES / "desk-state.png", full_page=True)
    async with somebody(started, desk, "Ben", viewport=PHONE, color_scheme="dark") as page:
        await page.screenshot(path=PICTURES / "desk-phone.png")


async def main() -> None:
    """Take them."""
    async with skipping_engine() as env, World.open(env, rules=MANUAL) as world:
        party = await _firm(world)
        async with opened(world) as desk, chromium() as started:
            await _taken(desk, started, party)


if __name__ == "__main__":
    asyncio.run(main())
