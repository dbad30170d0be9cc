"""EspoCRM's bookkeeping attributes: missing is never empty, and what is written EspoCRM accepts."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import JsonValue

from beteiligte.decide.decision import decide
from beteiligte.decide.situation import Situation
from beteiligte.faults import MissingAttribute, OddAnswer
from beteiligte.record.field_table import Form
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle import bookkeeping
from beteiligte.settle.bookkeeping import advoware_snapshot, espo_snapshot, moment
from beteiligte.settle.settlement import Settlement, settle
from beteiligte.sync_status import SyncStatus
from simulators.espocrm_types import ATTRIBUTES
from tests.domain.parties import BET_NR, KNOWN, NOW, PARTY, STRANGER, base_text, espocrm, landed
from tests.rules import party_rules

ANSWER: dict[str, JsonValue] = {
    **dict.fromkeys(ATTRIBUTES),
    "id": PARTY,
    "lastName": "Müßig",
    "betnr": BET_NR,
    "advowareRowId": "R1",
    "advowareLastSync": "2026-03-02 08:30:00",
    "modifiedAt": "2026-03-02 08:30:01",
    "syncStatus": "clean",
    "advowareSyncBase": base_text(KNOWN),
}


def test_an_answer_is_read_as_it_stands() -> None:
    """Moments in UTC, the base as text, and the link is the base's own."""
    read = espo_snapshot(PARTY, ANSWER, PARTY_TABLE, read_at=NOW, version=7)

    assert (read.bet_nr, read.row_id, read.status, read.version) == (BET_NR, "R1", "clean", 7)
    assert read.last_sync == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert read.modified_at == read.last_sync + timedelta(seconds=1)
    assert (read.form, read.first_link) == (Form.PERSON, False)


@pytest.mark.parametrize("name", bookkeeping.REQUIRED)
def test_a_missing_attribute_is_a_fault_of_the_set_up(name: str) -> None:
    """Never "not yet linked": that would create a second party."""
    lacking = {key: value for key, value in ANSWER.items() if key != name}

    with pytest.raises(MissingAttribute, match=name) as fault:
        espo_snapshot(PARTY, lacking, PARTY_TABLE, read_at=NOW)

    assert fault.value.field == name
    assert PARTY in str(fault.value)


@pytest.mark.parametrize("odd", ["104001", "", 12.5, True, [], {}])
def test_a_betnr_that_is_no_whole_number_is_an_odd_answer(odd: JsonValue) -> None:
    """Nothing is guessed about a link; the value itself is not shown."""
    with pytest.raises(OddAnswer) as fault:
        espo_snapshot(PARTY, {**ANSWER, "betnr": odd}, PARTY_TABLE, read_at=NOW)
    assert "104001" not in str(fault.value)


@pytest.mark.parametrize("none", [None, 0])
def test_no_betnr_is_no_link(none: JsonValue) -> None:
    """EspoCRM stores an emptied number as 0 (facts/espocrm.md §2.6)."""
    read = espo_snapshot(PARTY, {**ANSWER, "betnr": none}, PARTY_TABLE, read_at=NOW)

    assert (read.bet_nr, read.first_link) == (None, False)


@pytest.mark.parametrize(
    "text",
    [None, "", "nonsense", base_text(KNOWN, bet_nr=STRANGER), base_text(KNOWN, party_id=PARTY[::-1])],
)
def test_a_betnr_that_the_record_s_own_base_does_not_name_is_a_first_link(text: JsonValue) -> None:
    """Typed by hand, of an earlier program, of a duplicated record, or beside a base that cannot be read."""
    assert espo_snapshot(PARTY, {**ANSWER, "advowareSyncBase": text}, PARTY_TABLE, read_at=NOW).first_link


@pytest.mark.parametrize(
    ("name", "form"), [("Müßig GmbH", Form.COMPANY), (None, Form.PERSON), ("", Form.PERSON), ("\u200b", Form.PERSON)]
)
def test_a_company_is_what_has_a_company_s_name(name: JsonValue, form: Form) -> None:
    """One that shows nothing is none."""
    assert espo_snapshot(PARTY, {**ANSWER, "firmenname": name}, PARTY_TABLE, read_at=NOW).form is form


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-03-02 09:30:00", NOW),
        ("2026-03-02T09:30:00Z", NOW),
        ("2026-03-02T10:30:00+01:00", NOW),
        ("heute", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31 23:59:59", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_read_in_utc_or_not_at_all(text: str | None, read: datetime | None) -> None:
    """One that is neither is no evidence, and no failure."""
    assert moment(text) == read


def settled(**more: object) -> Settlement:
    usual = {"bet_nr": BET_NR, "row_id": "R1", "status": SyncStatus.CLEAN, "error_message": None}
    return Settlement.model_validate({**usual, "base_text": base_text(KNOWN), **more})


def test_only_what_differs_is_written_and_the_moment_of_the_sync() -> None:
    """The moment marks it as ours when it comes back."""
    before = espocrm(base=base_text(KNOWN))

    assert bookkeeping.body(settled(), before, now=NOW) == {"advowareLastSync": "2026-03-02 09:30:00"}
    assert bookkeeping.body(settled(row_id="R2"), before, now=NOW) == {
        "advowareRowId": "R2",
        "advowareLastSync": "2026-03-02 09:30:00",
    }


def test_espocrm_accepts_and_keeps_every_attribute_that_is_written() -> None:
    """Else the next sync would see a difference and write again."""
    long = espocrm(
        {"kurzname": "x" * 255, "art": "y" * 255, "geburtsname": "ä" * 255}, bet_nr=None, row_id=None, last_sync=None
    )
    situation = Situation(espocrm=long)
    decision = decide(situation, party_rules())
    body = bookkeeping.body(
        settle(situation, decision, landed(situation, decision), table=PARTY_TABLE),
        long,
        now=NOW.astimezone(timezone(timedelta(hours=5))),
    )

    assert body.keys() == {"betnr", "advowareRowId", "advowareSyncBase", "syncErrorMessage", "advowareLastSync"}
    assert {name: ATTRIBUTES[name].stored(name, value) for name, value in body.items()} == body


def test_advoware_s_answer_is_read_in_any_case() -> None:
    """`geaendertAm` may be missing, null or odd."""
    for key, value, changed in (
        ("geaendertAm", "2026-03-02T09:30:00", NOW),
        ("GeaendertAm", "2026-03-02T09:30:00", NOW),
        ("geaendertAm", None, None),
        ("geaendertAm", 5, None),
        ("sonst", "x", None),
    ):
        read = advoware_snapshot(BET_NR, "R1", {key: value, "NAME": "Müßig"}, PARTY_TABLE, read_at=NOW)
        assert read.changed_at == changed
        assert read.side.values == {"name": "Müßig"}
        assert read.raw == {key: value, "NAME": "Müßig"}
