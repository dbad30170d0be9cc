"""Both stand-ins with settings that lead to them, and a probe of one test party."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.responses import Response

from installation.probe.findings import Assumption, ProbeFinding, ProbeReport
from installation.probe.journal import NAME
from installation.probe.running import Laboratory, laboratory
from runtime.loading import Loaded, load_all
from runtime.settings import AdvowareSettings, EspoCrmSettings, SweepSettings, SyncSettings, TemporalSettings
from simulators import Simulators
from simulators.faults import unavailable
from simulators.visits import Fault, NoAnswer, Visit

HELD = {
    "name": "Testpartei",
    "vorname": "Änne",
    "anrede": "Frau",
    "zusatz": None,
    "geburtsdatum": "1980-02-29T00:00:00",
    "kurzname": "TP",
}
"""What the test party holds."""
OWN = ("rowId", "geaendertAm")
"""What Advoware sets by itself."""


class Trial(Simulators):
    """The stand-ins, and the folder of an installation that uses them."""

    folder: Path
    bet_nr: int

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, **settings: str) -> AsyncIterator["Trial"]:
        """Both served, a test party there, `.env` written."""
        world = cls()
        world.folder = folder
        world.advoware.add(name="Müßig")
        world.bet_nr = world.advoware.add(**HELD)
        world.advoware.records[world.bet_nr]["geaendertAm"] = "2026-01-15T08:00:00"
        async with world.served():
            world.write_env(**settings)
            yield world
            assert world.faults.unused == []

    def write_env(self, **settings: str) -> None:
        """As an operator has it; calls are given up early."""
        fast = {"ADVOWARE_CALL_TIMEOUT": "1s", "ESPOCRM_CALL_TIMEOUT": "1s", "TEMPORAL_ADDRESS": "127.0.0.1:1"}
        whole = {**self.environment(), **fast, **settings}
        self.env_file.write_text("".join(f"{name}={value}\n" for name, value in whole.items()), "utf-8")
        self.env_file.chmod(0o600)

    @property
    def env_file(self) -> Path:
        return self.folder / ".env"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def journal(self) -> Path:
        return self.state / NAME

    def loaded(self) -> Loaded:
        """The settings as a command reads them."""
        kinds = (AdvowareSettings, EspoCrmSettings, SyncSettings, SweepSettings, TemporalSettings)
        return load_all(*kinds, env_file=self.env_file)

    @asynccontextmanager
    async def laboratory(self) -> AsyncIterator[Laboratory]:
        async with laboratory(self.loaded(), self.state) as lab:
            yield lab

    async def probe(self) -> ProbeReport:
        """Of the test party, as the command makes it once a person agreed."""
        async with self.laboratory() as lab:
            return await lab.probe(self.bet_nr, at=datetime.now(UTC))

    def held(self) -> Mapping[str, Any]:
        """What the party holds now, what Advoware sets by itself aside."""
        return {name: value for name, value in self.advoware.records[self.bet_nr].items() if name not in OWN}

    def fail_put(self, number: int, fault: Fault) -> None:
        """Let one PUT of the party meet this; those before it pass."""
        if number:
            self.faults.plan("advoware.replace", Fault(), times=number, party=self.bet_nr)
        self.faults.plan("advoware.replace", fault, party=self.bet_nr)

    async def died(self, number: int = 5) -> None:
        """A probe in the midst of which Advoware dies: what it wrote stays for now."""
        self.fail_put(number, Dies(self))
        assert not (await self.probe()).restored
        self.faults.clear()

    def puts(self) -> int:
        """Writes of the party."""
        return self.calls.count("advoware.replace", self.bet_nr)


@dataclass
class Dies(Fault):
    """The call takes effect, and from then on nothing is answered."""

    name = "dies"
    world: Simulators

    async def act(self, visit: Visit) -> Response:
        visit.effect()
        self.world.faults.outage("advoware", unavailable())
        return NoAnswer()


def of(report: ProbeReport, assumption: Assumption) -> ProbeFinding:
    """What was found about it."""
    return next(finding for finding in report.findings if finding.assumption is assumption)
