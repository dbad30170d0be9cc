"""No secret shows where a programmer looks: in `repr`, `str`, and the locals of a traceback, as --showlocals prints.

Looked at are objects and frames of ours; what a library keeps of a request it was handed is not ours to hide.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import httpx
import pytest
from pydantic import SecretStr

from beteiligte.faults import SyncFault
from clients.access import AdvowareAccess, EspoCrmAccess
from clients.advoware import AdvowareClient
from clients.advoware_session import AdvowareSession
from clients.advoware_token import Token, signature
from clients.connections import http_client
from clients.espocrm import EspoCrmClient
from clients.espocrm_admin import Administrator, EspoCrmMaker
from clients.http_call import HttpAnswer, HttpCall
from runtime.key_file import Key
from runtime.settings import AdvowareSettings, EspoCrmSettings, WebhookSettings
from starter.webhook import signature as deliveries

ROOT = Path(__file__).parents[2]
CANARY = "Zinnoberfink"
BASE64 = "Wmlubm9iZXJmaW5rWmlubm9iZXJmaW5rWmlubm9iZXI="
SECRET = SecretStr(CANARY)
DEAD = "http://127.0.0.1:9"
"""Nobody listens at the discard port."""

CRM = {"url": DEAD, "api_key": CANARY, "secret_key": None, "proxy": f"http://u:{CANARY}@127.0.0.1:9"}
FIRM = {
    "url": DEAD,
    "security_gateway": DEAD,
    "app_id": "a",
    "api_key": BASE64,
    "kanzlei": "1",
    "database": "d",
    "user": "u",
    "password": CANARY,
}
SHOWN: dict[str, Callable[[], object]] = {
    "settings of EspoCRM": lambda: EspoCrmSettings.model_validate(CRM | {"secret_key": CANARY}),
    "settings of Advoware": lambda: AdvowareSettings.model_validate(FIRM),
    "settings of webhooks": lambda: WebhookSettings.model_validate({"secrets": {"w": CANARY}}),
    "access to EspoCRM": lambda: EspoCrmAccess.model_validate(CRM),
    "access to Advoware": lambda: AdvowareAccess.model_validate(FIRM),
    "administrator": lambda: Administrator(login="admin", password=SECRET),
    "key": lambda: Key(id="key-1", secret=SecretStr(BASE64)),
    "token": lambda: Token(CANARY, datetime.now(UTC)),
    "call": lambda: HttpCall("token", "POST", DEAD, {"X-Api-Key": CANARY}, (("Search", CANARY),), {"Password": CANARY}),
    "answer": lambda: HttpAnswer(200, httpx.Headers({"Set-Cookie": CANARY}), CANARY.encode()),
    "claim": lambda: deliveries.Claim((SECRET,), b"", raw=False),
    "connections": lambda: http_client(EspoCrmAccess.model_validate(CRM)),
}


@pytest.mark.parametrize("what", SHOWN)
def test_nothing_shows_its_secret(what: str) -> None:
    """Neither in words for people nor in those for programmers."""
    made = SHOWN[what]()
    assert [text for text in (repr(made), str(made), f"{made!r}") if CANARY in text or BASE64 in text] == []


async def espocrm(**more: object) -> None:
    async with EspoCrmClient(EspoCrmAccess.model_validate({**CRM, "proxy": None, **more})) as crm:
        await crm.read("5f3e1c0a9b8d7e6f5")


async def advoware() -> None:
    async with AdvowareSession(AdvowareAccess.model_validate(FIRM)) as firm:
        firm.tokens._token = Token(CANARY, datetime.max.replace(tzinfo=UTC))
        await firm.answer(HttpCall("read", "GET", firm.one(104001)))


async def token() -> None:
    async with AdvowareClient(AdvowareAccess.model_validate(FIRM)) as firm:
        await firm.read(104001)


async def administration() -> None:
    access = EspoCrmAccess.model_validate({**CRM, "proxy": None})
    async with EspoCrmMaker(access, Administrator(login="admin", password=SECRET)) as maker:
        await maker.get("/Role")


async def no_base64() -> None:
    signature(product=64, app_id="a", nonce="n", timestamp="t", api_key=SecretStr(f"{CANARY}!"))


@pytest.mark.parametrize(
    "call",
    [espocrm, lambda: espocrm(secret_key=CANARY), advoware, token, administration, no_base64],
    ids=["key", "hmac", "bearer", "token", "basic", "no base64"],
)
async def test_no_frame_of_ours_shows_a_secret_when_a_call_fails(call: Callable[[], Awaitable[None]]) -> None:
    """The system is away, and a programmer looks at the traceback with its locals."""
    with pytest.raises(SyncFault) as caught:
        await call()

    assert sorted(set(showing(caught.value))) == []


def showing(error: BaseException | None) -> list[str]:
    """Locals of ours in which a secret shows, in all errors behind one."""
    found = []
    while error is not None:
        found += _in_frames(error.__traceback__)
        error = error.__cause__ or error.__context__
    return found


def _in_frames(trace: TracebackType | None) -> list[str]:
    found = []
    while trace is not None:
        frame, trace = trace.tb_frame, trace.tb_next
        file = Path(frame.f_code.co_filename)
        ours = file.is_relative_to(ROOT) and not file.is_relative_to(ROOT / ".venv") and file != Path(__file__)
        shown = {name: repr(value) for name, value in frame.f_locals.items()} if ours else {}
        found += [f"{file.name}: {name}" for name, text in shown.items() if CANARY in text or BASE64 in text]
    return found
