"""`espocrm-setup` where something is there and otherwise than wanted: it is left as it is, and told."""

import httpx
import pytest

from simulators.espocrm_users import ADMIN, Role, User
from simulators.webhooks import Webhook
from tests.installation.setting_up import RECEIVER, USER, Office, actions, admin_of, of

HOOK = f"{RECEIVER}/webhook/beteiligte"
KINDS = ("create", "update", "delete")


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


async def test_a_user_of_method_hmac_signs_and_both_keys_go_into_env(made: Office) -> None:
    """It was made by hand; an administrator is shown its secret key, too."""
    made.crm.users.all[USER].method = "hmac"
    user = made.crm.users.all[USER]

    document = await made.look("--show-secrets")

    assert actions(document) == {}
    assert (document["settings"]["ESPOCRM_API_KEY"], document["settings"]["ESPOCRM_SECRET_KEY"]) == (
        user.key,
        user.secret,
    )


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
