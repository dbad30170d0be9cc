"""The webhook service and the codec answer as docs/openapi/ describes them, whatever is asked.

Requests are played by Schemathesis from the descriptions: as they should be, and bent at one place or another. Each
answer is of a described status, type and form, is never a 500, and comes soon.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from docs_generator.openapi import Description, codec_description, webhook_description
from runtime.key_file import KeyRing, add_key, load
from runtime.settings import WebhookSettings
from simulators.server import serve
from starter import codec_server, doors
from starter.requests import Requests
from starter.webhook import service
from starter.webhook.app import Webhooks
from tests.examples import NUMBER
from tests.world import World

DESCRIBED = {"webhook": webhook_description, "codec": codec_description}
UI = "http://127.0.0.1:8233"
SOON = 5.0
"""Seconds; a busy machine takes some, EspoCRM waits for ten."""
HELD = [status_code_conformance, content_type_conformance, response_headers_conformance, response_schema_conformance]
Prepared = Callable[[requests.PreparedRequest], None]
KINDS = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    add_key(tmp_path / "keys.json")
    loaded = load(tmp_path / "keys.json")
    assert loaded is not None
    return loaded


def untouched(_: requests.PreparedRequest) -> None:
    """As a stranger sends it."""


def campaign(
    described: Description, url: str, asked: str, kind: GenerationMode, prepared: Prepared, number: int
) -> set[int]:
    """Play so many requests of one operation; the statuses that came."""
    method, path = asked.split(" ")
    operation = schemathesis.openapi.from_dict(described)[path][method]
    seen: set[int] = set()
    with requests.Session() as session:

        @given(case=operation.as_strategy(generation_mode=kind))
        @settings(
            max_examples=NUMBER or number,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )
        def play(case: "Case[Any]") -> None:
            request = session.prepare_request(requests.Request(**case.as_transport_kwargs(base_url=url)))
            prepared(request)
            answer = session.send(request, timeout=SOON, allow_redirects=False)
            assert answer.status_code != 500
            case.validate_response(answer, checks=HELD)
            seen.add(answer.status_code)

        play()
    return seen


@asynccontextmanager
async def webhook_service(world: World) -> AsyncIterator[tuple[str, Prepared]]:
    """Behind its doors, and who signs for it as EspoCRM does."""

    async def connect() -> Requests:
        return Requests(world.client, world.queue, world.timing)

    believing = WebhookSettings(secrets={})
    app = Webhooks(believing, connect).app()
    async with serve(app, http=service.protocol(believing)) as url:
        known = world.espocrm.deliveries.subscribe(f"{url}/webhook/beteiligte")
        believing.secrets.update({webhook: (SecretStr(secret),) for webhook, secret in known.items()})
        [webhook, *_] = world.espocrm.deliveries.webhooks

        def signed(request: requests.PreparedRequest) -> None:
            body = request.body or b""
            assert isinstance(body, str | bytes)
            request.headers.update(webhook.signed(body.encode() if isinstance(body, str) else body))

        yield url, signed


@pytest.mark.parametrize("kind", KINDS, ids=["well", "bent"])
async def test_deliveries_are_answered_as_described(world: World, kind: GenerationMode) -> None:
    """Of strangers, and of whoever knows a secret: what he sends is stored, or refused with a reason."""
    asked, described = "post /webhook/beteiligte/{action}", webhook_description()
    async with webhook_service(world) as (url, signed):
        strangers = await asyncio.to_thread(campaign, described, url, asked, kind, untouched, 40)
        believed = await asyncio.to_thread(campaign, described, url, asked, kind, signed, 12)

    assert 200 not in strangers
    assert 401 not in believed
    assert 200 in believed or kind is GenerationMode.NEGATIVE


async def test_its_health_is_answered_as_described(world: World) -> None:
    """Whoever asks."""
    described = webhook_description()
    async with webhook_service(world) as (url, _):
        for name in ("live", "ready", "keys"):
            asked = f"get /health/{name}"
            assert await asyncio.to_thread(campaign, described, url, asked, KINDS[0], untouched, 3) == {200}


@pytest.mark.parametrize("kind", KINDS, ids=["well", "bent"])
async def test_the_codec_answers_as_described(ring: KeyRing, kind: GenerationMode) -> None:
    """A page of the Web UI, and others."""
    described = codec_description()

    def of_the_ui(request: requests.PreparedRequest) -> None:
        request.headers["Origin"] = UI

    passing = doors.protocol(most=20, headers_within=codec_server.HEADERS_WITHIN)
    async with serve(codec_server.app(ring, ui=UI), http=passing) as url:
        others = await asyncio.to_thread(campaign, described, url, "post /decode", kind, untouched, 20)
        pages = await asyncio.to_thread(campaign, described, url, "post /decode", kind, of_the_ui, 40)
        known = await asyncio.to_thread(campaign, described, url, "get /keys", KINDS[0], untouched, 2)

    assert (others, known) == ({403}, {200})
    assert pages <= {200, 400}


@pytest.mark.parametrize("name", DESCRIBED)
async def test_every_route_is_described(ring: KeyRing, name: str) -> None:
    """And nothing else is; an address and a method that there is not are answered in the same form."""
    apps = {
        "webhook": Webhooks(WebhookSettings(secrets={}), _nowhere).app(),
        "codec": codec_server.app(ring, ui=UI),
    }
    described = DESCRIBED[name]()["paths"]
    routes = {route.path: {method.lower() for method in route.methods} - {"head"} for route in apps[name].routes}  # type: ignore[attr-defined]

    assert {path: set(methods) for path, methods in described.items()} == routes
    async with serve(apps[name]) as url, httpx.AsyncClient(base_url=url) as http:
        for path in ("/nowhere", "/../etc/passwd", "/%2e%2e/x", "//"):
            gone = await http.get(path)
            assert (gone.status_code, "detail" in gone.json()) == (404, True)
        other = await http.put(next(iter(described)).replace("{action}", "create"))
        assert (other.status_code, "detail" in other.json()) == (405, True)


@pytest.mark.parametrize("name", DESCRIBED)
def test_the_page_is_that_of_the_code(name: str) -> None:
    """`make docs` writes it."""
    page = Path(__file__).parents[2] / "docs" / "openapi" / f"{name}.json"
    assert json.loads(page.read_text("utf-8")) == DESCRIBED[name]()


async def _nowhere() -> Requests:
    raise AssertionError
