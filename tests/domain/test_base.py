"""The base and what is open beside it: what is trusted, and what no text can do."""

import json
from typing import Any

import pytest

from beteiligte.decide import base as bases
from beteiligte.decide.base import MAX_OPEN, Base, SweepMark, dumps, parse
from beteiligte.decide.findings import HOLDING, Finding, FindingKind, Open
from beteiligte.faults import System
from beteiligte.record.party_fields import PARTY_TABLE
from tests.domain.parties import BET_NR, KNOWN, OTHER, PARTY, STRANGER

ESPOCRM_CUTS_LISTS = 10_000
WHOLE = Base(
    party_id=PARTY,
    bet_nr=BET_NR,
    values={**KNOWN, "titel": "Dr."},
    open=(Finding(kind=FindingKind.NOT_WRITABLE, field="kurzname", espocrm="Mü").open(),),
    mark=SweepMark(record="0" * 16, row="R1"),
)
TEXT = dumps(WHOLE)


def changed(**parts: Any) -> str:
    """The whole base with other parts, as somebody else may have left it."""
    return json.dumps({**json.loads(TEXT), **parts})


def test_what_is_written_is_read() -> None:
    """Word for word, and the text is the same in whatever order the values came."""
    backwards = WHOLE.model_copy(update={"values": dict(reversed(list(WHOLE.values.items())))})

    assert parse(TEXT, PARTY, PARTY_TABLE) == WHOLE
    assert dumps(parse(TEXT, PARTY, PARTY_TABLE)) == TEXT == dumps(backwards)


def test_umlauts_stand_in_it_as_they_are() -> None:
    """Escaped they would take six characters each of the ten thousand."""
    assert "Müßig" in TEXT


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[]",
        "null",
        '{"v":1',
        "{}",
        changed(v=2),
        changed(v="1"),
        changed(id=None),
        changed(betNr="104001"),
        changed(betNr=True),
        '{"v":1,"id":"' + "[" * 100_000,
        TEXT.replace("Dr.", "\\ud800"),
    ],
)
def test_a_text_that_cannot_be_trusted_is_no_base_and_known_to_be_there(text: str) -> None:
    """Another version, odd parts, cut or tampered with: without values, but never the same as none at all."""
    assert parse(text, PARTY, PARTY_TABLE) == Base(party_id=PARTY, unreadable=True)


@pytest.mark.parametrize("text", [None, ""])
def test_no_text_is_an_empty_base(text: str | None) -> None:
    """The party was never synced by us."""
    assert parse(text, PARTY, PARTY_TABLE) == Base(party_id=PARTY)


def test_another_record_s_base_says_nothing_of_this_one() -> None:
    """A duplicate carries link, values and open questions of its original; none of them is its own."""
    assert parse(TEXT, OTHER, PARTY_TABLE) == Base(party_id=OTHER)


def test_another_bet_nr_s_values_are_no_base() -> None:
    """What is open stays: it was told about this record."""
    relinked = parse(TEXT, PARTY, PARTY_TABLE).for_party(STRANGER)

    assert relinked.values == {}
    assert relinked.open == WHOLE.open
    assert parse(TEXT, PARTY, PARTY_TABLE).for_party(BET_NR) == WHOLE


@pytest.mark.parametrize("odd", [5, "R1", [], {"record": 5, "row": "x" * 51}])
def test_an_odd_mark_is_none(odd: object) -> None:
    """A sweep then looks once more."""
    assert parse(changed(mark=odd), PARTY, PARTY_TABLE) == WHOLE.but(mark=SweepMark())


@pytest.mark.parametrize("odd", [5, True, [], {}, "Gräfin"])
def test_one_odd_value_costs_only_its_own_field(odd: object) -> None:
    """Per field no base: the others keep theirs."""
    values = parse(changed(values={**WHOLE.values, "anrede": odd}), PARTY, PARTY_TABLE).values

    assert values == {name: value for name, value in WHOLE.values.items() if name != "anrede"}


def test_a_stored_value_is_brought_to_today_s_canonical_form() -> None:
    """A mapping rule that changed must not make every party look edited."""
    values = {"anrede": "Mr.", "titel": " Dr. ", "geburtsdatum": "1980-02-29T00:00:00", "gone_field": "x"}

    assert parse(changed(values=values), PARTY, PARTY_TABLE).values == {
        "anrede": "Herr",
        "titel": "Dr.",
        "geburtsdatum": "1980-02-29",
    }


def test_an_open_question_of_a_later_version_is_dropped_alone() -> None:
    """The base and the other questions stay."""
    stands = [{"kind": "of_tomorrow"}, "x", None, *(item.model_dump(mode="json") for item in WHOLE.open)]

    assert parse(changed(open=stands), PARTY, PARTY_TABLE) == WHOLE


@pytest.mark.parametrize("part", ["values", "open"])
@pytest.mark.parametrize("odd", [None, 1, "x", [], {}])
def test_an_odd_part_costs_only_itself(part: str, odd: object) -> None:
    """The link survives."""
    assert parse(changed(**{part: odd}), PARTY, PARTY_TABLE).bet_nr == BET_NR


def test_the_shorter_values_keep_their_base() -> None:
    """One field full of text must not cost the others theirs."""
    text = dumps(Base(party_id=PARTY, bet_nr=BET_NR, values={**WHOLE.values, "zusatz": "x" * ESPOCRM_CUTS_LISTS}))

    assert parse(text, PARTY, PARTY_TABLE).values == WHOLE.values


def test_everything_that_can_be_open_at_once_fits() -> None:
    """The worst party: three questions about every field, and one of each that holds the whole."""
    kinds = (FindingKind.NOT_TAKEN, FindingKind.UNREADABLE, FindingKind.UNMAPPABLE)
    worst = {Finding(kind=m, field=f.name, system=System.ESPOCRM).open() for f in PARTY_TABLE.rows for m in kinds}
    worst |= {Finding(kind=kind).open() for kind in HOLDING}
    base = Base(party_id=PARTY, bet_nr=BET_NR, open=tuple(worst))

    assert len(worst) <= MAX_OPEN
    assert len(dumps(base)) < ESPOCRM_CUTS_LISTS
    assert set(parse(dumps(base), PARTY, PARTY_TABLE).open) == worst


def test_a_tampered_text_cannot_fill_it_with_open_questions() -> None:
    """Bounded in number and in size."""
    many = [{"kind": "conflict", "told": f"{number}"} for number in range(10_000)]
    long = [{"kind": "conflict", "told": "x" * 10_000}, {"kind": "conflict", "field": "y" * 10_000}]

    assert len(dumps(parse(changed(open=[*long, *many]), PARTY, PARTY_TABLE))) < ESPOCRM_CUTS_LISTS


def test_only_exactly_what_was_told_is_known() -> None:
    """A new value makes it a new question."""
    told = Finding(kind=FindingKind.NOT_WRITABLE, field="kurzname", espocrm="Mü")

    assert WHOLE.knows(told)
    assert not WHOLE.knows(told.model_copy(update={"espocrm": "Mue"}))
    assert not WHOLE.knows(told.model_copy(update={"field": "titel"}))


def test_agreed_is_what_both_are_known_to_hold() -> None:
    """Empty on both sides is agreed; shown on one side only is not."""
    espo = {"titel": None, "zusatz": "c/o", "art": "x", "kurzname": None}

    assert bases.agreed(espo, {"titel": None, "zusatz": "c/o", "art": "y"}) == {"titel": None, "zusatz": "c/o"}


def test_an_open_question_without_details_is_written_short() -> None:
    """Nothing but the kind and the hash of what was told."""
    [item] = json.loads(dumps(Base(party_id=PARTY, open=(Open(kind=FindingKind.NO_NAME, told="0" * 16),))))["open"]

    assert item == {"kind": "no_name", "told": "0" * 16}
