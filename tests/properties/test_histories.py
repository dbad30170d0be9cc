"""Histories of edits, deliveries, faults and stops, made by machine: no edit lost, no party doubled, both sides equal.

The seeds are fixed, so that a build breaks only by what it changed; `make soak` plays fresh ones. What is played:
script.py; what must hold while it is played: watch.py, and in the end: judge.py.
"""

import pytest

from tests.properties.campaign import Tally, campaign
from tests.properties.generate import generate
from tests.properties.ground import lanes
from tests.properties.play import SHOWN
from tests.properties.script import parse

FIRST, HISTORIES, LANES = 1, 120, 5


@pytest.mark.timeout(1200)
async def test_no_history_breaks_a_promise() -> None:
    """A failure prints the shortest script found; `make soak SCRIPT=<file>` plays it again."""
    scripts = ((seed, generate(seed)) for seed in range(FIRST, FIRST + HISTORIES))
    async with lanes(LANES) as clients:
        tally = await campaign(clients, scripts, print, Tally())

    print(tally)
    assert not tally.broken, "\n".join(map(str, tally.broken))
    assert tally.counts["histories"] == HISTORIES
    assert [
        what for what in ("faults", "stops", "edits", "conflicts told", *SHOWN.values()) if not tally.counts[what]
    ] == []


@pytest.mark.parametrize("seed", range(50))
def test_a_script_says_all_of_a_history(seed: int) -> None:
    """What a failure prints plays the same history again."""
    assert parse(str(generate(seed))) == generate(seed)


@pytest.mark.parametrize(
    "line",
    [
        "edit",
        "at 0 espocrm.read",
        "at 0 espocrm.read after sync 0 person",
        "delete 0",
        "terminate",
        "outage espocrm refused many",
        "party",
        "dance 1",
    ],
)
def test_a_line_that_makes_no_sense_is_named(line: str) -> None:
    """A script written by hand."""
    with pytest.raises(ValueError, match=f"not understood: {line}"):
        parse(f"with fresh\n{line}")
