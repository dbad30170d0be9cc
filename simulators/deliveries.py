"""EspoCRM's webhook queue: events become signed POSTs (facts/espocrm.md §1.4 to §1.7).

Two ways to empty it. `job` is one run of the real job *Process Webhook Queue*: 20 events a run, one POST of at most
50 a webhook, four attempts ten minutes apart by the stand-in's clock. `flush` is for tests and the demo: all that
waits, now, as often as asked; only what the receiver's answer means is the same.

Not done: access evaluated when sending beyond the owner's unreadable attributes; the check of addresses since 9.3.2.
"""

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

import httpx

from simulators.calls import Calls
from simulators.clock import Clock
from simulators.espocrm_users import INTEGRATION, User, Users
from simulators.fault_plan import Faults
from simulators.webhooks import NO_ANSWER, PUT_OFF, SentDelivery, Webhook

Attributes = dict[str, object]
RETRIED = frozenset({401, 403, 404, 405, 408, 500, 503, NO_ANSWER})
"""Answers after which EspoCRM tries again; all others from 400 on are failed for good (recording whd-30)."""
UNSUBSCRIBES = 410


@dataclass
class QueuedEvent:
    """Something that happened, before it is known who is told."""

    name: str
    user: User
    data: Attributes
    at: datetime


@dataclass(eq=False)
class Item:
    """One event for one webhook."""

    webhook: Webhook
    data: Attributes
    status: str = "Pending"
    attempts: int = 0
    due: datetime | None = None
    """Not before then."""


class Deliveries:
    """The queue and its webhooks."""

    def __init__(self, calls: Calls, faults: Faults, clock: Clock, entity_type: str, users: Users) -> None:
        """Nobody has subscribed."""
        self._calls, self._faults, self._clock = calls, faults, clock
        self._type, self._users = entity_type, users
        self.webhooks: list[Webhook] = []
        self.answers: list[int] = []
        """Statuses that came back, 0 where none did."""
        self.events: deque[QueuedEvent] = deque()
        self.items: list[Item] = []
        """All items, the finished ones among them."""
        self.ran: datetime | None = None
        """When the queue was last emptied."""
        self.portion = 20
        self.batch = 50
        self.most_attempts = 4
        self.between_attempts = timedelta(minutes=10)
        self.timeout = 10.0
        self._late: list[Item] = []
        """What a fault has put behind all that is new at the next run."""
        self._one_at_a_time = asyncio.Lock()

    def subscribe(self, url: str, *, skip_own: bool = False) -> dict[str, str]:
        """One webhook of the integration per kind at `url`/<kind>, instead of all there were; ids and secrets."""
        owner = self._users.all[INTEGRATION]
        self.webhooks = [
            Webhook(event=f"{self._type}.{kind}", url=f"{url}/{kind}", owner=owner, skip_own=skip_own)
            for kind in ("create", "update", "delete")
        ]
        return {webhook.id: webhook.secret for webhook in self.webhooks}

    def queue(self, kind: str, user: User, data: Attributes) -> None:
        """An event; an update is one more for each watched field in it."""
        names = [f"{self._type}.{kind}"]
        if kind == "update":
            names += [f"{self._type}.fieldUpdate.{name}" for name in data]
        for name in names:
            if any(webhook.event == name and webhook.active for webhook in self.webhooks):
                self.events.append(QueuedEvent(name, user, data, self._clock.now()))

    @property
    def pending(self) -> list[Item]:
        """What waits to be sent."""
        return [item for item in self.items if item.status == "Pending"]

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not self.events and not self.pending and not self._late

    async def job(self) -> list[int]:
        """One run of the job as EspoCRM's cron makes it; the statuses that came back."""
        async with self._one_at_a_time:
            self._spread(self.portion)
            now = self.ran = self._clock.now()
            due = [item for item in self.pending if item.due is None or item.due <= now]
            answered = await self._send(self._batches(due), patient=True)
            return _statuses(answered)

    async def flush(self) -> list[int]:
        """Deliver all that waits, in batches of 50 per webhook; the statuses that came back.

        What EspoCRM would try again stays for the next flush, however often it has failed.
        """
        async with self._one_at_a_time:
            statuses: list[int] = []
            self.ran = self._clock.now()
            self._spread(len(self.events))
            waiting = self.pending
            while waiting:
                answered = await self._send(self._batches(waiting), patient=False)
                statuses += _statuses(answered)
                tried = {id(item) for batch, _ in answered for item in batch}
                stuck = {batch[0].webhook.id for batch, status in answered if status in RETRIED}
                left = [item for item in waiting if id(item) not in tried and item.status == "Pending"]
                waiting = [item for item in left if item.webhook.id not in stuck]
            return statuses

    async def run(self, every: float, *, like_cron: bool = False) -> None:
        """Flush again and again until cancelled, or run the real job."""
        while True:
            await (self.job() if like_cron else self.flush())
            await asyncio.sleep(every)

    def forget(self, webhook: Webhook) -> None:
        """Delete a webhook with all that waits for it."""
        self.webhooks.remove(webhook)
        for item in self.pending:
            if item.webhook is webhook:
                item.status = "Deleted"

    def _spread(self, most: int) -> None:
        """Turn so many events into items for those who subscribed to them."""
        for _ in range(min(most, len(self.events))):
            event = self.events.popleft()
            for webhook in self.webhooks:
                own = webhook.skip_own and event.user is webhook.owner
                if webhook.event == event.name and webhook.active and not own:
                    self.items.append(Item(webhook, _seen(webhook, event.data)))
        self.items += self._late
        self._late = []

    def _batches(self, items: list[Item]) -> list[list[Item]]:
        """One batch a webhook; the webhook with the oldest item comes first (recording whd-20)."""
        batches: dict[str, list[Item]] = {}
        for item in items:
            batches.setdefault(item.webhook.id, []).append(item)
        return [batch[: self.batch] for batch in batches.values()]

    async def _send(self, batches: list[list[Item]], *, patient: bool) -> list[tuple[list[Item], int]]:
        answered = []
        async with httpx.AsyncClient(timeout=self.timeout, verify=_trusted()) as http:
            for batch in batches:
                status = await self._deliver(http, batch)
                self._settle(batch, status, patient=patient)
                answered.append((batch, status))
        self.answers += _statuses(answered)
        return answered

    async def _deliver(self, http: httpx.AsyncClient, batch: list[Item]) -> int:
        delivery = SentDelivery(
            webhook=batch[0].webhook,
            events=[item.data for item in batch],
            http=http,
            calls=self._calls,
            clock=self._clock,
        )
        fault = self._faults.take(delivery.name, delivery.party)
        if fault is None:
            return await delivery.send()
        delivery.fault = fault.name
        return await fault.deliver(delivery)

    def _settle(self, batch: list[Item], status: int, *, patient: bool) -> None:
        """What the answer does to the items; the whole POST fails or succeeds as one."""
        if status == PUT_OFF:
            self.items = [item for item in self.items if item not in batch]
            self._late += batch
        elif status == UNSUBSCRIBES:
            self.forget(batch[0].webhook)
        elif status in RETRIED:
            for item in batch if patient else []:
                item.attempts += 1
                item.due = self._clock.now() + self.between_attempts
                item.status = "Failed" if item.attempts >= self.most_attempts else "Pending"
        else:
            for item in batch:
                item.attempts += 1
                item.status = "Success" if status < 400 else "Failed"


@cache
def _trusted() -> ssl.SSLContext:
    """Made once: reading all certificates at each run costs more than all else in it."""
    return ssl.create_default_context()


def _statuses(answered: list[tuple[list[Item], int]]) -> list[int]:
    return [status for _, status in answered if status != PUT_OFF]


def _seen(webhook: Webhook, data: Attributes) -> Attributes:
    """What the owner may read of an event; of a fieldUpdate the id and the field (recording whd-09)."""
    hidden = webhook.owner.role.unreadable
    wanted = data if webhook.watched is None else {"id", webhook.watched}
    return {name: value for name, value in data.items() if name in wanted and name not in hidden}
