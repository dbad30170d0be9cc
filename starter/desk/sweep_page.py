"""The page of a sweep that stopped: what it asks, which parties it is about, what would become of each, two answers."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from beteiligte.messages.sweeps import what_happened
from beteiligte.sweep.alarms import NamedParty
from contracts.reconciliation import DECIDE, AlarmAnswer, ReconciliationState
from runtime.codec import Unreadable
from starter import waits
from starter.desk import letters
from starter.desk.deciding import Came
from starter.desk.letters import Piece
from starter.desk.texts import state
from starter.desk.visit import DeskVisit
from starter.desk.wording import Wording
from starter.requests import NotAnswered, Requests
from starter.views import inspection, previews, sweeps
from starter.views.parties import UnknownParty
from starter.views.previews import FieldRow
from workflows.sweep.workflow import ReconciliationWorkflow


@dataclass(frozen=True)
class WouldChange:
    """A value that a sync would write."""

    what: str
    before: list[Piece]
    after: list[Piece]


@dataclass(frozen=True)
class ConcernedParty:
    """One of the parties it is about."""

    party: NamedParty
    name: str
    would: tuple[WouldChange, ...] | None
    """None: it cannot be read."""


async def show(visit: DeskVisit) -> Response:
    """What it asks, and of each named party what would be written, read now."""
    run, requests = await _run(visit), await visit.desk.requests()
    asked, w = await _state(requests, run), visit.desk.wording
    if asked is None or not asked.asks or asked.about is None:
        return visit.page("problem.html", title=state.NOT_ASKING, text=None, what={})
    named = asked.about.named
    names, would = await asyncio.gather(
        _names(visit, named),
        asyncio.gather(*(_would(requests, one, w) for one in named)),
    )
    rows = [
        ConcernedParty(one, names.get(one.party_id, one.party_id), rows) for one, rows in zip(named, would, strict=True)
    ]
    return visit.page(
        "sweep.html", run=run, asked=asked, about=asked.about, text=what_happened(asked.about, w.language), rows=rows
    )


async def answer(visit: DeskVisit) -> Response:
    """Go on, or stop: only where the question is the one that was shown."""
    run, requests = await _run(visit), await visit.desk.requests()
    asked, say = await _state(requests, run), visit.desk.wording.say
    shown, go_on = visit.form.one("alarm"), visit.form.one("answer") == "go_on"
    good = asked is not None and asked.asks and asked.alarm == shown
    if good:
        said = AlarmAnswer(go_on=go_on, by=visit.name, at=datetime.now(UTC), alarm=shown)
        handle = requests.client.get_workflow_handle_for(ReconciliationWorkflow.run, run)
        await handle.signal(DECIDE, said, rpc_timeout=waits.TEMPORAL)
    line = say(state.ANSWERED_ON, what=say(state.INTENDED if go_on else state.REFUSE)) if good else ""
    assert visit.session is not None
    visit.session.said.append(Came(party_id="", good=good, lines=(line or say(state.ANSWERED_ALREADY),)))
    return visit.to("/state")


async def _run(visit: DeskVisit) -> str:
    """Whose page it is. Raises UnknownParty, RPCError."""
    run: str = visit.request.path_params["run_id"]
    if not await sweeps.is_one((await visit.desk.requests()).client, run):
        raise UnknownParty("no reconciliation")
    return run


async def _state(requests: Requests, run: str) -> ReconciliationState | None:
    handle = requests.client.get_workflow_handle_for(ReconciliationWorkflow.run, run)
    return await inspection.answered(handle.query(ReconciliationWorkflow.state, rpc_timeout=waits.WORKER))


async def _names(visit: DeskVisit, named: tuple[NamedParty, ...]) -> dict[str, str]:
    wanted = [one.party_id for one in named]
    return (await visit.desk.names.of(wanted) if visit.desk.names else None) or {}


async def _would(requests: Requests, one: NamedParty, w: Wording) -> tuple[WouldChange, ...] | None:
    try:
        preview = await previews.look(requests, one.party_id, waits.DESK)
    except (NotAnswered, Unreadable):
        return None
    seen = previews.explained(preview, w.table)
    return None if seen.failure else tuple(_change(row, w) for row in seen.fields if row.written)


def _change(row: FieldRow, w: Wording) -> WouldChange:
    to_advoware = row.written == "advoware"
    before, after = (row.advoware, row.espocrm) if to_advoware else (row.espocrm, row.advoware)
    pieces = letters.compared(w.value(row.field, before), w.value(row.field, after))
    return WouldChange(w.say(state.IN_SYSTEM, field=w.field(row.field), system=w.system(row.written)), *pieces)
