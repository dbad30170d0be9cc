"""Whatever is generated into an attribute: a sync reads it or refuses it by name, and nothing grows or flickers."""

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from beteiligte.decide.base import Base, dumps, parse
from beteiligte.faults import OddAnswer
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle import bookkeeping
from beteiligte.settle.bookkeeping import espo_snapshot, moment
from beteiligte.settle.echo import is_echo
from simulators.espocrm_types import ATTRIBUTES
from tests.domain.parties import BET_NR, KNOWN, NOW, PARTY, base_text, espocrm
from tests.domain.test_base import ESPOCRM_CUTS_LISTS, WHOLE, changed
from tests.domain.test_bookkeeping import ANSWER, settled
from tests.domain.test_echo import DATA

jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(jsons)
def test_no_json_ever_raises(whole: object) -> None:
    """Whatever stands in the attribute, a sync goes on."""
    parse(json.dumps(whole), PARTY, PARTY_TABLE)
    parse(changed(values=whole, open=[whole]), PARTY, PARTY_TABLE)


@given(st.text())
def test_no_text_ever_raises(text: str) -> None:
    """Nor anything that is no JSON at all."""
    assert parse(text, PARTY, PARTY_TABLE).values == {}


@given(jsons)
def test_what_was_read_is_stable(whole: object) -> None:
    """Reading and writing it again changes nothing more: no sync writes for that alone."""
    once = parse(changed(values=whole, open=[whole]), PARTY, PARTY_TABLE)

    assert parse(dumps(once), PARTY, PARTY_TABLE) == once


@given(st.dictionaries(st.sampled_from(sorted(PARTY_TABLE.by_name)), st.text(max_size=6_000)))
def test_it_never_grows_to_where_lists_cut_it(values: dict[str, str]) -> None:
    """Fields with the longest values lose theirs; link and open questions stay."""
    text = dumps(Base(party_id=PARTY, bet_nr=BET_NR, values=dict(values), open=WHOLE.open))

    assert len(text) < ESPOCRM_CUTS_LISTS
    read = json.loads(text)
    assert read["values"].items() <= values.items()
    assert (read["betNr"], len(read["open"])) == (BET_NR, 1)


@given(st.dictionaries(st.sampled_from(sorted(ANSWER)), st.none() | st.booleans() | st.integers() | st.text()))
def test_an_odd_answer_is_read_or_refused_by_name(odd: dict[str, JsonValue]) -> None:
    """A typed fault or a snapshot, never anything else."""
    try:
        read = espo_snapshot(PARTY, {**ANSWER, **odd}, PARTY_TABLE, read_at=NOW)
    except OddAnswer:
        assert "betnr" in odd
    else:
        assert read.party_id == PARTY


@given(st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.timezones()))
def test_espocrm_accepts_every_moment(now: datetime) -> None:
    """No fraction of a second, no zone, UTC (facts/espocrm.md §2.6)."""
    sent = bookkeeping.body(settled(), espocrm(base=base_text(KNOWN)), now=now)["advowareLastSync"]

    stored = ATTRIBUTES["advowareLastSync"].stored("advowareLastSync", sent)
    assert stored == sent
    assert moment(str(stored)) == now.astimezone(UTC).replace(microsecond=0)


@given(st.sampled_from(DATA), st.sets(st.sampled_from(sorted(bookkeeping.ALL))))
def test_one_attribute_of_ours_beside_makes_it_an_edit(attribute: str, beside: set[str]) -> None:
    """An edit is never dropped because bookkeeping came along in the same delivery."""
    assert not is_echo({"id": PARTY, attribute: "x", **dict.fromkeys(beside, "x")})
