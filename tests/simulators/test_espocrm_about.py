"""What the EspoCRM stand-in tells a user of itself (recordings auth-12, meta-01, meta-04)."""

import httpx

from simulators import EspoCrm
from simulators.espocrm_types import parties
from simulators.espocrm_users import ADMIN, INTEGRATION, PERSON, Role, User
from tests.simulators.callers import LIST, PARTY, calling
from tests.simulators.recorded import RECORDINGS

ME, METADATA, PEOPLE = "/api/v1/App/user", "/api/v1/Metadata", "/api/v1/User"
JOB, EVENTS = "/api/v1/ScheduledJob", "/api/v1/WebhookEventQueueItem"
FIELDS, SCOPE = "entityDefs.CBeteiligte.fields", "scopes.CBeteiligte"


async def metadata(http: httpx.AsyncClient, key: str) -> object:
    """What stands there."""
    found: object = (await http.get(METADATA, params={"key": key})).json()
    return found


async def test_app_user_tells_who_one_is_and_what_one_may(crm: EspoCrm) -> None:
    """Rights on the type, on webhooks, users, messages and attributes; a scope without a right is not there."""
    role = Role(delete=False, webhooks=False, messages="no", users="no", unreadable={"a"}, readonly={"b"})
    crm.users.add(User(login="eng", role=role))
    async with calling(crm, "eng") as http:
        found = (await http.get(ME)).json()

    acl = found["acl"]
    assert (found["user"]["userName"], found["user"]["type"]) == ("eng", "api")
    assert acl["table"] == {
        "CBeteiligte": {"read": "all", "stream": "all", "edit": "all", "delete": "no", "create": "yes"}
    }
    assert acl["fieldTable"]["CBeteiligte"] == {"a": {"read": "no", "edit": "no"}, "b": {"read": "yes", "edit": "no"}}
    levels = acl["fieldTableQuickAccess"]["CBeteiligte"]["attributes"]
    assert (levels["read"]["no"], levels["edit"]["no"]) == (["a"], ["a", "b"])
    assert acl["messagePermission"] == "no"


async def test_what_the_program_reads_of_app_user_stands_where_it_was_recorded(http: httpx.AsyncClient) -> None:
    """The names on the way to each of them."""
    found, recorded = (await http.get(ME)).json(), RECORDINGS["auth-12-app-user"]["response"]["body"]

    acl, wanted = found["acl"], recorded["acl"]
    for scope in ("CBeteiligte", "Webhook", "User"):
        assert acl["table"][scope] == wanted["table"][scope]
    assert acl["messagePermission"] == wanted["messagePermission"]
    levels = [one["fieldTableQuickAccess"]["CBeteiligte"]["attributes"] for one in (acl, wanted)]
    assert levels[0] == levels[1]
    for part in ("user", "settings"):
        assert found[part] == {name: recorded[part][name] for name in found[part]}


async def test_what_stands_in_the_configuration_is_shown_and_what_does_not_is_not(
    crm: EspoCrm, http: httpx.AsyncClient
) -> None:
    """Keys of data/config.php that EspoCRM has no level for are shown to whoever is logged in, by its source."""
    assert "webhookQueueEventPortionSize" not in (await http.get(ME)).json()["settings"]

    crm.installation.config["webhookQueueEventPortionSize"] = 200

    assert (await http.get(ME)).json()["settings"]["webhookQueueEventPortionSize"] == 200


async def test_metadata_tell_of_fields_and_switches(crm: EspoCrm) -> None:
    """Type, length, words, default, and what was said of the field beside its kind; what is missing is not there."""
    crm.store.type = parties(versions=True)
    crm.define("titel", readOnly=True)
    crm.missing.add("zusatz")
    async with calling(crm) as http:
        fields = await metadata(http, FIELDS)
        assert isinstance(fields, dict)
        assert fields["advowareRowId"] == {"type": "varchar", "maxLength": 50, "isCustom": True}
        assert fields["advowareSyncBase"] == {"type": "text", "isCustom": True}
        assert fields["titel"] == {"type": "varchar", "maxLength": 255, "isCustom": True, "readOnly": True}
        assert (fields["syncStatus"]["type"], fields["syncStatus"]["default"]) == ("enum", "pending_sync")
        assert "zusatz" not in fields
        assert await metadata(http, "entityDefs.CBeteiligte.optimisticConcurrencyControl") is True
        assert await metadata(http, f"{SCOPE}.stream") is True
        assert await metadata(http, "entityDefs.CGibtEsNicht.fields") is None


async def test_a_field_that_is_read_only_by_itself_ignores_every_write(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """200 and nothing written, also for an administrator (EspoCRM's source, GlobalRestriction)."""
    crm.define("titel", readOnly=True)

    answer = await http.put(f"{LIST}/{PARTY}", json={"titel": "x", "firmenname": "y"})

    assert (answer.status_code, answer.json()["titel"], answer.json()["firmenname"]) == (200, None, "y")


async def test_metadata_hide_what_is_not_for_everybody(crm: EspoCrm) -> None:
    """A type without any right; `recordDefs`, which an administrator alone is shown (EspoCRM's source)."""
    crm.users.add(User(login="rechtlos", role=Role(scope=False)))
    key = "recordDefs.CBeteiligte.updateDuplicateCheck"

    async with calling(crm, "rechtlos") as http:
        assert await metadata(http, FIELDS) is None
    async with calling(crm) as http:
        assert await metadata(http, key) is None
    async with calling(crm, ADMIN) as http:
        assert await metadata(http, key) is False


async def test_active_people_are_listed_by_their_ids(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """Not API users, nor who left the firm; and nobody without the right to see users."""
    sabine, peter, we = (crm.users.all[login] for login in ("sabine", "peter", INTEGRATION))
    peter.active = False
    asked = {"where[0][type]": "in", "where[0][attribute]": "id", "where[0][value][]": [sabine.id, peter.id, we.id]}

    found = (await http.get(PEOPLE, params=asked)).json()
    assert [row["id"] for row in found["list"]] == [sabine.id]
    assert PERSON in {row["userName"] for row in (await http.get(PEOPLE)).json()["list"]}

    we.role.users = "no"
    assert (await http.get(PEOPLE)).headers["X-Status-Reason"] == "No read access."


async def test_an_administrator_sees_the_job_that_sends_and_what_waits_for_it(crm: EspoCrm) -> None:
    """Nobody else does."""
    crm.deliveries.subscribe("http://receiver.example")
    async with calling(crm) as http:
        assert (await http.get(JOB)).headers["X-Status-Reason"] == "No access to 'ScheduledJob'."
        assert (await http.get(EVENTS)).status_code == 403

    async with calling(crm, ADMIN) as http:
        job = (await http.get(JOB)).json()["list"][0]
        assert (job["job"], job["status"], job["lastRun"]) == ("ProcessWebhookQueue", "Active", None)
        crm.edit(PARTY, titel="Dr.")
        event = (await http.get(EVENTS)).json()["list"][0]
        assert (event["event"], event["createdAt"]) == ("CBeteiligte.update", f"{crm.store.clock.now():%F %T}")
