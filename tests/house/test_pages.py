"""Pages lead somewhere: what they link to exists, and pictures stay small."""

import re
from pathlib import Path

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


def test_pictures_are_small_and_shown_somewhere() -> None:
    """No dead weight in the repository."""
    pages = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for picture in ROOT.glob("docs/pictures/*.png"):
        assert picture.name in pages
        assert picture.stat().st_size < LARGEST
