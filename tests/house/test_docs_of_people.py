"""The page for the firm's people describes what the program really does."""

from pathlib import Path

import pytest

from beteiligte.sync_status import SyncStatus

PAGE = (Path(__file__).parents[2] / "docs" / "status.md").read_text(encoding="utf-8")
GERMAN, ENGLISH = PAGE.split("\n# The sync status")


@pytest.mark.parametrize("half", [GERMAN, ENGLISH], ids=["German", "English"])
def test_every_status_is_described_once_with_what_to_do(half: str) -> None:
    """In the order of the enum; a new status without a row turns this red, a removed one too."""
    rows = [line.split("|")[1:-1] for line in half.splitlines() if line.startswith("| `") and "syncStatus" not in line]

    assert [row[0].strip().strip("`") for row in rows] == [status.value for status in SyncStatus]
    assert [row for row in rows if not (len(row) == 3 and all(cell.strip() for cell in row))] == []
