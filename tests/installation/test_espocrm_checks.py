"""doctor's look at EspoCRM over HTTP: one thing is broken there on purpose, and it is named within ten seconds."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from beteiligte.faults import CredentialsRefused
from beteiligte.record.party_fields import PARTY_TABLE
from clients.access import EspoCrmAccess
from clients.espocrm import EspoCrmClient
from clients.espocrm_admin import Administrator
from clients.records import ListQuery, Where
from installation.check import Verdict
from installation.checks.espocrm import examination, look
from installation.checks.espocrm.examination import OurSide
from installation.espocrm import wanted
from simulators.espocrm_users import ADMIN, INTEGRATION, PERSON
from simulators.faults import Hang, Status
from simulators.server import serve
from tests.installation.espocrm_as_wanted import TYPE
from tests.installation.espocrm_firm import Firm
from tests.installation.setting_up import office

# ---------------------------------------------------------------------- all is well


async def test_an_espocrm_as_it_should_be_is_all_green_and_only_read(firm: Firm) -> None:
    checks = await firm.checks()

    assert [check for check in checks if check.verdict is not Verdict.OK] == []
    assert {call.method for call in firm.world.calls.since()} == {"GET"}
    assert firm.world.calls.since(name="delivery.*") == []


async def test_without_an_administrator_what_only_he_sees_is_unknown(firm: Firm) -> None:
    found = {check.name: check for check in await firm.checks(administrator=False) if check.verdict is not Verdict.OK}

    assert {check.verdict for check in found.values()} == {Verdict.UNKNOWN}
    assert set(found) == {"duplicate check on update", "job Process Webhook Queue"}


async def test_a_login_that_is_no_administrator_s_is_said_and_tried_once(firm: Firm) -> None:
    """A person's, who may log in; and one with a wrong password."""
    firm.administrator = PERSON
    no_administrator = await firm.not_ok()
    mark = firm.world.calls.mark
    wrong = Administrator(login=ADMIN, password=SecretStr("wrong"))
    found = await examination.checks(firm.access, firm.ours, wrong)

    seen = [check.seen for check in found if check.name == "job Process Webhook Queue"]
    assert "no administrator's" in no_administrator["job Process Webhook Queue"].seen
    assert seen == ["EspoCRM refused the administrator's login; it was tried once"]
    assert [call.status for call in firm.world.calls.since(mark) if call.status != 200] == [401]


async def test_what_the_command_makes_is_what_is_wanted() -> None:
    """Of an EspoCRM in which nothing was there; its webhooks are not active yet, and nobody is named to be told."""
    async with office() as made:
        await made.make()
        secrets = {one.id: (SecretStr(one.secret),) for one in made.crm.deliveries.webhooks}
        access = EspoCrmAccess(url=made.world.espocrm_server.url, api_key=SecretStr(made.key))
        found = await examination.checks(access, OurSide(table=PARTY_TABLE, secrets=secrets))

    said = {check.name for check in found if check.verdict is Verdict.WRONG}
    assert said == {f"webhook {TYPE}.{kind}" for kind in wanted.KINDS}
    warned = {"recipients", "receiver", "field syncDecision"}  # it was made, and is not yet named in the settings
    assert {check.name for check in found if check.verdict is Verdict.WARNING} == warned


# ---------------------------------------------------------------------- the way in


async def test_a_wrong_key_is_tried_once(firm: Firm) -> None:
    """More than ten refusals a minute lock out everybody behind the address."""
    firm.key = "f" * 32
    found = await firm.not_ok()

    assert found["API key"].verdict is Verdict.WRONG
    assert "ESPOCRM_API_KEY" in (found["API key"].remedy or "")
    assert [call.status for call in firm.world.calls.since(name="espocrm.*")] == [401]


async def test_who_asks_beside_it_by_the_same_client_tries_a_wrong_key_no_second_time(firm: Firm) -> None:
    """Advoware's checks look for linked parties at the same time."""
    firm.key = "f" * 32
    async with EspoCrmClient(examination.impatient(firm.access)) as client:
        beside = client.find(ListQuery(max_size=1))
        found, refused = await asyncio.gather(
            examination.checks(firm.access, firm.ours, client=client), beside, return_exceptions=True
        )

    assert isinstance(refused, CredentialsRefused)
    assert isinstance(found, list)
    assert found[0].name == "API key"
    assert [call.status for call in firm.world.calls.since(name="espocrm.*")] == [401]


async def test_a_user_that_was_set_inactive_is_told_like_a_wrong_key(firm: Firm) -> None:
    """EspoCRM answers both alike, so both stand in the remedy."""
    firm.world.espocrm.users.all[INTEGRATION].active = False

    assert "the user there is active" in ((await firm.not_ok())["API key"].remedy or "")


async def test_a_lock_out_is_told_from_a_wrong_key(firm: Firm) -> None:
    """403 without a reason, although the key is good (recording auth-18)."""
    async with httpx.AsyncClient(headers={"X-Api-Key": "wrong"}) as stranger:
        for _ in range(11):
            await stranger.get(f"{firm.access.url}/api/v1/App/user")
    found = await firm.not_ok()

    assert "also with a good key" in found["API key"].seen
    assert "wait for about a minute" in (found["API key"].remedy or "")


async def test_an_espocrm_that_is_down_is_named_and_nothing_else_is_claimed(firm: Firm) -> None:
    await firm.world.espocrm_server.stop()
    found = await firm.not_ok()

    assert found.pop("address").verdict is Verdict.WRONG
    assert {check.verdict for check in found.values()} == {Verdict.UNKNOWN}


async def test_an_espocrm_that_hangs_is_given_up(firm: Firm) -> None:
    firm.world.faults.outage("espocrm", Hang())

    assert "did not answer within 4 s" in (await firm.not_ok())["address"].seen


def test_all_calls_together_end_within_ten_seconds() -> None:
    assert examination.ONE_CALL < look.WITHIN <= timedelta(seconds=7)  # doctor waits for 8


async def test_something_else_at_the_address_is_no_espocrm(firm: Firm) -> None:
    page = Starlette(routes=[Route("/{rest:path}", lambda _: PlainTextResponse("Willkommen"))])
    async with serve(page) as url:
        first, *_ = await examination.checks(firm.access.but(url=url), firm.ours)

    assert (first.name, first.verdict) == ("address", Verdict.WRONG)
    assert "is it really the system that answers there?" in (first.remedy or "")


async def test_a_clock_that_is_wrong_is_measured(firm: Firm) -> None:
    firm.world.espocrm_clock.advance(timedelta(seconds=-90))
    check = await firm.only()

    assert (check.name, check.verdict) == ("clock", Verdict.WARNING)
    assert "behind this machine's" in check.seen


# ---------------------------------------------------------------------- what was taken away


@pytest.mark.parametrize("name", ["advowareSyncBase", "syncStatus", "titel", "firmenname"])
async def test_a_field_that_was_taken_away_is_named(firm: Firm, name: str) -> None:
    firm.world.espocrm.missing.add(name)
    check = await firm.only()

    assert (check.name, check.verdict) == (f"field {name}", Verdict.WRONG)
    assert f"Administration → Entity Manager → {TYPE} → Fields → Add Field" in (check.remedy or "")


async def test_a_field_that_was_made_read_only_is_named(firm: Firm) -> None:
    """Its writes are answered 200 and change nothing."""
    firm.world.espocrm.define("betnr", readOnly=True)

    assert (await firm.only()).name == "field betnr"


@pytest.mark.parametrize(
    ("right", "name"),
    [
        ({"edit": False}, f"role: {TYPE}"),
        ({"stream": False}, f"role: {TYPE}"),
        ({"read": "own"}, f"role: {TYPE}"),
        ({"messages": "no"}, "role: messages"),
        ({"unreadable": {"syncErrorMessage"}}, "role: fields"),
        ({"readonly": {"betnr"}}, "role: fields"),
    ],
)
async def test_a_right_that_was_taken_away_is_named(firm: Firm, right: dict[str, object], name: str) -> None:
    for what, level in right.items():
        setattr(firm.role, what, level)
    check = await firm.only()

    assert (check.name, check.verdict) == (name, Verdict.WRONG)
    assert "Administration → Clear Cache" in (check.remedy or "")


async def test_a_role_without_any_right_on_the_parties_is_told_from_a_type_that_is_not_there(firm: Firm) -> None:
    firm.role.scope = False
    closed = await firm.not_ok()
    firm.role.scope, firm.entity_type = True, "CGibtEsNicht"
    elsewhere = await firm.not_ok()

    assert "has no right on it" in closed["entity type"].seen
    assert elsewhere["entity type"].seen == "EspoCRM has no entity type CGibtEsNicht"
    assert closed["fields"].verdict is elsewhere["fields"].verdict is Verdict.UNKNOWN


async def test_without_the_right_to_see_users_nobody_knows_whether_recipients_exist(firm: Firm) -> None:
    firm.role.users = "no"
    found = await firm.not_ok()

    assert (found["role: User"].verdict, found["recipients"].verdict) == (Verdict.WRONG, Verdict.UNKNOWN)


async def test_a_recipient_who_left_the_firm_is_named(firm: Firm) -> None:
    firm.world.espocrm.users.all[PERSON].active = False
    check = await firm.only()

    assert (check.name, check.verdict) == ("recipients", Verdict.WRONG)
    assert firm.world.espocrm.users.all[PERSON].id in check.seen


async def test_a_condition_that_espocrm_does_not_know_is_named(firm: Firm) -> None:
    """Every sweep would fail by it."""
    firm.scope = (Where(type="equals", attribute="mandnat", value="A"),)
    check = await firm.only()

    assert (check.name, check.verdict) == ("ESPOCRM_SCOPE, ESPOCRM_OPT_OUT", Verdict.WRONG)
    firm.scope = (Where(type="isNotNull", attribute="lastName"),)
    assert (await firm.only()).verdict is Verdict.WARNING
    firm.world.espocrm.add(lastName="Müßig")
    assert await firm.not_ok() == {}


async def test_a_part_that_fails_costs_only_its_own_lines(firm: Firm) -> None:
    firm.world.faults.outage("espocrm.metadata", Status(500))
    found = await firm.not_ok()

    assert {name: check.verdict for name, check in found.items()} == {
        "fields": Verdict.UNKNOWN,
        "duplicate check on update": Verdict.UNKNOWN,
        "job Process Webhook Queue": Verdict.UNKNOWN,
    }
