"""Time-outs and retries of every activity, by the timing in the workflow's order; nowhere else."""

from datetime import timedelta

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityCancellationType, ActivityConfig, LocalActivityConfig

from beteiligte.faults import AmbiguousCreate, BegunElsewhere
from contracts.timing import OutageTiming, SweepTiming, Timing

TIMED_OUT = "TemporalTimeout:StartToClose"
"""Temporal's own name for an attempt that ran out of time (temporal.md §4)."""
ENGINE_AGAIN = timedelta(minutes=1)
"""Longest wait between tries of what only asks Temporal or begins again where it was: nobody is burdened by it."""
PAGE_AGAIN, PAGE_FACTOR, PAGE_LONGEST, PAGE_ATTEMPTS = timedelta(seconds=30), 3, timedelta(minutes=15), 9
"""Tries of a page of a sweep, over 80 minutes: as long as a party's calls, whose system is the same."""
PLAN_AGAIN, PLAN_ATTEMPTS, PLAN_ALIVE = timedelta(seconds=5), 5, timedelta(minutes=3)
"""Tries of a page of a plan: a person waits for it; a party may take minutes where a system is slow."""
COLLECTING, COLLECTED_AT_ONCE = timedelta(hours=1), 300
"""One try of the syncs of many deleted parties: an hour, or so many times the patience, since each may be the last."""
DECIDING, DECIDING_ATTEMPTS = timedelta(seconds=10), 3
"""Tries of a decision, which is pure: only a worker that dies lets one fail that passes the next time."""


def calling(timing: Timing, summary: str, *, attempts: int | None = None, tried: bool = False) -> ActivityConfig:
    """A call that may be repeated: five attempts, 1, 4, 16 and 64 minutes apart. `tried`: the first has been made."""
    return ActivityConfig(
        summary=summary,
        start_to_close_timeout=timing.call,
        cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        retry_policy=RetryPolicy(
            initial_interval=timing.first_wait * timing.wait_factor if tried else timing.first_wait,
            backoff_coefficient=timing.wait_factor,
            maximum_attempts=(attempts or timing.attempts) - tried,
        ),
    )


def first_try(timing: Timing, summary: str) -> LocalActivityConfig:
    """The first attempt of a call, in the worker; the others are `calling` (party/calls.py).

    The policy says how long the wait after it is: a system that asks for a longer one gets it.
    """
    return LocalActivityConfig(
        summary=summary,
        schedule_to_close_timeout=timing.first_try,
        retry_policy=RetryPolicy(
            initial_interval=timing.first_wait, backoff_coefficient=timing.wait_factor, maximum_attempts=1
        ),
    )


def creating(timing: Timing, summary: str) -> ActivityConfig:
    """A create: an attempt of unknown outcome is never repeated."""
    config = calling(timing, summary)
    config["start_to_close_timeout"] = timing.create
    policy = config["retry_policy"]
    assert policy is not None
    policy.non_retryable_error_types = [AmbiguousCreate.code, BegunElsewhere.code, TIMED_OUT]
    return config


def telling(timing: Timing | OutageTiming | SweepTiming, summary: str) -> ActivityConfig:
    """A message: tried until it got through, however long that takes."""
    return ActivityConfig(
        summary=summary,
        start_to_close_timeout=timing.call,
        cancellation_type=ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
        retry_policy=RetryPolicy(
            initial_interval=min(timedelta(minutes=1), timing.tell_again),
            backoff_coefficient=4,
            maximum_interval=timing.tell_again,
        ),
    )


def asking(call: timedelta, summary: str) -> ActivityConfig:
    """A word to another workflow: Temporal itself is asked, so it is tried until it is taken."""
    return ActivityConfig(
        summary=summary,
        start_to_close_timeout=call,
        retry_policy=RetryPolicy(maximum_interval=ENGINE_AGAIN),
    )


def sweeping(timing: SweepTiming, summary: str) -> ActivityConfig:
    """A page of a sweep: tried for as long as a party's calls, then the run fails and the next one begins anew."""
    return ActivityConfig(
        summary=summary,
        start_to_close_timeout=timing.call,
        heartbeat_timeout=timing.alive,
        retry_policy=RetryPolicy(
            initial_interval=PAGE_AGAIN,
            backoff_coefficient=PAGE_FACTOR,
            maximum_interval=PAGE_LONGEST,
            maximum_attempts=PAGE_ATTEMPTS,
        ),
    )


def syncing(timing: SweepTiming, longest: timedelta, summary: str) -> ActivityConfig:
    """A portion of syncs: it goes on where a killed worker stopped."""
    return ActivityConfig(
        summary=summary,
        start_to_close_timeout=longest + timing.call,
        heartbeat_timeout=timing.alive,
        retry_policy=RetryPolicy(maximum_interval=ENGINE_AGAIN),
    )


def collecting(patience: timedelta, alive: timedelta, summary: str) -> ActivityConfig:
    """The syncs of many deleted parties, of which each may be the last to get its turn."""
    return ActivityConfig(
        summary=summary,
        start_to_close_timeout=max(COLLECTING, COLLECTED_AT_ONCE * patience),
        heartbeat_timeout=alive,
        retry_policy=RetryPolicy(maximum_interval=ENGINE_AGAIN),
    )


def planning(limit: timedelta, summary: str) -> ActivityConfig:
    """A page of a plan: many reads, with a sign of life after each party."""
    return ActivityConfig(
        summary=summary,
        start_to_close_timeout=limit,
        heartbeat_timeout=PLAN_ALIVE,
        retry_policy=RetryPolicy(initial_interval=PLAN_AGAIN, maximum_attempts=PLAN_ATTEMPTS),
    )


def testing(limit: timedelta) -> ActivityConfig:
    """A self-test's look: what is wrong is its result, so only a worker that died lets it be repeated."""
    return ActivityConfig(
        summary="can both systems be worked with?",
        start_to_close_timeout=limit,
        retry_policy=RetryPolicy(maximum_interval=ENGINE_AGAIN),
    )


def once(limit: timedelta, summary: str) -> ActivityConfig:
    """A single try, of which no answer is an answer too."""
    return ActivityConfig(summary=summary, start_to_close_timeout=limit, retry_policy=RetryPolicy(maximum_attempts=1))


def comparing(summary: str) -> LocalActivityConfig:
    """The pure decision: quick, and a bug in it is not mended by waiting."""
    return LocalActivityConfig(
        summary=summary, start_to_close_timeout=DECIDING, retry_policy=RetryPolicy(maximum_attempts=DECIDING_ATTEMPTS)
    )
