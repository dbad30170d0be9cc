"""Pages lead somewhere: what they link to exists, and pictures stay small."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
LARGEST = 200_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_within_the_project_leads_to_a_file(page: Path) -> None:
    """A moved page turns this red."""
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_linked_query_of_the_web_ui_is_the_one_that_is_shown() -> None:
    """Else the page would say one thing and open another."""
    links = re.findall(
        r"\[`([^`]+)`\]\(http://127\.0\.0\.1:8233/[^?]+\?query=([^)]+)\)", (ROOT / "docs/web-ui.md").read_text("utf-8")
    )

    assert len(links) > 10
    assert [shown for shown, linked in links if unquote(linked) != shown] == []


def test_pictures_are_small_and_shown_somewhere() -> None:
    """No dead weight in the repository."""
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for picture in ROOT.glob("docs/pictures/*.png"):
        assert picture.name in pages
        assert picture.stat().st_size < LARGEST
