"""A push is one PUT of the whole record, safe to repeat: a later attempt looks before it writes (design §5)."""

from collections.abc import Mapping

from beteiligte.record.value_kinds import Value
from contracts.writing import PushOrder
from simulators.faults import LostAnswer, StaleRead, unavailable
from tests.activities.bench import Bench, aged, report

DOCTOR: Mapping[str, Value] = {"titel": "Dr."}


async def order(bench: Bench, values: Mapping[str, Value] = DOCTOR) -> PushOrder:
    """What a sync that has just read the party wants written."""
    party, bet_nr = bench.pair()
    return PushOrder(party_id=party, seen=await bench.read_there(party, bet_nr), values=dict(values))


async def test_fresh_reads_are_acted_on_with_one_call(bench: Bench) -> None:
    wanted = await order(bench)
    mark = bench.calls.mark
    landed = await bench.attempt(bench.in_advoware.push, wanted)

    assert bench.spent(mark) == {"advoware.replace": 1}
    assert (landed.wrote, landed.values["titel"], landed.overtaken) == (True, "Dr.", ())
    assert landed.row_id == bench.advoware.records[wanted.seen.bet_nr]["rowId"]


async def test_what_is_not_ours_survives_the_put(bench: Bench) -> None:
    """It replaces the whole record."""
    wanted = await order(bench)
    phone = bench.advoware.records[wanted.seen.bet_nr]["kommunikation"]
    await bench.attempt(bench.in_advoware.push, wanted)

    assert bench.advoware.records[wanted.seen.bet_nr]["kommunikation"] == phone


async def test_the_attempt_after_a_lost_answer_finds_that_it_landed(bench: Bench) -> None:
    wanted = await order(bench)
    bench.faults.plan("advoware.replace", LostAnswer())
    failure = await bench.failing(bench.in_advoware.push, wanted)
    mark = bench.calls.mark
    landed = await bench.attempt(bench.in_advoware.push, wanted, number=2)

    assert (failure.type, failure.non_retryable) == ("Transient", False)
    assert bench.spent(mark) == {"advoware.read": 1}
    assert (landed.wrote, landed.values["titel"]) == (False, "Dr.")


async def test_the_attempt_after_a_refusal_writes(bench: Bench) -> None:
    wanted = await order(bench)
    bench.faults.plan("advoware.replace", unavailable())
    await bench.failing(bench.in_advoware.push, wanted)
    mark = bench.calls.mark
    await bench.attempt(bench.in_advoware.push, wanted, number=2)

    assert bench.spent(mark) == {"advoware.read": 1, "advoware.replace": 1}


async def test_an_edit_between_the_attempts_is_not_overwritten(bench: Bench) -> None:
    wanted = await order(bench)
    bench.advoware.edit(wanted.seen.bet_nr, zusatz="z. Hd.")
    mark = bench.calls.mark
    failure = await bench.failing(bench.in_advoware.push, wanted, number=2)

    assert (failure.type, failure.non_retryable, report(failure).system) == ("Stale", True, "advoware")
    assert bench.spent(mark) == {"advoware.read": 1}


async def test_a_first_attempt_on_old_reads_looks_as_well(bench: Bench) -> None:
    """A long queue, or a reset in the Web UI."""
    wanted = await order(bench)
    bench.advoware.edit(wanted.seen.bet_nr, titel="Prof.")
    failure = await bench.failing(bench.in_advoware.push, wanted.model_copy(update={"seen": aged(wanted.seen)}))

    assert failure.type == "Stale"
    assert bench.advoware.records[wanted.seen.bet_nr]["titel"] == "Prof."


async def test_an_edit_under_the_put_is_named_by_its_field(bench: Bench) -> None:
    """Nobody can close that window from outside; what the answer shows is told."""
    wanted = await order(bench)
    bench.advoware.edit(wanted.seen.bet_nr, kurzname="MÜ")
    landed = await bench.attempt(bench.in_advoware.push, wanted)

    assert landed.overtaken == ("kurzname",)


async def test_what_the_answer_does_not_show_is_read_once(bench: Bench) -> None:
    """The base moves only to what was seen."""
    wanted = await order(bench)
    bench.advoware.put_answers = "betNr"
    mark = bench.calls.mark
    landed = await bench.attempt(bench.in_advoware.push, wanted)

    assert bench.spent(mark) == {"advoware.replace": 1, "advoware.read": 1}
    assert landed.values["titel"] == "Dr."


async def test_an_answer_that_is_none_is_believed_where_a_read_shows_what_was_sent(bench: Bench) -> None:
    wanted = await order(bench)
    bench.advoware.put_answers = "nothing"
    landed = await bench.attempt(bench.in_advoware.push, wanted)

    assert (landed.wrote, landed.values["titel"]) == (True, "Dr.")


async def test_an_answer_that_is_none_and_a_read_that_does_not_show_it_fail_the_attempt(bench: Bench) -> None:
    wanted = await order(bench)
    bench.advoware.put_answers = "nothing"
    bench.faults.plan("advoware.read", StaleRead())
    failure = await bench.failing(bench.in_advoware.push, wanted)

    assert (failure.type, failure.non_retryable) == ("OddAnswer", False)
