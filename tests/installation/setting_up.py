"""An EspoCRM in which nothing was made yet, and `espocrm-setup` as an administrator types it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from simulators import EspoCrm, Simulators
from simulators.espocrm_users import ADMIN
from tests.commandline import Ran, alone

RECEIVER = "http://sync.kanzlei.example:8080"
USER = "advoware-abgleich"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass
class Office:
    """A firm's EspoCRM, and whoever sets it up."""

    world: Simulators

    @property
    def crm(self) -> EspoCrm:
        return self.world.espocrm

    def settings(self, **more: str) -> dict[str, str]:
        """What the command is told: where EspoCRM is, and who its administrator is."""
        admin = self.crm.users.all[ADMIN]
        login = {"ESPOCRM_ADMIN_USER": admin.login, "ESPOCRM_ADMIN_PASSWORD": admin.secret}
        return {"ESPOCRM_URL": self.world.espocrm_server.url, **login, **more}

    async def setup(self, *options: str, **settings: str) -> Ran:
        """Run it; a setting that is empty is not set."""
        given = {name: value for name, value in self.settings(**settings).items() if value}
        return await alone("espocrm-setup", *options, **given)

    async def look(self, *options: str, **settings: str) -> Any:
        """Its JSON document."""
        return (await self.setup("--json", *options, **settings)).json

    async def make(self, *options: str, **settings: str) -> Ran:
        """Have everything made."""
        return await self.setup("--apply", "--yes", "--receiver", RECEIVER, *options, **settings)

    def written(self, mark: int = 0) -> list[str]:
        """What would have changed anything in EspoCRM since then."""
        return [f"{call.method} {call.path}" for call in self.world.calls.since(mark) if call.method in WRITES]

    @property
    def key(self) -> str:
        """The API user's."""
        return self.crm.users.all[USER].key


@asynccontextmanager
async def office(*, bare: bool = True) -> AsyncIterator[Office]:
    """Served; what was planned to fail has happened."""
    world = Simulators(bare=bare)
    async with world.served():
        yield Office(world)
        assert world.faults.unused == []


def of(document: Any, part: str, name: str = "") -> dict[str, Any]:
    """One step of the document."""
    found: list[dict[str, Any]] = [
        step for step in document["steps"] if step["part"] == part and name in ("", step["name"])
    ]
    assert len(found) == 1, found
    return found[0]


def actions(document: Any) -> dict[str, str]:
    """What would be done, or was not, by part and name; as wanted is not worth a word."""
    return {
        f"{step['part']} {step['name']}": step["action"] for step in document["steps"] if step["action"] != "nothing"
    }


def admin_of(office: Office) -> tuple[str, str]:
    admin = office.crm.users.all[ADMIN]
    return admin.login, admin.secret
