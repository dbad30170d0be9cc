"""The panels of the dashboard: which question, in which unit, from when on it is bad."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

WINDOW = "$__rate_interval"
"""Grafana's: as short as the scraping allows."""
LONG = "1h"
"""For what is rare: with less every line would be a row of single points."""


class Shape(Enum):
    """How an answer is drawn."""

    NUMBER = "number"
    LINES = "lines"
    BARS = "bars"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One question."""

    title: str
    meaning: str
    queries: Mapping[str, str]
    """PromQL by its legend."""
    shape: Shape = Shape.LINES
    unit: str = "short"
    bad_from: tuple[float, ...] = ()
    none: str = "none"
    """What is shown where nothing answers."""


@dataclass(frozen=True, slots=True)
class PanelRow:
    """Questions that belong together."""

    title: str
    panels: tuple[Panel, ...]


def _quantile(share: float, figure: str, by: str, window: str = LONG) -> str:
    return f"histogram_quantile({share}, sum by (le, {by}) (rate({figure}_bucket[{window}])))"


def _grown(by: str, figure: str, window: str = LONG) -> str:
    """Events in the window. Of a line that begins with the first one nothing has increased: it counts as it is."""
    return f"sum by ({by}) (({figure} unless {figure} offset {window}) or increase({figure}[{window}]))"


NOW = PanelRow(
    "Now",
    (
        Panel(
            title="Broken",
            meaning="What `beteiligte-sync status` calls broken, by cause. Empty is well.",
            queries={"{{cause}}": 'max by (cause) (beteiligte_trouble{weight="broken"}) > 0'},
            shape=Shape.NUMBER,
            bad_from=(1,),
            none="nothing",
        ),
        Panel(
            title="Needs a person",
            meaning="What waits for an answer or a hand, by cause, as `status` finds it.",
            queries={"{{cause}}": 'max by (cause) (beteiligte_trouble{weight="needs_you"}) > 0'},
            shape=Shape.NUMBER,
            bad_from=(1, 1_000_000),
            none="nothing",
        ),
        Panel(
            title="Last delivery",
            meaning="So long ago EspoCRM's webhooks last delivered, by kind of event.",
            queries={"{{action}}": "time() - max by (action) (beteiligte_webhook_last_delivery_timestamp_seconds)"},
            shape=Shape.NUMBER,
            unit="s",
            bad_from=(86_400, 172_800),
            none="never",
        ),
        Panel(
            title="Last good sweep",
            meaning="So long ago the newest sweep began that was completed, by schedule.",
            queries={"{{schedule}}": "time() - max by (schedule) (beteiligte_sweep_last_good_timestamp_seconds)"},
            shape=Shape.NUMBER,
            unit="s",
            bad_from=(90_000, 180_000),
            none="never",
        ),
        Panel(
            title="Down for",
            meaning="How long each system has been down, as parties met it; 0: it works.",
            queries={"{{system}}": "max by (system) (beteiligte_outage_seconds)"},
            shape=Shape.NUMBER,
            unit="s",
            bad_from=(1,),
            none="not known",
        ),
        Panel(
            title="Parts",
            meaning="Processes that Prometheus reaches, by part.",
            queries={"{{part}}": 'sum by (part) (up{job="beteiligte-sync"})'},
            shape=Shape.NUMBER,
            none="none",
        ),
    ),
)

SYNCS = PanelRow(
    "Syncs",
    (
        Panel(
            title="How long both sides differ",
            meaning="From the first request that told of a difference until both sides are equal again. What an earlier"
            " run left open is not in it: see what waits.",
            queries={
                "half of them": _quantile(0.5, "beteiligte_difference_age_seconds", "service_name"),
                "95 of 100": _quantile(0.95, "beteiligte_difference_age_seconds", "service_name"),
            },
            unit="s",
        ),
        Panel(
            title="Duration of a sync, 95 of 100",
            meaning="From reading to the last write, its retry waits included, by what it came to.",
            queries={"{{decision}}": _quantile(0.95, "beteiligte_sync_duration_seconds", "decision")},
            unit="s",
        ),
        Panel(
            title="Syncs an hour",
            meaning="By what they came to.",
            queries={"{{decision}}": f"3600 * sum by (decision) (rate(beteiligte_syncs_total[{LONG}]))"},
            shape=Shape.BARS,
        ),
        Panel(
            title="Share that fails",
            meaning="Of all syncs that ended.",
            queries={
                "failed": f'(sum(rate(beteiligte_syncs_total{{decision="failed"}}[{LONG}])) or vector(0))'
                f" / sum(rate(beteiligte_syncs_total[{LONG}]))"
            },
            unit="percentunit",
        ),
        Panel(
            title="Why syncs fail, an hour",
            meaning="By system and cause of the fault.",
            queries={
                "{{system}} {{cause}}": _grown("system, cause", 'beteiligte_syncs_total{decision="failed"}'),
            },
            shape=Shape.BARS,
        ),
        Panel(
            title="Conflicts, an hour",
            meaning="Fields that both sides changed, by group and who won; a person: it waits for a decision.",
            queries={
                "{{field_group}}: {{winner}}": _grown("field_group, winner", "beteiligte_conflicts_total"),
            },
            shape=Shape.BARS,
        ),
    ),
)

WAITING = PanelRow(
    "What waits",
    (
        Panel(
            title="Parties that wait for a person",
            meaning="By what for, as `beteiligte-sync conflicts` lists them.",
            queries={"{{cause}}": "max by (cause) (beteiligte_waiting_parties) > 0"},
        ),
        Panel(
            title="The longest wait",
            meaning="How long the party has waited that waits longest, by what for.",
            queries={"{{cause}}": "max by (cause) (beteiligte_waiting_oldest_seconds) > 0"},
            unit="s",
        ),
        Panel(
            title="Under way",
            meaning="Parties with an open run; long: for more than two hours, which no retry takes.",
            queries={
                "{{age}}": "max by (age) (beteiligte_under_way_parties)",
                "held up by {{system}}": "max by (system) (beteiligte_outage_parties)",
            },
        ),
    ),
)

SYSTEMS = PanelRow(
    "The two systems",
    (
        Panel(
            title="Calls a minute",
            meaning="HTTP calls to each system.",
            queries={"{{system}}": f"60 * sum by (system) (rate(beteiligte_api_calls_total[{WINDOW}]))"},
        ),
        Panel(
            title="Share of calls that fail",
            meaning="Anything but an answer of 2xx or 404, by system.",
            queries={
                "{{system}}": f'sum by (system) (rate(beteiligte_api_calls_total{{status!~"2..|404"}}[{LONG}]))'
                f" / sum by (system) (rate(beteiligte_api_calls_total[{LONG}]))"
            },
            unit="percentunit",
        ),
        Panel(
            title="Answer time, 95 of 100",
            meaning="By system and operation.",
            queries={
                "{{system}} {{operation}}": _quantile(0.95, "beteiligte_api_duration_seconds", "system, operation")
            },
            unit="s",
        ),
        Panel(
            title="Calls a sync costs",
            meaning="All calls of a system by all syncs; sweeps and retries are in it.",
            queries={
                "{{system}}": f"sum by (system) (rate(beteiligte_api_calls_total[{LONG}]))"
                f" / on() group_left() sum(rate(beteiligte_syncs_total[{LONG}]))"
            },
        ),
        Panel(
            title="Failed attempts, an hour",
            meaning="Of steps, by what was met; most are tried again. A retry is one of them.",
            queries={"{{step}} {{cause}}": _grown("step, cause", "beteiligte_attempts_failed_total")},
            shape=Shape.BARS,
        ),
        Panel(
            title="Outages, a day",
            meaning="That began, and how long half of those lasted that ended.",
            queries={
                "{{system}} began": _grown("system", "beteiligte_outages_total", "1d"),
                "{{system}}: half lasted, s": _quantile(0.5, "beteiligte_outage_duration_seconds", "system", "1d"),
            },
        ),
    ),
)

IN = PanelRow(
    "Deliveries and sweeps",
    (
        Panel(
            title="Deliveries, an hour",
            meaning="Of EspoCRM's webhooks, by kind of event and status of the answer.",
            queries={
                "{{action}} {{status}}": _grown("action, status", "beteiligte_webhook_deliveries_total"),
            },
            shape=Shape.BARS,
        ),
        Panel(
            title="Refused, an hour",
            meaning="By reason.",
            queries={"{{reason}}": _grown("reason", "beteiligte_webhook_refused_total")},
            shape=Shape.BARS,
        ),
        Panel(
            title="Sweeps, an hour",
            meaning="By kind and how they ended.",
            queries={
                "{{kind}} {{ended}}": _grown("kind, ended", "beteiligte_sweeps_total"),
            },
            shape=Shape.BARS,
        ),
        Panel(
            title="Due parties that sweeps found, an hour",
            meaning="By reason. `edited` and `asked` are what no delivery told of.",
            queries={"{{reason}}": _grown("reason", "beteiligte_sweep_due_total")},
            shape=Shape.BARS,
        ),
        Panel(
            title="Duration of a sweep, 95 of 100",
            meaning="The wait for a person's answer included.",
            queries={"{{kind}}": _quantile(0.95, "beteiligte_sweep_duration_seconds", "kind", "6h")},
            unit="s",
        ),
    ),
)

ENGINE = PanelRow(
    "The engine",
    (
        Panel(
            title="Work waits for a worker, 95 of 100",
            meaning="Above a second there are too few workers.",
            queries={
                "workflow tasks": _quantile(
                    0.95, "temporal_workflow_task_schedule_to_start_latency_seconds", "service_name", "10m"
                )
            },
            unit="s",
        ),
        Panel(
            title="Free places",
            meaning="By kind of work; none left: work waits in Temporal, which with a limit of calls is meant.",
            queries={"{{worker_type}}": "sum by (worker_type) (temporal_worker_task_slots_available)"},
        ),
        Panel(
            title="Runs that no worker can go on with, an hour",
            meaning="Failed workflow tasks. Anything but nothing: runs hang.",
            queries={"failed": _grown("service_name", "temporal_workflow_task_execution_failed_total")},
            shape=Shape.BARS,
        ),
        Panel(
            title="Words that were not believed, an hour",
            meaning="Dropped, since they were not sealed for the run. Anything but nothing: look who reaches Temporal.",
            queries={"{{why}}": _grown("why", "beteiligte_not_believed_total")},
            shape=Shape.BARS,
        ),
        Panel(
            title="Answer time of Temporal, 95 of 100",
            meaning="By operation, of those that wait for nothing.",
            queries={"{{operation}}": _quantile(0.95, "temporal_request_latency_seconds", "operation", "10m")},
            unit="s",
        ),
        Panel(
            title="The embedded server's file",
            meaning="Its size, the space beside it, and how much shall be free.",
            queries={"{{what}}": "max by (what) (beteiligte_state_bytes)"},
            unit="bytes",
        ),
        Panel(
            title="Runs held in memory",
            meaning="By worker.",
            queries={"{{instance}}": "sum by (instance) (temporal_sticky_cache_size)"},
        ),
    ),
)

ROWS = (NOW, SYNCS, WAITING, SYSTEMS, IN, ENGINE)
