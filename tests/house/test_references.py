"""Every page that code, settings and pages cite by section is in the repository, with that section."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = {
    "design": ROOT / "docs/design.md",
    "facts/espocrm.md": ROOT / "docs/facts/espocrm.md",
    "facts/advoware.md": ROOT / "docs/facts/advoware.md",
    "temporal.md": ROOT / "docs/facts/temporal.md",
}
CITED = re.compile(rf"({'|'.join(map(re.escape, PAGES))}) (§[\d.]+(?:(?:, | and )§?[\d.]+)*)")
PAGE_NAMED = re.compile(r"\b(?:docs/[\w/-]+|facts/[\w-]+|temporal|correctness|guarantees)\.md\b")


def cited() -> Iterator[tuple[str, str, str]]:
    """Where, which page, which section: from everything git knows but stored data."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if Path(name).suffix not in {".py", ".md", ".toml", ".yml"} and Path(name).name != "Makefile":
            continue
        if not (ROOT / name).is_file():
            continue
        text = (ROOT / name).read_text("utf-8")
        for page, sections in CITED.findall(text):
            for section in re.findall(r"[\d]+(?:\.\d+)*", sections):
                yield name, page, section


def headings(page: Path) -> set[str]:
    """The numbers of its sections."""
    return set(re.findall(r"^#+ (\d+(?:\.\d+)*)[. ]", page.read_text("utf-8"), re.MULTILINE))


def test_every_section_that_is_cited_exists() -> None:
    """A docstring's reason can be looked up by whoever holds only the repository."""
    known = {page: headings(path) for page, path in PAGES.items()}

    assert sorted({f"{file}: {page} §{section}" for file, page, section in cited() if section not in known[page]}) == []


def test_every_page_that_code_names_exists() -> None:
    """By its path below docs/, or from the root."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    places = (ROOT, ROOT / "docs", ROOT / "docs/facts")
    missing = set()
    for name in filter(lambda file: file and (ROOT / file).is_file(), listed.split("\n")):
        for page in PAGE_NAMED.findall((ROOT / name).read_text("utf-8")):
            if not any((place / page).is_file() for place in places):
                missing.add(f"{name}: {page}")

    assert sorted(missing) == []


def test_the_citations_are_found_at_all() -> None:
    """Else a changed way of citing would make the tests above pass for nothing."""
    assert len(list(cited())) > 100
