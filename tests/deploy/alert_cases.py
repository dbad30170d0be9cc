"""A healthy program as Prometheus sees it, and for each alert what is otherwise when it fires.

Series are written as promtool writes them: `1+0x3000` is 1 for 3000 minutes, `0+60x3000` grows by 60 a minute. Time
begins on Thursday, 1970-01-01; a timestamp that grows by 60 a minute is now.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from starter.gauges import BROKEN, NEEDS_YOU
from starter.views.health import StatusCause

NOW, NEVER, BEFORE = "0+60x3000", "0+0x3000", "1+0x3000"
"""A time that is now; a count that stays nothing; a count of one, long ago."""
SLOWLY, BRISKLY = "0+1x3000", "0+60x3000"
TASKS = "temporal_workflow_task_schedule_to_start_latency_seconds_bucket"
AGES = "beteiligte_difference_age_seconds_bucket"


def trouble(cause: StatusCause, weight: str = BROKEN) -> str:
    """The series of one cause."""
    return f'beteiligte_trouble{{cause="{cause}", weight="{weight}"}}'


def calls(system: str, status: int) -> str:
    """The series of one answer."""
    return f'beteiligte_api_calls_total{{system="{system}", status="{status}"}}'


def space(what: str) -> str:
    """The series of the state's file."""
    return f'beteiligte_state_bytes{{what="{what}"}}'


WORKER_UP = 'up{job="beteiligte-sync", part="worker"}'
SLOTS = 'temporal_worker_task_slots_available{service_name="beteiligte-worker"}'
HANGING = 'temporal_workflow_task_execution_failed_total{failure_reason="NonDeterminismError"}'
LOOKED = "beteiligte_looked_timestamp_seconds"
FAILED = 'beteiligte_syncs_total{decision="failed", cause="Transient"}'
TOO_LARGE = 'beteiligte_syncs_total{decision="failed", cause="TooLarge"}'
TOO_LARGE_SWEEP = 'beteiligte_sweeps_total{ended="failed", cause="TooLarge"}'
CONFLICTS = 'beteiligte_conflicts_total{field_group="stammdaten"}'
TAKEN = 'beteiligte_webhook_deliveries_total{status="200"}'
UNTAKEN = 'beteiligte_webhook_deliveries_total{status="503"}'
UNSIGNED = 'beteiligte_webhook_deliveries_total{status="401"}'
DELIVERED = 'beteiligte_webhook_last_delivery_timestamp_seconds{action="update"}'
SWEPT = 'beteiligte_sweep_last_good_timestamp_seconds{schedule="sweep"}'
OLDEST = 'beteiligte_waiting_oldest_seconds{cause="field_conflict"}'
OUT = 'beteiligte_outage_seconds{system="advoware"}'
UNSEALED = 'beteiligte_not_believed_total{why="clear"}'
LONG = 'beteiligte_under_way_parties{age="long"}'

HEALTHY: Mapping[str, str] = {
    WORKER_UP: "1+0x3000",
    'up{job="beteiligte-sync", part="webhook"}': "1+0x3000",
    SLOTS: "100+0x3000",
    **{f'{TASKS}{{le="{le}"}}': BRISKLY for le in ("0.1", "10", "+Inf")},
    HANGING: BEFORE,
    **{trouble(cause, weight): NEVER for cause in StatusCause for weight in (BROKEN, NEEDS_YOU)},
    space("free"): "100e9-1e6x3000",
    space("spare"): "5e8+0x3000",
    LOOKED: NOW,
    **{calls(system, 200): BRISKLY for system in ("espocrm", "advoware")},
    **{calls(system, 503): SLOWLY for system in ("espocrm", "advoware")},
    OUT: NEVER,
    'beteiligte_syncs_total{decision="no_change", cause="none"}': BRISKLY,
    FAILED: SLOWLY,
    TOO_LARGE: BEFORE,
    UNSEALED: BEFORE,
    **{f'{AGES}{{le="{le}"}}': BRISKLY for le in ("15", "1800", "7200", "+Inf")},
    LONG: NEVER,
    CONFLICTS: "0+0.2x3000",
    TAKEN: SLOWLY,
    UNTAKEN: BEFORE,
    DELIVERED: NOW,
    SWEPT: NOW,
    OLDEST: "86400+0x3000",
}


@dataclass(frozen=True, slots=True)
class Firing:
    """What is otherwise, and what the alert then says whom it is about."""

    otherwise: Mapping[str, str | None]
    """None: nobody says it."""
    labels: dict[str, str] = field(default_factory=dict)
    at: str = "3h"


def found(cause: StatusCause, weight: str = BROKEN) -> Firing:
    """`status` finds it."""
    return Firing({trouble(cause, weight): "1+0x3000"}, {"cause": cause.value})


FIRING: Mapping[str, tuple[Firing, ...]] = {
    "PartAway": (Firing({WORKER_UP: NEVER}, {"job": "beteiligte-sync", "part": "worker"}),),
    "WorkerAway": (
        Firing({SLOTS: None}, {"service_name": "beteiligte-worker"}),
        found(StatusCause.NO_WORKER),
        found(StatusCause.SILENT_WORKER),
    ),
    "TooFewWorkers": (Firing({f'{TASKS}{{le="0.1"}}': NEVER}),),
    "RunsHang": (
        Firing({HANGING: SLOWLY}),
        Firing({HANGING: "_x175 3+0x2000"}),
        Firing({trouble(StatusCause.STANDSTILL): "1+0x3000"}),
    ),
    "RunsOnAnotherQueue": (found(StatusCause.OTHER_QUEUE),),
    "KeyTrouble": (found(StatusCause.KEYS),),
    "NotBelieved": (
        Firing({UNSEALED: "_x170 1+0x2000"}, {"why": "clear"}),
        Firing({UNSEALED: "1+0x170 2+0x2000"}, {"why": "clear"}),
    ),
    "DiskFull": (found(StatusCause.DISK), Firing({space("free"): "100e9-8e7x3000"})),
    "NothingIsKnown": (Firing({LOOKED: None}), Firing({LOOKED: BEFORE})),
    "SystemAway": (Firing({calls("advoware", 503): "0+120x3000"}, {"system": "advoware"}),),
    "SystemDownForLong": (Firing({OUT: NOW}, {"system": "advoware"}),),
    "SystemRefuses": tuple(
        found(cause)
        for cause in (
            StatusCause.OUTAGE,
            StatusCause.SYSTEM_REFUSES,
            StatusCause.SYSTEM_LACKS,
            StatusCause.SELF_TEST,
        )
    ),
    "ManySyncsFail": (Firing({FAILED: "0+20x3000"}),),
    "EditsArriveLate": (
        Firing({f'{AGES}{{le="{le}"}}': NEVER for le in ("15", "1800")}),
        Firing({LONG: "1+0x3000"}),
    ),
    "InputTooLarge": (
        Firing({TOO_LARGE: "_x170 1+0x2000"}, {"cause": "TooLarge"}),
        Firing({TOO_LARGE: "1+0x170 2+0x2000"}, {"cause": "TooLarge"}),
        Firing({TOO_LARGE_SWEEP: "_x170 1+0x2000"}, {"cause": "TooLarge"}),
    ),
    "ManyConflicts": (
        Firing({CONFLICTS: SLOWLY}, {"field_group": "stammdaten"}),
        Firing({CONFLICTS: "_x175 30+0x2000"}, {"field_group": "stammdaten"}),
    ),
    "DeliveriesRefused": (
        Firing({UNTAKEN: SLOWLY}, {"status": "503"}),
        Firing({UNSIGNED: "_x175 12+0x2000"}, {"status": "401"}),
        found(StatusCause.REFUSED),
    ),
    "WebhooksSilent": (found(StatusCause.SILENT_WEBHOOKS),),
    "NoDeliveries": (Firing({TAKEN: NEVER}, at="49h"), Firing({TAKEN: None, UNTAKEN: None}, at="49h")),
    "NothingComesIn": (
        Firing({DELIVERED: NEVER, SWEPT: NEVER}, at="10h"),
        Firing({DELIVERED: None, SWEPT: None}, at="10h"),
    ),
    "SweepsStopped": tuple(
        found(cause)
        for cause in (
            StatusCause.NO_SCHEDULE,
            StatusCause.SCHEDULE_PAUSED,
            StatusCause.OVERDUE,
            StatusCause.SWEEP_FAILED,
            StatusCause.SWEEP_WAITS,
        )
    ),
    "SweepAsks": (found(StatusCause.SWEEP_ASKS, NEEDS_YOU),),
    "WritingPaused": (replace(found(StatusCause.PAUSED, NEEDS_YOU), at="9h"),),
    "PeopleAreWaitedFor": (
        Firing({OLDEST: "300000+60x3000"}, {"cause": "field_conflict"}),
        Firing({trouble(StatusCause.UNDECIDED, NEEDS_YOU): "60+0x3000"}, {"cause": "undecided"}),
    ),
    "PartiesFailed": (found(StatusCause.FAILED, NEEDS_YOU),),
    "LandedNotWritten": (found(StatusCause.UNFINISHED, NEEDS_YOU),),
}

SILENT = (
    Firing({DELIVERED: NEVER}, at="10h"),  # sweeps find what is edited
    Firing({SWEPT: NEVER}, at="10h"),
    Firing({DELIVERED: NEVER, SWEPT: NEVER}, at="20h"),  # at night nobody edits
    # Once may be a worker that was ended at its work, or Temporal that was started anew; a pause may be short.
    Firing(
        {
            HANGING: "0+0x165 1+0x2000",
            UNTAKEN: "0+0x170 1+0x2000",
            TOO_LARGE: "_x60 1+0x2000",
            FAILED: "0+0x165 2+0x2000",
            'beteiligte_syncs_total{decision="no_change", cause="none"}': None,
            trouble(StatusCause.PAUSED, NEEDS_YOU): "0+0x60 1+0x2000",
            trouble(StatusCause.NO_WORKER): "0+0x178 1+0x2000",
        }
    ),
)
"""What looks like an alert's, and is nothing."""
