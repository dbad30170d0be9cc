"""Which running process knows which key: every worker, and of this machine the webhook service and the codec.

A worker says it in its card, also one of another machine. The two services are asked at their port; those of another
machine nobody can ask from here. What Temporal still needs a key for is told by the times when it encrypted.
"""

from datetime import datetime, timedelta

import httpx
from pydantic import ValidationError
from temporalio.api.workflowservice.v1 import DescribeScheduleRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from beteiligte.frozen import Frozen
from runtime.codec import KnownKeys, key_of
from runtime.engine import HOST
from runtime.key_file import Key, KeyRing, others
from runtime.payloads import payloads_in
from runtime.settings import TemporalSettings, WebhookSettings
from starter import schedules, waits
from starter.views import crew

FOLLOWS_WITHIN = timedelta(seconds=10)
"""A process that runs follows its file at its next use; a worker's card a few seconds later."""
ANYWHERE = ("0.0.0.0", "::", "")
"""Addresses of all of a machine: it is asked at its own."""


class KeyHolder(Frozen):
    """A process that runs."""

    name: str
    known: KnownKeys | None = None
    """None: it does not say."""
    problem: str = ""
    """Why not, and what to do."""

    def lacks(self, key: Key) -> bool:
        """Whether it could not read what is closed with this key, as far as is known."""
        return self.known is None or key.id not in self.known.keys or self.has_another(key)

    def has_another(self, key: Key) -> bool:
        """Whether it has a key of the same id with another secret."""
        return self.known is not None and bool(others([key.mark], self.known.marks))


class KeyNeed(Frozen):
    """What Temporal still holds under a key that encrypts no more."""

    runs: int = 0
    """Begun while it encrypted."""
    open: int = 0
    until: datetime | None = None
    """When the last closed one leaves by itself, at the latest."""
    schedules: tuple[str, ...] = ()
    """Schedules whose order is closed with it: `schedules apply` closes them anew."""
    known: bool = True
    """Whether it can be told: a file of an earlier release does not say when a key encrypted."""

    @property
    def over(self) -> bool:
        """Whether the key may be taken out of the file."""
        return self.known and not self.runs and not self.schedules


async def workers(client: Client, task_queue: str) -> tuple[KeyHolder, ...]:
    """Those that work on this queue. Raises RPCError."""
    return tuple([_worker(worker) for worker in await crew.look(client, task_queue)])


def _worker(worker: crew.AskedWorker) -> KeyHolder:
    name = f"worker {worker.identity}"
    if worker.card is None:
        return KeyHolder(name=name, problem="it is of an earlier version and cannot say: start it again")
    if worker.standing is not crew.Standing.ANSWERS:
        return KeyHolder(name=name, problem="it does not answer: it hangs, or was killed a moment ago; end it")
    card = worker.card
    return KeyHolder(name=name, known=KnownKeys(keys=card.keys, encrypts=card.encrypts, marks=card.marks))


async def services(temporal: TemporalSettings, webhook: WebhookSettings) -> tuple[KeyHolder, ...]:
    """The webhook service and the codec of this machine, where they run."""
    at = HOST if webhook.host in ANYWHERE else webhook.host
    asked = (
        (f"webhook service at port {webhook.port}", f"http://{at}:{webhook.port}/health/keys"),
        (f"codec at port {temporal.codec_port}", f"http://{HOST}:{temporal.codec_port}/keys"),
    )
    async with httpx.AsyncClient(timeout=waits.KEYS_TOLD.total_seconds(), trust_env=False) as http:
        found = [await _service(http, name, url) for name, url in asked]
    return tuple(holder for holder in found if holder)


async def _service(http: httpx.AsyncClient, name: str, url: str) -> KeyHolder | None:
    try:
        answer = await http.get(url)
        return KeyHolder(name=name, known=KnownKeys.model_validate_json(answer.raise_for_status().content))
    except httpx.ConnectError:
        return None  # nothing runs there
    except (httpx.HTTPError, ValidationError):
        return KeyHolder(name=name, problem="it does not say, or is of an earlier version: look, and start it again")


async def needs(client: Client, ring: KeyRing, retention: timedelta) -> dict[str, KeyNeed]:
    """For each key that does not encrypt now. Raises RPCError."""
    in_schedules = await _in_schedules(client)
    found = {}
    for key in ring.keys:
        if key.id == ring.encrypts:
            continue
        for_schedules = tuple(name for name, keys in in_schedules.items() if key.id in keys)
        found[key.id] = (await _in_runs(client, key, ring, retention)).but(schedules=for_schedules)
    return found


async def _in_runs(client: Client, key: Key, ring: KeyRing, retention: timedelta) -> KeyNeed:
    if key.made and not key.used:
        return KeyNeed()  # it never encrypted
    over = min((other.used for other in ring.keys if other.used and _after(other, key)), default=None)
    if over is None:
        return KeyNeed(known=False)
    begun = f"StartTime < '{(over + FOLLOWS_WITHIN).isoformat()}'"
    runs = await client.count_workflows(begun, rpc_timeout=waits.TEMPORAL)
    opened = await client.count_workflows(f"{begun} AND ExecutionStatus = 'Running'", rpc_timeout=waits.TEMPORAL)
    return KeyNeed(runs=runs.count, open=opened.count, until=over + retention if runs.count else None)


def _after(other: Key, key: Key) -> bool:
    """Whether the other one came to encrypt later: what has no time is of a file that told none."""
    return other.id != key.id and other.used is not None and (key.used is None or other.used > key.used)


async def _in_schedules(client: Client) -> dict[str, set[str]]:
    """Keys that close the orders of the schedules, which stay for years."""
    found = {}
    for row in schedules.TABLE:
        request = DescribeScheduleRequest(namespace=client.namespace, schedule_id=row.id)
        try:
            described = await client.workflow_service.describe_schedule(request, timeout=waits.TEMPORAL)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            continue
        found[row.id] = {key for payload in payloads_in(described.schedule) if (key := key_of(payload))}
    return found
