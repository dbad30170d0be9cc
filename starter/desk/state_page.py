"""The page of how things are: the verdict, both systems, what runs and waits, sweeps, the last day and week; pause."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

from starlette.responses import Response
from temporalio.client import Client

from beteiligte.faults import System
from beteiligte.messages.naming import SYSTEM_NAMES
from beteiligte.messages.sweeps import what_happened
from contracts.pause import PauseOrder
from contracts.reconciliation import RunSummary
from starter import pauses, schedules
from starter.desk import plots
from starter.desk.deciding import Came
from starter.desk.texts import causes, state
from starter.desk.visit import DeskVisit
from starter.desk.waiting import WaitingNow
from starter.desk.wording import Wording
from starter.views import health, overview, pausing, sweeps
from starter.views.health import JudgedOverview, StatusCause, StatusReason

SPANS_SHOWN = (state.LAST_DAY, state.LAST_WEEK)
"""As figures.SPANS has them."""
ROWS = 20
WAITING = (StatusCause.UNDECIDED, StatusCause.FAILED)
"""Answered on the page of those that wait."""
LONGEST_NOTE = 200
QUESTIONS = 20
"""Completed sweeps of each kind looked at for earlier questions."""


async def show(visit: DeskVisit) -> Response:
    """All of it, read at the same time."""
    requests, w = await visit.desk.requests(), visit.desk.wording
    client = requests.client
    seen, waiting, past, answered = await asyncio.gather(
        overview.look(client, visit.desk.temporal, limit=ROWS),
        visit.desk.waiting.now(client),
        visit.desk.figures.now(client),
        _answered(client),
    )
    judged = health.judged(seen)
    return visit.page(
        "state.html",
        seen=judged,
        verdict=w.say(causes.VERDICTS[judged.health.verdict]),
        reasons=[(reason.broken, _reason(reason, w)) for reason in judged.health.reasons],
        waits=any(reason.cause in WAITING for reason in judged.health.reasons),
        systems=[(SYSTEM_NAMES[system], _outages(judged, system, w)) for system in System],
        oldest=_oldest(judged, waiting),
        asking=[one for one in judged.reconciliations if one.state and one.state.asks],
        answered=answered,
        last_delivery=_last_delivery(judged),
        plots=[(span, plots.plots(some, span, w)) for span, some in zip(SPANS_SHOWN, past, strict=True)],
        what_happened=lambda about: what_happened(about, w.language),
        read=past[1].read,
        all_seen=past[1].all_seen,
    )


def _reason(reason: StatusReason, w: Wording) -> str:
    text = w.count(causes.CAUSES[reason.cause], reason.count)
    about = ", ".join(_about(name, w) for name in reason.about[:ROWS])
    return w.say(causes.ABOUT, what=text, about=about) if about else text


def _about(name: str, w: Wording) -> str:
    if name in {*System}:
        return SYSTEM_NAMES[System(name)]
    return w.say(state.SWEEP_NAMES[name]) if name in state.SWEEP_NAMES else name


def _outages(seen: JudgedOverview, system: System, w: Wording) -> list[str]:
    found = [one for one in seen.outages if one.system is system]
    lines = []
    for one in found:
        since = one.state.since if one.state else one.started
        parts = [w.say(causes.OUTAGES[one.kind]), w.say(state.SINCE, at=w.moment(since))]
        parts += [w.count(state.WAITING_FOR_IT, one.state.waiting)] if one.state else []
        parts += [w.say(state.SUSPECTED)] if one.suspected else []
        lines.append(", ".join(parts))
    return lines


def _oldest(seen: JudgedOverview, waiting: WaitingNow) -> datetime | None:
    """Since when a party differs that is known to: one that waits, runs, or failed and is tried again."""
    since = [party.since for party in waiting.parties]
    since += [one.run.started for one in (*seen.running.shown, *seen.failed.shown)]
    return min(since, default=None)


def _last_delivery(seen: JudgedOverview) -> datetime | None:
    kinds: Iterable[object] = seen.deliveries.kinds.values() if seen.deliveries else ()
    return max((last for kind in kinds if (last := getattr(kind, "last_good", None))), default=None)


async def _answered(client: Client) -> list[RunSummary]:
    """Sweeps that stopped and were answered, the newest first. Raises RPCError, Unreadable."""
    found: list[RunSummary] = []
    for row in schedules.TABLE:
        async for run in sweeps.completed(client, row.id, QUESTIONS):
            summary, _ = await sweeps.ending(client, run)
            if summary and summary.answer and summary.about:
                found.append(summary)
    return sorted(found, key=lambda one: one.answer.at if one.answer else one.began, reverse=True)


# ---------------------------------------------------------------- pause


async def pause(visit: DeskVisit) -> Response:
    """Stop all writing."""
    requests, say = await visit.desk.requests(), visit.desk.wording.say
    order = PauseOrder(by=visit.name, at=datetime.now(UTC), note=visit.form.one("note")[:LONGEST_NOTE])
    began = await pauses.begin(requests, order)
    if began:
        await asyncio.sleep(pauses.SEEN_WITHIN.total_seconds())
    return _said(visit, good=began, line=say(state.PAUSE_DONE if began else state.PAUSE_ALREADY))


async def resume(visit: DeskVisit) -> Response:
    """Let it go on, and catch up."""
    requests, say = await visit.desk.requests(), visit.desk.wording.say
    await pauses.let_schedules_go_on(requests)
    if await pausing.in_force(requests.client) is None:
        return _said(visit, good=False, line=say(state.RESUME_NOTHING))
    await pauses.end(requests, visit.name)
    await requests.hurry_outages()
    return _said(visit, good=True, line=say(state.RESUME_DONE))


def _said(visit: DeskVisit, *, good: bool, line: str) -> Response:
    assert visit.session is not None
    visit.session.said.append(Came(party_id="", good=good, lines=(line,)))
    return visit.to("/state")
