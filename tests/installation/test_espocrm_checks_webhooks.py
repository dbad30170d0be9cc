"""doctor's look at webhooks over HTTP: switched off, unbelieved, leading elsewhere, not sent, not arriving."""

from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from installation.check import Verdict
from simulators.espocrm_users import User
from tests.installation.espocrm_as_wanted import TYPE
from tests.installation.espocrm_firm import Firm

UPDATE = f"webhook {TYPE}.update"


async def test_a_webhook_that_was_switched_off_in_espocrm_is_named(firm: Firm) -> None:
    firm.world.espocrm.deliveries.webhooks[1].active = False
    check = await firm.only()

    assert (check.name, check.verdict) == (UPDATE, Verdict.WRONG)
    assert f"Administration → Webhooks → {TYPE}.update → Edit → Is Active" in (check.remedy or "")


async def test_a_secret_that_is_another_is_named_and_not_shown(firm: Firm) -> None:
    webhook = firm.world.espocrm.deliveries.webhooks[1]
    firm.secrets[webhook.id] = (SecretStr("0ld-secret"),)
    check = await firm.only()

    assert (check.name, check.verdict) == (UPDATE, Verdict.WRONG)
    assert not {"0ld-secret", webhook.secret} & set(check.model_dump_json().split('"'))


async def test_an_old_secret_that_is_still_believed_is_named(firm: Firm) -> None:
    """It was changed, both are good for a while, and the old one was forgotten."""
    webhook = firm.world.espocrm.deliveries.webhooks[1]
    firm.secrets[webhook.id] = (*firm.secrets[webhook.id], SecretStr("0ld-secret"))
    check = await firm.only()

    assert (check.name, check.verdict) == (UPDATE, Verdict.WARNING)
    assert "old secret" in check.seen
    assert not {"0ld-secret", webhook.secret} & set(check.model_dump_json().split('"'))


async def test_without_the_right_to_webhooks_they_are_unknown(firm: Firm) -> None:
    firm.role.webhooks = False
    found = await firm.not_ok()

    assert (found["role: Webhook"].verdict, found["webhooks"].verdict) == (Verdict.WRONG, Verdict.UNKNOWN)


async def test_webhooks_of_somebody_else_do_not_count(firm: Firm) -> None:
    """`skipOwn` leaves out what their owner writes, so they must be our user's."""
    other = firm.world.espocrm.users.add(User(login="another"))
    for webhook in firm.world.espocrm.deliveries.webhooks:
        webhook.owner = other

    assert (await firm.not_ok())[UPDATE].seen.startswith("the API user has none")


async def test_a_service_that_is_away_and_an_address_that_is_another_s_are_told_apart(firm: Firm) -> None:
    """Asked from here, without a delivery."""
    espocrm = f"{firm.world.espocrm_server.url}/webhook/beteiligte"
    for webhook in firm.world.espocrm.deliveries.webhooks:
        webhook.url = f"{espocrm}/{webhook.kind}"
    another = await firm.only()
    for webhook in firm.world.espocrm.deliveries.webhooks:
        webhook.url = f"http://127.0.0.1:1/webhook/beteiligte/{webhook.kind}"
    away = await firm.only()

    assert (another.name, another.verdict) == ("receiver", Verdict.WRONG)
    assert (away.name, away.verdict) == ("receiver", Verdict.WARNING)


async def test_version_10_does_not_take_the_address_of_a_trial(firm: Firm) -> None:
    """An IP address; with a name, a private one that is not allowed."""
    firm.world.espocrm.installation.version = "10.0.0"

    assert "can stop all webhooks" in (await firm.only()).seen

    for webhook in firm.world.espocrm.deliveries.webhooks:
        webhook.url = webhook.url.replace("127.0.0.1", "localhost")
    check = await firm.only()
    assert check.remedy == f"'webhookAllowedAddressList' => ['{check.seen.split()[0]}'] in EspoCRM's data/config.php"
    firm.world.espocrm.installation.config["webhookAllowedAddressList"] = [check.seen.split()[0]]
    assert await firm.not_ok() == {}


async def test_a_cron_that_stands_still_is_named(firm: Firm) -> None:
    """Nothing is sent, however well all else is set."""
    firm.world.espocrm.deliveries.ran = datetime.now(UTC) - timedelta(hours=3)
    check = await firm.only()

    assert (check.name, check.verdict) == ("job Process Webhook Queue", Verdict.WRONG)
    assert "it last ran 3 h ago" in check.seen


async def test_a_party_that_was_created_without_a_delivery_is_warned_of(firm: Firm) -> None:
    """By a person; what the program writes itself is left out."""
    firm.world.espocrm_clock.advance(timedelta(hours=-1))
    firm.world.espocrm.add(lastName="Müßig")
    await firm.world.espocrm.deliveries.job()
    firm.world.espocrm_clock.advance(timedelta(hours=1))
    await firm.world.espocrm.deliveries.job()
    check = await firm.only()

    assert (check.name, check.verdict) == ("deliveries", Verdict.WARNING)
    assert check.seen.startswith("a party was created at ")
