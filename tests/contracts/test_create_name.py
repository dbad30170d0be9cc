"""What a create is called, and whom it stops."""

import pytest

from contracts.create_name import CreateName

NAMES = (
    CreateName(),
    CreateName(permit="2026-11-28T19:00:00+00:00"),
    CreateName(permit="run"),
    CreateName(link=12),
    CreateName(link=12, permit="run"),
    CreateName(link=123),
)


@pytest.mark.parametrize("name", NAMES, ids=str)
def test_what_stands_on_a_run_is_read_as_it_was_named(name: CreateName) -> None:
    """Also by a later release's worker."""
    assert CreateName.parse(str(name)) == name


@pytest.mark.parametrize("shown", ["", "12x", "x", "first\x00", "-", "1" * 5000])
def test_what_no_run_of_ours_wrote_is_no_name(shown: str) -> None:
    """Whoever reaches Temporal's port starts runs that show what he likes."""
    assert CreateName.read(shown) in (None, CreateName(permit="")), shown


def test_the_names_on_runs_stay_as_they_are() -> None:
    """Runs that were named by an earlier release are found by them."""
    assert [str(name) for name in NAMES] == [
        "first",
        "first 2026-11-28T19:00:00+00:00",
        "first run",
        "12",
        "12 run",
        "123",
    ]


def test_whom_an_open_create_stops() -> None:
    """What was permitted goes by its own name; what has no permit counts all of the same link, and 12 is not 123."""
    stopped = {str(other): [str(name) for name in NAMES if name.blocks(other)] for other in NAMES}

    assert stopped == {
        "first": ["first", "first 2026-11-28T19:00:00+00:00", "first run"],
        "first 2026-11-28T19:00:00+00:00": ["first 2026-11-28T19:00:00+00:00"],
        "first run": ["first run"],
        "12": ["12", "12 run"],
        "12 run": ["12 run"],
        "123": ["123"],
    }
