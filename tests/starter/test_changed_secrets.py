"""Secrets are changed while deliveries come, and none is lost: of a webhook, of EspoCRM's API user, of Advoware.

The steps are those of docs/security.md. The webhook service is never started again: a refused connection loses what was
delivered (facts/espocrm.md §1.6). The worker is, by each step that says so.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from beteiligte.messages import Language
from runtime.settings import OutageSettings, SyncSettings, TemporalSettings, WebhookSettings, WorkerSettings
from simulators.espocrm_users import INTEGRATION
from simulators.server import serve
from simulators.webhooks import Webhook
from starter.requests import Requests
from starter.webhook import believed
from starter.webhook.app import Webhooks
from starter.webhook.believed import Believed
from starter.webhook.signature import is_signed
from tests.world import BY_DEFAULT, World
from worker.wiring import worker

WITHIN = 30
"""Seconds."""


class Clock:
    """Moved by hand, so that each look is due."""

    now = 0.0

    def __call__(self) -> float:
        self.now += believed.LOOK_EVERY
        return self.now


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the secrets stand, as a container hands them over."""
    path = tmp_path / "secrets"
    (tmp_path / ".env").write_text("")
    path.write_text("{}")
    monkeypatch.setenv("BETEILIGTE_SYNC_ENV_FILE", str(tmp_path / ".env"))
    monkeypatch.setenv("WEBHOOK_SECRETS_FILE", str(path))
    return path


@pytest_asyncio.fixture(loop_scope="session")
async def hooked(world: World, file: Path) -> AsyncIterator[World]:
    """A world whose EspoCRM delivers to the service, which follows the file."""

    async def connect() -> Requests:
        return Requests(world.client, world.queue, world.timing)

    service = Webhooks(WebhookSettings(secrets={}), connect)
    service._believed = Believed(service.settings, Clock())
    async with serve(service.app()) as url:
        known = world.espocrm.deliveries.subscribe(f"{url}/webhook/beteiligte")
        put(file, known)
        yield world


def put(file: Path, secrets: Mapping[str, object]) -> None:
    file.write_text(json.dumps(secrets))


def standing(file: Path) -> dict[str, object]:
    secrets: dict[str, object] = json.loads(file.read_text())
    return secrets


async def delivered(world: World) -> list[int | None]:
    """A new party, told by a webhook; what EspoCRM was answered."""
    party, mark = world.espocrm.add(lastName="Müßig"), world.calls.mark
    await world.espocrm.deliveries.flush()
    answers = [call.status for call in world.calls.since(mark, "delivery.create")]
    if set(answers) == {200}:
        await world.closed(party)
        assert world.differing(party) == []
    return answers


def creating(world: World) -> Webhook:
    return next(hook for hook in world.espocrm.deliveries.webhooks if hook.kind == "create")


async def test_a_secret_of_a_webhook_is_changed_without_a_lost_delivery(hooked: World, file: Path) -> None:
    """The new one beside the old, EspoCRM changes over, the old one goes: then it is a stranger's."""
    webhook, known = creating(hooked), standing(file)
    assert await delivered(hooked) == [200]

    put(file, {**known, webhook.id: ["the-new-one", webhook.secret]})
    assert await delivered(hooked) == [200]
    old, webhook.secret = webhook.secret, "the-new-one"
    assert await delivered(hooked) == [200]

    put(file, {**known, webhook.id: "the-new-one"})
    assert await delivered(hooked) == [200]
    webhook.secret = old
    assert await delivered(hooked) == [401]


async def test_a_webhook_is_made_anew_without_a_lost_delivery(hooked: World, file: Path) -> None:
    """EspoCRM gives a webhook one secret for good, so a new secret is a new webhook, and both deliver for a while."""
    webhook, known = creating(hooked), standing(file)
    hooks = hooked.espocrm.deliveries.webhooks
    new = Webhook(event=webhook.event, url=webhook.url, owner=webhook.owner, active=False)
    hooks.append(new)
    put(file, {**known, new.id: new.secret})
    assert await delivered(hooked) == [200]

    new.active = True
    assert await delivered(hooked) == [200, 200]
    assert hooked.calls.count("advoware.create") == 2, "told twice, made once"

    hooked.espocrm.deliveries.forget(webhook)
    del known[webhook.id]
    put(file, {**known, new.id: new.secret})
    assert await delivered(hooked) == [200]


@asynccontextmanager
async def working(world: World) -> AsyncIterator[None]:
    """A worker that was started with the credentials of now."""
    async with world.espocrm_client() as crm, world.advoware_client() as firm:
        running = worker(
            world.client,
            crm,
            firm,
            temporal=TemporalSettings(task_queue=world.queue),
            sync=SyncSettings(),
            outage=OutageSettings(),
            rules=BY_DEFAULT,
            recipients=(),
            language=Language.GERMAN,
            settings=WorkerSettings(drain=timedelta(seconds=1)),
        )
        async with running:
            yield


def another_api_key(world: World) -> None:
    """EspoCRM knows one key of a user: the new one puts the old one out of force at once."""
    world.espocrm.users.all[INTEGRATION].key = "another-key"


def another_password(world: World) -> None:
    """And no token of before is good any more."""
    world.advoware.settings["password"] = "another-password"
    world.advoware.expire_tokens()


@pytest.mark.parametrize("changed", [another_api_key, another_password])
async def test_what_is_delivered_while_a_key_is_another_one_is_synced_after_it(
    skipping: WorkflowEnvironment, changed: Callable[[World], None]
) -> None:
    """The worker is refused, holds its calls, and gives nothing up; the next one, with the new key, does it all."""
    async with World.open(skipping, working=False) as world:
        async with working(world):
            before, _ = await world.linked()
            changed(world)
            meanwhile = [world.espocrm.add(lastName="Müßig", firstName=name) for name in ("Änne", "Bo")]
            for party in (before, *meanwhile):
                world.espocrm.edit(party, titel="Dr.")
                await world.ask(party)
            await world.calls.until(lambda calls: any(call.status == 401 for call in calls.since()), WITHIN)
        world.clock.advance(timedelta(minutes=2))  # EspoCRM lets the address in again
        async with working(world):
            await world.calls.until(lambda _: all(equal(world, party) for party in (before, *meanwhile)), WITHIN)
            assert len([call for call in world.calls.since(0, "advoware.create") if call.status == 200]) == 3
            await world.end_outages()


def equal(world: World, party: str) -> bool:
    return bool(world.espocrm.records[party].get("betnr")) and not world.differing(party)


def test_what_cannot_be_read_changes_nothing(file: Path) -> None:
    """Half a file, an empty one, none: whoever writes it is not done yet, or made a mistake."""
    file.write_text('{"w": "good"}')
    known = Believed(WebhookSettings(secrets={"w": (SecretStr("good"),)}), Clock())
    for wrong in ('{"w": "go', "", "{}", '{"w": ""}'):
        file.write_text(wrong)
        assert known.secrets == {"w": (SecretStr("good"),)}
    file.unlink()
    assert known.secrets == {"w": (SecretStr("good"),)}

    file.write_text('{"w": ["better", "good"]}')
    assert known.secrets == {"w": (SecretStr("better"), SecretStr("good"))}


def test_each_of_several_secrets_is_good() -> None:
    """Whatever their order."""
    webhook, body = Webhook(event="C.create", url="x", owner=None, secret="new"), b"[]"  # type: ignore[arg-type]
    for secrets in (("new", "old"), ("old", "new")):
        known = {webhook.id: tuple(map(SecretStr, secrets))}
        assert is_signed(body, webhook.signed(body), known)
    assert not is_signed(body, webhook.signed(body), {webhook.id: (SecretStr("old"), SecretStr("older"))})
