"""A create sends one POST at most: an attempt goes on only where nothing can have been sent before (design §5)."""

from collections.abc import Mapping

import pytest
from temporalio.service import RPCError, RPCStatusCode

from activities.advoware import REFUSED
from beteiligte.record.value_kinds import Value
from contracts.create_name import CreateName
from contracts.writing import CreateOrder
from simulators.espocrm import PERSON
from simulators.faults import LostAnswer, RefusedBeforeEffect, Status, unavailable
from tests.activities.bench import Bench, Remembered, aged, report

VALUES: Mapping[str, Value] = {"name": "Müßig", "vorname": "Änne"}


async def order(bench: Bench) -> CreateOrder:
    """What a sync that has just read an unlinked party wants created."""
    party = bench.espocrm.add(user=PERSON, lastName="Müßig", firstName="Änne")
    return CreateOrder(seen=await bench.read(party), values=dict(VALUES), name=CreateName())


async def test_what_was_read_just_now_is_created_with_one_call(bench: Bench) -> None:
    wanted = await order(bench)
    mark = bench.calls.mark
    landed = await bench.attempt(bench.in_advoware.create, wanted)

    assert bench.spent(mark) == {"advoware.create": 1}
    assert (landed.values["name"], landed.row_id) == ("Müßig", bench.advoware.records[landed.bet_nr]["rowId"])


async def test_a_lost_answer_is_ambiguous_and_ends_the_activity(bench: Bench) -> None:
    wanted = await order(bench)
    bench.faults.plan("advoware.create", LostAnswer())
    failure = await bench.failing(bench.in_advoware.create, wanted)

    assert (failure.type, failure.non_retryable) == ("AmbiguousCreate", True)
    assert (bench.heartbeats, bench.advoware.count(**VALUES)) == ([], 1)


async def test_a_server_error_is_as_ambiguous_as_a_lost_answer(bench: Bench) -> None:
    wanted = await order(bench)
    bench.faults.plan("advoware.create", Status(500, after_effect=True))
    failure = await bench.failing(bench.in_advoware.create, wanted)

    assert (failure.type, failure.non_retryable, bench.heartbeats) == ("AmbiguousCreate", True, [])


@pytest.mark.parametrize("told", [(), (REFUSED, 1)], ids=["nothing", "of an earlier one"])
async def test_an_attempt_whose_predecessor_left_no_word_sends_nothing(bench: Bench, told: tuple[object, ...]) -> None:
    """Its worker was killed: nobody knows what was sent."""
    wanted = await order(bench)
    mark = bench.calls.mark
    failure = await bench.failing(bench.in_advoware.create, wanted, number=3, told=told)

    assert (failure.type, failure.non_retryable) == ("AmbiguousCreate", True)
    assert bench.spent(mark) == {}


async def test_a_refusal_without_effect_leaves_word_by_which_the_next_attempt_goes_on(bench: Bench) -> None:
    wanted = await order(bench)
    bench.faults.plan("advoware.create", unavailable())
    failure = await bench.failing(bench.in_advoware.create, wanted)
    [word] = bench.heartbeats
    landed = await bench.attempt(bench.in_advoware.create, wanted, number=2, told=word)

    assert (failure.type, failure.non_retryable) == ("Transient", False)
    assert word == (REFUSED, 1)
    assert [*bench.advoware.records] == [landed.bet_nr]


async def test_the_create_of_another_run_is_never_repeated(bench: Bench) -> None:
    """One that was reset or terminated."""
    wanted = await order(bench)
    mark = bench.calls.mark
    failure = await bench.failing(bench.advoware_with(Remembered(begun=True)).create, wanted)

    assert (failure.type, failure.non_retryable) == ("BegunElsewhere", True)
    assert bench.spent(mark) == {}


@pytest.mark.parametrize("silence", [TimeoutError(), RPCError("unavailable", RPCStatusCode.UNAVAILABLE, b"")], ids=repr)
async def test_while_temporal_does_not_tell_of_other_runs_nothing_is_sent(bench: Bench, silence: Exception) -> None:
    """It is tried again, and is no outage of Advoware's."""
    wanted = await order(bench)
    mark = bench.calls.mark
    failure = await bench.failing(bench.advoware_with(Remembered(begun=silence)).create, wanted)

    assert (failure.type, failure.non_retryable, report(failure).blame) == ("Transient", False, "party")
    assert (bench.spent(mark), bench.heartbeats) == ({}, [(REFUSED, 1)])


async def test_a_party_that_changed_since_it_was_read_is_not_created(bench: Bench) -> None:
    wanted = await order(bench)
    bench.espocrm.edit(wanted.seen.party_id, lastName="Muessig")
    old = wanted.model_copy(update={"seen": aged(wanted.seen)})
    failure = await bench.failing(bench.in_advoware.create, old)

    assert (failure.type, failure.non_retryable, bench.advoware.records) == ("Stale", True, {})


async def test_a_party_that_was_linked_since_is_not_created(bench: Bench) -> None:
    wanted = await order(bench)
    bench.espocrm.edit(wanted.seen.party_id, betnr=104_711)
    failure = await bench.failing(bench.in_advoware.create, wanted.model_copy(update={"seen": aged(wanted.seen)}))

    assert (failure.type, bench.advoware.records) == ("Stale", {})


async def test_a_read_that_fails_before_the_post_leaves_word(bench: Bench) -> None:
    wanted = await order(bench)
    bench.faults.plan("espocrm.read", RefusedBeforeEffect())
    failure = await bench.failing(bench.in_advoware.create, wanted.model_copy(update={"seen": aged(wanted.seen)}))

    assert (failure.type, failure.non_retryable, bench.heartbeats) == ("Transient", False, [(REFUSED, 1)])


async def test_while_an_outage_is_known_a_read_goes_first(bench: Bench) -> None:
    """What fails then was surely not sent."""
    wanted = await order(bench)
    bench.faults.plan("advoware.read", RefusedBeforeEffect())
    failure = await bench.failing(bench.advoware_with(Remembered(outage=True)).create, wanted)

    assert (failure.type, failure.non_retryable) == ("Transient", False)
    assert (bench.heartbeats, bench.advoware.records) == ([(REFUSED, 1)], {})


async def test_an_answer_without_row_id_is_followed_by_one_read(bench: Bench) -> None:
    wanted = await order(bench)
    bench.advoware.post_answers_row_id = False
    mark = bench.calls.mark
    landed = await bench.attempt(bench.in_advoware.create, wanted)

    assert bench.spent(mark) == {"advoware.create": 1, "advoware.read": 1}
    assert landed.row_id is not None


async def test_that_read_may_fail_and_the_betnr_is_kept(bench: Bench) -> None:
    """Else the party would be created and known to nobody."""
    wanted = await order(bench)
    bench.advoware.post_answers_row_id = bench.advoware.post_answers_values = False
    bench.faults.plan("advoware.read", RefusedBeforeEffect())
    landed = await bench.attempt(bench.in_advoware.create, wanted)

    assert ([landed.bet_nr], landed.row_id, landed.values) == ([*bench.advoware.records], None, {})
