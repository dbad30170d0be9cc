"""One activity at a time, as the engine begins it: attempt by attempt, against both stand-ins, without a server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self, TypeVar, cast

from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.advoware import AdvowareActivities
from activities.comparison import ComparisonActivities
from activities.espocrm import EspoCrmActivities
from activities.fetching import FetchingActivities
from activities.history import HistoryActivities
from activities.notification import NotificationActivities
from activities.other_parties import OtherParties
from activities.write_back import WriteBackActivities
from beteiligte.decide.matching import Matching
from beteiligte.decide.policy import Rules
from beteiligte.decide.situation import Situation
from beteiligte.faults import System
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.snapshots import AdvowareSnapshot, EspoSnapshot
from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from contracts.create_name import CreateName
from contracts.fault_report import FaultReport
from contracts.reading import FetchParty, FetchRecord
from contracts.writing import WriteBackOrder
from simulators import Simulators
from simulators.espocrm import PERSON
from tests.world import BOSS, World

Order = TypeVar("Order")
Answer = TypeVar("Answer")
FRESH_FOR = timedelta(seconds=5)
LONG_AGO = timedelta(minutes=5)


@dataclass(frozen=True)
class Remembered(HistoryActivities):
    """What visibility would answer."""

    client: Client = field(default=cast(Client, None))
    begun: bool | Exception = False
    outage: bool = False

    async def begun_before(self, party_id: str, name: CreateName) -> bool:
        if isinstance(self.begun, Exception):
            raise self.begun
        return self.begun

    async def outage_open(self, *systems: System) -> bool:
        return self.outage

    async def known_elsewhere(self, bet_nr: int, *, besides: str) -> bool:
        return False

    async def agreed_bet_nr(self, party_id: str) -> int | None:
        return None

    async def told_deleted(self, bet_nr: int, *, besides: str) -> tuple[str, ...]:
        return ()


class Bench(World):
    """Both stand-ins, a client of each, and the activities on them."""

    crm: EspoCrmClient
    firm: AdvowareClient

    @classmethod
    @asynccontextmanager
    async def set_up(cls) -> AsyncIterator[Self]:
        bench = cls()
        bench.table, bench.heartbeats = PARTY_TABLE, []
        async with Simulators.served(bench), bench.espocrm_client() as crm, bench.advoware_client() as firm:
            bench.crm, bench.firm = crm, firm
            yield bench

    heartbeats: list[tuple[object, ...]]
    """Details of each that was given, in order."""

    async def attempt(
        self,
        activity: Callable[[Order], Awaitable[Answer]],
        order: Order,
        *,
        number: int = 1,
        told: tuple[object, ...] = (),
        policy: RetryPolicy | None = None,
    ) -> Answer:
        """Run one attempt; `told`: what the attempt before left in its heartbeat."""
        env, now = ActivityEnvironment(), datetime.now(UTC)
        env.info = replace(
            env.info,
            attempt=number,
            heartbeat_details=list(told),
            current_attempt_scheduled_time=now,
            started_time=now,
            retry_policy=policy,
        )
        env.on_heartbeat = lambda *details: self.heartbeats.append(details)
        return await env.run(activity, order)

    async def failing(
        self, activity: Callable[[Order], Awaitable[Any]], order: Order, **attempt: Any
    ) -> ApplicationError:
        """The failure that such an attempt ends with, as Temporal keeps it."""
        try:
            answer = await self.attempt(activity, order, **attempt)
        except ApplicationError as failure:
            return failure
        raise AssertionError(f"it did not fail: {answer!r}")

    # ------------------------------------------------------------------ the activities

    @property
    def in_advoware(self) -> AdvowareActivities:
        return self.advoware_with(Remembered())

    def advoware_with(self, history: HistoryActivities) -> AdvowareActivities:
        return AdvowareActivities(self.firm, self.crm, history, FRESH_FOR, Matching(PARTY_TABLE))

    @property
    def in_espocrm(self) -> EspoCrmActivities:
        return EspoCrmActivities(self.crm, OtherParties(self.crm, self.firm), Remembered(), PARTY_TABLE)

    @property
    def both(self) -> FetchingActivities:
        return FetchingActivities(self.in_espocrm, self.in_advoware)

    @property
    def write_back(self) -> WriteBackActivities:
        return WriteBackActivities(self.crm, FRESH_FOR, PARTY_TABLE)

    def people(self, *recipients: str) -> NotificationActivities:
        return NotificationActivities(self.crm, Remembered(), PARTY_TABLE, recipients or (BOSS,))

    # ------------------------------------------------------------------ what a sync has read by then

    async def read(self, party: str) -> EspoSnapshot:
        return await self.attempt(self.in_espocrm.fetch, FetchParty(party_id=party))

    async def read_there(self, party: str, bet_nr: int) -> AdvowareSnapshot:
        return await self.attempt(self.in_advoware.fetch, FetchRecord(party_id=party, bet_nr=bet_nr))

    async def decided(self, party: str) -> WriteBackOrder:
        """What is to be written back of a party that both sides hold."""
        seen = await self.read(party)
        situation = Situation(espocrm=seen, advoware=await self.read_there(party, self.bet_nr(party)))
        compared = await self.attempt(ComparisonActivities(Rules(table=PARTY_TABLE)).decide, situation)
        return WriteBackOrder(situation=situation, decision=compared.decision)

    def pair(self, **attributes: str) -> tuple[str, int]:
        """A party that both systems hold with equal values, and that no sync has seen."""
        bet_nr = self.advoware.add(name="Müßig", vorname="Änne", **attributes)
        return self.espocrm.add(user=PERSON, lastName="Müßig", firstName="Änne", betnr=bet_nr, **attributes), bet_nr


def aged(seen: Any) -> Any:
    """The same snapshot, read so long ago that it is not acted on as it stands."""
    return seen.model_copy(update={"read_at": seen.read_at - LONG_AGO})


def report(failure: ApplicationError) -> FaultReport:
    """What whoever catches it reads."""
    [told] = failure.details
    return FaultReport.model_validate(told)
