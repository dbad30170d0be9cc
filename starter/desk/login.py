"""Logging in, and out.

To open the link shows who it is for and a button: only the button uses it up, so that a program that looks into mails
and opens what it finds logs nobody in. By the firm's own login (openid.py) a session begins like any other; the page
after it loads the first one by itself, since a browser keeps a Strict cookie from what another site's page led to.
"""

import logging

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from starter.desk import doors, forms
from starter.desk.access import Person
from starter.desk.claims import LogInRefused, LogInTrouble
from starter.desk.desk import Desk
from starter.desk.login_links import LinkRefused, LoginLinks
from starter.desk.openid import BEGIN, LIFE
from starter.desk.texts import access, frame
from starter.desk.visit import SEE_OTHER, DeskVisit

log = logging.getLogger(__name__)
COMMAND = "beteiligte-sync desk login --name …"


def cookie(desk: Desk) -> str:
    """Its name: by https one that no other host, and nothing without https, can set."""
    return "__Host-desk" if desk.secure else "beteiligte-desk"


def under_way(desk: Desk) -> str:
    """The name of the cookie by which a browser comes back from the provider."""
    return f"{cookie(desk)}-login"


def first(desk: Desk, request: Request) -> Response:
    """For whoever is not logged in, instead of any page."""
    provider = BEGIN if desk.openid else None
    shown = DeskVisit(desk, request)
    return shown.page(
        "login.html", status=401, command=COMMAND, path=request.url.path, provider=provider, links=desk.takes_links
    )


async def show(desk: Desk, request: Request) -> Response:
    """Whose link it is."""
    token = request.path_params["token"]
    try:
        person = _links(desk).look(token)
    except LinkRefused:
        return _refused(desk, request)
    return DeskVisit(desk, request).page("login_link.html", person=person, token=token)


async def use(desk: Desk, request: Request) -> Response:
    """He is logged in by it."""
    visit = DeskVisit(desk, request)
    if not doors.is_own(request, desk.settings.url):
        return visit.page(
            "problem.html", status=403, title=frame.FROM_ELSEWHERE, text=frame.FROM_ELSEWHERE_HOW, what={}
        )
    try:
        person = _links(desk).use((await forms.read(request)).one("token"))
    except (LinkRefused, forms.BadForm):
        return _refused(desk, request)
    return admit(desk, request, person, RedirectResponse("/", SEE_OTHER))


def _links(desk: Desk) -> LoginLinks:
    """Raises LinkRefused where the firm's own login is the only one."""
    if not desk.takes_links:
        raise LinkRefused
    return desk.links


async def to_provider(desk: Desk, request: Request) -> Response:
    """He is sent to the firm's own login."""
    assert desk.openid is not None
    try:
        answer, token = await desk.openid.begin(request)
    except LogInRefused as refused:
        return _not_in(desk, request, refused)
    answer.set_cookie(under_way(desk), token, max_age=LIFE, secure=desk.secure, httponly=True, samesite="lax", path="/")
    return answer


async def from_provider(desk: Desk, request: Request) -> Response:
    """He comes back from it."""
    assert desk.openid is not None
    try:
        person = await desk.openid.finish(request, request.cookies.get(under_way(desk), ""))
        answer = DeskVisit(desk, request).page("logged.html", title=access.LOGGED_IN, text=None, to=None, what={})
        answer.headers["Refresh"] = "0; url=/"
        admit(desk, request, person, answer, by_provider=True)
    except LogInRefused as refused:
        answer = await _turned_away(desk, request, refused)
    answer.delete_cookie(under_way(desk), secure=desk.secure, httponly=True, samesite="lax", path="/")
    return answer


async def _turned_away(desk: Desk, request: Request, refused: LogInRefused) -> Response:
    """The provider would name the same account again, so whoever has another may leave that one first."""
    assert desk.openid is not None
    if refused.trouble not in (LogInTrouble.NO_ROLE, LogInTrouble.NO_NAME):
        return _not_in(desk, request, refused)
    return _not_in(desk, request, refused, "logged.html", to=await desk.openid.leaving(), leave=access.ANOTHER_ACCOUNT)


def _not_in(
    desk: Desk, request: Request, refused: LogInRefused, template: str = "problem.html", **more: object
) -> Response:
    log.warning("a log-in by OpenID Connect was refused (%s: %s)", refused.trouble, refused.code)
    status = access.STATUSES.get(refused.trouble, access.REFUSED)
    text, what = access.TROUBLES[refused.trouble], {"code": refused.code or refused.trouble.value}
    return DeskVisit(desk, request).page(template, status=status, title=access.NOT_IN, text=text, what=what, **more)


def admit(desk: Desk, request: Request, person: Person, answer: Response, *, by_provider: bool = False) -> Response:
    """Begin his session, whatever showed who he is; the one that his browser had ends."""
    desk.sessions.end(request.cookies.get(cookie(desk), ""))
    token = desk.sessions.begin(person, by_provider=by_provider)
    answer.set_cookie(cookie(desk), token, secure=desk.secure, httponly=True, samesite="strict", path="/")
    return answer


async def end(visit: DeskVisit) -> Response:
    """He is logged out, here and wherever else he took the cookie."""
    desk = visit.desk
    desk.sessions.end(visit.request.cookies.get(cookie(desk), ""))
    answer = await _left(visit)
    answer.delete_cookie(cookie(desk), secure=desk.secure, httponly=True, samesite="strict", path="/")
    return answer


async def _left(visit: DeskVisit) -> Response:
    """Where the firm's own login may go on, he is told so, and led there by a link of its own."""
    openid = visit.desk.openid
    if openid is None or not (visit.session and visit.session.by_provider):
        return RedirectResponse("/", SEE_OTHER)
    shown, to = DeskVisit(visit.desk, visit.request), await openid.leaving()
    return shown.page(
        "logged.html",
        title=access.LOGGED_OUT,
        text=access.LOGGED_OUT_HOW,
        what={},
        to=to,
        leave=access.OUT_THERE_TOO,
    )


def _refused(desk: Desk, request: Request) -> Response:
    return DeskVisit(desk, request).page(
        "problem.html", status=403, title=frame.LINK_ENDED, text=frame.LINK_ENDED_HOW, what={}
    )
