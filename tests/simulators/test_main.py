"""`python -m simulators`: a newcomer copies its settings, and the program reaches both stand-ins with them."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest

from clients.access import AdvowareAccess, EspoCrmAccess
from clients.advoware import AdvowareClient
from clients.espocrm import EspoCrmClient
from runtime.loading import load
from runtime.settings import AdvowareSettings, EspoCrmSettings, WebhookSettings
from simulators.__main__ import main as simulate
from simulators.server import serve
from tests.simulators.receiver import Receiver

LIMIT = 30


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The process and all that it printed until it was ready; it ends with SIGTERM, without complaint."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "simulators", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "COLUMNS": "200"},
    )
    assert process.stdout is not None
    try:
        lines = ""
        async with asyncio.timeout(LIMIT):
            while "/faults" not in lines:
                line = (await process.stdout.readline()).decode()
                assert line, "it ended before it was ready"
                lines += line
        yield process, lines
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), LIMIT) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def address(lines: str, name: str) -> str:
    """An address from the table."""
    found = re.search(rf"{name}\s+[│|]\s+(http\S+)", lines)
    assert found, lines
    return found[1]


async def test_its_settings_are_all_the_program_needs(tmp_path: Path) -> None:
    """The block between the two comments, as it is, is a `.env` with which both clients work."""
    receiver = Receiver()
    async with (
        serve(receiver.app) as url,
        running("--webhooks", url, "--every", "0.05", "--parties", "1") as (_, lines),
        httpx.AsyncClient() as http,
    ):
        env = tmp_path / ".env"
        env.write_text(lines.partition("# settings for .env\n")[2].partition("# end of settings")[0])
        espocrm, advoware = load(EspoCrmSettings, env_file=env), load(AdvowareSettings, env_file=env)
        secrets = load(WebhookSettings, env_file=env).secrets
        control = address(lines, "control")
        recipients = load(EspoCrmSettings, env_file=env).recipients
        [party] = (await http.get(f"{control}/parties")).json()["espocrm"]

        async with EspoCrmClient(EspoCrmAccess(url=espocrm.url, api_key=espocrm.api_key)) as crm:
            assert (await crm.read(party["id"])).attributes["lastName"] == "Müßig"
        access = advoware.model_dump(include=set(AdvowareAccess.model_fields))
        async with AdvowareClient(AdvowareAccess(**access)) as firm:
            made = await firm.create({"name": "Müßig"})
            await http.put(f"{control}/advoware/{made.bet_nr}", json={"titel": "Dr."})
            assert made.bet_nr is not None
            assert (await firm.read(made.bet_nr)).fields["titel"] == "Dr."
        await asyncio.wait_for(receiver.first.wait(), LIMIT)

    assert len(secrets) == 3
    assert len(recipients) == 1
    assert receiver.got[0].events[0]["id"] == party["id"]


async def test_faults_outages_and_the_clock_are_set_from_outside() -> None:
    """What is wrong is answered with what would be right."""
    async with running() as (_, lines), httpx.AsyncClient() as http:
        control, crm = address(lines, "control"), address(lines, "EspoCRM")
        planned = {"call": "espocrm.user", "fault": "status", "status": 418, "times": 2}
        assert (await http.post(f"{control}/faults", json=planned)).json() == {"planned": ["espocrm.user: status, 2"]}
        assert (await http.get(f"{crm}/api/v1/App/user")).status_code == 418
        assert (await http.get(f"{control}/faults")).json() == {"planned": ["espocrm.user: status, 1"]}
        await http.delete(f"{control}/faults")
        assert (await http.get(f"{crm}/api/v1/App/user")).status_code == 401

        await http.post(f"{control}/outages/espocrm")
        with pytest.raises(httpx.TransportError):
            await http.get(f"{crm}/api/v1/App/user")
        await http.delete(f"{control}/outages/espocrm")
        assert (await http.get(f"{crm}/api/v1/App/user")).status_code == 401

        assert "now" in (await http.post(f"{control}/clock", json={"seconds": 60})).json()
        assert (await http.get(f"{control}/calls")).json() == {"espocrm.user": 4}


@pytest.mark.parametrize(
    ("method", "path", "body", "named"),
    [
        ("POST", "/faults", b'{"call": "x", "fault": "quatsch"}', "lost_answer"),
        ("POST", "/faults", b'{"fault": "lost_answer"}', "name the call"),
        ("POST", "/faults", b'{"call": "x", "fault": "latency", "minutes": 1}', "minutes"),
        ("POST", "/faults", b"{", "no JSON"),
        ("POST", "/faults", b"[]", "no JSON object"),
        ("POST", "/outages/quatsch", b"", "espocrm"),
        ("PUT", "/habits", b'{"has_quatsch": true}', "has_search"),
        ("PUT", "/habits", b'{"has_search": "ja"}', "true or false"),
        ("POST", "/clock", b"{}", "seconds"),
        ("PUT", "/advoware/7", b"{}", "betNr 7"),
    ],
)
async def test_nonsense_is_told_from_outside(method: str, path: str, body: bytes, named: str) -> None:
    """400, and how it is done."""
    from simulators import Simulators
    from simulators.control import app

    async with serve(app(Simulators())) as url, httpx.AsyncClient(verify=False) as http:
        answer = await http.request(method, url + path, content=body)

    assert answer.status_code == 400
    assert named in answer.json()["error"]


async def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    """No traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "simulators", "--advoware-port", port, stderr=asyncio.subprocess.PIPE
        )
        _, error = await asyncio.wait_for(process.communicate(), LIMIT)

    assert process.returncode == 2
    assert error.decode().count("\n") == 1
    assert "port is taken" in error.decode()


async def test_switches_of_a_firm_are_set_by_options() -> None:
    """A lowered list limit, a clock that is behind, a duplicate check on update."""
    async with running("--parties", "2", "--list-limit", "1", "--clock", "-3600", "--duplicate-check") as (_, lines):
        crm = f"{address(lines, 'EspoCRM')}/api/v1/CBeteiligte"
        key = re.findall(r"ESPOCRM_API_KEY=(\S+)", lines)[0]
        async with httpx.AsyncClient(headers={"X-Api-Key": key}) as http:
            refused, page = await http.get(crm, params={"maxSize": 2}), await http.get(crm, params={"maxSize": 1})
            record = page.json()["list"][0]
            double = {"firstName": record["firstName"], "lastName": record["lastName"]}
            await http.post(crm, json=double, headers={"X-Skip-Duplicate-Check": "true"})
            written = await http.put(f"{crm}/{record['id']}", json={"titel": "Dr."})

    behind = datetime.now(UTC) - parsedate_to_datetime(page.headers["Date"])
    assert (refused.status_code, written.status_code) == (403, 409)
    assert timedelta(minutes=59) < behind < timedelta(minutes=61)


async def test_a_bare_espocrm_tells_its_administrator_and_has_no_key() -> None:
    """Whoever tries to set one up needs the one, and makes the other."""
    async with running("--bare") as (_, lines):
        login = re.search(r"export ESPOCRM_ADMIN_USER=(\S+) ESPOCRM_ADMIN_PASSWORD=(\S+)", lines)
        assert login
        async with httpx.AsyncClient(auth=(login[1], login[2])) as http:
            me = (await http.get(f"{address(lines, 'EspoCRM')}/api/v1/App/user")).json()

    assert me["user"]["type"] == "admin"
    assert "ESPOCRM_API_KEY" not in lines


@pytest.mark.parametrize("option", [("--webhooks", "http://here.test"), ("--parties", "1"), ("--versions",)])
def test_a_bare_espocrm_has_no_type_for_what_goes_with_one(option: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        simulate(["--bare", *option])

    assert ended.value.code == 2
