"""A desk over a world of stand-ins, and somebody who sits before it: by HTTP alone, or in a real browser."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape

import httpx
from cryptography.fernet import Fernet

from beteiligte.messages import Language
from installation.names import PartyNames
from runtime.ports import free_port
from runtime.settings import DeskSettings, EspoCrmSettings, TemporalSettings
from simulators.server import serve
from starter.desk import login_links
from starter.desk.access import DeskRole, Person, Sessions
from starter.desk.app import app
from starter.desk.desk import Desk
from starter.desk.login_links import LoginLinks
from starter.desk.wording import Wording
from starter.requests import Requests
from tests.world import World


@dataclass
class OpenDesk:
    """A desk that is served."""

    desk: Desk
    url: str
    fernet: Fernet

    def link(self, name: str = "Anna", role: DeskRole = DeskRole.DECIDE) -> str:
        """By which somebody logs in."""
        return f"{self.url}{login_links.PATH}/{login_links.sealed(Person(name=name, role=role), self.fernet)}"

    @asynccontextmanager
    async def visitor(self, name: str = "Anna", role: DeskRole = DeskRole.DECIDE) -> AsyncIterator["Visitor"]:
        """Somebody who has logged in, without a browser."""
        async with httpx.AsyncClient(base_url=self.url, headers={"Origin": self.url}, timeout=30) as http:
            visitor = Visitor(http)
            token = self.link(name, role).rpartition("/")[2]
            answer = await http.post(login_links.PATH, data={"token": token})
            assert answer.status_code == 303
            yield visitor


@dataclass
class Visitor:
    """Who reads pages and sends their forms as they are."""

    http: httpx.AsyncClient
    text: str = field(default="")

    async def see(self, path: str) -> str:
        """A page's source."""
        answer = await self.http.get(path)
        self.text = answer.text
        return answer.text

    async def send(self, path: str, **more: str | list[str]) -> str:
        """A form of the page seen last; the page that it leads to."""
        csrf = re.findall(r'name="csrf" value="([^"]+)"', self.text)[0]
        answer = await self.http.post(path, data={"csrf": csrf, **more})
        assert answer.status_code == 303, (answer.status_code, plain(answer.text))
        return await self.see(answer.headers["location"])

    def form(self, path: str, **wanted: str) -> dict[str, str]:
        """The hidden inputs of the first form of the page that goes to this path and holds these values."""
        for body in re.findall(rf'<form[^>]*action="{re.escape(path)}"[^>]*>(.*?)</form>', self.text, re.S):
            held = {
                name: unescape(value)
                for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', body)
            }
            if wanted.items() <= held.items():
                return held
        raise AssertionError(f"no form to {path} with {wanted}")


def plain(source: str) -> str:
    """What a reader sees of a page."""
    without = re.sub(r"<style.*?</style>|<[^>]+>", " ", source, flags=re.S)
    return " ".join(unescape(without).split())


@asynccontextmanager
async def opened(
    world: World, *, language: Language = Language.GERMAN, link_life: timedelta = timedelta(minutes=15)
) -> AsyncIterator[OpenDesk]:
    """A desk as `service.made` makes it by settings, over the world's own client."""
    port = free_port("127.0.0.1")
    settings, fernet = DeskSettings(port=port, language=language, link_life=link_life), Fernet(Fernet.generate_key())

    async def connect() -> Requests:
        return Requests(world.client, world.queue, world.timing)

    env = world.environment()
    espocrm = EspoCrmSettings(url=env["ESPOCRM_URL"], api_key=env["ESPOCRM_API_KEY"])
    desk = Desk(
        settings=settings,
        temporal=TemporalSettings(task_queue=world.queue),
        wording=Wording(language, world.table),
        sessions=Sessions(settings.idle, settings.session),
        links=LoginLinks(fernet, settings.link_life),
        connect=connect,
        names=PartyNames(espocrm, world.table),
    )
    async with serve(app(desk), port) as url:
        yield OpenDesk(desk, url, fernet)
    assert desk.names is not None
    await desk.names.close()
