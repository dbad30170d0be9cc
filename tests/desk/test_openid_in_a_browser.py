"""Logging in through a real OpenID provider (npm's oidc-provider), as people do, in a real browser.

The provider is another site than the desk, as it is in a firm: the cookie of the session has to come through that.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from runtime.ports import free_ports
from runtime.settings import DeskSettings
from simulators.server import serve
from starter.desk.app import app
from tests.browsers import chromium, needs_chromium
from tests.desk.browser import PATIENCE
from tests.desk.test_openid import desk_of

HERE = Path(__file__).with_name("openid")
NODE = shutil.which("node")
pytestmark = [
    needs_chromium,
    pytest.mark.skipif(
        NODE is None or not (HERE / "node_modules").is_dir(),
        reason="needs an OpenID provider: `apt-get install nodejs npm`, `make openid-provider`",
    ),
]


@asynccontextmanager
async def provider(port: int, desk: str) -> AsyncIterator[str]:
    """It runs, and its address."""
    assert NODE is not None
    process = await asyncio.create_subprocess_exec(
        NODE,
        str(HERE / "provider.mjs"),
        str(port),
        desk,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            assert await process.stdout.readline() == b"ready\n"
        yield f"http://localhost:{port}"
    finally:
        process.kill()
        await process.wait()


async def log_in(page: Any, name: str) -> None:
    """On the provider's pages: who one is, and that the desk may know it."""
    await page.get_by_role("link", name="Mit dem Konto der Kanzlei anmelden").click()
    await page.locator("input[name=login]").fill(name)
    await page.locator("input[name=password]").fill("any")
    await page.locator("button[type=submit]").click()
    await page.get_by_role("button", name="Continue").click()


async def test_people_log_in_and_out_through_a_real_provider() -> None:
    """Anna comes in and goes, here and there; a guest of the firm is told to whom to turn."""
    port, at = free_ports("127.0.0.1", 0, 0)
    settings = DeskSettings(port=port)
    desk = desk_of(settings, f"http://localhost:{at}", scopes=("openid", "profile", "groups"))
    async with serve(app(desk), port) as url, provider(at, url), chromium() as started:
        page = await (await started.new_context()).new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(url)
        await log_in(page, "anna")
        await page.get_by_text("Angemeldet: Anna Adler").wait_for()
        address = page.url
        await page.get_by_role("button", name="Abmelden").click()
        await page.get_by_role("link", name="Auch dort abmelden").click()
        await page.get_by_role("button", name=re.compile("Yes")).click()
        await page.get_by_role("heading", name="Bitte melden Sie sich an").wait_for()
        await log_in(page, "gast")
        refused = page.get_by_text("Ihr Konto ist für diese Seite nicht freigegeben")
        await refused.wait_for()
        cookies = [one["name"] for one in await page.context.cookies(url)]

    assert address == f"{url}/"
    assert [name for name in cookies if name.startswith("beteiligte-")] == []
