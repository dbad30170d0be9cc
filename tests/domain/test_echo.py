"""Which deliveries are only our own bookkeeping coming back: known by what only we write, never by a flag or a time."""

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from beteiligte.decide.decision import decide
from beteiligte.decide.situation import Situation
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle import bookkeeping
from beteiligte.settle.echo import is_echo
from beteiligte.settle.settlement import settle
from beteiligte.sync_status import SyncStatus
from tests.domain.parties import BET_NR, NOW, PARTY, espocrm, landed
from tests.rules import party_rules

RECORDINGS = Path(__file__).parents[1] / "recordings" / "espocrm"
LAST_SYNC = {bookkeeping.LAST_SYNC: "2026-03-02 09:30:00"}
DATA = sorted({a for field in PARTY_TABLE.rows for a in (field.espocrm, field.company_espocrm) if a})


def delivered(recording: str) -> dict[str, JsonValue]:
    [element] = json.loads((RECORDINGS / f"{recording}.json").read_text())["request"]["body"]
    assert isinstance(element, dict)
    return element


def test_a_recorded_bookkeeping_write_is_an_echo() -> None:
    """betNr, rowId and last sync, written by the integration itself."""
    assert is_echo(delivered("whd-10-syncfields-update"))


@pytest.mark.parametrize(
    "recording",
    ["whd-02-update-one-field-update", "whd-03-update-same-user-update", "whd-12-unicode-update", "whd-14-null-update"],
)
def test_a_recorded_edit_is_none(recording: str) -> None:
    """Whoever made it: a delivery does not name its author reliably."""
    assert not is_echo(delivered(recording))


def test_our_write_back_of_a_create_is_an_echo() -> None:
    """Exactly what is written comes back as a delivery (design §5: budget of an echo is nothing)."""
    unlinked = espocrm(bet_nr=None, row_id=None, last_sync=None)
    situation = Situation(espocrm=unlinked)
    decision = decide(situation, party_rules())
    settled = settle(situation, decision, landed(situation, decision), table=PARTY_TABLE)
    written = bookkeeping.body(settled, unlinked, now=NOW)

    assert written[bookkeeping.BETNR] == BET_NR
    assert is_echo({"id": PARTY, "modifiedById": "x", "modifiedByName": "Schnittstelle", **written})


@pytest.mark.parametrize("status", [status for status in SyncStatus if status not in ("pending_sync", "dirty")])
def test_a_status_of_ours_is_an_echo(status: SyncStatus) -> None:
    """`syncing`, or the status and message of a failure."""
    assert is_echo({"id": PARTY, bookkeeping.STATUS: status, bookkeeping.ERROR: "…"})
    assert is_echo({"id": PARTY, bookkeeping.STATUS: status})


@pytest.mark.parametrize("status", ["pending_sync", "dirty"])
@pytest.mark.parametrize("more", [{}, LAST_SYNC, {bookkeeping.ERROR: None}])
def test_a_status_that_asks_is_a_person_asking(status: str, more: dict[str, JsonValue]) -> None:
    """Whatever else changed with it."""
    assert not is_echo({"id": PARTY, bookkeeping.STATUS: status, **more})


@pytest.mark.parametrize("attribute", [bookkeeping.BETNR, bookkeeping.ROW_ID, bookkeeping.BASE])
def test_a_hand_on_the_link_is_a_person_asking(attribute: str) -> None:
    """We never write these without the moment of the sync."""
    assert not is_echo({"id": PARTY, attribute: None})
    assert not is_echo({"id": PARTY, attribute: None, bookkeeping.STATUS: "clean"})


@pytest.mark.parametrize("element", [{"id": PARTY}, {"id": PARTY, "modifiedById": "x"}, {}])
def test_a_delivery_that_says_nothing_is_looked_into(element: dict[str, JsonValue]) -> None:
    """An attribute that the webhook's owner may not read is left out of it: something did change (§1.2)."""
    assert not is_echo(element)
