"""A real browser: Temporal's own Web UI shows payloads in clear, and no other page gets any, by whatever name.

The browser is not asked to keep a page from reading an answer: the server gives none.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from google.protobuf.json_format import MessageToDict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from runtime.codec import EncryptingCodec, converter
from runtime.engine import server_binary
from runtime.key_file import KeyRing, add_key, load
from runtime.ports import free_ports
from simulators.server import Server, serve
from starter import codec_server
from tests.browsers import PATIENCE, chromium, needs_chromium

CANARY = "Zinnoberfink"
CLEAR = Payload(metadata={"encoding": b"json/plain"}, data=f'"{CANARY}"'.encode())
EVIL = "evil.example"
"""A name that was made to lead to this machine."""
RUN = "beteiligte-6b04cf61b158069fb"
ASK = """async ([url, body, how]) => {
    try {
        const answer = await fetch(url, {method: "POST", body, ...how})
        return [answer.status, await answer.text()]
    } catch (error) { return [0, String(error)] }
}"""
HOW: list[dict[str, object]] = [
    {"headers": {"Content-Type": "application/json", "X-Namespace": "default"}},
    {"headers": {"Content-Type": "application/json"}, "credentials": "include"},
    {"headers": {"Content-Type": "text/plain"}, "mode": "no-cors"},
    {"headers": {"Content-Type": "text/plain"}, "referrerPolicy": "no-referrer"},
]
"""As the Web UI asks, and as a page asks that wants no question before (`text/plain` needs no preflight)."""

pytestmark = needs_chromium


@dataclass
class Machine:
    """One with a browser, the Web UI, what decrypts for it, and a page of somebody else's."""

    pages: Any
    ui: str
    codec: str
    foreign: str
    body: str
    """A payload that is sealed, as the Web UI sends it."""

    async def said(self, page: str, codec: str, how: dict[str, object]) -> tuple[int, str]:
        """What a script of that page gets; 0: nothing at all."""
        shown = await self.pages.new_page()
        await shown.goto(page)
        status, text = await shown.evaluate(ASK, [f"{codec}/decode", self.body, how])
        await shown.close()
        return status, text


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def machine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Machine]:
    """Chromium believes that the other name leads here, as DNS rebinding makes it believe."""
    ui_port, codec_port = free_ports("127.0.0.1", 0, 0)
    ui, codec = f"http://127.0.0.1:{ui_port}", f"http://127.0.0.1:{codec_port}"
    ring = made(tmp_path_factory.mktemp("keys") / "keys.json")
    [sealed] = await EncryptingCodec(ring).encode([CLEAR])
    body = json.dumps(MessageToDict(Payloads(payloads=[sealed])))
    decrypting = Server(codec_server.app(ring, ui=ui), codec_port)
    async with temporal(ui_port, codec) as client, serve(Starlette(routes=[Route("/", page)])) as foreign:
        await begun(client, ring)
        await decrypting.start()
        async with chromium(f"--host-resolver-rules=MAP {EVIL} 127.0.0.1") as started:
            yield Machine(started, ui, codec, foreign, body)
        await decrypting.stop()


def made(path: Path) -> KeyRing:
    add_key(path)
    ring = load(path)
    assert ring is not None
    return ring


@asynccontextmanager
async def temporal(ui_port: int, codec: str) -> AsyncIterator[Client]:
    """The server with its Web UI, which is told where payloads are decrypted, as `up` tells it."""
    async with await WorkflowEnvironment.start_local(
        dev_server_existing_path=server_binary(),
        dev_server_log_level="error",
        ui=True,
        ui_port=ui_port,
        dev_server_extra_args=["--ui-codec-endpoint", codec],
    ) as env:
        yield env.client


async def begun(client: Client, ring: KeyRing) -> None:
    """A run whose input is sealed; nobody works on it."""
    sealing = Client(client.service_client, namespace=client.namespace, data_converter=converter(ring))
    await sealing.start_workflow("PartyWorkflow", {"name": CANARY}, id=RUN, task_queue="nobody")


async def page(_: Request) -> Response:
    return HTMLResponse("<!doctype html><title>A page of somebody else's</title>")


async def test_the_web_ui_shows_a_run_in_clear(machine: Machine) -> None:
    """As a person sees it there."""
    shown = await machine.pages.new_page()
    shown.set_default_timeout(PATIENCE)
    await shown.goto(f"{machine.ui}/namespaces/default/workflows/{RUN}")
    await shown.get_by_text(CANARY).first.wait_for()
    await shown.close()


async def test_a_page_of_the_web_ui_gets_clear_text(machine: Machine) -> None:
    """So that the others' nothing is not the test's own fault."""
    status, text = await machine.said(machine.ui, machine.codec, HOW[0])

    assert status == 200
    assert MessageToDict(CLEAR)["data"] in text


@pytest.mark.parametrize("how", HOW, ids=["json", "with cookies", "unasked", "without a referrer"])
async def test_a_page_of_somebody_else_gets_nothing(machine: Machine, how: dict[str, object]) -> None:
    """From another port of this machine, by the codec's usual name and by another of this machine."""
    by_name = machine.codec.replace("127.0.0.1", "localhost")
    for codec in (machine.codec, by_name):
        status, text = await machine.said(machine.foreign, codec, how)
        assert (status == 0, MessageToDict(CLEAR)["data"] in text) == (True, False)


@pytest.mark.parametrize("how", [HOW[0], HOW[2]], ids=["json", "unasked"])
async def test_a_name_that_was_made_to_lead_here_gets_nothing(machine: Machine, how: dict[str, object]) -> None:
    """The browser takes it for the codec's own page, and lets it read every answer (DNS rebinding)."""
    rebound = machine.codec.replace("127.0.0.1", EVIL)
    status, text = await machine.said(f"{rebound}/keys", rebound, {**how, "mode": "same-origin"})

    assert status in (400, 403)
    assert MessageToDict(CLEAR)["data"] not in text
