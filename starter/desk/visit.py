"""One request of somebody, and how a page is made of a template.

Templates escape whatever they are given, and fail on a name that they are not given.
"""

from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from starter.desk.access import DeskRole, Session
from starter.desk.desk import Desk
from starter.desk.forms import SentForm
from starter.desk.texts import access, causes, frame, opens, party, state, trial

SEE_OTHER = 303
"""After a form: the page is fetched anew, so that loading it again decides nothing twice."""
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.globals.update(
    access=access, frame=frame, opens=opens, party_texts=party, state_texts=state, causes=causes, trial=trial
)


@dataclass(frozen=True)
class DeskVisit:
    """A request, who made it, and the desk that he stands before."""

    desk: Desk
    request: Request
    session: Session | None = None
    """None: nobody logged in, so that only pages about logging in are shown."""
    form: SentForm = field(default_factory=SentForm)

    @property
    def name(self) -> str:
        """Who it is."""
        return self.session.person.name if self.session else ""

    @property
    def decides(self) -> bool:
        """Whether he may decide."""
        return self.session is not None and self.session.person.role.allows(DeskRole.DECIDE)

    def page(self, template: str, *, status: int = 200, **what: object) -> Response:
        """A page for him. What was said since the last one stands on it, once."""
        wording = self.desk.wording
        said: list[object] = []
        if self.session and status < 400:
            said, self.session.said = self.session.said, []
        text = TEMPLATES.get_template(template).render(
            w=wording, say=wording.say, count=wording.count, visit=self, session=self.session, said=said, **what
        )
        return HTMLResponse(text, status)

    def to(self, address: str) -> Response:
        """He is led to a page of ours."""
        return RedirectResponse(address, SEE_OTHER)
