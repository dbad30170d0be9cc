"""The parts of a probe by themselves: whose value it is, who may be spoilt, zones, trial values, lines of `.env`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from beteiligte.record.party_fields import PARTY_TABLE
from installation.probe import suitable
from installation.probe.files import keep_copy, replace_file
from installation.probe.findings import Assumption
from installation.probe.journal import Journal
from installation.probe.looking import names
from installation.probe.trial_values import LONGEST_KEPT, other_value
from installation.probe.writing import zone_of

AT = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
JOURNAL = Journal(
    firm="4711/demo", began=AT, bet_nr=1, original={"name": "Test", "titel": None, "rowId": "A", "geaendertAm": "x"}
)


def test_only_values_of_the_probe_are_put_back() -> None:
    """What it sent, or what stood there after it wrote; an empty text is nothing."""
    journal = JOURNAL.knowing({"name": "Test Probe", "titel": "Probe"})

    now = {"name": "Test Probe", "titel": "Dr.", "rowId": "B", "geaendertAm": "y"}

    assert journal.to_restore(now) == {"name": "Test"}
    assert journal.foreign(now) == ("titel",)
    assert journal.to_restore({**now, "titel": ""}) == {"name": "Test"}


def test_a_property_that_was_left_out_is_the_probe_s_own_emptiness() -> None:
    """A PUT without it clears it."""
    journal = JOURNAL.knowing({"titel": None})

    assert journal.to_restore({"titel": None}) == {"name": "Test"}


def test_knowing_nothing_new_changes_nothing() -> None:
    """No write to the disk for it."""
    known = JOURNAL.knowing({"name": "Test Probe", "titel": None})

    assert known.knowing({"name": "Test Probe", "titel": None}) is known


@pytest.mark.parametrize("name", ["Testpartei", "ZZ Abgleich", "Mustermann", "Demo GmbH"])
def test_a_test_party_is_known_by_its_name(name: str) -> None:
    assert suitable.looks_like_a_test({"name": name}, PARTY_TABLE)


@pytest.mark.parametrize("record", [{"name": "Müßig"}, {"name": None}, {}, {"zusatz": "Test"}])
def test_anybody_else_is_not(record: dict[str, str | None]) -> None:
    """Only the name counts."""
    assert not suitable.looks_like_a_test(record, PARTY_TABLE)


def test_where_the_property_is_called_otherwise_any_name_counts() -> None:
    """The names of properties are what is to be found out."""
    assert suitable.looks_like_a_test({"nachName": "Testpartei"}, PARTY_TABLE)
    assert suitable.is_named({"nachName": "Müßig"}, PARTY_TABLE, " müßig ")


def test_nothing_is_nobody_s_name() -> None:
    """An empty line agrees to nothing."""
    assert not suitable.is_named({"name": None}, PARTY_TABLE, "")
    assert not suitable.is_named({"name": "Müßig"}, PARTY_TABLE, "  ")


@pytest.mark.parametrize("row", PARTY_TABLE.rows, ids=lambda row: row.name)
def test_a_trial_value_is_another_one_and_of_the_field_s_kind(row) -> None:  # type: ignore[no-untyped-def]
    """Also beside itself: an experiment may change a field twice."""
    once = other_value(row, PARTY_TABLE, None)
    twice = other_value(row, PARTY_TABLE, once)

    assert once != twice
    assert row.kind.canonical(row.kind.to_advoware(once)) == once
    assert row.kind.canonical(row.kind.to_advoware(twice)) == twice


def test_a_long_name_keeps_its_beginning() -> None:
    """Advoware has a longest name that is not known."""
    name = other_value(PARTY_TABLE.by_name["name"], PARTY_TABLE, "x" * 200)

    assert len(name) < LONGEST_KEPT + 10


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-07-01T12:00:10", "in UTC"),
        ("2026-07-01T14:00:10", "in German time"),
        ("2026-07-01T14:00:10+02:00", "with its zone"),
        ("2026-07-01T12:00:00Z", "with its zone"),
        ("2026-07-01T13:00:00", None),
        ("2026-06-30T12:00:00", None),
        ("2026-07-01T14:00:10+00:00", None),
        ("gestern", None),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59", None),
    ],
)
def test_the_zone_of_a_stamp_is_the_one_in_which_it_is_this_moment(text: str, zone: str | None) -> None:
    """In summer two hours apart; nonsense is in none."""
    assert zone_of(text, AT) == zone


def test_german_time_in_winter_is_an_hour_ahead() -> None:
    assert zone_of("2026-01-01T13:00:00", AT.replace(month=1)) == "in German time"


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    """A text that cannot be written leaves what was there, and no remains."""
    path = tmp_path / "file"
    replace_file(path, "before")

    with pytest.raises(UnicodeEncodeError):
        replace_file(path, "\ud800")

    assert path.read_text("utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_copy_never_takes_another_one_s_place(tmp_path: Path) -> None:
    """Twice in a second."""
    path = tmp_path / "file"
    replace_file(path, "first")
    one = keep_copy(path, AT)
    replace_file(path, "second")
    two = keep_copy(path, AT)

    assert one is not None
    assert two is not None
    assert (one.read_text("utf-8"), two.read_text("utf-8")) == ("first", "second")
    assert keep_copy(tmp_path / "none", AT + timedelta(days=1)) is None


def test_a_property_that_may_be_the_missing_one_is_named_by_the_field() -> None:
    """Only a person can tell."""
    rows = [row.advoware for row in PARTY_TABLE.rows if row.name != "titel"]

    found = names([*rows, "betNr", "rowId", "titelPraefix", "bemerkung"], PARTY_TABLE)

    assert found.unmapped == {"titel": "titelPraefix"}
    assert "bemerkung" in found.seen


def test_the_page_of_assumptions_says_of_each_that_it_can_be_tried() -> None:
    """Row by row, in the words that the command shows."""
    page = (Path(__file__).parents[2] / "docs/assumptions.md").read_text("utf-8")
    plain = page.replace("`", "").replace("](fields.md)", "").replace("[fields", "fields")
    tried = [line for line in plain.splitlines() if line.startswith("|") and "--probe" in line.split("|")[-2]]

    assert [one.name for one in Assumption if not any(one.value in line for line in tried)] == []
    assert len(tried) == len(Assumption)
