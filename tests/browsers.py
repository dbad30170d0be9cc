"""The machine's own Chromium, driven by playwright: none is downloaded, and without one its tests are skipped."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: `apt-get install chromium`")
PATIENCE = 30_000
"""Milliseconds for anything that a page does."""


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncIterator[Any]:
    """Started with these arguments; root may only run it without its sandbox."""
    playwright = pytest.importorskip("playwright.async_api", reason="`make env` installs playwright")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with playwright.async_playwright() as driver:
        started = await driver.chromium.launch(executable_path=CHROMIUM, args=[*sandbox, *arguments])
        try:
            yield started
        finally:
            await started.close()
