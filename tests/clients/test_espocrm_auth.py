"""How EspoCRM knows us: an API key alone, or a signature (facts/espocrm.md §2.1, recordings auth-*)."""

import asyncio
import base64
import hashlib
import hmac
from datetime import timedelta

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from beteiligte.faults import CredentialsRefused
from clients.access import EspoCrmAccess
from clients.espocrm import EspoCrmClient, hmac_authorization
from clients.records import ListQuery, RecordNote, Where
from simulators.server import serve

KEY, SECRET = "9f1c2b", "geheim"


class Crm:
    """Knows one HMAC user, as EspoCRM checks it; the path is taken from the request, not from the client."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.app = Starlette(routes=[Route("/crm/api/v1/{rest:path}", self.answer, methods=["GET", "PUT", "POST"])])

    async def answer(self, request: Request) -> Response:
        path = request.url.path.partition("/api/v1")[2]
        digest = hmac.new(SECRET.encode(), f"{request.method} {path}".encode(), hashlib.sha256).hexdigest()
        wanted = base64.b64encode(f"{KEY}:{digest}".encode()).decode()
        sent = request.headers.get("X-Hmac-Authorization")
        self.calls.append(f"{request.method} {path}")
        if sent != wanted or "X-Api-Key" in request.headers:
            return Response(status_code=401, media_type="text/html")
        return JSONResponse({"list": []})


def access(url: str, secret: str | None) -> EspoCrmAccess:
    return EspoCrmAccess(
        url=url, api_key=SecretStr(KEY), secret_key=SecretStr(secret) if secret else None, max_concurrent=4
    )


def test_the_signature_is_that_of_the_facts() -> None:
    """Made with openssl: printf 'GET /CBeteiligte' | openssl dgst -sha256 -hmac geheim; then base64 of key:hex."""
    made = hmac_authorization("GET", "/CBeteiligte", api_key=SecretStr(KEY), secret_key=SecretStr(SECRET))

    assert base64.b64decode(made) == b"9f1c2b:0f7217fe73f60f5c65ac1fbb4d2ddc383a62427e50c1667bfd0ffbcdbe2e3287"


async def test_every_call_of_an_hmac_user_is_signed_without_its_query() -> None:
    """Read, write, list with a query, note; EspoCRM in a folder of its host."""
    crm = Crm()
    async with serve(crm.app) as url, EspoCrmClient(access(f"{url}/crm/", SECRET)) as client:
        await client.read("6b04cd6d623bec762")
        await client.write("6b04cd6d623bec762", {"titel": "Dr."})
        await client.find(ListQuery(where=(Where(type="equals", attribute="betnr", value=1),)))
        await client.post_note(RecordNote(party_id="6b04cd6d623bec762", text="…"))

    assert crm.calls == [
        "GET /CBeteiligte/6b04cd6d623bec762",
        "PUT /CBeteiligte/6b04cd6d623bec762",
        "GET /CBeteiligte",
        "POST /Note",
    ]


@pytest.mark.parametrize("secret", [None, "falsch"])
async def test_a_wrong_credential_names_both_settings(secret: str | None) -> None:
    """An HMAC user's key alone is refused like a wrong secret (recordings auth-08, auth-09)."""
    async with serve(Crm().app) as url, EspoCrmClient(access(f"{url}/crm", secret)) as client:
        with pytest.raises(CredentialsRefused, match="ESPOCRM_SECRET_KEY") as caught:
            await client.read("1")

    assert caught.value.wait == timedelta(minutes=1)


async def test_a_wrong_key_in_a_crowd_does_not_lock_the_office_out() -> None:
    """More than ten refusals a minute lock out everybody behind the address: who waited for a turn is held as well."""
    crm = Crm()
    async with serve(crm.app) as url, EspoCrmClient(access(f"{url}/crm", "falsch")) as client:
        answers = await asyncio.gather(*(client.read(str(n)) for n in range(40)), return_exceptions=True)

    assert [answer for answer in answers if not isinstance(answer, CredentialsRefused)] == []
    assert len(crm.calls) <= 4
