"""The write-back is one PUT, safe to repeat, and believes no answer that it did not see (design §5)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import JsonValue

from activities.write_back import WriteBackActivities
from beteiligte.decide.findings import FindingKind
from beteiligte.settle import bookkeeping
from contracts.local import LocalCall
from contracts.writing import WriteBackOrder
from simulators.faults import LostAnswer, Status
from tests.activities.bench import Bench, aged, report
from tests.scenarios.test_a_formula_on_the_status import Formula


async def first_sync(bench: Bench) -> WriteBackOrder:
    """A pair that differs in nothing and that no sync has seen: base, rowId and status are to be written."""
    party, _ = bench.pair()
    return await bench.decided(party)


async def titled(bench: Bench) -> WriteBackOrder:
    """The same, and Advoware's title goes to EspoCRM."""
    party, bet_nr = bench.pair()
    bench.advoware.edit(bet_nr, titel="Dr.")
    return await bench.decided(party)


async def test_everything_is_written_with_one_call(bench: Bench) -> None:
    order = await titled(bench)
    mark = bench.calls.mark
    written = await bench.attempt(bench.write_back.write_back, order)

    party = bench.espocrm.records[order.situation.espocrm.party_id]
    assert bench.spent(mark) == {"espocrm.write": 1}
    assert (written.wrote, written.status, written.findings) == (True, "clean", ())
    assert (party["titel"], party["syncStatus"], party["advowareRowId"]) == (
        "Dr.",
        "clean",
        bench.advoware.records[written.bet_nr or 0]["rowId"],
    )


async def test_the_attempt_after_a_lost_answer_finds_that_it_landed(bench: Bench) -> None:
    order = await titled(bench)
    bench.faults.plan("espocrm.write", LostAnswer())
    failure = await bench.failing(bench.write_back.write_back, order)
    mark = bench.calls.mark
    again = await bench.attempt(bench.write_back.write_back, order, number=2)

    assert (failure.type, failure.non_retryable) == ("Transient", False)
    assert bench.spent(mark) == {"espocrm.read": 1}
    assert (again.wrote, again.status) == (False, "clean")


async def test_a_local_one_that_runs_again_reads_by_the_age_of_what_was_compared(bench: Bench) -> None:
    """It is a first attempt each time. Earlier than a killed worker's task is handed on none runs again."""
    order = await first_sync(bench)
    party = order.situation.espocrm.party_id
    await bench.attempt(bench.write_back.write_back, _local(order))
    bench.espocrm.edit(party, titel="Prof.")
    failure = await bench.failing(patient(bench).write_back, _local(order, later=timedelta(seconds=9)))

    assert failure.type == "Stale"
    assert bench.espocrm.records[party]["titel"] == "Prof."


async def test_after_a_local_one_that_may_have_landed_it_is_looked_first(bench: Bench) -> None:
    """Though it is the first attempt of a regular activity, and what was compared is young."""
    order = await first_sync(bench)
    bench.faults.plan("espocrm.write", LostAnswer())
    await bench.failing(bench.write_back.write_back, _local(order))
    mark = bench.calls.mark
    again = await bench.attempt(bench.write_back.write_back, order.but(again=True))

    assert bench.spent(mark) == {"espocrm.read": 1}
    assert not again.wrote


def _local(order: WriteBackOrder, *, later: timedelta = timedelta(0)) -> WriteBackOrder:
    return order.but(local=LocalCall(asked_at=datetime.now(UTC) + later))


def patient(bench: Bench) -> WriteBackActivities:
    """Of a set-up that acts on reads of a minute ago."""
    return replace(bench.write_back, fresh_for=timedelta(minutes=1))


async def test_a_repeated_attempt_tells_what_the_first_one_told(bench: Bench) -> None:
    """Its answer may be the one that the workflow gets."""
    order = await titled(bench)
    first = await bench.attempt(bench.write_back.write_back, order)
    again = await bench.attempt(bench.write_back.write_back, order, number=2)

    assert again == first.model_copy(update={"wrote": False})


async def test_a_base_that_an_earlier_attempt_put_right_is_its_own(bench: Bench) -> None:
    """A formula changed the status under it; the write that says so in the base landed, and its answer was lost."""
    order = await first_sync(bench)
    party = order.situation.espocrm.party_id
    formula = Formula(bench)
    bench.faults.plan("espocrm.write", formula, LostAnswer(), formula, formula)
    failure = await bench.failing(bench.write_back.write_back, order)
    again = await bench.attempt(bench.write_back.write_back, order, number=2)

    assert failure.type == "Transient"
    assert [finding.kind for finding in again.findings] == [FindingKind.STATUS_OVERRIDDEN]
    assert FindingKind.STATUS_OVERRIDDEN in str(bench.espocrm.records[party]["advowareSyncBase"])


@pytest.mark.parametrize(
    "edit", [{"titel": "Prof."}, {"lastName": "Muessig"}, {"betnr": 104_711}, {"advowareSyncBase": "{}"}], ids=str
)
async def test_what_moved_since_it_was_compared_is_not_overwritten(bench: Bench, edit: dict[str, Any]) -> None:
    order = await titled(bench)
    party = order.situation.espocrm.party_id
    bench.espocrm.edit(party, **edit)
    mark = bench.calls.mark
    failure = await bench.failing(bench.write_back.write_back, order, number=2)

    assert (failure.type, failure.non_retryable) == ("Stale", True)
    assert bench.spent(mark) == {"espocrm.read": 1}


async def test_a_first_attempt_on_old_reads_looks_as_well(bench: Bench) -> None:
    order = await titled(bench)
    bench.espocrm.edit(order.situation.espocrm.party_id, titel="Prof.")
    situation = order.situation.model_copy(update={"espocrm": aged(order.situation.espocrm)})
    failure = await bench.failing(bench.write_back.write_back, order.model_copy(update={"situation": situation}))

    assert failure.type == "Stale"


async def test_a_refused_value_is_left_out_and_told_and_the_rest_is_written(bench: Bench) -> None:
    party, bet_nr = bench.pair()
    bench.advoware.edit(bet_nr, titel="x" * 300, zusatz="z. Hd.")
    written = await bench.attempt(bench.write_back.write_back, await bench.decided(party))

    record = bench.espocrm.records[party]
    assert (record["titel"], record["zusatz"], record["betnr"]) == (None, "z. Hd.", bet_nr)
    assert [finding.field for finding in written.findings] == ["titel"]


async def test_a_refused_attribute_of_ours_is_the_set_up_s_fault(bench: Bench) -> None:
    """For instance a missing option of `syncStatus`."""
    order = await first_sync(bench)
    refusal: JsonValue = {"messageTranslation": {"label": "validationFailure", "data": {"field": bookkeeping.STATUS}}}
    bench.faults.plan("espocrm.write", Status(400, {"X-Status-Reason": "invalid"}, refusal))
    failure = await bench.failing(bench.write_back.write_back, order)

    told = report(failure)
    assert (failure.type, failure.non_retryable) == ("ConfigurationFault", True)
    assert (told.field, told.system) == (bookkeeping.STATUS, "espocrm")


async def test_a_link_that_espocrm_did_not_store_is_no_success(bench: Bench) -> None:
    """Without it the party would be decided anew at every sync."""
    order = await first_sync(bench)
    bench.espocrm.readonly.add(bookkeeping.BASE)
    failure = await bench.failing(bench.write_back.write_back, order)

    told = report(failure)
    assert (failure.type, told.field, told.blame) == ("ConfigurationFault", bookkeeping.BASE, "unclear")


async def test_a_value_that_espocrm_ignores_is_put_right_in_the_base(bench: Bench) -> None:
    """Else the next sync would take the old value for an edit."""
    order = await titled(bench)
    bench.espocrm.readonly.add("titel")
    mark = bench.calls.mark
    written = await bench.attempt(bench.write_back.write_back, order)

    assert bench.spent(mark) == {"espocrm.write": 2}
    assert [(finding.kind, finding.field) for finding in written.findings] == [("not_taken", "titel")]


async def test_where_all_stands_already_nothing_is_written(bench: Bench) -> None:
    party, _ = bench.pair()
    await bench.attempt(bench.write_back.write_back, await bench.decided(party))
    order = await bench.decided(party)
    mark = bench.calls.mark
    written = await bench.attempt(bench.write_back.write_back, order)

    assert (written.wrote, bench.spent(mark)) == (False, {})
