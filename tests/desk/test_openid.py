"""Whoever the firm's own login names comes in with the role that is set for him, and nobody else, whatever it says."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from pydantic import SecretStr, ValidationError

from beteiligte.messages import Language
from beteiligte.record.party_fields import PARTY_TABLE
from installation.check import Verdict
from installation.checks import desk as looking
from runtime.loading import SettingsError
from runtime.ports import free_port
from runtime.settings import DeskSettings, OidcSettings, TemporalSettings
from simulators.server import serve
from starter.commands.desk import _refuse_where_no_link_is_taken
from starter.desk import claims as reading
from starter.desk import service
from starter.desk.access import DeskRole, Person, Sessions
from starter.desk.app import app
from starter.desk.claims import LogInRefused, LogInTrouble
from starter.desk.desk import Desk
from starter.desk.limits import LogInLimits
from starter.desk.login_links import LoginLinks, sealed
from starter.desk.openid import MOST, LogInsUnderWay, OpenIdLogin
from starter.desk.wording import Wording
from starter.requests import Requests
from tests.desk.desks import plain
from tests.desk.provider import CLIENT, OTHER, SECRET, SHARED, FalseProvider, serving

ANNA = {"name": "Anna Adler", "groups": ["office", "lawyers"]}
KEY = Fernet(Fernet.generate_key())


async def _away() -> Requests:
    raise RuntimeError


@pytest_asyncio.fixture(loop_scope="session")
async def provider() -> AsyncIterator[FalseProvider]:
    """One for a test, which names Anna."""
    async with serving(FalseProvider(claims=dict(ANNA))) as made:
        yield made


def oidc(issuer: str, **more: Any) -> OidcSettings:
    """Lawyers decide, the office looks."""
    wanted: dict[str, Any] = {
        "see": frozenset({"office"}),
        "decide": frozenset({"lawyers"}),
        "client_secret": SecretStr(SECRET),
    }
    return OidcSettings(issuer=issuer, client_id=CLIENT, **(wanted | more))


def desk_of(settings: DeskSettings, issuer: str | None = None, limits: LogInLimits | None = None, **more: Any) -> Desk:
    """A desk that knows no Temporal: whoever is logged in is told that."""
    return Desk(
        settings=settings,
        temporal=TemporalSettings(),
        wording=Wording(Language.GERMAN, PARTY_TABLE),
        sessions=Sessions(settings.idle, settings.session),
        links=LoginLinks(KEY, settings.link_life, began=0),
        connect=_away,
        openid=OpenIdLogin(oidc(issuer, **more), settings.url) if issuer else None,
        limits=limits or LogInLimits(),
    )


@asynccontextmanager
async def browser(issuer: str, limits: LogInLimits | None = None, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Before a desk that knows this provider."""
    port = free_port("127.0.0.1")
    desk = desk_of(DeskSettings(port=port), issuer, limits, **more)
    async with serve(app(desk), port) as url, httpx.AsyncClient(base_url=url, headers={"Origin": url}) as http:
        yield http


async def back(http: httpx.AsyncClient) -> str:
    """Go to the provider; the address to which it sends back."""
    begun = await http.get("/oidc")
    async with httpx.AsyncClient() as without_cookies:
        there = await without_cookies.get(begun.headers["location"])
    return there.headers["location"]


async def test_whoever_the_provider_names_comes_in_with_his_role(provider: FalseProvider) -> None:
    """By a page that loads the first one itself, with a cookie that no other site's page sends."""
    async with browser(provider.url) as http:
        offered = await http.get("/")
        answer = await http.get(await back(http))
        inside = await http.get("/")

    assert "Mit dem Konto der Kanzlei anmelden" in plain(offered.text)
    assert (answer.status_code, answer.headers["refresh"]) == (200, "0; url=/")
    [session] = [one for one in answer.headers.get_list("set-cookie") if one.startswith("beteiligte-desk=")]
    assert "HttpOnly" in session
    assert "SameSite=strict" in session
    assert "Angemeldet: Anna Adler" in plain(inside.text)
    assert "darf nur lesen" not in plain(inside.text)


async def test_the_provider_is_asked_by_code_with_pkce_state_and_nonce(provider: FalseProvider) -> None:
    """And the cookie of the way there is short-lived, and Lax."""
    async with browser(provider.url) as http:
        begun = await http.get("/oidc")
    asked = httpx.URL(begun.headers["location"]).params

    assert (asked["response_type"], asked["code_challenge_method"], asked["client_id"]) == ("code", "S256", CLIENT)
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    cookie = begun.headers["set-cookie"]
    assert [word for word in ("HttpOnly", "SameSite=lax", "Max-Age=600") if word not in cookie] == []


@pytest.mark.parametrize(
    ("says", "word"),
    [
        ({"iss": "https://other.example"}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": "another", "azp": CLIENT}, "aud"),
        ({"aud": [CLIENT, "another"]}, "azp"),
        ({"exp": int(time.time()) - 600}, "exp"),
        ({"iat": int(time.time()) + 600}, "iat"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"exp": None}, "exp"),
        ({"sub": None}, "sub"),
    ],
)
async def test_a_token_that_proves_nothing_lets_nobody_in(
    provider: FalseProvider, says: dict[str, Any], word: str
) -> None:
    """Neither one for somebody else, nor one of another time or another log-in."""
    provider.claims |= says
    async with browser(provider.url) as http:
        answer = await http.get(await back(http))
        after = await http.get("/")

    assert (answer.status_code, after.status_code) == (403, 401)
    assert f"lässt sich nicht bestätigen ({word})" in plain(answer.text)


@pytest.mark.parametrize(("key", "algorithm"), [(OTHER, "RS256"), (SHARED, "HS256"), (SHARED, "none")])
async def test_a_signature_of_somebody_else_proves_nothing(provider: FalseProvider, key: Any, algorithm: str) -> None:
    """Nor one by what the desk knows as well, nor none, although the provider's document offers both."""
    provider.key, provider.algorithm = key, algorithm
    async with browser(provider.url) as http:
        answer = await http.get(await back(http))

    assert answer.status_code == 403


async def test_a_callback_is_good_once_and_in_the_browser_that_began(provider: FalseProvider) -> None:
    """Whoever gets hold of the address, or sends his own to another, logs nobody in."""
    async with browser(provider.url) as http:
        address = await back(http)
        async with httpx.AsyncClient() as other:
            elsewhere = await other.get(address)
        own = await http.get(address)
        replayed = await http.get(address)
        await back(http)
        mixed = await http.get(address)

    assert [one.status_code for one in (elsewhere, own, replayed, mixed)] == [403, 200, 403, 403]
    assert "in einem anderen Browser begonnen" in plain(replayed.text)


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?code=x&state=", "?error=access_denied", "?code=x&state=%00%0d%0aX: y"]
)
async def test_a_callback_that_nobody_began_is_refused(provider: FalseProvider, query: str) -> None:
    """Whatever it holds."""
    async with browser(provider.url) as http:
        answer = await http.get(f"/oidc/callback{query}")

    assert answer.status_code == 403
    assert "beginnen Sie neu" in plain(answer.text)


async def test_what_goes_wrong_is_said_and_nothing_secret_is_logged(
    provider: FalseProvider, caplog: pytest.LogCaptureFixture
) -> None:
    """A provider that is away, that does not take the desk's secret, that breaks off with a text of an outsider."""
    caplog.set_level(logging.DEBUG)  # of httpx and below: what this test itself asks
    provider.away = True
    async with browser(provider.url) as http:
        away = await http.get("/oidc")
        provider.away, provider.refuses = False, "invalid_client"
        secret = await http.get(await back(http))
        await back(http)
        broken = await http.get("/oidc/callback?error=%3Cb%3Emarked&error_description=marked-text")
        provider.refuses = ""
        await http.get(await back(http))

    assert [one.status_code for one in (away, secret, broken)] == [503, 502, 403]
    assert "DESK_OIDC_CLIENT_SECRET" in plain(secret.text)
    ours = " ".join(
        one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore", "asyncio"))
    )
    assert [word for word in ("marked", "Anna", SECRET, "lawyers", "code-") if word in ours] == []
    assert "marked" not in broken.text


@pytest.mark.parametrize(
    ("says", "settings", "expected"),
    [
        ({"groups": ["lawyers"]}, {}, DeskRole.DECIDE),
        ({"groups": "office"}, {}, DeskRole.SEE),
        ({"groups": ["guests"]}, {}, LogInTrouble.NO_ROLE),
        ({}, {}, LogInTrouble.NO_ROLE),
        ({"groups": {"lawyers": True}}, {}, LogInTrouble.NO_ROLE),
        ({"groups": [["lawyers"], 1, None]}, {}, LogInTrouble.NO_ROLE),
        ({"groups": ["lawyers"], "name": None}, {}, LogInTrouble.NO_NAME),
        ({"groups": ["lawyers"], "name": " \n"}, {}, LogInTrouble.NO_NAME),
        ({"realm_access": {"roles": ["lawyers"]}}, {"role_claim": "realm_access.roles"}, DeskRole.DECIDE),
        ({"https://a.b/roles": ["office"]}, {"role_claim": "https://a.b/roles"}, DeskRole.SEE),
        ({"email": "A@firm.example"}, {"role_claim": "email", "decide": {"a@Firm.example"}}, DeskRole.DECIDE),
        (
            {"email": "a@firm.example", "email_verified": False},
            {"role_claim": "email", "decide": {"a@firm.example"}},
            LogInTrouble.NO_ROLE,
        ),
    ],
)
def test_roles_come_by_what_is_set_alone(says: dict[str, Any], settings: dict[str, Any], expected: object) -> None:
    """An address that the provider has not checked is anybody's."""
    wanted = oidc("https://id.example", **settings)
    said = {"name": "Anna"} | says
    if isinstance(expected, DeskRole):
        assert reading.person(said, wanted).role is expected
        return
    with pytest.raises(LogInRefused) as refused:
        reading.person(said, wanted)
    assert refused.value.trouble is expected


def test_a_name_stands_on_one_line() -> None:
    """It goes into notes and histories."""
    said = reading.person({"name": "Anna\r\nX: y\u202e" + "a" * 200, "groups": ["office"]}, oidc("https://id.example"))

    assert said.name.startswith("Anna X: y a")
    assert len(said.name) == 80


async def test_what_the_token_lacks_is_asked_for_and_counts_for_the_same_person_alone(provider: FalseProvider) -> None:
    """Providers leave groups out of it; an answer about another person is none."""
    provider.claims, provider.userinfo = {}, dict(ANNA)
    async with browser(provider.url) as http:
        good = await http.get(await back(http))
        provider.userinfo["sub"] = "2"
        other = await http.get(await back(http))
        provider.userinfo = {"name": "Eve", "groups": ["guests"]}
        guest = await http.get(await back(http))

    assert [one.status_code for one in (good, other, guest)] == [200, 403, 403]
    assert "wenden Sie sich an Ihren Betreuer" in plain(guest.text)
    assert f'href="{provider.url}/end?' in guest.text


async def test_logging_out_ends_the_session_and_leads_to_the_providers_own(provider: FalseProvider) -> None:
    """Where it has one."""
    async with browser(provider.url) as http:
        await http.get(await back(http))
        source = (await http.get("/")).text
        csrf = source.partition('name="csrf" value="')[2].partition('"')[0]
        out = await http.post("/logout", data={"csrf": csrf})
        after = await http.get("/")

    assert (out.status_code, after.status_code) == (200, 401)
    assert f'href="{provider.url}/end?' in out.text
    assert "Auch dort abmelden" in plain(out.text)


async def test_links_let_nobody_in_where_the_provider_is_alone(provider: FalseProvider) -> None:
    """Nor does the page name them; beside a provider they go on."""
    token = sealed(Person(name="Ben", role=DeskRole.SEE), KEY)
    async with browser(provider.url, alone=True) as http:
        alone, page = await http.post("/login", data={"token": token}), await http.get("/")
    async with browser(provider.url) as http:
        beside = await http.post("/login", data={"token": token})

    assert (alone.status_code, beside.status_code) == (403, 303)
    assert "desk login" not in page.text


async def test_who_tries_without_end_is_told_to_wait(provider: FalseProvider) -> None:
    """By link or by the provider; whoever is in already goes on."""
    async with browser(provider.url, limits=LogInLimits(of_address=3)) as http:
        await http.get(await back(http))
        tried = [(await http.get(path)).status_code for path in ("/login/x", "/login/x", "/oidc")]
        answer = await http.post("/login", data={"token": "x"})
        inside = await http.get("/")

    assert tried == [403, 429, 429]
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert "Angemeldet: Anna Adler" in plain(inside.text)


def test_so_many_log_ins_are_under_way_each_is_used_once() -> None:
    """The oldest makes room; a browser that keeps its cookie has no second try."""
    under_way = LogInsUnderWay()
    first, *_, last = [under_way.begin({"number": number}) for number in range(MOST + 1)]

    assert under_way.take(last) == {"number": MOST}
    for used_or_gone in (first, last):
        with pytest.raises(LogInRefused):
            under_way.take(used_or_gone)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"issuer": "https://id.example"}, "DESK_OIDC_CLIENT_ID"),
        ({"issuer": "https://id.example", "client_id": "x", "client_secret": SecretStr("x")}, "DESK_OIDC_SEE"),
        ({"issuer": "http://id.example"}, "https://"),
        ({"alone": True}, "DESK_OIDC_ISSUER"),
        ({"issuer": "https://id.example", "client_id": "x", "client_secret": SecretStr("")}, "DESK_OIDC_CLIENT_SECRET"),
    ],
)
def test_half_of_the_settings_is_refused(settings: dict[str, Any], word: str) -> None:
    """Before anybody stands before a door that lets nobody in."""
    with pytest.raises(ValidationError, match=word):
        OidcSettings(**settings)


async def test_doctor_says_whether_the_provider_answers_and_what_it_has_to_know(provider: FalseProvider) -> None:
    """Without it: that links are what there is."""
    desk = DeskSettings(url="https://desk.firm.example")
    [none] = await looking.checks(desk, OidcSettings())
    [good] = await looking.checks(desk, oidc(provider.url))
    provider.metadata = {"issuer": "https://other.example"}
    [other] = await looking.checks(desk, oidc(provider.url))
    provider.metadata = {"token_endpoint": "http://far.example/token"}
    [open_to_all] = await looking.checks(desk, oidc(provider.url))
    provider.away = True
    [away] = await looking.checks(desk, oidc(provider.url))

    assert [one.verdict for one in (none, good, other, open_to_all, away)] == [Verdict.OK] * 2 + [Verdict.WRONG] * 3
    assert "https://desk.firm.example/oidc/callback" in good.seen


@pytest.mark.parametrize(("proxies", "statuses"), [(("127.0.0.1",), [403, 403, 429]), ((), [403, 429, 429])])
async def test_the_address_of_a_person_is_said_by_the_set_proxy_alone(
    proxies: tuple[str, ...], statuses: list[int]
) -> None:
    """Whoever sends the header himself would else count as somebody new each time."""
    settings = DeskSettings(proxies=proxies)
    made = desk_of(settings, limits=LogInLimits(of_address=1))
    config = service.config(made)
    config.load()
    transport = httpx.ASGITransport(config.loaded_app, client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url=settings.url) as http:
        asked = [
            await http.get("/login/x", headers={"X-Forwarded-For": said})
            for said in ("10.0.0.1", "10.0.0.2", "10.0.0.2")
        ]

    assert [answer.status_code for answer in asked] == statuses


def test_no_link_is_made_that_no_desk_takes() -> None:
    """`desk login` says so instead."""
    _refuse_where_no_link_is_taken(oidc("https://id.example"))
    with pytest.raises(SettingsError, match="DESK_OIDC_ALONE"):
        _refuse_where_no_link_is_taken(oidc("https://id.example", alone=True))
