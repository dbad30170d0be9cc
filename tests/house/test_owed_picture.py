"""The picture of what is owed to EspoCRM shows the table of its transitions, all of it and nothing else."""

import re

from beteiligte.decide.owed import NEXT, Stage
from docs_generator.__main__ import ROOT

SHOWN = (ROOT / "docs/pictures/owed.svg").read_text("utf-8")


def test_each_pair_of_stage_and_event_is_a_dot() -> None:
    """A transition that is added or dropped is drawn anew (`make docs`)."""
    dots = re.findall(r"<title>(\w+) in (\w+)</title>", SHOWN)

    assert sorted(dots) == sorted((event.name, stage.value) for stage, event in NEXT)


def test_each_that_leads_elsewhere_is_an_arrow() -> None:
    """The others are rings: it stays, or comes back as it was."""
    leading = [(stage, following) for (stage, _), following in NEXT.items() if following not in (None, stage)]

    assert SHOWN.count('class="arrow"') == len(leading)
    assert SHOWN.count('class="stays"') == len(NEXT) - len(leading)


def test_the_stages_stand_in_their_order() -> None:
    """From nothing to what waits for the record."""
    assert re.findall(r'<text class="name"[^>]*text-anchor="middle">(\w+)<', SHOWN) == [stage.value for stage in Stage]


def test_the_design_shows_it() -> None:
    """Where it tells what landed and is not written."""
    assert "pictures/owed.svg" in (ROOT / "docs/design.md").read_text("utf-8")
