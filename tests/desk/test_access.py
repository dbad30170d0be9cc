"""Nobody sees or decides anything at the desk who may not, whatever he sends."""

import time
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from starter.desk import login_links
from starter.desk.access import DeskRole, Person, Sessions
from starter.desk.app import FORMS, PAGES
from starter.desk.login_links import LinkRefused, LoginLinks
from tests.desk.desks import OpenDesk, plain
from tests.world import World

ANNA = Person(name="Anna", role=DeskRole.DECIDE)


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(desk: OpenDesk) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever reaches the port."""
    async with httpx.AsyncClient(base_url=desk.url, headers={"Origin": desk.url}) as http:
        yield http


@pytest.mark.parametrize("path", [path for path, _, _ in PAGES])
async def test_no_page_is_shown_without_logging_in(stranger: httpx.AsyncClient, world: World, path: str) -> None:
    """It says how one logs in, and neither name nor value."""
    party, _ = await world.torn()
    answer = await stranger.get(path.format(party_id=party, run_id="x"))

    assert answer.status_code == 401
    assert "Bitte melden Sie sich an" in answer.text
    assert "Müßig" not in answer.text
    assert "Prof." not in answer.text


@pytest.mark.parametrize("path", [path for path, _, _ in FORMS])
async def test_no_form_is_taken_without_logging_in(stranger: httpx.AsyncClient, path: str) -> None:
    """Also from a page of ours."""
    answer = await stranger.post(path.format(party_id="6b04cd6d623bec762", run_id="x"), data={"csrf": "x"})

    assert answer.status_code == 401


@pytest.mark.parametrize("path", [path for path, role, _ in FORMS if role is DeskRole.DECIDE])
async def test_whoever_may_only_look_decides_nothing(desk: OpenDesk, path: str) -> None:
    """Not by a form made by hand either; his pages hold none but the one that logs out."""
    async with desk.visitor("Ben", DeskRole.SEE) as ben:
        source = await ben.see("/")
        csrf = source.partition('name="csrf" value="')[2].partition('"')[0]
        answer = await ben.http.post(path.format(party_id="6b04cd6d623bec762", run_id="x"), data={"csrf": csrf})

    assert answer.status_code == 403
    assert "Das dürfen Sie nicht" in plain(answer.text)
    assert 'name="take"' not in source


@pytest.mark.parametrize("origin", ["http://evil.example", "null", None, "http://127.0.0.1:1"])
async def test_a_form_of_another_page_is_refused(desk: OpenDesk, world: World, origin: str | None) -> None:
    """Also with the cookie, and with the right word: a browser says whose page it shows."""
    party, _ = await world.torn()
    async with desk.visitor() as anna:
        await anna.see(f"/party/{party}")
        form = anna.form(f"/party/{party}/field")
        del anna.http.headers["Origin"]
        headers = {"Origin": origin} if origin else {}
        answer = await anna.http.post(f"/party/{party}/field", data={**form, "take": "espocrm"}, headers=headers)

    assert answer.status_code == 403
    assert "Es wurde nichts getan" in plain(answer.text)


@pytest.mark.parametrize("csrf", ["", "another", "ä"])
async def test_a_form_without_its_word_is_refused(desk: OpenDesk, csrf: str) -> None:
    """The word is each session's own."""
    async with desk.visitor() as anna:
        answer = await anna.http.post("/logout", data={"csrf": csrf})
        none = await anna.http.post("/logout", data={})
        still = await anna.http.get("/")

    assert (answer.status_code, none.status_code, still.status_code) == (403, 400, 200)


async def test_another_name_of_this_machine_is_not_answered(stranger: httpx.AsyncClient) -> None:
    """DNS rebinding: the page of a stranger whose name leads here by now."""
    answer = await stranger.get("/", headers={"Host": "evil.example"})

    assert answer.status_code == 400


async def test_a_link_lets_one_person_in_once(desk: OpenDesk, stranger: httpx.AsyncClient) -> None:
    """To open it uses nothing up, as a program that reads mails does; the button does."""
    token = desk.link("Anna").rpartition("/")[2]
    opened = [await stranger.get(f"/login/{token}") for _ in range(2)]
    first = await stranger.post("/login", data={"token": token})
    again = await stranger.post("/login", data={"token": token})

    assert ["Sie melden sich an als Anna" in plain(answer.text) for answer in opened] == [True, True]
    assert (first.status_code, again.status_code) == (303, 403)
    cookie = first.headers["set-cookie"]
    assert [word for word in ("HttpOnly", "SameSite=strict", "Path=/") if word not in cookie] == []
    assert "gilt nicht mehr" in plain(again.text)


def test_a_link_ends_by_itself_with_a_restart_and_with_another_key() -> None:
    """A used one would else be fresh again after a restart."""
    fernet, life = Fernet(Fernet.generate_key()), timedelta(minutes=15)
    token = login_links.sealed(ANNA, fernet)

    for links in (
        LoginLinks(fernet, timedelta(0), began=0),
        LoginLinks(fernet, life, began=time.time() + 1),
        LoginLinks(Fernet(Fernet.generate_key()), life, began=0),
    ):
        with pytest.raises(LinkRefused):
            links.look(token)
    assert LoginLinks(fernet, life, began=0).look(token) == ANNA


@pytest.mark.parametrize("token", ["", "x", "é", "gAAAAA" + "A" * 200])
def test_no_other_text_is_a_link(token: str) -> None:
    """Nor any that breaks the reading."""
    with pytest.raises(LinkRefused):
        LoginLinks(Fernet(Fernet.generate_key()), timedelta(minutes=1), began=0).look(token)


@pytest.mark.parametrize(("idle", "longest"), [(0, 60), (60, 0)])
def test_a_session_ends(idle: int, longest: int) -> None:
    """By doing nothing, and whatever is done."""
    sessions = Sessions(timedelta(minutes=idle), timedelta(minutes=longest))
    token = sessions.begin(ANNA)

    assert sessions.of(token) is None


async def test_who_logs_out_is_out_wherever_the_cookie_went(desk: OpenDesk) -> None:
    """The session ends here, not only in his browser."""
    async with desk.visitor() as anna:
        await anna.see("/")
        kept = dict(anna.http.cookies)
        csrf = anna.form("/logout")["csrf"]
        await anna.http.post("/logout", data={"csrf": csrf})
        async with httpx.AsyncClient(base_url=desk.url, cookies=kept) as thief:
            assert (await thief.get("/")).status_code == 401


async def test_every_answer_forbids_scripts_frames_and_keeping(desk: OpenDesk, stranger: httpx.AsyncClient) -> None:
    """Pages, refusals, what is not there; what looks the same for everybody may be kept."""
    async with desk.visitor() as anna:
        answers = [await anna.http.get("/"), await stranger.get("/"), await anna.http.get("/none")]
    policies = [answer.headers["content-security-policy"] for answer in answers]

    assert [p for p in policies if "default-src 'none'" not in p or "unsafe" in p or "script" in p] == []
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 3
    assert [answer.headers["x-frame-options"] for answer in answers] == ["DENY"] * 3
    assert "<script" not in answers[0].text
    assert " style=" not in answers[0].text


async def test_a_large_or_broken_form_is_refused(desk: OpenDesk) -> None:
    """Within its bounds, and without a trace."""
    async with desk.visitor() as anna:
        for body in (b"a=" + b"x" * 600_000, b"\xff\xfe=%ff", b"&".join(b"a=1" for _ in range(3_000))):
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            assert (await anna.http.post("/decide", content=body, headers=kind)).status_code == 400
