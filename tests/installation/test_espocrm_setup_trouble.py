"""`espocrm-setup` where somebody may not, a login is wrong, or EspoCRM fails in the middle."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from clients.access import EspoCrmAccess
from clients.espocrm_admin import Administrator, EspoCrmMaker
from simulators.espocrm_users import ADMIN, PERSON
from simulators.faults import LostAnswer, RefusedBeforeEffect, Status
from tests.installation.setting_up import RECEIVER, USER, Office, admin_of

HOOK = f"{RECEIVER}/webhook/beteiligte"
KINDS = ("create", "update", "delete")


# ---------------------------------------------------------------------- who may


@pytest.mark.parametrize("who", [PERSON])
async def test_whoever_is_no_administrator_is_turned_away_before_anything(bare: Office, who: str) -> None:
    user = bare.crm.users.all[who]

    ran = await bare.make(ESPOCRM_ADMIN_USER=user.login, ESPOCRM_ADMIN_PASSWORD=user.secret)

    assert ran.code == 2
    assert "no administrator" in ran.err
    assert bare.written() == []


@pytest.mark.parametrize(
    "wrong", [{"ESPOCRM_ADMIN_PASSWORD": "wrong"}, {"ESPOCRM_API_KEY": "0" * 32}], ids=["password", "key"]
)
async def test_a_wrong_credential_is_shown_once(bare: Office, wrong: dict[str, str]) -> None:
    """More than ten a minute lock out everybody behind the address (facts §2.1)."""
    ran = await bare.make(**wrong)

    assert ran.code == 2
    assert "refused" in ran.err
    assert [call.status for call in bare.world.calls.since()].count(401) == 1
    assert bare.written() == []


async def test_a_login_is_needed_and_never_an_argument(bare: Office, tmp_path: Path) -> None:
    none = {"ESPOCRM_ADMIN_USER": "", "ESPOCRM_ADMIN_PASSWORD": ""}
    file = tmp_path / "admin"
    file.write_text(":".join(admin_of(bare)) + "\n")
    file.chmod(0o644)

    missing, half = await bare.setup(**none), await bare.setup(ESPOCRM_ADMIN_PASSWORD="")
    read = await bare.setup("--admin-file", str(file), **none)

    assert (missing.code, half.code, read.code) == (2, 2, 7)
    assert "--admin-file" in missing.err
    assert "ESPOCRM_ADMIN_PASSWORD" in half.err
    assert "chmod 600" in read.err


@pytest.mark.parametrize("text", ["", "admin", "admin:", ":secret", None])
async def test_a_file_without_a_login_is_named(bare: Office, tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "admin"
    if text is not None:
        file.write_text(text)

    ran = await bare.setup("--admin-file", str(file))

    assert ran.code == 2
    assert str(file) in ran.err
    assert bare.world.calls.mark == 0


# ---------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("call", "fault", "part"),
    [
        ("espocrm.manage", RefusedBeforeEffect(), "entity type CBeteiligte"),
        ("espocrm.manage", LostAnswer(), "entity type CBeteiligte"),
        ("espocrm.role", LostAnswer(), "role Advoware-Abgleich"),
        ("espocrm.users", LostAnswer(), f"API user {USER}"),
        ("espocrm.webhook", LostAnswer(), "webhook CBeteiligte.create"),
        ("espocrm.webhook", Status(500), "webhook CBeteiligte.create"),
    ],
)
async def test_a_failure_in_the_middle_says_what_was_made_and_is_repeated(
    bare: Office, monkeypatch: pytest.MonkeyPatch, call: str, fault: Any, part: str
) -> None:
    """The first write of a kind fails, its answer is lost, or EspoCRM stumbles; the second run makes the rest once."""
    looks = {"espocrm.manage": 0, "espocrm.role": 1, "espocrm.users": 1, "espocrm.webhook": 1}[call]
    taken = bare.world.faults.take
    seen: list[str] = []

    def take(name: str, party: str | None) -> Any:
        seen.append(name)
        return fault if name == call and seen.count(name) == looks + 1 else taken(name, party)

    monkeypatch.setattr(bare.world.faults, "take", take)

    stopped = await bare.make()
    again = await bare.make()

    assert (stopped.code, again.code) == (4, 0)
    assert f"Stopped at {part}" in stopped.err
    assert "Repeat the command" in stopped.err
    assert len(bare.crm.deliveries.webhooks) == 3
    assert [login for login in bare.crm.users.all if login not in (PERSON, ADMIN)] == [USER]


@pytest.mark.parametrize("body", [[], {"list": 3}, {"list": [{"name": "x"}]}], ids=str)
@pytest.mark.parametrize("call", ["espocrm.role", "espocrm.users", "espocrm.webhook"])
async def test_a_list_that_is_none_is_never_an_empty_one(bare: Office, call: str, body: Any) -> None:
    """Else what is there would be made again."""
    bare.world.faults.plan(call, Status(200, json=body))

    ran = await bare.make()

    assert (ran.code, bare.written()) == (4, [])
    assert "Nothing was made" in ran.err


async def test_a_list_goes_over_several_pages(bare: Office) -> None:
    """Where an installation allows small pages only, what stands on the second one is there, too."""
    pages = [Status(200, json={"total": 2, "list": [{"id": name}]}) for name in ("a", "b")]
    bare.world.faults.plan("espocrm.webhook", *pages)
    login, password = admin_of(bare)
    access = EspoCrmAccess(url=bare.world.espocrm_server.url, api_key=SecretStr(""))

    async with EspoCrmMaker(access, Administrator(login=login, password=SecretStr(password))) as admin:
        assert [row["id"] for row in await admin.rows("/Webhook")] == ["a", "b"]


async def test_a_type_without_a_word_on_its_fields_gets_none(made: Office) -> None:
    made.world.faults.plan("espocrm.metadata", Status(200, json={"isCustom": True}), Status(200, json={}))
    mark = made.world.calls.mark

    assert ((await made.make()).code, made.written(mark)) == (4, [])


async def test_an_espocrm_that_does_not_answer_is_named(bare: Office) -> None:
    bare.world.faults.outage("espocrm")

    ran = await bare.make()

    assert ran.code == 4
    assert "Nothing was made" in ran.err
    bare.world.faults.lift("espocrm")


@pytest.mark.parametrize(
    ("version", "receiver", "code", "word"),
    [
        ("10.0.0", "http://10.1.2.3:8080", 2, "host name"),
        ("9.3.2", "http://10.1.2.3:8080", 4, "'webhookAllowedAddressList' => ['10.1.2.3:8080']"),
        ("10.0.0", "https://localhost", 4, "['localhost:443']"),
        ("9.2.7", "sync.kanzlei.example", 2, "--receiver"),
        ("9.2.7", f"{HOOK}/update", 2, "leave out update"),
    ],
)
async def test_an_address_that_espocrm_does_not_deliver_to_is_said(
    bare: Office, version: str, receiver: str, code: int, word: str
) -> None:
    bare.crm.installation.version = version

    ran = await bare.setup("--apply", "--yes", "--receiver", receiver)

    assert ran.code == code
    assert word in ran.err
    assert bare.crm.deliveries.webhooks == []
