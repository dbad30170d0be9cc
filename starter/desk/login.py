"""Logging in by a link, and out.

To open the link shows who it is for and a button: only the button uses it up, so that a program that looks into mails
and opens what it finds logs nobody in. Another way to log in is another set of routes that ends in `admit`.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from starter.desk import doors, forms
from starter.desk.access import Person
from starter.desk.desk import Desk
from starter.desk.login_links import LinkRefused
from starter.desk.texts import frame
from starter.desk.visit import SEE_OTHER, DeskVisit

COMMAND = "beteiligte-sync desk login --name …"


def cookie(desk: Desk) -> str:
    """Its name: by https one that no other host, and nothing without https, can set."""
    return "__Host-desk" if desk.secure else "beteiligte-desk"


def first(desk: Desk, request: Request) -> Response:
    """For whoever is not logged in, instead of any page."""
    return DeskVisit(desk, request).page("login.html", status=401, command=COMMAND, path=request.url.path)


async def show(desk: Desk, request: Request) -> Response:
    """Whose link it is."""
    token = request.path_params["token"]
    try:
        person = desk.links.look(token)
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
        person = desk.links.use((await forms.read(request)).one("token"))
    except (LinkRefused, forms.BadForm):
        return _refused(desk, request)
    return admit(desk, person)


def admit(desk: Desk, person: Person) -> Response:
    """Begin his session, whatever showed who he is."""
    answer = RedirectResponse("/", SEE_OTHER)
    answer.set_cookie(
        cookie(desk), desk.sessions.begin(person), secure=desk.secure, httponly=True, samesite="strict", path="/"
    )
    return answer


async def end(visit: DeskVisit) -> Response:
    """He is logged out, here and wherever else he took the cookie."""
    desk = visit.desk
    desk.sessions.end(visit.request.cookies.get(cookie(desk), ""))
    answer = RedirectResponse("/", SEE_OTHER)
    answer.delete_cookie(cookie(desk), secure=desk.secure, httponly=True, samesite="strict", path="/")
    return answer


def _refused(desk: Desk, request: Request) -> Response:
    return DeskVisit(desk, request).page(
        "problem.html", status=403, title=frame.LINK_ENDED, text=frame.LINK_ENDED_HOW, what={}
    )
