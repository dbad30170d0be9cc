"""The page of one party: what is open, both sides field by field, what can be taken back, what happened."""

import asyncio
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.responses import Response

from beteiligte.decide.findings import ASKED, FindingKind
from beteiligte.record.value_kinds import DATE, Value
from beteiligte.sync_status import Result
from contracts.visibility import workflow_id
from runtime import workers
from starter import waits
from starter.desk import letters, story, told
from starter.desk.decisions import party_of
from starter.desk.letters import Piece
from starter.desk.texts import party
from starter.desk.visit import DeskVisit
from starter.desk.wording import Wording
from starter.requests import NotAnswered, Requests
from starter.views import histories, open_questions, overwritten, previews, runs
from starter.views.histories import PartyHistory
from starter.views.open_questions import OpenQuestion, WaitingParty
from starter.views.overwritten import Overwritten
from starter.views.parties import UnknownParty
from starter.views.previews import Difference, FieldRow

T = TypeVar("T")
LINKS = frozenset({FindingKind.CREATE_UNANSWERED, FindingKind.SEVERAL_MATCH, FindingKind.LINK_LOST})
"""Answered by a betNr, or by a create."""


@dataclass(frozen=True)
class SideBySide:
    """One field on the page."""

    row: FieldRow
    label: str
    espocrm: list[Piece]
    advoware: list[Piece]
    base: str
    told: str
    """Of the question that is open about it; empty: none is."""
    words: tuple[str, ...]
    """Of a closed vocabulary: what it can be."""
    is_date: bool
    differs: bool

    def shown(self, side: str) -> list[Piece] | None:
        """What stands there; None: not known."""
        if side in self.row.unknown:
            return None
        return self.espocrm if side == "espocrm" else self.advoware


@dataclass(frozen=True)
class Matter:
    """A question on the page."""

    question: OpenQuestion
    text: str
    told: str
    links: bool
    """It is answered by a betNr, or by a create."""
    candidates: tuple[int, ...]
    failed: bool


@dataclass(frozen=True)
class PartySeen:
    """All that is read for it."""

    party_id: str
    names: dict[str, str] | None
    waiting: WaitingParty | None
    history: PartyHistory | None
    undo: Overwritten | None
    sides: Difference | None
    why_no_sides: str = ""
    run: runs.Run | None = None
    known: bool = field(default=True)


async def show(visit: DeskVisit) -> Response:
    """Read all of it at the same time, and show it."""
    seen = await look(visit, party_of(visit))
    if not seen.known:
        raise UnknownParty("no run, and no record")
    wording, desk = visit.desk.wording, visit.desk
    fields = _fields(seen, wording)
    matters = [_matter(question, wording) for question in (seen.waiting.questions if seen.waiting else ())]
    runs_at = _runs_at(desk.temporal.ui, await desk.requests(), seen.party_id)
    history = seen.history
    return visit.page(
        "party.html",
        seen=seen,
        name=(seen.names or {}).get(seen.party_id, "") or seen.party_id,
        bet_nr=_bet_nr(seen),
        party_status=seen.waiting.status if seen.waiting else (seen.run.sync_status if seen.run else "") or "",
        matters=matters,
        alone=_is_alone(seen),
        changeable=bool(
            seen.sides and seen.sides.bet_nr and not seen.sides.held and seen.sides.result != Result.CREATE
        ),
        differing=[one for one in fields if one.differs or one.told],
        equal=[one for one in fields if not one.differs and not one.told],
        story=story.lines(history.syncs, wording, runs_at) if history else [],
        more=bool(history and history.more),
        espocrm=desk.record(seen.party_id),
        web_ui=runs_at,
    )


async def look(visit: DeskVisit, party_id: str) -> PartySeen:
    """Raises RPCError, Unreadable."""
    requests = await visit.desk.requests()
    client = requests.client
    sides, names, waiting, history, undo, run = await asyncio.gather(
        _sides(requests, party_id, visit.desk.wording),
        visit.desk.names.of([party_id]) if visit.desk.names else _nothing({}),
        open_questions.of_party(client, party_id),
        _history(requests, party_id),
        _overwritten(requests, party_id),
        runs.current(client, party_id),
    )
    difference, why = sides
    return PartySeen(
        party_id=party_id,
        names=names,
        waiting=waiting,
        history=history,
        undo=undo,
        sides=difference,
        why_no_sides=why,
        run=run,
        known=run is not None or bool(difference and not difference.problem),
    )


async def _nothing(what: T) -> T:
    return what


async def _sides(requests: Requests, party_id: str, wording: Wording) -> tuple[Difference | None, str]:
    """Both sides as they are now; else why they cannot be read."""
    if not await workers.alive(requests.client, requests.task_queue):
        return None, wording.say(party.NO_WORKER)
    try:
        preview = await previews.look(requests, party_id, waits.DESK)
    except NotAnswered:
        return None, wording.say(party.NO_WORKER)
    seen = previews.explained(preview, wording.table)
    return (None, wording.fault(seen.failure)) if seen.failure else (seen, "")


async def _history(requests: Requests, party_id: str) -> PartyHistory | None:
    try:
        return await histories.look(requests.client, party_id, waits.SYNCS_SHOWN)
    except UnknownParty:
        return None


async def _overwritten(requests: Requests, party_id: str) -> Overwritten | None:
    try:
        return await overwritten.last(requests.client, party_id)
    except NotAnswered:
        return None


def _bet_nr(seen: PartySeen) -> int | None:
    if _is_alone(seen):
        return None
    known = (seen.sides, seen.waiting, seen.run, seen.history)
    return next((one.bet_nr for one in known if one is not None and one.bet_nr), None)


def _runs_at(ui: str, requests: Requests, party_id: str) -> str:
    namespace = requests.client.namespace
    return f"{ui.rstrip('/')}/namespaces/{namespace}/workflows/{workflow_id(party_id)}" if ui else ""


# ---------------------------------------------------------------- fields and questions


def _fields(seen: PartySeen, wording: Wording) -> list[SideBySide]:
    """By what both sides hold now; where they cannot be read, by what is open."""
    asked = {q.field: q for q in (seen.waiting.questions if seen.waiting else ()) if q.kind in ASKED}
    if seen.sides is not None:
        rows = _alone(seen.sides.fields) if _is_alone(seen) else seen.sides.fields
    else:
        rows = tuple(
            FieldRow(field=q.field, espocrm=q.espocrm, advoware=q.advoware, unknown=("base",)) for q in asked.values()
        )
    return [_side_by_side(row, asked.get(row.field), wording) for row in rows]


def _is_alone(seen: PartySeen) -> bool:
    """Nothing in Advoware to compare with, nor is it about to be created there."""
    sides = seen.sides
    return bool(sides and sides.alone and sides.result != Result.CREATE)


def _alone(rows: tuple[FieldRow, ...]) -> tuple[FieldRow, ...]:
    """What EspoCRM has; nothing is said to be empty or equal on a side that was not read."""
    return tuple(row.but(unknown=tuple({*row.unknown, "advoware"})) for row in rows if row.espocrm)


def _side_by_side(row: FieldRow, question: OpenQuestion | None, wording: Wording) -> SideBySide:
    values = [wording.value(row.field, value) for value in (row.espocrm, row.advoware)]
    espocrm, advoware = map(letters.plain, values) if "advoware" in row.unknown else letters.compared(*values)
    known = wording.table.by_name.get(row.field)
    return SideBySide(
        row=row,
        label=wording.field(row.field),
        espocrm=espocrm,
        advoware=advoware,
        base=_base(row.base, row, wording),
        told=question.finding.fingerprint() if question else "",
        words=known.kind.words if known else (),
        is_date=bool(known and known.kind is DATE),
        differs=row.differs,
    )


def _base(value: Value, row: FieldRow, wording: Wording) -> str:
    if "base" in row.unknown:
        return wording.say(party.NOT_KNOWN)
    return wording.value(row.field, value) or wording.say(party.EMPTY)


def _matter(question: OpenQuestion, wording: Wording) -> Matter:
    failed = question.fault is not None
    return Matter(
        question=question,
        text=wording.question(question) if failed else wording.told(question),
        told=told.of_question(question),
        links=question.kind in LINKS,
        candidates=question.finding.candidates,
        failed=failed,
    )
