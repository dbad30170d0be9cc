"""Fields without a base: the earlier program's rules, strongest first; nothing is cleared, every loser is told."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from beteiligte.decide.decision import decide
from beteiligte.decide.evidence import ZONE_DOUBT, Basis, Resolution
from beteiligte.decide.findings import FindingKind
from beteiligte.decide.first_sync import OWN_WRITE, evidence, judge
from beteiligte.decide.policy import InitialSync, Rules
from beteiligte.decide.situation import Situation
from beteiligte.decide.verdict import Source
from beteiligte.faults import System
from tests.domain.parties import NOW, advoware, base_text, espocrm
from tests.rules import party_rules

SYNCED = NOW - timedelta(days=1)
SECOND = timedelta(seconds=1)
NEWEST = party_rules(initial_sync=InitialSync.NEWEST)


def seen(
    *,
    last_sync: datetime | None = SYNCED,
    modified: datetime | None = SYNCED,
    row_id: str | None = "R1",
    read_row_id: str | None = "R1",
    changed_at: datetime | None = None,
    rules: Rules | None = None,
) -> System | None:
    espo = espocrm(last_sync=last_sync, modified_at=modified, row_id=row_id)
    return evidence(espo, advoware(row_id=read_row_id, changed_at=changed_at), rules or party_rules()).winner


def test_a_moved_row_id_is_an_edit_in_advoware() -> None:
    """It changes on every PUT and every edit there."""
    assert seen(read_row_id="R2") is System.ADVOWARE


def test_a_modification_after_the_last_sync_is_an_edit_in_espocrm() -> None:
    """Only where it is more than our own write-back, which moves it too."""
    assert seen(modified=SYNCED + OWN_WRITE + SECOND) is System.ESPOCRM
    assert seen(modified=SYNCED + OWN_WRITE) is None


def test_where_both_or_neither_moved_the_policy_decides() -> None:
    """Said so in the reason."""
    assert seen(modified=NOW, read_row_id="R2") is None
    assert seen() is None
    assert seen(modified=None) is None


@pytest.mark.parametrize(("row_id", "read_row_id"), [(None, "R1"), ("R1", None), (None, None)])
def test_time_stamps_count_where_a_row_id_is_missing(row_id: str | None, read_row_id: str | None) -> None:
    """Advoware only if it is newer beyond doubt: the zone of `geaendertAm` is unknown."""
    beyond, within = SYNCED + ZONE_DOUBT + SECOND, SYNCED + ZONE_DOUBT

    assert seen(row_id=row_id, read_row_id=read_row_id, changed_at=beyond) is System.ADVOWARE
    assert seen(row_id=row_id, read_row_id=read_row_id, changed_at=within) is System.ESPOCRM
    assert seen(row_id=row_id, read_row_id=read_row_id) is System.ESPOCRM
    assert seen(row_id=row_id, read_row_id=read_row_id, changed_at=beyond, modified=None) is System.ESPOCRM


def test_a_party_that_was_never_synced_follows_the_setting() -> None:
    """EspoCRM is the master of master data; `newest` asks the time stamps."""
    later = NOW + ZONE_DOUBT + SECOND

    assert seen(last_sync=None, changed_at=later, modified=NOW) is System.ESPOCRM
    assert seen(last_sync=None, changed_at=later, modified=NOW, rules=NEWEST) is System.ADVOWARE
    assert seen(last_sync=None, changed_at=NOW, modified=NOW, rules=NEWEST) is System.ESPOCRM


def test_a_field_is_filled_never_cleared_and_every_loser_is_a_conflict() -> None:
    """Whatever the evidence and the policy; where a person decides, no evidence overwrites anything."""
    rulings = [*(Resolution(winner=system, basis=Basis.POLICY) for system in System), Resolution(basis=Basis.MANUAL)]
    for espo, advo, newer, ruling in product((None, "A", "B"), (None, "A", "B"), (None, *System), rulings):
        verdict = judge(espo, advo, Resolution(winner=newer, basis=Basis.BOTH_MOVED), ruling)
        taken = {Source.ESPOCRM: espo, Source.ADVOWARE: advo, Source.NOTHING: espo}[verdict.source]
        assert taken is not None or espo == advo
        assert verdict.conflict == (None not in (espo, advo) and espo != advo)
        if verdict.conflict:
            assert verdict.winner is (None if ruling.basis is Basis.MANUAL else newer or ruling.winner)


def test_an_old_record_takes_advoware_s_newer_value_and_tells_the_other() -> None:
    """The earlier program's record, edited in Advoware since: a base begins, the loser is told."""
    old = espocrm({"titel": "Dr.", "zusatz": "c/o", "briefanrede": None})
    there = advoware({"titel": "Prof.", "zusatz": None, "briefanrede": "Sehr geehrte"}, row_id="R2")

    decision = decide(Situation(espocrm=old, advoware=there), party_rules())

    assert decision.to_espocrm == {"titel": "Prof.", "briefanrede": "Sehr geehrte"}
    assert decision.to_advoware == {"zusatz": "c/o"}
    [finding] = decision.findings
    assert (finding.kind, finding.espocrm, finding.advoware, finding.winner) == (
        FindingKind.CONFLICT,
        "Dr.",
        "Prof.",
        System.ADVOWARE,
    )


def test_a_field_new_to_the_table_joins_a_party_with_a_base() -> None:
    """Only the new field is without a base; the others keep theirs."""
    text = base_text({"titel": "Dr."})
    situation = Situation(
        espocrm=espocrm({"titel": None, "zusatz": None}, text), advoware=advoware({"titel": "Dr.", "zusatz": "c/o"})
    )

    decision = decide(situation, party_rules())

    assert decision.to_advoware == {"titel": None}
    assert decision.to_espocrm == {"zusatz": "c/o"}
