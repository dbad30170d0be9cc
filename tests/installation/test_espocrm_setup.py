"""`espocrm-setup`: what is missing is shown, then made; what is there is looked at and never changed."""

import json
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from beteiligte.record.party_fields import PARTY_TABLE
from clients.access import EspoCrmAccess
from installation.check import Verdict
from installation.checks.espocrm import examination
from installation.checks.espocrm.examination import OurSide
from simulators.espocrm_users import ADMIN, PERSON, Role, User
from simulators.faults import LostAnswer, RefusedBeforeEffect, Status
from simulators.webhooks import Webhook
from tests.installation.setting_up import RECEIVER, USER, Office, actions, of, office

HOOK = f"{RECEIVER}/webhook/beteiligte"
KINDS = ("create", "update", "delete")


@pytest_asyncio.fixture(loop_scope="session")
async def bare() -> AsyncIterator[Office]:
    """An EspoCRM in which nothing was made yet."""
    async with office() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def made(bare: Office) -> Office:
    """One in which everything was made."""
    ran = await bare.make()
    assert (ran.code, ran.err) == (0, "")
    return bare


# ---------------------------------------------------------------------- looking


async def test_it_only_looks_unless_it_is_told_to(bare: Office) -> None:
    """`--dry-run` is the default: a table of what is there, what is wanted, what would be done."""
    ran = await bare.setup("--receiver", RECEIVER)

    assert (ran.code, ran.err) == (0, "")
    assert "Nothing was written" in ran.out
    assert "--apply" in ran.out
    assert bare.written() == []


async def test_all_that_a_sync_needs_is_named(bare: Office) -> None:
    document = await bare.look("--receiver", RECEIVER)

    steps = [step["part"] for step in document["steps"]]
    assert {part: steps.count(part) for part in dict.fromkeys(steps)} == {
        "entity type": 1,
        "field": 21,
        "optimistic concurrency": 1,
        "role": 1,
        "API user": 1,
        "webhook": 3,
    }
    assert (document["made"], document["settings"]) == ([], {})
    assert of(document, "field", "lastName")["there"] == "comes with the type"


async def test_without_an_address_no_webhook_is_made(bare: Office) -> None:
    """It is nowhere else to be known, and a guess would deliver clients' data to somebody."""
    ran = await bare.setup("--apply", "--yes")

    assert ran.code == 7
    assert "--receiver" in ran.out
    assert bare.crm.deliveries.webhooks == []


# ---------------------------------------------------------------------- making


async def test_everything_is_made_as_it_was_recorded(bare: Office) -> None:
    """The type, its fields, a role without rights beyond need, its user, and webhooks that he owns, not yet active."""
    ran = await bare.make()

    assert (ran.code, ran.err) == (0, "")
    kind, user = bare.crm.store.type, bare.crm.users.all[USER]
    assert (kind.made, kind.stream, kind.versions) == (True, True, True)
    assert {"betnr", "advowareSyncBase", "syncStatus", "titel", "firmenname"} <= kind.attributes.keys()
    assert (kind.defaults["syncStatus"], kind.labels["syncStatus"]) == ("pending_sync", "Sync-Status")
    assert (user.kind, user.method, user.active) == ("api", "key", True)
    assert (user.role.read, user.role.edit, user.role.create, user.role.delete) == ("all", True, False, False)
    assert (user.role.stream, user.role.webhooks, user.role.users, user.role.messages) == (True, True, "all", "all")
    hooks = [(hook.event, hook.url, hook.owner.login) for hook in bare.crm.deliveries.webhooks]
    assert hooks == [(f"CBeteiligte.{kind}", f"{HOOK}/{kind}", USER) for kind in KINDS]
    assert [(hook.active, hook.skip_own) for hook in bare.crm.deliveries.webhooks] == [(False, True)] * 3


async def test_a_second_time_there_is_nothing_to_do(made: Office) -> None:
    """The same webhook twice would deliver everything twice (facts §1.1)."""
    mark = made.world.calls.mark

    ran = await made.make()

    assert (ran.code, ran.err) == (0, "")
    assert "nothing to do" in ran.out
    assert made.written(mark) == []


async def test_what_was_made_is_all_that_is_checked_for(made: Office) -> None:
    """Whoever follows with doctor finds nothing wrong on EspoCRM's side."""
    for hook in made.crm.deliveries.webhooks:
        hook.active = True
    secrets = {hook.id: SecretStr(hook.secret) for hook in made.crm.deliveries.webhooks}
    access = EspoCrmAccess(url=made.world.espocrm_server.url, api_key=SecretStr(made.key))

    checks = await examination.checks(access, OurSide(table=PARTY_TABLE, secrets=secrets))

    assert len(checks) > 40
    assert [(check.name, check.seen) for check in checks if check.verdict is Verdict.WRONG] == []


async def test_nobody_is_asked_in_a_pipe(bare: Office) -> None:
    """`--apply` alone asks; where nobody can answer, nothing is done."""
    ran = await bare.setup("--apply", "--receiver", RECEIVER)

    assert ran.code == 7
    assert "--yes" in ran.err
    assert bare.written() == []


@pytest.mark.parametrize(
    "options",
    [("--apply", "--dry-run"), ("--write-env",), ("--json", "--apply")],
)
async def test_options_that_contradict_each_other_are_refused(bare: Office, options: tuple[str, ...]) -> None:
    assert (await bare.setup(*options)).code == 2
    assert bare.world.calls.mark == 0


# ---------------------------------------------------------------------- secrets and .env


async def test_secrets_are_shown_only_to_whoever_asks(made: Office) -> None:
    secrets = {hook.id: hook.secret for hook in made.crm.deliveries.webhooks}

    hidden = await made.setup()
    shown = await made.setup("--json", "--show-secrets")

    assert not any(secret in hidden.out + hidden.err for secret in (*secrets.values(), made.key))
    assert "WEBHOOK_SECRETS=…" in hidden.out
    assert shown.json["settings"]["ESPOCRM_API_KEY"] == made.key
    assert json.loads(shown.json["settings"]["WEBHOOK_SECRETS"]) == secrets


async def test_the_lines_are_written_into_env_beside_others(
    bare: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For its owner alone; what the program then reads is what was made."""
    monkeypatch.chdir(tmp_path)
    env = tmp_path / ".env"
    env.write_text('# ours\nESPOCRM_API_KEY=\nWEBHOOK_SECRETS=\'{"old": "kept"}\'\nADVOWARE_KANZLEI=1\n')
    env.chmod(0o644)

    ran = await bare.make("--write-env")

    assert (ran.code, ran.err) == (0, "")
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    text = env.read_text()
    assert text.startswith("# ours\nESPOCRM_API_KEY=")
    assert "ADVOWARE_KANZLEI=1" in text
    secrets = {hook.id: hook.secret for hook in bare.crm.deliveries.webhooks}
    assert json.dumps({"old": "kept", **secrets}) in text
    assert bare.key in text
    assert bare.key not in ran.out

    again = await bare.make("--write-env", ESPOCRM_API_KEY=bare.key)
    assert "already" in again.out
    assert env.read_text() == text


async def test_a_key_that_stands_in_env_is_never_replaced(
    made: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ESPOCRM_API_KEY=another\n")

    ran = await made.make("--write-env", ESPOCRM_API_KEY=made.key)

    assert "ESPOCRM_API_KEY" in ran.err
    assert "ESPOCRM_API_KEY=another\n" in (tmp_path / ".env").read_text()


# ---------------------------------------------------------------------- what is otherwise


async def test_a_field_that_is_otherwise_is_left_and_told(made: Office) -> None:
    made.crm.make_text("titel")
    made.crm.define("betnr", required=True)
    made.crm.define("syncErrorMessage", maxLength=500)
    made.crm.define("advowareSyncBase", readOnly=True)
    mark = made.world.calls.mark

    ran = await made.make("--json")

    assert ran.code == 7
    assert made.written(mark) == []
    document = ran.json
    assert {
        name.removeprefix("field "): of(document, "field", name.removeprefix("field "))["there"]
        for name in actions(document)
    } == {
        "betnr": "required, so that no party can be saved without it",
        "syncErrorMessage": "max length 500 instead of 2000 or more",
        "advowareSyncBase": "read-only in the field itself, which also ignores what the sync writes",
    }
    remedy = "Administration → Entity Manager → CBeteiligte → Fields → betnr"
    assert of(document, "field", "betnr")["remedy"] == remedy


async def test_only_what_is_missing_is_made(made: Office) -> None:
    """Somebody took a field away, and a webhook."""
    made.crm.missing.add("zusatz")
    made.crm.deliveries.forget(made.crm.deliveries.webhooks[1])

    document = await made.look("--receiver", RECEIVER)

    assert actions(document) == {"field zusatz": "make", "webhook CBeteiligte.update": "make"}


async def test_a_webhook_to_another_address_is_left_and_told(made: Office) -> None:
    """Another installation's, perhaps: two of them would deliver everything twice."""
    made.crm.deliveries.webhooks[0].url = "https://elsewhere.example/webhook/beteiligte/create"
    mark = made.world.calls.mark

    ran = await made.make()

    assert (ran.code, made.written(mark)) == (7, [])
    assert "elsewhere.example" in ran.out


async def test_a_webhook_that_is_there_twice_is_told(made: Office) -> None:
    first = made.crm.deliveries.webhooks[0]
    made.crm.deliveries.webhooks.append(Webhook(event=first.event, url=first.url, owner=first.owner, skip_own=True))

    document = await made.look()

    assert of(document, "webhook", first.event)["there"].startswith("2 of them")


async def test_a_webhook_of_somebody_else_to_the_same_place_is_told(made: Office) -> None:
    """Of an administrator for instance (recording wh-13): it knows no skipOwn that would help."""
    first = made.crm.deliveries.webhooks[0]
    first.owner = made.crm.users.all[ADMIN]

    document = await made.look("--receiver", RECEIVER)

    assert of(document, "webhook", first.event)["there"] == f"another user's, {first.id}"
    assert of(document, "webhook", first.event)["action"] == "left as it is"


async def test_a_webhook_without_skip_own_is_told_where_there_is_such_a_switch(made: Office) -> None:
    made.crm.deliveries.webhooks[0].skip_own = False

    assert "without skipOwn" in of(await made.look(), "webhook", "CBeteiligte.create")["there"]


async def test_before_9_2_there_is_no_skip_own_and_nothing_to_tell(bare: Office) -> None:
    """The sync's own writes then come back and cost two reads each (docs/connect.md)."""
    bare.crm.installation.version = "9.1.9"

    first, second = await bare.make(), await bare.make()

    assert (first.code, second.code) == (0, 0)
    assert [hook.skip_own for hook in bare.crm.deliveries.webhooks] == [False] * 3


async def test_a_role_of_that_name_without_the_rights_is_left_and_nobody_gets_it(bare: Office) -> None:
    await bare.make()
    del bare.crm.users.all[USER]
    bare.crm.deliveries.webhooks.clear()
    async with httpx.AsyncClient(base_url=f"{bare.world.espocrm_server.url}/api/v1", auth=admin_of(bare)) as http:
        [role] = (await http.get("/Role")).json()["list"]
        await http.put(f"/Role/{role['id']}", json={"messagePermission": "no"})

    document = await bare.look("--receiver", RECEIVER)

    assert of(document, "role")["there"] == "lacks messagePermission"
    assert actions(document) == {
        "role Advoware-Abgleich": "left as it is",
        f"API user {USER}": "later",
        **{f"webhook CBeteiligte.{kind}": "later" for kind in KINDS},
    }


def admin_of(office: Office) -> tuple[str, str]:
    admin = office.crm.users.all[ADMIN]
    return admin.login, admin.secret


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role(webhooks=False), "lacks Webhook"),
        (Role(edit=False, stream=False), "lacks CBeteiligte edit, CBeteiligte stream"),
        (Role(messages="no"), "lacks messagePermission"),
        (Role(scope=False), "lacks CBeteiligte read, CBeteiligte edit, CBeteiligte stream"),
    ],
)
async def test_a_right_that_the_api_user_lacks_is_told(made: Office, role: Role, told: str) -> None:
    made.crm.users.all[USER].role = role
    mark = made.world.calls.mark

    document = await made.look()

    assert (of(document, "API user")["there"], of(document, "API user")["action"]) == (told, "left as it is")
    assert made.written(mark) == []


async def test_an_api_user_who_is_not_active_is_told_and_his_key_is_not_tried(made: Office) -> None:
    made.crm.users.all[USER].active = False
    mark = made.world.calls.mark

    document = await made.look()

    assert of(document, "API user")["there"] == "not active"
    assert [call.status for call in made.world.calls.since(mark)] == [200] * made.world.calls.count(since=mark)


async def test_a_person_of_that_name_is_no_api_user(bare: Office) -> None:
    bare.crm.users.add(User(login=USER, kind="regular", method="password"))

    document = await bare.look("--receiver", RECEIVER)

    assert of(document, "API user")["there"] == "a user of type regular"


async def test_the_user_of_the_key_in_the_settings_is_the_one_whatever_he_is_called(made: Office) -> None:
    """An installation that was connected by hand is looked at by the same command."""
    user = made.crm.users.all.pop(USER)
    user.login = "schnittstelle"
    made.crm.users.add(user)

    document = await made.look(ESPOCRM_API_KEY=user.key)

    assert (of(document, "API user")["name"], actions(document)) == ("schnittstelle", {})


async def test_optimistic_concurrency_is_recommended_and_switched_on_when_asked_for(made: Office) -> None:
    """In a type that others use, too, it is theirs to decide."""
    made.crm.switch(versions=False)

    advised = await made.make()
    switched = await made.make("--optimistic-concurrency")

    assert (advised.code, switched.code) == (0, 0)
    assert "--optimistic-concurrency" in advised.out
    assert made.crm.store.type.versions


async def test_a_type_without_stream_is_told(made: Office) -> None:
    made.crm.switch(stream=False)

    assert of(await made.look(), "entity type")["there"] == "stream off"


async def test_a_type_that_cannot_be_called_so_is_not_made(bare: Office) -> None:
    """EspoCRM puts a C before the name: one that is made would be another."""
    document = await bare.look("--receiver", RECEIVER, ESPOCRM_ENTITY_TYPE="Beteiligte")

    assert "CBeteiligte" in of(document, "entity type")["remedy"]
    assert set(actions(document).values()) == {"left as it is", "later"}
    assert (await bare.make(ESPOCRM_ENTITY_TYPE="Beteiligte")).code == 7
    assert bare.written() == []


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


# ---------------------------------------------------------------------- switching on


async def test_webhooks_are_switched_on_by_the_api_user_once(made: Office) -> None:
    """No administrator is needed; a second time there is nothing to do."""
    secrets = json.dumps({hook.id: hook.secret for hook in made.crm.deliveries.webhooks})
    known = {
        "ESPOCRM_API_KEY": made.key,
        "WEBHOOK_SECRETS": secrets,
        "ESPOCRM_ADMIN_PASSWORD": "",
        "ESPOCRM_ADMIN_USER": "",
    }

    shown = await made.setup("--activate", **known)
    assert (shown.code, [hook.active for hook in made.crm.deliveries.webhooks]) == (0, [False] * 3)

    mark = made.world.calls.mark
    on = await made.setup("--activate", "--apply", "--yes", **known)
    assert (on.code, [hook.active for hook in made.crm.deliveries.webhooks]) == (0, [True] * 3)
    assert len(made.written(mark)) == 3

    mark = made.world.calls.mark
    assert (await made.setup("--activate", "--apply", "--yes", **known)).code == 0
    assert made.written(mark) == []


async def test_a_webhook_whose_secret_the_service_lacks_is_not_switched_on(made: Office) -> None:
    """Its deliveries would be refused, and are lost after four tries (facts §1.6)."""
    first, *others = made.crm.deliveries.webhooks
    secrets = json.dumps({first.id: "another", **{hook.id: hook.secret for hook in others[:1]}})

    ran = await made.setup("--activate", "--apply", "--yes", ESPOCRM_API_KEY=made.key, WEBHOOK_SECRETS=secrets)

    assert ran.code == 7
    assert "WEBHOOK_SECRETS" in ran.out
    assert [hook.active for hook in made.crm.deliveries.webhooks] == [False, True, False]


async def test_nothing_is_switched_on_where_nothing_was_made(bare: Office) -> None:
    ran = await bare.setup("--activate", "--apply", "--yes")

    assert (ran.code, bare.written()) == (7, [])
