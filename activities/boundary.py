"""Faults become Temporal failures here, once, and reads get their age here.

Times come from `activity.info()`: the server's clock, so that two workers' clocks need not agree and a skipped test
clock holds (temporal.md §6). A local activity is told it by its order (contracts/local.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from opentelemetry import metrics
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from beteiligte.faults import SyncFault
from contracts.fault_report import FaultReport
from contracts.local import LocalCall

_failed = metrics.get_meter("beteiligte").create_counter(
    "beteiligte.attempts.failed", description="Attempts of a step that ended by a fault"
)
_server_ahead: ContextVar[timedelta] = ContextVar("server_ahead", default=timedelta(0))
"""By how much the server's clock is ahead of the one that `activity.info()` shows, in a local activity its worker's."""


@contextmanager
def boundary(*, always_retry: bool = False) -> Iterator[None]:
    """Turn a fault into an ApplicationError of its code; whoever catches it reads the FaultReport in its details."""
    try:
        yield
    except SyncFault as fault:
        _count(fault)
        # Without its causes' stack traces: Temporal shows a waiting activity's last failure only up to 2 kB.
        raise for_temporal(fault, retry=fault.retry or always_retry) from None


def _count(fault: SyncFault) -> None:
    """By the step that will be tried again, or not: the SDK counts no attempt that failed by a fault of ours."""
    system = fault.system.value if fault.system else "none"
    _failed.add(1, {"step": activity.info().activity_type, "system": system, "cause": fault.code})


@contextmanager
def by_server_clock(local: LocalCall | None) -> Iterator[None]:
    """Let reads get their age by the server's clock, in a local activity as in a regular one."""
    if local is None:
        yield
        return
    before = _server_ahead.set(local.asked_at - activity.info().current_attempt_scheduled_time)
    try:
        yield
    finally:
        _server_ahead.reset(before)


def for_temporal(fault: SyncFault, *, retry: bool) -> ApplicationError:
    """The failure that Temporal keeps: type and wait by the taxonomy."""
    report = reported(fault)
    return ApplicationError(
        str(fault),
        report,
        type=fault.code,
        non_retryable=not retry,
        next_retry_delay=_longer_wait(fault.wait) if retry else None,
        # A fault is no bug of ours: the worker logs it without a stack trace.
        category=ApplicationErrorCategory.BENIGN,
    )


def reported(fault: SyncFault) -> FaultReport:
    """A fault as histories keep it."""
    return FaultReport(
        code=fault.code,
        message=str(fault),
        system=fault.system,
        field=fault.field or "",
        blame=fault.blame,
        operation=fault.operation,
        status=fault.status,
        said=fault.said,
        others=fault.others,
    )


def _longer_wait(asked: timedelta | None) -> timedelta | None:
    """What the system asked for, where it is longer than the policy's own wait, which it would replace."""
    info = activity.info()
    policy = info.retry_policy
    if asked is None or policy is None:
        return asked
    own = policy.initial_interval * policy.backoff_coefficient ** (info.attempt - 1)
    return asked if asked > own else None


def last_attempt() -> bool:
    """Whether no other will follow."""
    info = activity.info()
    return info.retry_policy is not None and 0 < info.retry_policy.maximum_attempts <= info.attempt


def now() -> datetime:
    """When this attempt began, by the server's clock."""
    return activity.info().started_time + _server_ahead.get()


def looks_old(read_at: datetime, fresh_for: timedelta) -> bool:
    """Whether a read must be repeated before it is acted on: a later attempt, a long queue, a reset in the Web UI."""
    return activity.info().attempt > 1 or now() - read_at > fresh_for
