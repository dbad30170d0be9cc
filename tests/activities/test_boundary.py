"""Every fault becomes one failure of Temporal's, retried as the taxonomy says, with a report and without a trace."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.testing import ActivityEnvironment

from activities.boundary import boundary, last_attempt, looks_old
from beteiligte.faults import Blame, SyncFault, System, Transient
from tests.activities.bench import FRESH_FOR, report

FIVE = RetryPolicy(initial_interval=timedelta(minutes=1), backoff_coefficient=4, maximum_attempts=5)


def every_kind(kind: type[SyncFault] = SyncFault) -> Iterator[type[SyncFault]]:
    for one in kind.__subclasses__():
        if one.__module__ == SyncFault.__module__:  # those of the taxonomy, whatever else was imported beside this file
            yield one
        yield from every_kind(one)


KINDS = tuple(every_kind())


def crossing(fault: Exception, *, always_retry: bool = False, attempt: int = 1) -> ApplicationError:
    """The fault after the boundary, in an attempt under the usual policy."""

    def activity() -> None:
        with boundary(always_retry=always_retry):
            raise fault

    env = ActivityEnvironment()
    env.info = replace(env.info, attempt=attempt, retry_policy=FIVE)
    with pytest.raises(ApplicationError) as raised:
        env.run(activity)
    return raised.value


def test_every_fault_keeps_its_code_and_is_retried_as_the_taxonomy_says() -> None:
    wrong = [
        kind.__name__
        for kind in KINDS
        if (failure := crossing(kind("refused", system=System.ADVOWARE)))
        and (failure.type, failure.non_retryable) != (kind.code, not kind.retry)
    ]

    assert wrong == []
    assert len({kind.code for kind in KINDS}) == len(KINDS)


def test_a_message_to_people_is_tried_again_whatever_refused_it() -> None:
    failures = {kind: crossing(kind("refused", system=System.ESPOCRM), always_retry=True) for kind in KINDS}

    assert [kind.__name__ for kind, failure in failures.items() if failure.non_retryable] == []


def test_the_report_says_all_that_the_fault_knows() -> None:
    fault = Transient(
        "Advoware answered 502",
        system=System.ADVOWARE,
        field="titel",
        blame=Blame.UNCLEAR,
        others=("5f3e1c0a9b8d7e6f0",),
        operation="replace",
        status=502,
        said="Bad gateway",
    )
    told = report(crossing(fault))

    assert {name: getattr(told, name) for name in type(told).model_fields if hasattr(fault, name)} == {
        name: getattr(fault, name) for name in type(told).model_fields if hasattr(fault, name)
    }
    assert (told.message, told.code) == ("Advoware answered 502", "Transient")


def test_a_fault_leaves_no_trace_of_its_causes_and_counts_as_no_bug() -> None:
    """A waiting activity shows its last failure only up to 2 kB."""
    fault = Transient("no connection", system=System.ESPOCRM)
    fault.__cause__ = ConnectionError("a long story")
    failure = crossing(fault)

    assert failure.__cause__ is None
    assert failure.__suppress_context__
    assert failure.category is ApplicationErrorCategory.BENIGN


@pytest.mark.parametrize(
    ("asked", "attempt", "wait"),
    [
        (timedelta(seconds=70), 1, timedelta(seconds=70)),
        (timedelta(seconds=70), 2, None),
        (timedelta(seconds=30), 1, None),
        (None, 1, None),
    ],
)
def test_what_a_system_asks_to_wait_counts_where_it_is_longer(
    asked: timedelta | None, attempt: int, wait: timedelta | None
) -> None:
    """Shorter, it would replace the policy's own wait."""
    failure = crossing(Transient("busy", system=System.ADVOWARE, wait=asked), attempt=attempt)

    assert failure.next_retry_delay == wait


def test_a_bug_crosses_as_it_is() -> None:
    """It is retried and logged with its trace."""

    def activity() -> None:
        with boundary():
            raise KeyError("name")

    with pytest.raises(KeyError):
        ActivityEnvironment().run(activity)


@pytest.mark.parametrize(("attempt", "last"), [(1, False), (4, False), (5, True)])
def test_the_last_attempt_is_known(attempt: int, last: bool) -> None:
    env = ActivityEnvironment()
    env.info = replace(env.info, attempt=attempt, retry_policy=FIVE)

    assert env.run(last_attempt) is last


def test_without_a_limit_no_attempt_is_the_last() -> None:
    env = ActivityEnvironment()
    env.info = replace(env.info, attempt=500, retry_policy=RetryPolicy())

    assert not env.run(last_attempt)


@pytest.mark.parametrize(
    ("attempt", "age", "old"),
    [(1, timedelta(0), False), (1, FRESH_FOR, False), (1, 2 * FRESH_FOR, True), (2, timedelta(0), True)],
)
def test_a_read_is_old_by_its_age_and_for_every_later_attempt(attempt: int, age: timedelta, old: bool) -> None:
    """Freshness: what was compared is acted on as it stands only while it is young (design §3)."""
    began = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    env = ActivityEnvironment()
    env.info = replace(env.info, attempt=attempt, started_time=began)

    assert env.run(looks_old, began - age, FRESH_FOR) is old
