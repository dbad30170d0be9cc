"""Is all well? What is seen of the program, judged: what is broken, what needs a person, how many of each.

Pure. Broken: edits do not get through, or nobody would know if they did not. Needs a person: the program works, and
something waits for an answer or a hand. What only EspoCRM and Advoware know is not judged here: `doctor` asks them.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from beteiligte.frozen import Frozen
from runtime.key_file import others
from starter.views.crew import AskedWorker, Standing
from starter.views.outages import OutageKind
from starter.views.overview import Overview
from starter.views.sweeps import Sweep
from starter.views.timetable import TimetableRow
from starter.webhook.received import OTHER, ReceivedOfKind, RefusalReason

SEVERAL = 2
"""Once may be chance: a worker that was ended at its work, an import that told nobody."""
FOR_EVER = frozenset({RefusalReason.SIGNATURE, RefusalReason.UNKNOWN_WEBHOOK})
"""A webhook is refused so for ever, whatever good deliveries another one of its kind makes."""


class StatusVerdict(StrEnum):
    """On the whole."""

    ALL_WELL = "all_well"
    NEEDS_YOU = "needs_you"
    BROKEN = "broken"


class StatusCause(StrEnum):
    """Why all is not well, the worst first."""

    NO_WORKER = "no_worker"
    SILENT_WORKER = "silent_worker"
    """It was seen lately and does not answer: it hangs, is stopped, or was killed a moment ago elsewhere."""
    KEYS = "keys"
    """A worker cannot read what another one writes."""
    DISK = "disk"
    OUTAGE = "outage"
    SYSTEM_REFUSES = "system_refuses"
    """It answers, and takes nothing of ours: a key, an address."""
    SYSTEM_LACKS = "system_lacks"
    """A right or a field of it is missing."""
    SELF_TEST = "self_test"
    STANDSTILL = "standstill"
    """No worker can go on with a run, time and again."""
    OTHER_QUEUE = "other_queue"
    """Runs are open on a task queue on which nobody works."""
    REFUSED = "refused"
    """Deliveries of EspoCRM."""
    SILENT_WEBHOOKS = "silent_webhooks"
    """Sweeps find edits that no delivery told of."""
    NO_SCHEDULE = "no_schedule"
    SCHEDULE_PAUSED = "schedule_paused"
    OVERDUE = "overdue"
    SWEEP_FAILED = "sweep_failed"
    SWEEP_WAITS = "sweep_waits"
    """A step of it failed more than once, and is tried again."""
    PAUSED = "paused"
    SWEEP_ASKS = "sweep_asks"
    UNDECIDED = "undecided"
    FAILED = "failed"
    UNFINISHED = "unfinished"
    """Landed in Advoware and not yet written to EspoCRM, or nobody was told yet, after a failed attempt."""


NEEDS_A_PERSON = frozenset(
    {StatusCause.PAUSED, StatusCause.SWEEP_ASKS, StatusCause.UNDECIDED, StatusCause.FAILED, StatusCause.UNFINISHED}
)


OF_OUTAGES = {
    OutageKind.DOWN: StatusCause.OUTAGE,
    OutageKind.REFUSES: StatusCause.SYSTEM_REFUSES,
    OutageKind.LACKS: StatusCause.SYSTEM_LACKS,
}
"""What a pause makes wait is told with the pause."""


class StatusReason(Frozen):
    """One cause, and what it is about."""

    cause: StatusCause
    broken: bool
    """Else it needs a person."""
    count: int = 1
    at_least: bool = False
    """There are more, or may be."""
    about: tuple[str, ...] = ()
    """Ids and names, where they are few."""


class StatusHealth(Frozen):
    """The verdict with its reasons, the worst first."""

    verdict: StatusVerdict
    reasons: tuple[StatusReason, ...] = ()


class JudgedOverview(Overview):
    """The JSON document of `status`."""

    health: StatusHealth


def judged(seen: Overview) -> JudgedOverview:
    """What is seen, with the verdict on it."""
    return JudgedOverview(**dict(seen), health=health(seen))


def health(seen: Overview) -> StatusHealth:
    """The verdict on what is seen."""
    found = [*_of_workers(seen), *_of_systems(seen), *_of_deliveries(seen), *_of_sweeps(seen), *_of_people(seen)]
    reasons = tuple(sorted(found, key=lambda reason: (not reason.broken, [*StatusCause].index(reason.cause))))
    return StatusHealth(verdict=_verdict(reasons), reasons=reasons)


def _verdict(reasons: Iterable[StatusReason]) -> StatusVerdict:
    broken = [reason.broken for reason in reasons]
    if not broken:
        return StatusVerdict.ALL_WELL
    return StatusVerdict.BROKEN if any(broken) else StatusVerdict.NEEDS_YOU


def _because(
    cause: StatusCause, about: Iterable[str] = (), *, count: int | None = None, at_least: bool = False
) -> Iterator[StatusReason]:
    """A reason, where there is anything that it is about."""
    named = tuple(about)
    number = len(named) if count is None else count
    if number:
        broken = cause not in NEEDS_A_PERSON
        yield StatusReason(cause=cause, broken=broken, count=number, at_least=at_least, about=named)


def _of_workers(seen: Overview) -> Iterator[StatusReason]:
    silent = [worker.identity for worker in silent_ones(seen)]
    yield from _because(StatusCause.NO_WORKER, count=int(not seen.workers and not silent))
    yield from _because(StatusCause.SILENT_WORKER, silent)
    yield from _because(
        StatusCause.KEYS, [one.identity for one in seen.crew if lacking(one, seen) or differing(one, seen)]
    )
    left = [queue for queue in seen.elsewhere if not queue.workers]
    yield from _because(StatusCause.OTHER_QUEUE, [queue.name for queue in left])
    parties = [one.run.party_id for one in seen.running.shown if one.stumbled >= SEVERAL]
    runs = [one.workflow_id for one in seen.reconciliations if one.stumbled >= SEVERAL]
    yield from _because(StatusCause.STANDSTILL, [*parties, *runs])


def silent_ones(seen: Overview) -> tuple[AskedWorker, ...]:
    """Workers that hang; of an older version, which cannot be asked alone, all where none of them answers."""
    return tuple(
        worker for worker in seen.crew if worker.hangs or (not seen.workers and worker.standing is Standing.UNKNOWN)
    )


def lacking(worker: AskedWorker, seen: Overview) -> set[str]:
    """The keys with which other workers, or commands here, encrypt, and which this one does not know."""
    in_use = {seen.encrypts, *(other.card.encrypts for other in seen.crew if other.card)}
    return {key for key in in_use if key} - set(worker.card.keys) if worker.card else set()


def differing(worker: AskedWorker, seen: Overview) -> set[str]:
    """The ids under which this worker has another key than commands here, or another worker, has."""
    if worker.card is None:
        return set()
    known = (seen.marks, *(other.card.marks for other in seen.crew if other.card))
    return {key for marks in known for key in others(marks, worker.card.marks)}


def _of_systems(seen: Overview) -> Iterator[StatusReason]:
    yield from _because(StatusCause.DISK, count=int(bool(seen.space)))
    for kind, cause in OF_OUTAGES.items():
        told = [one for one in seen.outages if one.codes or not seen.pause]  # what nobody can say is the pause's then
        yield from _because(cause, [outage.system for outage in told if outage.kind is kind])
    yield from _because(StatusCause.SELF_TEST, [problem.system for problem in seen.self_test])


def _of_deliveries(seen: Overview) -> Iterator[StatusReason]:
    kinds = seen.deliveries.kinds if seen.deliveries else {}
    for broken, count in ((True, _lost), (False, _lost_before)):
        refused = {kind: number for kind, of_it in kinds.items() if kind != OTHER and (number := count(of_it))}
        if refused:
            about, number = tuple(refused), sum(refused.values())
            yield StatusReason(cause=StatusCause.REFUSED, broken=broken, count=number, about=about)
    if seen.untold.sweeps:
        yield StatusReason(
            cause=StatusCause.SILENT_WEBHOOKS, broken=seen.untold.sweeps >= SEVERAL, count=seen.untold.edits
        )


def _lost(kind: ReceivedOfKind) -> int:
    """Deliveries that were refused since the last good one."""
    return sum(some.number for why, some in kind.refused.items() if why is not RefusalReason.ELEMENT)


def _lost_before(kind: ReceivedOfKind) -> int:
    """Before it, of another webhook or of a stranger: good ones say nothing of those."""
    return sum(some.number for why, some in kind.before.items() if why in FOR_EVER)


def _of_sweeps(seen: Overview) -> Iterator[StatusReason]:
    failed = [one.workflow_id for one in seen.reconciliations if one.failure]
    yield from _because(StatusCause.NO_SCHEDULE, [row.id for row in seen.schedules if not row.there])
    yield from _because(StatusCause.SCHEDULE_PAUSED, [row.id for row in seen.schedules if _is_paused(row, seen)])
    yield from _because(
        StatusCause.OVERDUE,
        [row.id for row in seen.schedules if row.overdue and not any(name.startswith(row.id) for name in failed)],
    )
    yield from _because(StatusCause.SWEEP_FAILED, failed)
    yield from _because(StatusCause.SWEEP_WAITS, [one.workflow_id for one in seen.reconciliations if _waits(one)])
    yield from _because(
        StatusCause.SWEEP_ASKS, [one.workflow_id for one in seen.reconciliations if one.state and one.state.asks]
    )


def _is_paused(row: TimetableRow, seen: Overview) -> bool:
    """By itself: what was paused with all writing goes on with it."""
    return row.paused and not (row.with_writing and seen.paused)


def _waits(sweep: Sweep) -> bool:
    return any(step.failed >= SEVERAL for step in sweep.pending)


def _of_people(seen: Overview) -> Iterator[StatusReason]:
    yield from _because(StatusCause.PAUSED, [seen.pause.by] if seen.pause else [])
    for cause, some in ((StatusCause.UNDECIDED, seen.undecided), (StatusCause.FAILED, seen.failed)):
        yield from _because(cause, count=some.number, at_least=some.at_least)
    unfinished = [one for one in seen.running.shown if one.retrying and one.state]
    yield from _because(
        StatusCause.UNFINISHED,
        [one.run.party_id for one in unfinished if one.state and (one.state.landed_unwritten or one.state.untold)],
    )
