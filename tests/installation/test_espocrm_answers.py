"""What is seen in EspoCRM's answers: as they were recorded, and in answers that make no sense."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import JsonValue

from beteiligte.faults import OddAnswer
from clients.http_call import HttpAnswer
from installation.checks.espocrm import answers
from installation.checks.espocrm.seen import ApiUserSeen, TypeStanding
from installation.espocrm import wanted
from tests.simulators.recorded import RECORDINGS

TYPE = "CBeteiligte"


def recorded(name: str) -> Any:
    """The body of an answer."""
    return RECORDINGS[name]["response"]["body"]


def answer(body: object) -> HttpAnswer:
    """As it comes over HTTP."""
    return HttpAnswer(200, httpx.Headers(), json.dumps(body).encode())


def test_app_user_as_it_was_recorded() -> None:
    me = answers.me(recorded("auth-12-app-user"), TYPE)

    assert (me.id, me.login, me.type, me.version) == ("6b04ccf0b49919a4e", "integration", "api", "9.2.7")
    assert (me.messages, me.most_rows, me.events_at_once, me.allowed_receivers) == ("all", 200, None, None)
    assert (wanted.lacking(TYPE, me.rights), me.hidden, me.fixed) == ((), frozenset(), frozenset())


def test_a_field_of_metadata_as_it_was_recorded() -> None:
    entity: dict[str, JsonValue] = {
        "fields": {"syncStatus": recorded("meta-01-metadata")},
        "optimisticConcurrencyControl": True,
    }
    defs = answers.entity_defs(entity, {"stream": True})
    (status,) = [field for field in wanted.BOOKKEEPING if field.name == "syncStatus"]

    assert status.unlike(defs.fields["syncStatus"]) == ()
    assert (defs.versions, defs.stream, defs.lockable) == (True, True, False)


def test_webhooks_as_they_were_recorded() -> None:
    rows = answers.rows(answer(recorded("wh-04-list")))
    seen = {one.event: one for one in map(answers.webhook, rows)}

    assert seen[f"{TYPE}.update"].url == "http://127.0.0.1:8095/update"
    assert (seen[f"{TYPE}.update"].active, seen[f"{TYPE}.update"].skips_own) == (True, False)
    assert isinstance(recorded("wh-03-read")["secretKey"], str)


def test_the_newest_that_others_did_is_found_among_our_own() -> None:
    me = ApiUserSeen(id="we", login="we", type="api")
    rows: list[dict[str, JsonValue]] = [
        {"modifiedById": "we", "modifiedAt": "2026-11-24 12:00:00", "createdById": "we"},
        {"modifiedById": "anna", "modifiedAt": "2026-11-24 11:00:00", "createdById": "anna", "createdAt": "nonsense"},
        {"modifiedById": "anna", "modifiedAt": "2026-11-24 10:00:00"},
        {"modifiedById": None, "modifiedAt": "2026-11-24 13:00:00"},
    ]
    found = answers.listed(rows, rows, me)

    assert found.parties is TypeStanding.THERE
    assert (found.edited, found.created) == (datetime(2026, 11, 24, 11, tzinfo=UTC), None)


@pytest.mark.parametrize("body", [[], {"acl": {}}, {"user": {"id": 7}}, {"user": []}, None, {}])
def test_an_answer_that_names_nobody_is_odd(body: object) -> None:
    with pytest.raises(OddAnswer):
        answers.me(answers.of(answer(body)), TYPE)


@pytest.mark.parametrize(
    "body",
    [
        {"user": {"id": "1"}, "acl": {"table": [], "fieldTableQuickAccess": [], "messagePermission": None}},
        {"user": {"id": "1"}, "acl": None, "settings": {"version": 9.2, "webhookQueueEventPortionSize": True}},
        {"user": {"id": "1"}, "settings": {"webhookAllowedAddressList": "sync:80", "recordListMaxSizeLimit": "200"}},
    ],
)
def test_what_is_odd_in_an_answer_is_not_seen(body: object) -> None:
    """PHP writes an empty object as a list; a right that was not seen is none."""
    me = answers.me(answers.of(answer(body)), TYPE)

    assert (me.messages, me.version, me.most_rows, me.events_at_once) == ("no", "", None, None)
    assert me.allowed_receivers is None
    assert wanted.lacking(TYPE, me.rights)


@pytest.mark.parametrize("body", [None, {}, {"list": None}, {"list": [7, None, {"name": "no id"}]}])
def test_a_list_without_rows_has_none(body: object) -> None:
    assert answers.rows(answer(body)) == []


def test_of_nothing_an_administrator_sees_nothing() -> None:
    seen = answers.administration({}, [], [])

    assert (seen.job_active, seen.job_ran, seen.waiting_since) == (None, None, None)
