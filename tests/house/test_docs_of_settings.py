"""The pages name settings that exist, and show a field table that can be used."""

import re

import pytest

from docs_generator.__main__ import ROOT
from installation.espocrm import admin
from runtime.field_file import parse
from runtime.loading import known_names
from runtime.settings import ALL

PAGES = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
PREFIXES = "|".join(str(kind.model_config.get("env_prefix")) for kind in ALL)
KNOWN = known_names() | {admin.LOGIN, admin.PASSWORD}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_setting_that_a_page_names_exists(page: object) -> None:
    """A renamed setting is renamed in the pages, too; `NAME_...` and `..._NAME` stand for several."""
    text = (ROOT / str(page)).read_text("utf-8")
    named = re.findall(rf"\b(?:{PREFIXES})[A-Z0-9_]+\b(?!\.\.\.|…)", text)

    assert sorted({name for name in named if not name.endswith("_")} - KNOWN) == []


def test_the_assumptions_show_a_table_that_loads() -> None:
    """Whoever copies it gets no error."""
    [example] = re.findall(r"```toml\n(.*?)```", (ROOT / "docs/assumptions.md").read_text("utf-8"), re.DOTALL)

    assert {row.name for row in parse(example).rows} == {row.name for row in parse("").rows} - {"kurzname"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_between_pages_leads_somewhere(page: object) -> None:
    """To a file of the checkout, and to a heading where it names one."""
    here = ROOT / str(page)
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", here.read_text("utf-8")):
        path, _, heading = target.partition("#")
        there = (here.parent / path) if path else here
        assert there.exists(), target
        if heading:
            assert heading in {_anchor(line) for line in there.read_text("utf-8").splitlines() if line[:1] == "#"}, (
                target
            )


def _anchor(line: str) -> str:
    return re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
