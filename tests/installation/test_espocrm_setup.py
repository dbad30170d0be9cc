"""`espocrm-setup`: what is missing is shown, then made once; secrets are shown to whoever asks; switching on."""

import json
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from beteiligte.record.party_fields import PARTY_TABLE
from clients.access import EspoCrmAccess
from installation.check import Verdict
from installation.checks.espocrm import examination
from installation.checks.espocrm.examination import OurSide
from tests.installation.setting_up import RECEIVER, USER, Office, of

HOOK = f"{RECEIVER}/webhook/beteiligte"
KINDS = ("create", "update", "delete")


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
        "field": 22,
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
    secrets = {hook.id: (SecretStr(hook.secret),) for hook in made.crm.deliveries.webhooks}
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
