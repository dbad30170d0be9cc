"""Shows what `status` and `conflicts` say as figures, so that an alert tells it to whoever asks neither.

Some things no process counts, since they are states: who waits for a person, which sweep went well last, whether keys
fit together. Temporal knows them, and the webhook service, which runs wherever the program does, asks as those commands
do (docs/figures.md). It writes nothing. The more there is to look at, the seldomer it looks. Several services show the
same: a query takes their maximum.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from opentelemetry import metrics

from beteiligte.faults import System
from runtime.engine import keeping
from runtime.settings import TemporalSettings
from starter import waits
from starter.requests import Requests
from starter.views import open_questions, overview, runs
from starter.views.health import StatusCause, StatusHealth, health
from starter.views.open_questions import WaitingParties
from starter.views.overview import RUNNING, Overview

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
"""Between two looks at least."""
SHARE, AT_LEAST = 20, timedelta(minutes=10)
"""A look takes so small a part of the time: a thousand parties that wait are looked at less often than one. It comes at
least so often: one that takes long by a worker that does not answer is when it counts."""
LIMIT = 20
"""Runs looked at closely, as `status` does by default."""
LONG = timedelta(hours=2)
"""Longer than all attempts of a sync together: a run that is open for so long waits for something else."""

_meter = metrics.get_meter("beteiligte")
_looked = _meter.create_gauge("beteiligte.looked_timestamp_seconds", description="When Temporal was last asked")
_trouble = _meter.create_gauge("beteiligte.trouble", description="What `status` finds, by cause; 0: nothing")
_waiting = _meter.create_gauge("beteiligte.waiting.parties", description="Parties that wait for a person, by cause")
_oldest = _meter.create_gauge(
    "beteiligte.waiting.oldest_seconds", description="How long the longest of them has waited"
)
_under_way = _meter.create_gauge("beteiligte.under_way.parties", description="Parties with an open run, by its age")
_out = _meter.create_gauge("beteiligte.outage.seconds", description="How long a system has been down; 0: it is not")
_held_up = _meter.create_gauge("beteiligte.outage.parties", description="Parties that wait for a system")
_swept = _meter.create_gauge(
    "beteiligte.sweep.last_good_timestamp_seconds", description="When the newest sweep that was completed began"
)
_state = _meter.create_gauge("beteiligte.state.bytes", description="The embedded server's file, and the space it has")

BROKEN, NEEDS_YOU = "broken", "needs_you"


@dataclass(frozen=True, slots=True)
class Looked:
    """One look."""

    at: datetime
    seen: Overview
    waiting: WaitingParties
    long_under_way: int


async def keep_shown(connect: Callable[[], Awaitable[Requests]], temporal: TemporalSettings) -> None:
    """Look again and again; whatever a look meets, the next one comes."""
    requests: Requests | None = None
    while True:
        began = time.monotonic()
        try:
            requests = requests or await connect()
            show(await look(requests, temporal), temporal)
        except Exception as why:  # of any kind: figures that stand still are an alert, a service that ends is none
            log.warning("what waits is not measured: %s", type(why).__name__)
        wait = max(EVERY, min(AT_LEAST, SHARE * timedelta(seconds=time.monotonic() - began)))
        await asyncio.sleep(wait.total_seconds())


async def look(requests: Requests, temporal: TemporalSettings) -> Looked:
    """Ask Temporal as `status` and `conflicts` do. Raises RPCError, Unreadable."""
    client, at = requests.client, datetime.now(UTC)
    seen = await overview.look(client, temporal, limit=LIMIT)
    waiting = await open_questions.look(client, limit=runs.LOOKED_AT)
    long = f"{RUNNING} AND StartTime < '{(at - LONG).isoformat()}'"
    counted = await client.count_workflows(long, rpc_timeout=waits.TEMPORAL)
    return Looked(at, seen, waiting, counted.count)


def show(looked: Looked, temporal: TemporalSettings) -> None:
    """Set every figure, also those of what is not: a figure that is never taken back would tell it for ever."""
    for (cause, weight), number in troubles(health(looked.seen)).items():
        _trouble.set(number, {"cause": cause, "weight": weight})
    _show_waiting(looked)
    _show_outages(looked)
    for row in looked.seen.schedules:
        if row.last_good:
            _swept.set(row.last_good.timestamp(), {"schedule": row.id})
    _show_state(temporal)
    _looked.set(looked.at.timestamp())


def troubles(found: StatusHealth) -> Mapping[tuple[str, str], int]:
    """How many of each cause, as broken or as what needs a person."""
    none = {(cause.value, weight): 0 for cause in StatusCause for weight in (BROKEN, NEEDS_YOU)}
    met = Counter[tuple[str, str]]()
    for reason in found.reasons:
        met[reason.cause.value, BROKEN if reason.broken else NEEDS_YOU] += reason.count
    return none | met


def _show_waiting(looked: Looked) -> None:
    since: dict[str, datetime] = {}
    for party in looked.waiting.parties:
        for question in party.questions:
            since[question.kind] = min(question.since, since.get(question.kind, question.since))
    for kind in open_questions.KINDS:
        _waiting.set(looked.waiting.kinds.get(kind, 0), {"cause": kind.value})
        _oldest.set((looked.at - since.get(kind, looked.at)).total_seconds(), {"cause": kind.value})
    _under_way.set(looked.seen.counts.get("running", 0), {"age": "any"})
    _under_way.set(looked.long_under_way, {"age": "long"})


def _show_outages(looked: Looked) -> None:
    watched = {one.system: one for one in looked.seen.outages if not one.suspected}
    for system in System:
        outage = watched.get(system)
        began = outage.state.since if outage and outage.state else outage.started if outage else looked.at
        _out.set((looked.at - began).total_seconds(), {"system": system.value})
        waiting = outage.state.waiting if outage and outage.state else 0
        _held_up.set(waiting, {"system": system.value})


def _show_state(temporal: TemporalSettings) -> None:
    """Of the embedded server alone; another one's disk is its operator's."""
    if place := keeping(temporal):
        for what, number in place.measured().items():
            _state.set(number, {"what": what})
