"""The desk's addresses, and who may use each: the one place where roles are asked.

A page is a function of a DeskVisit. A form is one too, and runs only for somebody with its role, sent by a page of ours
with the word that stands in each of its forms.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from temporalio.service import RPCError

from beteiligte.messages.language import Phrase
from installation.checks.desk import CALLBACK
from runtime.codec import Unreadable
from starter.desk import (
    decisions,
    doors,
    forms,
    limits,
    login,
    login_links,
    open_page,
    openid,
    party_page,
    state_page,
    sweep_page,
    trial_page,
)
from starter.desk.access import DeskRole
from starter.desk.desk import Desk, TemporalAway
from starter.desk.texts import access, frame
from starter.desk.visit import DeskVisit
from starter.doors import believe
from starter.views.parties import UnknownParty

log = logging.getLogger(__name__)
Handler = Callable[[DeskVisit], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]

PAGES: tuple[tuple[str, DeskRole, Handler], ...] = (
    ("/", DeskRole.SEE, open_page.show),
    ("/party/{party_id}", DeskRole.SEE, party_page.show),
    ("/state", DeskRole.SEE, state_page.show),
    ("/sweep/{run_id}", DeskRole.SEE, sweep_page.show),
    ("/what-if", DeskRole.SEE, trial_page.show),
)
FORMS: tuple[tuple[str, DeskRole, Handler], ...] = (
    ("/logout", DeskRole.SEE, login.end),
    ("/decide", DeskRole.DECIDE, decisions.many),
    ("/party/{party_id}/field", DeskRole.DECIDE, decisions.field),
    ("/party/{party_id}/link", DeskRole.DECIDE, decisions.link),
    ("/party/{party_id}/create", DeskRole.DECIDE, decisions.create),
    ("/party/{party_id}/sync", DeskRole.DECIDE, decisions.sync),
    ("/party/{party_id}/undo", DeskRole.DECIDE, decisions.undo),
    ("/sweep/{run_id}", DeskRole.DECIDE, sweep_page.answer),
    ("/pause", DeskRole.DECIDE, state_page.pause),
    ("/resume", DeskRole.DECIDE, state_page.resume),
)


def app(desk: Desk) -> Starlette:
    """The service."""

    async def unknown(request: Request, _: Exception) -> Response:
        return _problem(DeskVisit(desk, request), 404, frame.UNKNOWN_PAGE)

    return Starlette(
        routes=[
            *_doors_in(desk),
            Mount("/static", StaticFiles(directory=Path(__file__).with_name("static"))),
            *(Route(path, _page(desk, role, handler)) for path, role, handler in PAGES),
            *(Route(path, _form(desk, role, handler), methods=["POST"]) for path, role, handler in FORMS),
        ],
        middleware=doors.middleware(desk.settings.url),
        exception_handlers={404: unknown, 405: unknown},
    )


def _doors_in(desk: Desk) -> list[Route]:
    """By which somebody without a session gets one: counted, so that nobody tries without end."""

    def counted(enter: Callable[[Desk, Request], Awaitable[Response]]) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            if not await desk.limits.taken(request):
                return _too_often(DeskVisit(desk, request))
            return await enter(desk, request)

        return endpoint

    by_link = [
        Route(f"{login_links.PATH}/{{token}}", counted(login.show)),
        Route(login_links.PATH, counted(login.use), methods=["POST"]),
    ]
    if desk.openid is None:
        return by_link
    return [
        *by_link,
        Route(openid.BEGIN, counted(login.to_provider), methods=["GET"]),
        Route(CALLBACK, counted(login.from_provider), methods=["GET"]),
    ]


def _too_often(visit: DeskVisit) -> Response:
    answer = _problem(visit, 429, access.TOO_OFTEN, access.TOO_OFTEN_HOW)
    answer.headers["Retry-After"] = "60"
    return answer


def _page(desk: Desk, role: DeskRole, handler: Handler) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        session = desk.sessions.of(request.cookies.get(login.cookie(desk), ""))
        if session is None:
            return login.first(desk, request)
        believe(request.scope)
        visit = DeskVisit(desk, request, session)
        if not session.person.role.allows(role):
            return _problem(visit, 403, frame.NOT_ALLOWED, frame.NOT_ALLOWED_HOW)
        return await _answered(handler, visit)

    return endpoint


def _form(desk: Desk, role: DeskRole, handler: Handler) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        if not doors.is_own(request, desk.settings.url):
            return _problem(DeskVisit(desk, request), 403, frame.FROM_ELSEWHERE, frame.FROM_ELSEWHERE_HOW)
        return await _page(desk, role, checked)(request)

    async def checked(visit: DeskVisit) -> Response:
        form = await forms.read(visit.request)
        assert visit.session is not None
        if not hmac.compare_digest(form.one("csrf").encode(), visit.session.csrf.encode()):
            return _problem(visit, 403, frame.FROM_ELSEWHERE, frame.FROM_ELSEWHERE_HOW)
        if role is DeskRole.DECIDE and not await limits.taken(visit.session.decisions):
            return _too_often(visit)
        return await handler(DeskVisit(desk, visit.request, visit.session, form))

    return endpoint


async def _answered(handler: Handler, visit: DeskVisit) -> Response:
    """The handler's answer, or what is the matter in words."""
    try:
        return await handler(visit)
    except forms.BadForm:
        return _problem(visit, 400, frame.BAD_INPUT, frame.BAD_INPUT_HOW)
    except UnknownParty:
        return _problem(visit, 404, frame.UNKNOWN_PARTY, frame.UNKNOWN_PARTY_HOW)
    except RPCError as refused:
        return _problem(visit, 503, frame.NO_TEMPORAL, frame.NO_TEMPORAL_HOW, code=refused.status.name)
    except TemporalAway as away:
        log.warning("Temporal does not answer (%s)", away)
        return _problem(visit, 503, frame.NO_TEMPORAL, frame.NO_TEMPORAL_HOW, code=away)
    except Unreadable:
        return _problem(visit, 503, frame.UNREADABLE, frame.UNREADABLE_HOW)
    except Exception:
        log.exception("a page of the desk failed")
        return _problem(visit, 500, frame.BROKEN, frame.BROKEN_HOW)


def _problem(visit: DeskVisit, status: int, title: Phrase, text: Phrase | None = None, **what: object) -> Response:
    return visit.page("problem.html", status=status, title=title, text=text, what=what)
