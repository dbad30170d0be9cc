"""A patched place of a workflow has a stored history that took it: else no build would notice that it broke."""

import json
from base64 import b64encode
from pathlib import Path

from tests.replay.patches import MARKER, asked, recorded

ROOT = Path(__file__).parents[2]
HISTORIES = sorted((ROOT / "tests/replay/histories").glob("*.json"))
SOURCES = [
    path for folder in ("workflows", "contracts", "beteiligte") for path in sorted((ROOT / folder).rglob("*.py"))
]
"""What runs in a workflow."""


def without_history(sources: dict[str, str], histories: list[str]) -> list[str]:
    """Where a patch is asked for that no history has."""
    known = {id_ for history in histories for id_ in recorded(history)}
    return [f"{name}: {id_}" for name, source in sources.items() for id_ in asked(source) if id_ not in known]


def marked(id_: str) -> str:
    """A history with the marker of one patch, as the engine stores it."""
    payload = {"data": b64encode(json.dumps({"id": id_, "deprecated": False}).encode()).decode()}
    marker = {"markerName": MARKER, "details": {"patch-data": {"payloads": [payload]}}}
    return json.dumps({"events": [{"eventId": "1"}, {"eventId": "2", "markerRecordedEventAttributes": marker}]})


def test_every_patch_that_the_code_asks_for_has_a_history() -> None:
    """Record one with `python -m tests.replay.record`; how: CONTRIBUTING, Changing a workflow."""
    sources = {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in SOURCES}

    assert without_history(sources, [path.read_text("utf-8") for path in HISTORIES]) == []


def test_a_patch_without_its_history_is_found_however_it_is_asked_for() -> None:
    """A planted one: as today's import, by another, on its way out, and by an id that is put together."""
    planted = {
        "a.py": 'from temporalio import workflow\nif workflow.patched("one"):\n    pass\n',
        "b.py": 'from temporalio.workflow import patched\nnew = patched("two")\n',
        "c.py": 'workflow.deprecate_patch("three")\n',
        "d.py": "workflow.patched(PREFIX + name)\n",
    }

    assert without_history(planted, [marked("one")]) == ["b.py: two", "c.py: three", "d.py: PREFIX + name"]
    assert without_history(planted, [marked(id_) for id_ in ("one", "two", "three", "PREFIX + name")]) == []


def test_a_history_without_markers_has_no_patch() -> None:
    """Other markers are local activities."""
    other = {"events": [{"markerRecordedEventAttributes": {"markerName": "core_local_activity", "details": {}}}]}

    assert list(recorded(json.dumps(other))) == []
