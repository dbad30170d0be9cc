"""What somebody tries who knows how such pages are broken into: each is refused, and leaves nothing behind."""

import asyncio
import logging
import re

import httpx
import pytest

from starter.desk import limits, login_links
from starter.desk.access import DeskRole
from starter.desk.app import FORMS, PAGES
from tests.desk.desks import OpenDesk, plain
from tests.world import World

MARKED = "Merkwort"
"""Stands in what is told of a client."""


async def test_a_session_that_somebody_else_chose_is_none(desk: OpenDesk) -> None:
    """Fixation: who logs in gets a new one, whatever cookie was planted, and the one that he had ends."""
    token = desk.link().rpartition("/")[2]
    async with httpx.AsyncClient(base_url=desk.url, headers={"Origin": desk.url}) as http:
        http.cookies.set("beteiligte-desk", "planted")
        await http.post("/login", data={"token": token})
        own = http.cookies.get("beteiligte-desk", domain="127.0.0.1")
        again = desk.link().rpartition("/")[2]
        before = {"Cookie": f"beteiligte-desk={own}", "Origin": desk.url}
        async with httpx.AsyncClient(base_url=desk.url, headers=before) as same:
            await same.post("/login", data={"token": again})
            ended = await same.get("/")
        async with httpx.AsyncClient(base_url=desk.url, headers={"Cookie": "beteiligte-desk=planted"}) as planted:
            stranger = await planted.get("/")

    assert (ended.status_code, stranger.status_code) == (401, 401)


async def test_a_link_that_many_send_at_once_lets_one_in(desk: OpenDesk) -> None:
    """There is no moment between looking and using."""
    token = desk.link().rpartition("/")[2]
    async with httpx.AsyncClient(base_url=desk.url, headers={"Origin": desk.url}) as http:
        answers = await asyncio.gather(*(http.post("/login", data={"token": token}) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [303] + [403] * 7


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/static/%00",
        "/%0d%0aSet-Cookie:x=y",
        "/party/..%2f..%2fetc",
        "/" + "a" * 20_000,
    ],
)
async def test_an_odd_address_shows_no_file_and_leads_nowhere(desk: OpenDesk, path: str) -> None:
    """Neither out of the folder, nor to another site, nor into a header."""
    async with desk.visitor() as anna:
        answer = await anna.http.get(path)

    assert answer.status_code in (400, 401, 404)
    assert "set-cookie" not in answer.headers
    assert "root:" not in answer.text
    assert "import" not in answer.text


async def test_the_page_for_strangers_offers_no_way_to_another_site(desk: OpenDesk) -> None:
    """An address of two slashes is one of another host."""
    async with httpx.AsyncClient(base_url=desk.url) as http:
        answer = await http.get(f"{desk.url}//evil.example/")

    assert (answer.status_code, 'href="//' in answer.text) == (404, False)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "GET"])
@pytest.mark.parametrize("path", ["/decide", "/pause"])
async def test_a_decision_comes_by_a_form_alone(desk: OpenDesk, method: str, path: str) -> None:
    """By no other method, which other pages may send more easily."""
    async with desk.visitor() as anna:
        answer = await anna.http.request(method, path)

    assert answer.status_code in (404, 405)


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
async def test_a_form_in_another_dress_is_none(desk: OpenDesk, kind: str) -> None:
    """What a page elsewhere can send without being asked holds no word of the session."""
    async with desk.visitor() as anna:
        answer = await anna.http.post("/pause", content=b'{"csrf": "x"}', headers={"Content-Type": kind})

    assert answer.status_code in (400, 403)


async def test_the_word_of_another_session_is_none(desk: OpenDesk) -> None:
    """Also of a person who may decide."""
    async with desk.visitor("Eve", DeskRole.SEE) as eve, desk.visitor("Anna") as anna:
        await eve.see("/")
        await anna.see("/")
        word = anna.form("/logout")["csrf"]
        answer = await eve.http.post("/pause", data={"csrf": word})
        other = await anna.http.post("/logout", data={"csrf": eve.form("/logout")["csrf"]})

    assert (answer.status_code, other.status_code) == (403, 403)


async def test_a_session_that_decides_without_end_is_told_to_wait(desk: OpenDesk) -> None:
    """Others go on."""
    async with desk.visitor() as anna:
        await anna.see("/")
        [session] = [one for one in desk.desk.sessions._by_key.values() if one.csrf == anna.form("/logout")["csrf"]]
        for _ in range(limits.DECISIONS):
            await limits.taken(session.decisions)
        answer = await anna.http.post("/decide", data=anna.form("/logout"))
        out = await anna.http.post("/logout", data=anna.form("/logout"))

    assert answer.status_code == 429
    assert "zu viele Versuche" in plain(answer.text)
    assert out.status_code == 303


async def test_what_is_told_of_clients_stands_in_pages_alone(
    desk: OpenDesk, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """In no log, header, address or title of any page, also where it is decided."""
    caplog.set_level(logging.INFO)
    party, _ = await world.torn()
    world.espocrm.records[party]["titel"] = MARKED
    seen: list[httpx.Response] = []
    async with desk.visitor() as anna:
        for path, _, _ in PAGES:
            source = await anna.see(path.format(party_id=party, run_id="x"))
            seen.append(await anna.http.get(path.format(party_id=party, run_id="x")))
            titles = re.findall(r"<title>(.*?)</title>", source)
            links = re.findall(r'(?:href|action|src)="([^"]*)"', source)
            assert [one for one in (*titles, *links) if MARKED in one or "Müßig" in one] == []
        await anna.see(f"/party/{party}")
        for path, _, _ in FORMS[1:]:
            data = {"csrf": anna.form("/logout")["csrf"], "value": MARKED, "take": MARKED, "field": MARKED}
            seen.append(await anna.http.post(path.format(party_id=party, run_id="x"), data=data))

    assert any(MARKED in answer.text or "Müßig" in answer.text for answer in seen)
    assert [name for answer in seen for name, value in answer.headers.items() if MARKED in value] == []
    said = [one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))]
    assert [line for line in said if MARKED in line or "Müßig" in line] == []


async def test_a_form_that_comes_a_byte_at_a_time_is_given_up(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds its place for as long as the desk says, and no longer."""
    monkeypatch.setattr("starter.desk.forms.WITHIN", 0.2)
    port = httpx.URL(desk.url).port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST {login_links.PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {desk.url}\r\nContent-Length: 900\r\n\r\n"
    writer.write(head.encode() + b"token=")
    async with asyncio.timeout(10):
        answer = await reader.readline()
    writer.close()

    assert b" 403 " in answer
