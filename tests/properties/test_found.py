"""Histories that once broke a promise, as short as they could be made; each stays mended.

Beside them such that break one as soon as a design is wrong: tests/mutants/table.py plants it, and these turn red
at once.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.client import Client

from tests.properties.ground import lanes
from tests.properties.play import play
from tests.properties.script import parse

FOUND = {
    "what a stale read showed is not pulled by a run that is set back to before its write": """
        with fresh
        party person linked
        edit advoware 0 briefanrede
        sync 0 sweep
        edit espocrm 0 zusatz clear
        at 0 advoware.replace after reset 0 2
        at 0 advoware.read before stale_read
        sync 0 sweep
    """,
    "a worker stopped during the last attempt to create": """
        with fresh
        party company new
        outage advoware 503 4
        at 0 advoware.create after stop
        deliver
    """,
    "a run terminated under its POST": """
        with fresh
        party person new
        at 0 advoware.create before terminate 0
        deliver
        sync 0 person
    """,
    "what a push overwrote that landed without an answer, when a person asks during its retry wait": """
        with fresh
        party person linked
        at 0 advoware.replace before 500_after_effect
        at 0 advoware.replace after ask
        edit advoware 0 titel
        edit espocrm 0 titel
        sync 0 sweep
    """,
    "an edit under a person's choice, between its two writes": """
        with concurrency fresh
        party person new
        at 0 advoware.read before edit espocrm 0 name
        sync 0 update
        decide 0 name value
    """,
    "a run terminated after its POST, and what a search goes by is edited": """
        with look_up fresh
        party person new
        at 0 advoware.create after terminate 0
        sync 0 sweep
        edit espocrm 0 vorname
    """,
    "a stale read of EspoCRM from before the link, and an edit in Advoware": """
        with fresh
        party person linked
        at 0 espocrm.read before stale_read
        edit advoware 0 titel
        sync 0 person
    """,
    "a stale read of EspoCRM from before the link, and a field that is emptied": """
        with fresh
        party person linked
        at 0 espocrm.read before stale_read
        sync 0 update
        edit espocrm 0 zusatz clear
    """,
    "what a push overwrote, when the record is deleted before the write-back": """
        with fresh
        party person linked
        edit espocrm 0 titel
        edit advoware 0 titel
        at 0 advoware.replace after delete espocrm 0
        sync 0 person
    """,
}
WOULD_BREAK = {
    "a question that is edited again": """
        with fresh manual
        party person linked
        edit espocrm 0 titel
        edit advoware 0 titel
        edit advoware 0 zusatz
        sync 0 person
        edit espocrm 0 zusatz
        edit advoware 0 titel
        sync 0 person
        sync 0 update
    """,
    "deleted in Advoware between two edits": """
        with fresh
        party person linked
        edit espocrm 0 titel
        delete advoware 0
        sync 0 person
        edit espocrm 0 zusatz
        sync 0 update
    """,
    "deleted in EspoCRM, edited in Advoware": """
        with fresh
        party person linked
        delete espocrm 0
        edit advoware 0 titel
        deliver twice
    """,
    "a reset that leaves its POST behind": """
        with fresh look_up
        party person new
        at 0 advoware.create after reset 0 0
        deliver
    """,
    "a push that landed under a terminated run": """
        with fresh
        party person linked
        edit espocrm 0 titel
        edit advoware 0 titel
        at 0 advoware.replace after terminate 0
        sync 0 update
        edit advoware 0 titel
    """,
}

PROMISED_OTHERWISE = {
    "a run that is reset to before a person's choice carries it out again": """
        with fresh manual
        party person linked
        decide 0 zusatz espocrm
        edit advoware 0 zusatz
        reset 0 4
    """,
    "a stale read of Advoware looks like an edit there, and who edits that again meets what really stands there": """
        with fresh
        party person linked
        edit advoware 0 briefanrede
        decide 0 briefanrede espocrm
        at 0 advoware.read before stale_read
        sync 0 sweep
        edit espocrm 0 briefanrede clear
    """,
}
"""What looks like a broken promise and is none: docs/guarantees.md says so."""
ALL = FOUND | WOULD_BREAK | PROMISED_OTHERWISE


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lane() -> AsyncIterator[Client]:
    async with lanes(1) as [client]:
        yield client


@pytest.mark.parametrize("text", ALL.values(), ids=ALL)
async def test_what_was_found_stays_mended(lane: Client, text: str) -> None:
    """A new one is a new entry."""
    played = await play(lane, parse(text))

    assert played.violations == [], "\n".join((*played.violations, *played.log))
