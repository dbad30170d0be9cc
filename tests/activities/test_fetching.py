"""Both sides read in one step: faults, blame and messages are those of the readers of either side."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from beteiligte.settle import bookkeeping
from contracts.local import LocalCall
from contracts.reading import FetchBoth, FetchParty, FetchRecord
from simulators.faults import LostAnswer, Status, lock_out
from tests.activities.bench import Bench, report

POLICY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=1)


def asked(party: str, *, owed: int | None = None, ahead: timedelta = timedelta(0)) -> FetchBoth:
    """The order of a first attempt. `ahead`: of this machine's clock is the server's."""
    return FetchBoth(party_id=party, owed_bet_nr=owed, local=LocalCall(asked_at=datetime.now(UTC) + ahead))


async def test_both_sides_cost_a_call_each(bench: Bench) -> None:
    party, bet_nr = bench.pair()
    mark = bench.calls.mark
    both = await bench.attempt(bench.both.fetch, asked(party))

    assert bench.spent(mark) == {"espocrm.read": 1, "advoware.read": 1}
    assert both.advoware is not None
    assert (both.espocrm.party_id, both.advoware.bet_nr) == (party, bet_nr)
    assert both.advoware.raw != {}


async def test_what_landed_counts_before_the_record_s_own_number(bench: Bench) -> None:
    party, _ = bench.pair()
    _, other = bench.pair()
    both = await bench.attempt(bench.both.fetch, asked(party, owed=other))

    assert both.advoware is not None
    assert both.advoware.bet_nr == other


async def test_of_a_record_that_is_gone_advoware_is_not_asked(bench: Bench) -> None:
    """What was owed to it is parked."""
    party, bet_nr = bench.pair()
    bench.espocrm.delete(party)
    mark = bench.calls.mark
    both = await bench.attempt(bench.both.fetch, asked(party, owed=bet_nr))

    assert both.espocrm.gone
    assert bench.spent(mark) == {"espocrm.read": 1}


async def test_reads_have_their_age_by_the_server_s_clock(bench: Bench) -> None:
    """A local activity is shown its worker's: it may be far behind, and in tests is by months."""
    ahead = timedelta(days=30)
    party, _ = bench.pair()
    both = await bench.attempt(bench.both.fetch, asked(party, ahead=ahead))

    assert both.advoware is not None
    for read_at in (both.espocrm.read_at, both.advoware.read_at):
        assert abs(read_at - datetime.now(UTC) - ahead) < timedelta(seconds=10)


def lost(call: str) -> Callable[[Bench], None]:
    return lambda bench: bench.faults.plan(call, LostAnswer(), LostAnswer())


def answered(call: str, status: int, headers: dict[str, str] | None = None) -> Callable[[Bench], None]:
    return lambda bench: bench.faults.plan(call, *[Status(status, headers or {})] * 2)


AT_ESPOCRM: dict[str, Callable[[Bench], None]] = {
    "lost": lost("espocrm.read"),
    "500": answered("espocrm.read", 500),
    "503 with a wait": answered("espocrm.read", 503, {"Retry-After": "90"}),
    "no right": answered("espocrm.read", 403, {"X-Status-Reason": "No read access."}),
    "locked out": lambda bench: bench.faults.plan("espocrm.read", lock_out(), lock_out()),
    "no answer that makes sense": lambda bench: bench.faults.plan("espocrm.read", *[Status(200, body="<html>")] * 2),
    "a missing attribute": lambda bench: bench.espocrm.unreadable.add(bookkeeping.BETNR),
}
AT_ADVOWARE: dict[str, Callable[[Bench], None]] = {
    "lost": lost("advoware.read"),
    "500": answered("advoware.read", 500),
    "429 with a wait": answered("advoware.read", 429, {"Retry-After": "90"}),
    "refused": answered("advoware.read", 400),
    "locked": answered("advoware.read", 423),
    "no answer that makes sense": lambda bench: bench.faults.plan("advoware.read", *[Status(200, body="<html>")] * 2),
}


@pytest.mark.parametrize("fault", AT_ESPOCRM)
async def test_espocrm_s_faults_are_the_same(bench: Bench, fault: str) -> None:
    party, _ = bench.pair()
    AT_ESPOCRM[fault](bench)
    alone = await bench.failing(bench.in_espocrm.fetch, FetchParty(party_id=party), policy=POLICY)
    both = await bench.failing(bench.both.fetch, asked(party), policy=POLICY)

    assert _told(both) == _told(alone)


@pytest.mark.parametrize("fault", AT_ADVOWARE)
async def test_advoware_s_faults_are_the_same(bench: Bench, fault: str) -> None:
    party, bet_nr = bench.pair()
    AT_ADVOWARE[fault](bench)
    order = FetchRecord(party_id=party, bet_nr=bet_nr)
    alone = await bench.failing(bench.in_advoware.fetch, order, policy=POLICY)
    both = await bench.failing(bench.both.fetch, asked(party), policy=POLICY)

    assert _told(both) == _told(alone)


def _told(failure: ApplicationError) -> tuple[object, ...]:
    """All that a workflow makes of a failure."""
    wait = failure.next_retry_delay
    return (failure.type, failure.message, failure.non_retryable, wait and round(wait.total_seconds()), report(failure))
