"""People before a browser, at the desk (tests/browsers.py starts it)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starter.desk.access import DeskRole
from tests.desk.desks import OpenDesk

NOT_THERE = "404 (Not Found)"
"""What a browser says of a page that is not there: that is what was asked for."""
PATIENCE = 15_000
"""Milliseconds for anything that a page does."""


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
    await page.wait_for_url(f"{desk.url}/")
    yield page
    await own.close()
    assert [said for said in complaints if NOT_THERE not in said] == []
