"""What a person sees of the EspoCRM stand-in: records, a form to edit one, its stream, and the notes to users.

For a trial: a secretary opens the record that a note leads to, reads, chooses, saves. It listens on the loopback alone
and asks for no login, so it answers nobody who came by another name or from another page (`_Door`).

Not done: EspoCRM's layouts, searching, paging, rights; whoever opens it is the person that the form names.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from simulators import page_fields, page_text
from simulators.espocrm import EspoCrm
from simulators.espocrm_types import DECISION
from simulators.espocrm_users import PERSON
from simulators.espocrm_values import Attributes, Broken, Invalid

FIRMS_TIME = ZoneInfo("Europe/Berlin")


def _moment(stored: object) -> str:
    """EspoCRM stores UTC and shows the time of the user; what is no moment stays as it is."""
    try:
        at = datetime.fromisoformat(str(stored)).replace(tzinfo=UTC)
    except ValueError:
        return str(stored or "")
    return f"{at.astimezone(FIRMS_TIME):%d.%m.%Y %H:%M}"


TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).with_name("pages")), autoescape=True)
TEMPLATES.filters["moment"] = _moment
SAVED = "saved"
"""In the address after something was saved."""
OURS = frozenset({"127.0.0.1", "localhost"})
NEW = ("firstName", "lastName")
SEE_OTHER = 303
REFUSED = "EspoCRM nimmt den Wert des Feldes {field} nicht an ({kind})."
BOOKS = ("advowareRowId", "advowareLastSync", "advowareSyncBase", "modifiedAt", "modifiedByName")


class _Door:
    """Whoever comes by another name (a rebound domain), or posts from another page, is turned away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        own = request.url.hostname in OURS
        origin = request.headers.get("origin")
        same = origin is None or origin == f"http://{request.headers.get('host')}"
        if scope["type"] == "http" and not (own and (request.method == "GET" or same)):
            await PlainTextResponse("Nur von diesem Rechner aus.", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


@dataclass(frozen=True)
class ScreenForm:
    """What a form sent."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> list[str]:
        """Every value of that name."""
        return [value for given, value in self.pairs if given == name]

    def get(self, name: str) -> str:
        """The only one; empty where there is none."""
        return next(iter(self.all(name)), "").strip()

    def texts(self, names: Iterable[str]) -> dict[str, str | None]:
        """Of these fields, as far as they were sent; an emptied one is none."""
        given = {name for name, _ in self.pairs}
        return {name: self.get(name) or None for name in names if name in given}


async def _form(request: Request) -> ScreenForm:
    """Of a body that is no form nothing."""
    body = (await request.body()).decode(errors="replace")
    return ScreenForm(tuple(parse_qsl(body, keep_blank_values=True)))


@dataclass(frozen=True)
class _Page:
    """The handlers."""

    crm: EspoCrm

    async def records(self, request: Request) -> Response:
        """All of them, the newest change first."""
        return self._list(saved=SAVED in request.query_params)

    def _list(self, wrong: str = "", *, saved: bool = False) -> Response:
        every = sorted(self.crm.records.values(), key=lambda record: str(record["modifiedAt"]), reverse=True)
        columns = [page_fields.column(self.crm.store.type, name) for name in self._enums]
        decision = page_fields.field(self.crm.store.type, DECISION, {}) if DECISION in self._enums else None
        return _shown(
            "list.html",
            records=[(record, _name(record)) for record in every],
            columns=columns,
            decision=decision,
            wrong=wrong,
            saved=saved,
        )

    @property
    def _enums(self) -> tuple[str, ...]:
        return tuple(name for name in ("syncStatus", DECISION) if name in self.crm.store.type.attributes)

    async def create(self, request: Request) -> Response:
        """A new record."""
        sent = await _form(request)
        return self._done(lambda: f"/CBeteiligte/view/{self.crm.add(user=PERSON, **sent.texts(NEW))}", self._list)

    async def many(self, request: Request) -> Response:
        """The same choice for several, as EspoCRM's mass update does it."""
        sent = await _form(request)
        ids = [str(one) for one in sent.all("id") if str(one) in self.crm.records]

        def update() -> str:
            self.crm.mass_update(*ids, user=PERSON, **{DECISION: sent.get(DECISION) or None})
            return f"/?{SAVED}"

        return self._done(update, self._list)

    async def record(self, request: Request) -> Response:
        """One with its stream; what is sent is saved as the person that was named."""
        record = self.crm.records.get(request.path_params["id"])
        if record is None:
            return HTMLResponse("Diesen Datensatz gibt es nicht (mehr).", 404)
        if request.method == "GET":
            return self._record(record, saved=SAVED in request.query_params)
        sent = await _form(request)
        return self._done(lambda: self._save(record, sent), lambda wrong: self._record(record, wrong))

    def _save(self, record: Attributes, sent: ScreenForm) -> str:
        """Only what was changed, as EspoCRM's own form sends it."""
        kind = self.crm.store.type
        said = page_fields.read(kind, record, sent.texts(field.name for field in page_fields.of(kind, record)))
        self.crm.edit(str(record["id"]), user=self._user(sent), **said)
        return f"/CBeteiligte/view/{record['id']}?{SAVED}"

    def _user(self, sent: ScreenForm) -> str:
        given = sent.get("user")
        return given if given in {user.login for user in self._people()} else PERSON

    def _people(self) -> list[page_fields.Somebody]:
        return [user for user in self.crm.users.all.values() if user.kind != "api"]

    def _record(self, record: Attributes, wrong: str = "", *, saved: bool = False) -> Response:
        kind = self.crm.store.type
        about = [note for note in reversed(self.crm.notes) if note.get("parentId") == record["id"]]
        return _shown(
            "record.html",
            record=record,
            name=_name(record),
            fields=page_fields.of(kind, record),
            status=page_fields.column(kind, "syncStatus").shown(record),
            books=[(name, record.get(name)) for name in BOOKS],
            users=self._people(),
            notes=_readable(about),
            wrong=wrong,
            saved=saved,
        )

    async def bell(self, _: Request) -> Response:
        """What users were told."""
        sent = [note for note in reversed(self.crm.notes) if note.get("usersIds")]
        return _shown("bell.html", notes=_readable(sent))

    def _done(self, act: Callable[[], str], otherwise: Callable[[str], Response]) -> Response:
        """To where it leads; a refused value is said where it was entered."""
        try:
            return RedirectResponse(act(), SEE_OTHER)
        except Invalid as refused:
            return otherwise(REFUSED.format(field=refused.field, kind=refused.kind))
        except Broken:
            return otherwise("EspoCRM stolpert über diesen Wert.")


def _name(record: Attributes) -> str:
    return str(record["name"] or record.get("firmenname") or "(ohne Namen)")


def _readable(notes: Iterable[Attributes]) -> list[Mapping[str, object]]:
    return [{**note, "text": page_text.rendered(str(note.get("post"))), "to": _names(note)} for note in notes]


def _names(note: Attributes) -> str:
    names, ids = note.get("usersNames"), note.get("usersIds")
    known = list(names.values()) if isinstance(names, dict) else []
    return ", ".join(map(str, known or (ids if isinstance(ids, list) else [])))


def _shown(template: str, **known: object) -> Response:
    text = TEMPLATES.get_template(template).render(**known)
    return HTMLResponse(text, headers={"Cache-Control": "no-store", "X-Frame-Options": "DENY"})


def app(crm: EspoCrm) -> Starlette:
    """The application."""
    page = _Page(crm)
    return Starlette(
        routes=[
            Route("/", page.records),
            Route("/neu", page.create, methods=["POST"]),
            Route("/mehrere", page.many, methods=["POST"]),
            Route("/glocke", page.bell),
            Route("/CBeteiligte/view/{id}", page.record, methods=["GET", "POST"]),
        ],
        middleware=[Middleware(_Door)],
    )
