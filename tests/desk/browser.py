"""The machine's own Chromium, driven by playwright; none is downloaded, and without one these tests are skipped."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from starter.desk.access import DeskRole
from tests.desk.desks import OpenDesk

playwright = pytest.importorskip("playwright.async_api", reason="`make env` installs playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`")
NOT_THERE = "404 (Not Found)"
"""What a browser says of a page that is not there: that is what was asked for."""
PATIENCE = 15_000
"""Milliseconds for anything that a page does."""


@asynccontextmanager
async def browser() -> AsyncIterator[Any]:
    """One for a file; root may only run it without its sandbox."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with playwright.async_playwright() as driver:
        started = await driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            yield started
        finally:
            await started.close()


@asynccontextmanager
async def somebody(started: Any, desk: OpenDesk, name: str, **context: Any) -> AsyncIterator[Any]:
    """A person before a browser of his own, logged in to decide; whatever the browser complains of fails the test."""
    own = await started.new_context(**context)
    own.set_default_timeout(PATIENCE)
    page, complaints = await own.new_page(), list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(desk.link(name, DeskRole.DECIDE))
    await page.get_by_role("button").click()
    yield page
    await own.close()
    assert [said for said in complaints if NOT_THERE not in said] == []
