"""What docs/security.md says stands against a threat is shown by tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
THREATS = PAGE.partition("\n## Threats")[2].partition("\n## ")[0]
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in THREATS.splitlines() if line.startswith("| ")][1:]
NAMED = re.compile(r"`(tests/[\w/]+\.py)`")


def test_every_threat_has_a_guard_and_a_test_that_exists() -> None:
    """A heading in bold has neither; a test that is renamed turns this red."""
    rows = [row for row in ROWS if not row[0].startswith("**")]
    lacking = [row[0] for row in rows if not row[1] or not NAMED.findall(row[2])]
    missing = [file for row in rows for file in NAMED.findall(row[2]) if not (ROOT / file).exists()]

    assert len(rows) > 15
    assert lacking == missing == []


def test_every_test_of_strangers_is_named() -> None:
    """One that is written later is not forgotten on the page."""
    about = ("hostile", "stranger", "odd", "secret", "private", "told_address", "codec_endpoint")
    written = [file for file in (ROOT / "tests").rglob("test_*.py") if any(word in file.stem for word in about)]

    assert [str(file.relative_to(ROOT)) for file in written if str(file.relative_to(ROOT)) not in PAGE] == []
