"""The first lines of `status`: the verdict with how many of each cause, then each cause with what mends it."""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from beteiligte.faults import System
from beteiligte.selftest import SHOWN
from starter.cli import pause_lines, report
from starter.views.crew import Standing
from starter.views.health import (
    JudgedOverview,
    StatusCause,
    StatusHealth,
    StatusReason,
    StatusVerdict,
    differing,
    lacking,
    silent_ones,
)
from starter.views.outages import OutageKind
from starter.views.queues import Queue

NAMED = 5
"""Ids named in one line; the tables below hold the rest."""
STYLES = {
    StatusVerdict.ALL_WELL: "bold green",
    StatusVerdict.NEEDS_YOU: "bold yellow",
    StatusVerdict.BROKEN: "bold red",
}
BESIDE = "What only EspoCRM, Advoware and the settings know: `beteiligte-sync doctor`"
WORDS: Mapping[StatusCause, tuple[str, str]] = {
    StatusCause.SILENT_WORKER: ("worker that does not answer", "workers that do not answer"),
    StatusCause.KEYS: ("worker that lacks a key", "workers that lack a key"),
    StatusCause.STANDSTILL: ("run that stands still", "runs that stand still"),
    StatusCause.OTHER_QUEUE: ("task queue without a worker", "task queues without a worker"),
    StatusCause.REFUSED: ("refused delivery", "refused deliveries"),
    StatusCause.SILENT_WEBHOOKS: ("edit that no delivery told of", "edits that no delivery told of"),
    StatusCause.NO_SCHEDULE: ("schedule that is missing", "schedules that are missing"),
    StatusCause.SCHEDULE_PAUSED: ("paused schedule", "paused schedules"),
    StatusCause.OVERDUE: ("overdue schedule", "overdue schedules"),
    StatusCause.SWEEP_FAILED: ("failed reconciliation", "failed reconciliations"),
    StatusCause.SWEEP_WAITS: ("reconciliation that fails and tries again", "reconciliations that fail and try again"),
    StatusCause.SWEEP_ASKS: ("reconciliation that asks", "reconciliations that ask"),
    StatusCause.UNDECIDED: ("party to decide about", "parties to decide about"),
    StatusCause.FAILED: ("failed party", "failed parties"),
    StatusCause.UNFINISHED: ("party that is not written back or told", "parties that are not written back or told"),
}


def headline(health: StatusHealth) -> str:
    """One line: the verdict, and the causes with their numbers."""
    if health.verdict is StatusVerdict.ALL_WELL:
        return "All well"
    broken = ", ".join(_counted(reason) for reason in health.reasons if reason.broken)
    needed = ", ".join(_counted(reason) for reason in health.reasons if not reason.broken)
    parts = (f"Broken: {broken}" if broken else "", f"Needs you: {needed}" if needed else "")
    return ". ".join(part for part in parts if part)


def broken(why: str) -> None:
    """Where nothing can be seen: the verdict all the same; what to do stands on stderr."""
    report.headline(f"Broken: {why}", STYLES[StatusVerdict.BROKEN])


def _counted(reason: StatusReason) -> str:
    match reason.cause:
        case StatusCause.NO_WORKER:
            return "no worker"
        case StatusCause.DISK:
            return "no space left for the state"
        case StatusCause.OUTAGE:
            return trouble(OutageKind.DOWN, reason.about)
        case StatusCause.SYSTEM_REFUSES:
            return trouble(OutageKind.REFUSES, reason.about)
        case StatusCause.SYSTEM_LACKS:
            return trouble(OutageKind.LACKS, reason.about)
        case StatusCause.SELF_TEST:
            return f"no work with {_systems(reason.about, '', '').rstrip()}"
        case StatusCause.PAUSED:
            return "all writing is paused"
        case cause:
            least = "at least " if reason.at_least else ""
            return least + report.counted(reason.count, *WORDS[cause])


def trouble(kind: OutageKind, systems: Iterable[str]) -> str:
    """What is the matter with them: who is down needs patience, who refuses or lacks something needs a person."""
    match kind:
        case OutageKind.REFUSES:
            return _systems(systems, "refuses us", "refuse us")
        case OutageKind.LACKS:
            return f"a right or a field is missing in {_systems(systems, '', '').rstrip()}"
        case _:
            return _systems(systems, "is down", "are down")


def _systems(names: Iterable[str], one: str, more: str) -> str:
    shown = [SHOWN[System(name)] if name in {*System} else name for name in dict.fromkeys(names)]
    return f"{' and '.join(shown)} {one if len(shown) == 1 else more}"


def lines(seen: JudgedOverview) -> Iterator[str]:
    """Each cause, with what it is about and what mends it."""
    for reason in seen.health.reasons:
        yield from EXPLAINED[reason.cause](_Shown(seen, reason))


class _Shown(NamedTuple):
    seen: JudgedOverview
    reason: StatusReason


def _no_worker(it: _Shown) -> Iterator[str]:
    yield (
        f"No worker asks for work on task queue {it.seen.task_queue}: start one (`beteiligte-sync up`, or `worker`), "
        "or check TEMPORAL_TASK_QUEUE"
    )


def _silent(it: _Shown) -> Iterator[str]:
    for worker in silent_ones(it.seen):
        process = worker.identity.partition("@")[0]
        if worker.standing is Standing.STOPPED:
            yield f"Worker {worker.identity} is stopped by a signal: `kill -CONT {process}`"
        else:
            mend = f"`kill -9 {process}` there and start it again (`up` does so by itself); nothing is lost"
            yield f"Worker {worker.identity} does not answer: it hangs, or was killed a moment ago. {mend}"


def _keys(it: _Shown) -> Iterator[str]:
    for worker in it.seen.crew:
        if missing := lacking(worker, it.seen):
            yield (
                f"Worker {worker.identity} lacks {', '.join(sorted(missing))}, with which others encrypt: it cannot go "
                "on with what they wrote. Copy the key file (TEMPORAL_KEYS) there; it is looked into again"
            )
        if others := differing(worker, it.seen):
            yield (
                f"Worker {worker.identity} has another key under the id {', '.join(sorted(others))} than others have: "
                "neither reads what the other writes. `beteiligte-sync doctor` says which one opens what Temporal "
                "keeps; copy that key file (TEMPORAL_KEYS) to all"
            )


def _disk(it: _Shown) -> Iterator[str]:
    yield f"{it.seen.space}; Temporal soon stores nothing more (TEMPORAL_STATE, TEMPORAL_SPARE)"


def _outage(it: _Shown) -> Iterator[str]:
    down = _systems(it.reason.about, "fails", "fail")
    yield f"{down}: parties wait and are tried by themselves; below since when, `beteiligte-sync doctor` says why"


def _to_mend(it: _Shown) -> Iterator[str]:
    said = _counted(it.reason)
    yield (
        f"{said[0].upper()}{said[1:]}: parties wait. `beteiligte-sync doctor` names what to mend; then "
        "`beteiligte-sync retry-failed` tries at once, and by itself it is tried as it stands below"
    )


def _self_test(it: _Shown) -> Iterator[str]:
    yield from (found.line for found in it.seen.self_test)


def _standstill(it: _Shown) -> Iterator[str]:
    yield (
        f"No worker can go on with {_named(it.reason.about)}: its code or its keys are others than those of the run. "
        "`beteiligte-sync replay <party>` says which; `keys list` shows the keys"
    )


def _other_queue(it: _Shown) -> Iterator[str]:
    yield from (_left_alone(queue) for queue in it.seen.elsewhere if not queue.workers)


def _left_alone(queue: Queue) -> str:
    runs = report.counted(queue.runs, "run is", "runs are")
    return (
        f"{runs} open on task queue {queue.name}, where no worker asks for work: start one with "
        f"TEMPORAL_TASK_QUEUE={shlex.quote(queue.name)} until they have ended"
    )


def _refused(it: _Shown) -> Iterator[str]:
    yield (
        f"{_counted(it.reason)} ({_named(it.reason.about)}), below why: EspoCRM sends most again for half an "
        "hour, and sweeps find what it gives up"
    )


def _silent_webhooks(it: _Shown) -> Iterator[str]:
    found, sweeps = it.seen.untold, report.counted(it.seen.untold.sweeps, "sweep", "sweeps")
    yield (
        f"{sweeps} since {report.moment(found.since)} found edits in EspoCRM that no delivery had told of "
        f"({found.edits}): an import, or its webhooks are off? Administration → Webhooks; `beteiligte-sync doctor "
        "--only webhooks`"
    )


def _no_schedule(it: _Shown) -> Iterator[str]:
    yield f"There is no schedule {_named(it.reason.about)}: `beteiligte-sync schedules apply` makes it"


def _schedule_paused(it: _Shown) -> Iterator[str]:
    notes = {row.id: row.note for row in it.seen.schedules}
    for name in it.reason.about:
        yield f"Schedule {name} is paused ({notes[name] or 'no note'}): `beteiligte-sync schedules resume {name}`"


def _overdue(it: _Shown) -> Iterator[str]:
    last = {row.id: report.moment(row.last_good) or "never" for row in it.seen.schedules}
    for name in it.reason.about:
        yield (
            f"Schedule {name} is overdue, last completed: {last[name]}. `beteiligte-sync schedules trigger {name}`, "
            "and look whether Temporal's disk is full"
        )


def _sweep_failed(it: _Shown) -> Iterator[str]:
    for one in it.seen.reconciliations:
        if one.failure:
            yield (
                f"{one.workflow_id} failed with {one.failure.code}: {one.failure.message}. Mend it; the next one "
                "starts by itself, `beteiligte-sync reconcile run` at once"
            )


def _sweep_waits(it: _Shown) -> Iterator[str]:
    yield f"{_named(it.reason.about)}: a step fails and is tried again, below why; `beteiligte-sync doctor`"


def _paused(it: _Shown) -> Iterator[str]:
    if it.seen.pause:
        waiting = sum(one.state.waiting for one in it.seen.outages if one.state and one.kind is OutageKind.PAUSE)
        meanwhile = f". {report.counted(waiting, 'party waits', 'parties wait')} for its end" if waiting else ""
        yield pause_lines.line(it.seen.pause) + meanwhile


def _asks(it: _Shown) -> Iterator[str]:
    for name in it.reason.about:
        yield f"{name} stopped and asks, below what: `beteiligte-sync reconcile confirm {name}`, or `refuse`"


def _undecided(it: _Shown) -> Iterator[str]:
    yield f"{_counted(it.reason)}: below with what answers; `beteiligte-sync conflicts` shows all, with both values"


def _failed(it: _Shown) -> Iterator[str]:
    yield f"{_counted(it.reason)}: mend what is named below, then `beteiligte-sync retry-failed`"


def _unfinished(it: _Shown) -> Iterator[str]:
    named = _named(it.reason.about)
    yield f"{named}: it is tried again by itself, below why; do not create the party in Advoware again"


def _named(ids: tuple[str, ...]) -> str:
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return ", ".join(ids[:NAMED]) + more


EXPLAINED: Mapping[StatusCause, Callable[[_Shown], Iterator[str]]] = {
    StatusCause.NO_WORKER: _no_worker,
    StatusCause.SILENT_WORKER: _silent,
    StatusCause.KEYS: _keys,
    StatusCause.DISK: _disk,
    StatusCause.OUTAGE: _outage,
    StatusCause.SYSTEM_REFUSES: _to_mend,
    StatusCause.SYSTEM_LACKS: _to_mend,
    StatusCause.SELF_TEST: _self_test,
    StatusCause.STANDSTILL: _standstill,
    StatusCause.OTHER_QUEUE: _other_queue,
    StatusCause.REFUSED: _refused,
    StatusCause.SILENT_WEBHOOKS: _silent_webhooks,
    StatusCause.NO_SCHEDULE: _no_schedule,
    StatusCause.SCHEDULE_PAUSED: _schedule_paused,
    StatusCause.OVERDUE: _overdue,
    StatusCause.SWEEP_FAILED: _sweep_failed,
    StatusCause.SWEEP_WAITS: _sweep_waits,
    StatusCause.PAUSED: _paused,
    StatusCause.SWEEP_ASKS: _asks,
    StatusCause.UNDECIDED: _undecided,
    StatusCause.FAILED: _failed,
    StatusCause.UNFINISHED: _unfinished,
}
