"""The page of all that wait for a person: by cause, the longest first, several at once where the answer is the same."""

from collections import Counter
from dataclasses import dataclass

from starlette.responses import Response

from beteiligte.decide.findings import ASKED, FindingKind
from installation.names import PAGE
from starter.desk import letters, told
from starter.desk.letters import Piece
from starter.desk.texts import opens
from starter.desk.visit import DeskVisit
from starter.desk.wording import Wording
from starter.views.open_questions import KINDS, OpenQuestion, WaitingParty


@dataclass(frozen=True)
class OpenRow:
    """One party in the list."""

    party: WaitingParty
    name: str
    selected: str
    """What its check box sends."""
    questions: tuple["OpenLine", ...]
    or_before: bool


@dataclass(frozen=True)
class OpenLine:
    """One question in the list."""

    kind: str
    field: str
    espocrm: list[Piece]
    advoware: list[Piece]
    text: str
    """Of a question without two values."""


async def show(visit: DeskVisit) -> Response:
    """Those of one cause, or all, a page at a time."""
    requests = await visit.desk.requests()
    seen = await visit.desk.waiting.now(requests.client)
    kind, number = _kind(visit), _number(visit)
    wanted = [party for party in seen.parties if kind is None or kind in _kinds(party)]
    last = max(0, (len(wanted) - 1) // PAGE)
    first = min(number, last) * PAGE
    shown = wanted[first : first + PAGE]
    names = await visit.desk.names.of([party.party_id for party in shown]) if visit.desk.names else {}
    counted = Counter(found for party in seen.parties for found in _kinds(party))
    return visit.page(
        "open.html",
        seen=seen,
        kind=kind,
        counted=[(found, counted[found]) for found in opens.KINDS if counted[found]],
        rows=[_row(party, (names or {}).get(party.party_id, ""), visit.desk.wording) for party in shown],
        no_names=names is None,
        total=len(wanted),
        first=first,
        number=first // PAGE,
        last=last,
    )


def _kind(visit: DeskVisit) -> FindingKind | None:
    given = visit.request.query_params.get("kind", "")
    return FindingKind(given) if given in {*KINDS} else None


def _number(visit: DeskVisit) -> int:
    given = visit.request.query_params.get("page", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0


def _kinds(party: WaitingParty) -> list[FindingKind]:
    return list(dict.fromkeys(question.kind for question in party.questions))


def _row(party: WaitingParty, name: str, wording: Wording) -> OpenRow:
    oldest = min(party.questions, key=lambda question: question.since)
    return OpenRow(
        party=party,
        name=name or party.party_id,
        selected=f"{party.party_id}.{told.of_all(party.questions)}",
        questions=tuple(_line(question, wording) for question in party.questions),
        or_before=oldest.or_before,
    )


def _line(question: OpenQuestion, wording: Wording) -> OpenLine:
    kind, asked = wording.say(opens.KINDS[question.kind]), question.kind in ASKED
    values = [wording.value(question.field, value) for value in (question.espocrm, question.advoware)]
    espocrm, advoware = letters.compared(*values) if asked else ([], [])
    field = wording.field(question.field) if question.field else ""
    return OpenLine(kind, field, espocrm, advoware, "" if asked else wording.question(question))
