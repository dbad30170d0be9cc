"""`newest`: the side that was changed last wins where that is known; where it is not, EspoCRM, and that is said."""

from datetime import timedelta
from itertools import product

import pytest

from beteiligte.decide.decision import decide
from beteiligte.decide.evidence import ZONE_DOUBT, Basis, Resolution, newest
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.policy import Policy
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.record.field_table import Group
from runtime.field_file import parse
from tests.domain.parties import KNOWN, NOW, advoware, base_text, carried_out, espocrm
from tests.rules import party_rules

SECOND = timedelta(seconds=1)
BEYOND, WITHIN = ZONE_DOUBT + SECOND, ZONE_DOUBT
NEWEST = party_rules(policies=dict.fromkeys(Group, Policy.NEWEST))


def ruling(espo: timedelta | None, advo: timedelta | None, *, row_id: str | None = "R2") -> Resolution:
    """Changed so long after NOW on each side; None: no time stamp."""
    return newest(
        espocrm(modified_at=None if espo is None else NOW + espo),
        advoware(row_id=row_id, changed_at=None if advo is None else NOW + advo),
    )


def at(*, espo: timedelta, advo: timedelta, row_id: str | None = "R2") -> Situation:
    """Titles edited on both sides, the records changed at these times."""
    return Situation(
        espocrm=espocrm({"titel": "Dr."}, base_text({**KNOWN, "titel": None}), modified_at=NOW + espo),
        advoware=advoware({"titel": "Prof."}, row_id=row_id, changed_at=NOW + advo),
    )


def test_what_is_later_beyond_the_doubt_about_the_zone_wins() -> None:
    """In both directions alike: P13."""
    assert ruling(timedelta(), BEYOND) == Resolution(winner=System.ADVOWARE, basis=Basis.LATER_IN_ADVOWARE)
    assert ruling(BEYOND, timedelta()) == Resolution(winner=System.ESPOCRM, basis=Basis.LATER_IN_ESPOCRM)


@pytest.mark.parametrize("apart", [-WITHIN, timedelta(), WITHIN])
def test_what_is_too_close_to_tell_is_said_to_be_so(apart: timedelta) -> None:
    """The zone of `geaendertAm` is unknown, so two hours may be none."""
    assert ruling(timedelta(), apart) == Resolution(winner=System.ESPOCRM, basis=Basis.TOO_CLOSE)


@pytest.mark.parametrize(("espo", "advo"), [(None, BEYOND), (timedelta(), None), (None, None)])
def test_a_missing_time_stamp_is_no_evidence(espo: timedelta | None, advo: timedelta | None) -> None:
    """Also where the other side's is very late."""
    assert ruling(espo, advo) == Resolution(winner=System.ESPOCRM, basis=Basis.NO_TIMES)


def test_an_unmoved_row_id_says_that_advoware_is_older() -> None:
    """Whatever its time stamp claims; a missing rowId says nothing."""
    assert ruling(timedelta(), BEYOND, row_id="R1").basis is Basis.ROW_ID_UNCHANGED
    assert ruling(timedelta(), BEYOND, row_id=None).winner is System.ADVOWARE


def test_the_finding_says_by_what_it_was_decided() -> None:
    """It stands in the history and in the note."""
    for espo, advo, row_id in product((timedelta(), BEYOND), (timedelta(), BEYOND), ("R1", "R2")):
        situation = at(espo=espo, advo=advo, row_id=row_id)
        last = newest(situation.espocrm, situation.advoware) if situation.advoware else None
        assert last is not None
        decision = decide(situation, NEWEST)
        [finding] = decision.findings
        assert (finding.kind, finding.winner, finding.reason) == (
            FindingKind.CONFLICT,
            last.winner,
            last.basis.value,
        )
        assert decision.verdicts["titel"].because == f"edited on both sides; {last.basis.words}; {last.winner} wins"


def test_the_loser_of_newest_is_overwritten_once() -> None:
    """Deciding again after it was settled is quiet, whatever the time stamps say then."""
    situation = at(espo=timedelta(), advo=BEYOND)
    after, _ = carried_out(situation, decide(situation, NEWEST))
    assert after.espocrm.side.values["titel"] == "Prof."

    again = decide(after, NEWEST)

    assert (again.to_advoware, again.to_espocrm, again.findings) == ({}, {}, ())


def test_an_edit_on_one_side_needs_no_evidence() -> None:
    """Time stamps never overrule the base: an untouched value is no edit, however late its record was changed."""
    there = advoware({"titel": None}, row_id="R2", changed_at=NOW + BEYOND)
    edited = Situation(espocrm=espocrm({"titel": "Dr."}, base_text({**KNOWN, "titel": None})), advoware=there)

    assert decide(edited, NEWEST).to_advoware == {"titel": "Dr."}


def test_addresses_go_by_newest_unless_set_otherwise() -> None:
    """Design §4; names of fields get there by an operator's table."""
    rules = party_rules(table=parse('[zusatz]\ngroup = "adresse"\n'))

    assert rules.policy("zusatz") is Policy.NEWEST
    assert rules.policy("titel") is Policy.ESPOCRM
