"""Each figure that a rule, a panel or a page names is one that the program or Temporal's SDK counts; none is unseen.

Read from the sources, so it needs no running part; that queries are answered: tests/runtime/test_telemetry.py.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from temporalio.bridge import temporal_sdk_bridge

from docs_generator.__main__ import ROOT
from tests.deploy.rules import figures, panels, queries

MADE = re.compile(r'create_(counter|gauge|histogram|histogram_timedelta)\(\s*"(beteiligte[\w.]+)"')
ENDS = {"counter": "_total", "gauge": "", "histogram": "_seconds", "histogram_timedelta": "_seconds"}
"""What the endpoint adds (runtime/telemetry.py)."""
SDK_ENDS = ("_total", "_seconds", "")
PAGES = ("docs/figures.md", "docs/runbook.md")
ROOMS = ("clients", "activities", "workflows", "runtime", "worker", "starter")


@cache
def counted() -> frozenset[str]:
    """The figures that the program makes, as Prometheus reads them."""
    code = "\n".join(file.read_text("utf-8") for room in ROOMS for file in (ROOT / room).rglob("*.py"))
    return frozenset(f"{name.replace('.', '_')}{ENDS[kind]}" for kind, name in MADE.findall(code))


@cache
def library() -> bytes:
    """The SDK's core, in which the names of its figures stand."""
    return Path(temporal_sdk_bridge.__file__).read_bytes()


def is_the_sdk_s(figure: str) -> bool:
    """By the name that the core gives it."""
    names = {figure.removeprefix("temporal_").removesuffix(end) for end in SDK_ENDS}
    return figure.startswith("temporal_") and any(name.encode() in library() for name in names)


@pytest.mark.parametrize(("where", "query"), list(queries()), ids=lambda value: str(value)[:40])
def test_a_query_asks_for_figures_that_somebody_counts(where: str, query: str) -> None:
    """A slip of the pen would be a line that is never there, and an alert that never comes."""
    unknown = {name for name in figures(query) if name not in counted() and not is_the_sdk_s(name)}

    assert unknown == set(), where


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_figures_that_somebody_counts(page: str) -> None:
    """What is explained can be asked for."""
    named = figures((ROOT / page).read_text("utf-8"))

    assert {name for name in named if name not in counted() and not is_the_sdk_s(name)} == set()


def test_every_figure_of_the_program_is_explained_and_shown() -> None:
    """docs/figures.md says what it tells, and a panel or a rule asks for it."""
    asked = {name for _, query in queries() for name in figures(query)}
    explained = figures((ROOT / "docs/figures.md").read_text("utf-8"))

    assert sorted(counted() - explained) == []
    assert sorted(counted() - asked) == []


def test_every_panel_says_what_it_shows() -> None:
    """Under a title of its own."""
    titles = [panel["title"] for panel in panels()]

    assert len(set(titles)) == len(titles)
    assert [panel["title"] for panel in panels() if not panel["description"].endswith(".")] == []
