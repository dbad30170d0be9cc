"""The desk as people meet it: in a real browser, by mouse, by keyboard alone, two at once, on a phone, in English."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from beteiligte.messages import Language
from simulators.faults import LostAnswer
from tests import engines
from tests.browsers import chromium as browser
from tests.browsers import needs_chromium
from tests.desk.browser import somebody
from tests.desk.desks import OpenDesk, opened
from tests.world import World

skipping = engines.alone

pytestmark = needs_chromium


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def chromium() -> AsyncIterator[Any]:
    """One browser for the file."""
    async with browser() as started:
        yield started


async def test_a_conflict_from_delivery_to_decision_to_equal(world: World, desk: OpenDesk, chromium: Any) -> None:
    """Found on the list, understood, decided, told, taken back, decided again: both sides say so each time."""
    party, bet_nr = await world.torn()
    async with somebody(chromium, desk, "Anna") as page:
        row = page.get_by_role("listitem").filter(has=page.locator(f"a[href='/party/{party}']"))
        assert "Titel" in await row.inner_text()
        await row.get_by_role("link", name="Müßig, Änne").click()
        marked = await page.locator("tr.open mark").all_inner_texts()
        await page.get_by_role("button", name="Titel: Advoware gilt").click()
        decided = await page.get_by_role("status").inner_text()
        title, address = await page.title(), page.url
        held = [world.espocrm.records[party]["titel"], world.advoware.records[bet_nr]["titel"]]
        await page.get_by_role("button", name="Titel zurücknehmen").click()
        back = await page.get_by_role("status").inner_text()

    assert marked == ["Dr.", "Prof."]
    assert "Erledigt: Titel ist jetzt auf beiden Seiten gleich" in decided
    assert held == ["Prof.", "Prof."]
    assert "Erledigt: Titel" in back
    assert world.espocrm.records[party]["titel"] == world.advoware.records[bet_nr]["titel"] == "Dr."
    assert ("Müßig" in title, "Müßig" in address) == (False, False)


async def test_two_at_once_the_second_is_told_what_the_first_did(world: World, desk: OpenDesk, chromium: Any) -> None:
    """Two browsers, one question."""
    party, bet_nr = await world.torn()
    async with somebody(chromium, desk, "Anna") as anna, somebody(chromium, desk, "Ben") as ben:
        for page in (anna, ben):
            await page.goto(f"{desk.url}/party/{party}")
        await anna.get_by_role("button", name="Titel: EspoCRM gilt").click()
        await anna.get_by_role("status").wait_for()
        await ben.get_by_role("button", name="Titel: Advoware gilt").click()
        told = await ben.get_by_role("alert").inner_text()

    assert "Das ist schon entschieden: Anna sagte am" in told
    assert world.advoware.records[bet_nr]["titel"] == "Dr."


async def test_by_keyboard_alone(world: World, desk: OpenDesk, chromium: Any) -> None:
    """Tab, Space and Enter: the first one leads past the menu; two are selected and decided, the focus is seen."""
    parties = [await world.torn() for _ in range(2)]
    async with somebody(chromium, desk, "Anna") as page:
        await page.keyboard.press("Tab")
        assert await page.locator(":focus").inner_text() == "Zum Inhalt"
        await page.keyboard.press("Enter")
        wanted = {f"{party}." for party, _ in parties}
        for _ in range(200):
            await page.keyboard.press("Tab")
            focused = page.locator(":focus")
            value = await focused.get_attribute("value") or ""
            if value[: value.find(".") + 1] in wanted:
                await page.keyboard.press("Space")
            if value == "advoware":
                assert await focused.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
                await page.keyboard.press("Enter")
                break
        told = await page.get_by_role("status").inner_text()

    assert "2 Beteiligte sind erledigt" in told
    assert [world.espocrm.records[party]["titel"] for party, _ in parties] == ["Prof.", "Prof."]


@pytest.mark.parametrize(
    "how",
    [
        {"color_scheme": "light"},
        {"color_scheme": "dark"},
        {"viewport": {"width": 360, "height": 740}, "has_touch": True, "contrast": "more"},
    ],
    ids=["light", "dark", "phone"],
)
async def test_everybody_can_use_it(world: World, desk: OpenDesk, chromium: Any, how: dict[str, Any]) -> None:
    """What axe checks of WCAG 2.2 AA, on every page; on a phone nothing lies beside the screen."""
    axe = pytest.importorskip("axe_playwright_python.async_playwright", reason="`make env` installs it").Axe()
    torn, _ = await world.torn()
    world.faults.plan("advoware.create", LostAnswer())
    asked = world.espocrm.add(lastName="Anders")
    await world.sync(asked)
    await world.closed(asked)
    tags = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    async with somebody(chromium, desk, "Anna", **how) as page:
        for path in ("/", f"/party/{torn}", f"/party/{asked}", "/state", "/none"):
            await page.goto(f"{desk.url}{path}")
            found = (await axe.run(page, options=tags)).response["violations"]
            wrong = [(path, one["id"], [node["html"] for node in one["nodes"]][:2]) for one in found]
            assert wrong == []
            beside = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert beside <= 0, path


async def test_english_is_a_setting(world: World, chromium: Any) -> None:
    """Every page; no German is left over."""
    party, _ = await world.torn()
    async with opened(world, language=Language.ENGLISH) as desk, somebody(chromium, desk, "Anna") as page:
        seen = [await page.inner_text("body")]
        for path in (f"/party/{party}", "/state", "/none"):
            await page.goto(f"{desk.url}{path}")
            seen.append(await page.inner_text("body"))
        language = await page.locator("html").get_attribute("lang")
        await page.goto(f"{desk.url}/party/{party}")
        await page.get_by_role("button", name="Titel: EspoCRM holds").click()
        decided = await page.get_by_role("status").inner_text()

    assert language == "en"
    assert "Changed on both sides" in seen[0]
    assert "Done: Titel is equal on both sides now" in decided
    german = (" wartet", " und ", "Betreuer", "gilt", "Zurück", " der ", "Beteiligte")
    assert [word for text in seen for word in german if word in text] == []
