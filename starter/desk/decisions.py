"""What the forms of the desk send: one function for each."""

from collections.abc import Sequence

from starlette.responses import Response

from beteiligte.decide.choice import Choice, ChoiceRefused
from beteiligte.decide.findings import ASKED
from beteiligte.faults import System
from beteiligte.ids import is_record_id
from contracts import bounded
from contracts.inbox import SyncRequest
from starter.desk import told
from starter.desk.deciding import Came, Deciding
from starter.desk.forms import BadForm
from starter.desk.texts import came
from starter.desk.visit import DeskVisit
from starter.requests import by_person
from starter.views import open_questions, overwritten
from starter.views.parties import UnknownParty

OTHER = "other"
AGAIN = "again"
LARGEST_NUMBER = 10**10


def party_of(visit: DeskVisit) -> str:
    """Whose page it is. Raises UnknownParty."""
    party_id = visit.request.path_params["party_id"]
    if not is_record_id(party_id):
        raise UnknownParty("no id of a record")
    return party_id


async def field(visit: DeskVisit) -> Response:
    """A side's value, or another one, for one field."""
    party_id, name = party_of(visit), visit.form.one("field")
    try:
        choice = _choice(visit, name)
    except ChoiceRefused as refused:
        say = visit.desk.wording
        why = say.say(came.NOT_CHANGED, field=say.field(refused.field), why=say.say(came.REFUSALS[refused.refusal]))
        return _said(visit, party_id, Came(party_id=party_id, good=False, lines=(why,)))
    return await _answered(visit, party_id, by_person(choices=(choice,), by=visit.name), "")


def _choice(visit: DeskVisit, name: str) -> Choice:
    """With what he saw, and the question that he answers, where one is open: the sync itself leaves alone what was
    edited or answered since. Raises ChoiceRefused, BadForm.
    """
    form, take = visit.form, visit.form.one("take")
    side, value = (None, form.one("value")) if take == OTHER else (_side(take), None)
    seen = tuple(form.one(system) or None for system in System)
    choice = Choice(field=name, take=side, value=value, only_while=seen, asked=form.one("told"))
    return choice.canonical(visit.desk.wording.table)


def _side(text: str) -> System:
    if text not in {*System}:
        raise BadForm
    return System(text)


async def link(visit: DeskVisit) -> Response:
    """It is this betNr."""
    number = visit.form.one("number").strip()
    if not (number.isascii() and number.isdigit() and 0 < int(number[:11]) < LARGEST_NUMBER):
        raise BadForm
    return await _answered(visit, party_of(visit), by_person(link=int(number), by=visit.name), visit.form.one("told"))


async def create(visit: DeskVisit) -> Response:
    """Advoware does not have it: create it there."""
    request = by_person(create_anyway=True, by=visit.name)
    return await _answered(visit, party_of(visit), request, visit.form.one("told"))


async def sync(visit: DeskVisit) -> Response:
    """Now, or once more."""
    return await _answered(visit, party_of(visit), by_person(by=visit.name), "")


async def undo(visit: DeskVisit) -> Response:
    """Put back what was overwritten last, of one field or of all that can be."""
    party_id, requests = party_of(visit), await visit.desk.requests()
    found = await overwritten.last(requests.client, party_id, visit.form.all("field"))
    same = found is not None and found.run.run_id == visit.form.one("run")
    choices = tuple(choice for one in found.fields if (choice := one.back())) if found and same else ()
    if not choices:
        nothing = visit.desk.wording.say(came.NOTHING_TO_UNDO)
        return _said(visit, party_id, Came(party_id=party_id, good=False, lines=(nothing,)))
    return await _answered(visit, party_id, by_person(choices=choices, by=visit.name), "")


async def _answered(visit: DeskVisit, party_id: str, request: SyncRequest, shown: str) -> Response:
    """Have it done; `shown`: of the question that it answers, empty where it answers none."""
    requests = await visit.desk.requests()
    deciding = Deciding(requests, visit.desk.wording)
    did = await (deciding.answer(party_id, request, shown) if shown else deciding.ask(party_id, request))
    await visit.desk.waiting.again(requests.client, [party_id])
    return _said(visit, party_id, did)


def _said(visit: DeskVisit, party_id: str, did: Came) -> Response:
    assert visit.session is not None
    visit.session.said.append(did)
    return visit.to(f"/party/{party_id}")


# ---------------------------------------------------------------- several at once


async def many(visit: DeskVisit) -> Response:
    """One word for all that were selected, each as it was shown."""
    assert visit.session is not None
    say, chosen = visit.desk.wording.say, [_selected(text) for text in visit.form.all("party")]
    problem = ""
    if not chosen:
        problem = say(came.NOTHING_CHOSEN)
    elif len(chosen) > visit.desk.settings.most_decided:
        problem = say(came.TOO_MANY, number=visit.desk.settings.most_decided)
    done = [Came(party_id="", good=False, lines=(problem,))] if problem else await _each(visit, chosen)
    visit.session.said += done
    return visit.to("/")


def _selected(text: str) -> tuple[str, str]:
    """A party, and what was shown of it. Raises BadForm."""
    party_id, _, shown = text.partition(".")
    if not is_record_id(party_id) or not shown:
        raise BadForm
    return party_id, shown


async def _each(visit: DeskVisit, chosen: Sequence[tuple[str, str]]) -> list[Came]:
    take, requests = visit.form.one("take"), await visit.desk.requests()
    side = None if take == AGAIN else _side(take)
    deciding = Deciding(requests, visit.desk.wording)

    async def one(selected: tuple[str, str]) -> Came:
        return await _one(deciding, *selected, side, visit.name)

    came_of = await bounded.each(dict(chosen).items(), one)
    await visit.desk.waiting.again(requests.client, [did.party_id for did in came_of])
    good = sum(did.good for did in came_of)
    head = Came(party_id="", good=good == len(came_of), lines=(visit.desk.wording.count(came.MANY, good),))
    return [head, *(did for did in came_of if not did.good)]


async def _one(deciding: Deciding, party_id: str, shown: str, side: System | None, by: str) -> Came:
    if side is None:
        return await deciding.ask(party_id, by_person(by=by))
    waiting = await open_questions.of_party(deciding.client, party_id)
    questions = waiting.questions if waiting else ()
    asked = [question for question in questions if question.kind in ASKED]
    choices = tuple(Choice.answering(q.field, q.finding.fingerprint(), side) for q in asked)
    request = by_person(choices=choices, by=by)
    if told.of_all(questions) != shown:
        return await deciding.overtaken(party_id, request, asked)
    if not choices:
        return Came(party_id=party_id, good=False, lines=(deciding.wording.say(came.NO_FIELDS),))
    return await deciding.ask(party_id, request)
