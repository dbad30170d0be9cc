"""Which rows a sweep asks for: by status, by content, never twice for a question that stands."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from beteiligte.decide import base as bases
from beteiligte.decide.base import Base, SweepMark
from beteiligte.decide.findings import FindingKind, Open
from beteiligte.messages import Language, sweep_note
from beteiligte.messages.sweeps import STOPPING, WHAT, explained
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.snapshots import EspoSnapshot, Side
from beteiligte.sweep.alarms import Alarm, AlarmNews
from beteiligte.sweep.due import Due, Look
from beteiligte.sweep.due import look as looked_at

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
VALUES = {"name": "Müßig", "titel": None}
look = partial(looked_at, retry=timedelta(hours=24))
MARKED_UNLINKED = SweepMark(record=bases.fingerprint(None, VALUES))


def row(*, base: dict[str, Any] | None = None, **more: Any) -> EspoSnapshot:
    """A linked, equal, clean party, as far as nothing else is said."""
    kept = Base(party_id="p", bet_nr=7, row_id="R", values=VALUES).model_copy(update=base or {})
    known = {"side": Side(values=VALUES), "bet_nr": 7, "row_id": "R", "status": "clean", "modified_at": NOW}
    return EspoSnapshot.model_validate(
        {"party_id": "p", "read_at": NOW, "base_text": bases.dumps(kept), **known, **more}
    )


def test_an_equal_row_needs_nothing() -> None:
    """However lately it was modified: our own write moves modifiedAt."""
    assert look(row(), PARTY_TABLE, NOW) == Look()


@pytest.mark.parametrize(
    ("status", "age", "due"),
    [
        ("pending_sync", 0, Due.ASKED),
        ("dirty", 0, Due.ASKED),
        ("failed", 0, Due.FAILED),
        ("syncing", 1, None),
        ("syncing", 25, Due.STUCK),
        ("conflict", 100, None),
        (None, 100, None),
    ],
)
def test_a_status_asks(status: str | None, age: int, due: Due | None) -> None:
    """Also where the values are equal; `syncing` only when its run must be gone."""
    assert look(row(status=status, modified_at=NOW - timedelta(hours=age)), PARTY_TABLE, NOW).due == due


@pytest.mark.parametrize(
    ("tried", "modified", "due"),
    [
        (None, 100, Due.RETRY),
        (1, 1, None),
        (25, 25, Due.RETRY),
        (5, 1, Due.RETRY),
        (5, 6, None),
    ],
)
def test_refused_content_waits_for_a_day_or_a_person(tried: int | None, modified: int, due: Due | None) -> None:
    """Hours since the last try and since the record was modified."""
    failed = row(
        status="permanently_failed",
        side=Side(values={**VALUES, "name": "x" * 90}),
        modified_at=NOW - timedelta(hours=modified),
    )
    ended = None if tried is None else NOW - timedelta(hours=tried)

    assert look(failed, PARTY_TABLE, NOW, tried=ended).due == due


@pytest.mark.parametrize(
    ("more", "due"),
    [
        ({"bet_nr": None}, Due.UNLINKED),
        ({"first_link": True}, Due.NO_BASE),
        ({"side": Side(values={**VALUES, "titel": "Dr."})}, Due.EDITED),
        ({"side": Side(values={**VALUES, "zusatz": "c/o"})}, Due.EDITED),
        ({"side": Side(values={"name": "Müßig"})}, None),
    ],
)
def test_content_asks(more: dict[str, Any], due: Due | None) -> None:
    """A value that differs, one the base does not know; an attribute that is missing is no difference."""
    assert look(row(**more), PARTY_TABLE, NOW).due == due


@pytest.mark.parametrize(
    ("values", "overwritten"),
    [({"titel": "Dr."}, False), ({"name": "Import"}, True), ({"name": None}, True)],
)
def test_only_filled_values_count_as_overwritten(values: dict[str, str | None], overwritten: bool) -> None:
    """Filling an empty field is work, not an accident."""
    assert look(row(side=Side(values={**VALUES, **values})), PARTY_TABLE, NOW).overwritten == overwritten


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ({"bet_nr": None, "status": "pending_sync"}, True),
        ({"first_link": True}, True),
        ({"status": "dirty"}, False),
        ({"bet_nr": None, "base": {"open": (Open(kind=FindingKind.NO_NAME),), "mark": MARKED_UNLINKED}}, False),
    ],
)
def test_a_party_that_was_never_synced_is_marked(more: dict[str, Any], first: bool) -> None:
    """Whatever it is due by; one that waits for a person is not due at all."""
    assert look(row(**more), PARTY_TABLE, NOW).first == first


def test_an_open_question_is_asked_for_only_when_something_moved() -> None:
    """Or when a person asks by the status."""
    values = {**VALUES, "titel": "Dr."}
    question = {
        "open": (Open(kind=FindingKind.GUARD, told="x"),),
        "mark": SweepMark(record=bases.fingerprint(7, values)),
    }
    held = row(base=question, status="conflict", side=Side(values=values))

    assert look(held, PARTY_TABLE, NOW).due is None
    assert look(held.model_copy(update={"status": "dirty"}), PARTY_TABLE, NOW).due is Due.ASKED
    assert look(held.model_copy(update={"side": Side(values=VALUES)}), PARTY_TABLE, NOW).due is None
    moved = held.model_copy(update={"side": Side(values={**VALUES, "titel": "Prof."})})
    assert look(moved, PARTY_TABLE, NOW).due is Due.EDITED


@pytest.mark.parametrize(
    ("status", "due"), [("syncing", Due.STUCK), ("permanently_failed", Due.RETRY), ("clean", None)]
)
def test_an_open_question_hides_no_status(status: str, due: Due | None) -> None:
    """Something that Advoware does not store stands open with half of a firm's parties."""
    told = {
        "open": (Open(kind=FindingKind.NOT_WRITABLE, field="titel", told="x"),),
        "mark": SweepMark(record=bases.fingerprint(7, VALUES)),
    }
    old = NOW - timedelta(hours=30)

    assert look(row(base=told, status=status, modified_at=old), PARTY_TABLE, NOW, tried=old).due == due


def test_a_sync_under_way_is_not_asked_for_by_what_stands_open() -> None:
    """What people know differs from the base, and that is no news."""
    values = {**VALUES, "titel": "Dr."}
    told = {"open": (Open(kind=FindingKind.GUARD, told="x"),), "mark": SweepMark(record=bases.fingerprint(7, values))}

    assert look(row(base=told, status="syncing", side=Side(values=values)), PARTY_TABLE, NOW).due is None


def test_another_row_id_than_ours_is_a_foreign_writer_s() -> None:
    """The base holds the one we wrote."""
    assert look(row(row_id="S"), PARTY_TABLE, NOW).foreign
    assert not look(row(row_id=None), PARTY_TABLE, NOW).foreign
    assert not look(row(base={"row_id": ""}, row_id="S"), PARTY_TABLE, NOW).foreign


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("alarm", Alarm)
def test_every_alarm_has_a_text_in_both_languages(alarm: Alarm, language: Language) -> None:
    """Those that stop a run name the two answers; no placeholder is left open."""
    news = AlarmNews(alarm=alarm, number=12, limit=34, due=56, run="nightly-x", code="Transient")
    text = sweep_note(news, language=language)

    assert alarm in WHAT
    assert "{" not in text + explained(news)
    assert ("reconcile refuse nightly-x" in text or "refuse nightly-x" in text) == (alarm in STOPPING)
