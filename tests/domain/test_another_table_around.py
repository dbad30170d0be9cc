"""What a sync stands on, over the fields of another entity: its base, a search, a sweep, and what people read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beteiligte.decide import base as bases
from beteiligte.decide.decision import decide
from beteiligte.decide.matching import Likeness, Matching
from beteiligte.decide.policy import Policy, Rules
from beteiligte.decide.view import FieldView
from beteiligte.faults import System
from beteiligte.messages import Language, failure_summary, note
from beteiligte.record.field_table import Form
from beteiligte.settle.settlement import settle
from beteiligte.sweep.due import Due, look
from tests.domain.addresses import (
    ADDRESSES,
    KNOWN,
    NOW,
    NUMBER,
    ROW,
    base_of,
    by,
    espocrm,
    linked,
)

# ---------------------------------------------------------------------- base, search, sweep


def test_a_base_comes_back_as_it_was_written() -> None:
    """In today's canonical form; what the table does not know is no base, and neither is a question about it."""
    text = base_of({**KNOWN, "gueltig_von": "2020-02-29T00:00:00", "vorname": "Änne"})

    read = bases.parse(text, ROW, ADDRESSES)

    assert read.values == KNOWN
    assert bases.parse(bases.dumps(read), ROW, ADDRESSES) == read
    assert read.form_by(ADDRESSES) is None


def test_a_field_that_an_operator_leaves_out_keeps_its_base() -> None:
    """It is not compared, and nobody is told; mapped again, what was edited meanwhile is an edit."""
    rest, ort = (tuple(row for row in ADDRESSES.rows if (row.name == "ort") is left) for left in (False, True))
    less = replace(ADDRESSES, rows=rest, unmapped=ort)
    situation = linked({"ort": "Potsdam"}, {"ort": "Bonn"})

    decision = decide(situation, Rules(table=less))

    assert (decision.to_advoware, decision.to_espocrm) == ({}, {})
    assert FieldView(situation, less).base.values["ort"] == "Berlin"


def test_who_is_the_same_is_compared_by_the_table_s_own_fields() -> None:
    """All that it has of them agree, or one contradicts."""
    matching = Matching(ADDRESSES)

    assert matching.likeness(Form.PERSON, KNOWN, KNOWN) is Likeness.CERTAIN
    assert matching.likeness(Form.PERSON, KNOWN, {**KNOWN, "plz": None}) is Likeness.POSSIBLE
    assert matching.likeness(Form.PERSON, KNOWN, {**KNOWN, "ort": "Bonn"}) is Likeness.NONE


def test_a_sweep_sees_an_edit_by_the_base() -> None:
    """And nothing where there was none."""
    edited, quiet = (espocrm({**KNOWN, **more}, base_of(KNOWN)) for more in ({"ort": "Bonn"}, {}))
    day = timedelta(days=1)

    assert look(edited, ADDRESSES, NOW, retry=day).due is Due.EDITED
    assert look(quiet, ADDRESSES, NOW, retry=day).due is None


# ---------------------------------------------------------------------- what people read


@pytest.mark.parametrize(
    ("language", "told"),
    [(Language.GERMAN, "EspoCRM „01.01.2021“, Advoware „01.01.2022“"), (Language.ENGLISH, '"2021-01-01"')],
)
def test_people_read_the_table_s_labels(language: Language, told: str) -> None:
    """In the note, in the record's message, and where a system names its own attribute."""
    situation = linked({"gueltig_von": "2021-01-01"}, {"gueltig_von": "2022-01-01"})
    decision = decide(situation, by(Policy.MANUAL))
    message = settle(situation, decision, table=ADDRESSES, language=language).error_message or ""

    text = note(decision.findings, ADDRESSES, bet_nr=NUMBER, language=language)

    assert told in text
    assert "Gültig von" in text
    assert message.startswith("Gültig von: ")
    assert "Straße" in failure_summary("Rejected", System.ESPOCRM, "street", ADDRESSES, language)
