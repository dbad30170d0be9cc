"""Recorded exchanges with a real EspoCRM 9.2.7 or 10.0.0, and the stand-in in the state in which they were recorded.

`RECORDINGS` holds them by name, as they were taken. `stand_in` gives an EspoCRM with the recorded entity type, users
and rights; `seed` puts in the records (which: recorded_state.py); `request` rebuilds what was sent, with credentials
that work here.
"""

import base64
import copy
import dataclasses
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from simulators import Calls, Clock, EspoCrm, Faults
from simulators.espocrm_types import STATUSES, EntityType
from simulators.espocrm_users import Role, User
from simulators.espocrm_values import (
    Amount,
    AttributeKind,
    Attributes,
    Bool,
    Day,
    Email,
    Enum,
    Int,
    LongText,
    Moment,
    MultiEnum,
    Phone,
    Text,
)
from simulators.webhooks import Webhook

FOLDER = Path(__file__).parents[1] / "recordings" / "espocrm"
Recording = dict[str, Any]
RECORDINGS: dict[str, Recording] = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
EXCHANGES = {name: recording for name, recording in RECORDINGS.items() if "response" in recording}
"""Those with a request and its answer."""

PERSON_NAME = Text(100, person_name=True)
PARTY: dict[str, AttributeKind] = {
    "salutationName": Enum((None, "", "Mr.", "Ms.", "Mrs.", "Dr.")),
    "firstName": PERSON_NAME,
    "lastName": PERSON_NAME,
    "middleName": PERSON_NAME,
    "description": LongText(),
    "emailAddress": Email(),
    "phoneNumber": Phone(),
    **dict.fromkeys(("addressStreet", "addressCity", "addressState", "addressCountry", "addressPostalCode"), Text()),
    "firmenname": Text(200),
    **dict.fromkeys(("rechtsform", "anrede", "titel"), Text()),
    **dict.fromkeys(("handelsregisterNummer", "handelsregisterArt"), Text()),
    "dateOfBirth": Day(),
    "betnr": Int(),
    "advowareRowId": Text(50),
    "advowareLastSync": Moment(),
    "syncStatus": Enum(STATUSES),
    "syncErrorMessage": LongText(),
    "syncRetryCount": Int(least=0),
    "verzeichnisBetrag": Amount(),
    "verzeichnisBetragCurrency": Text(3),
    "verzeichnisBetragConverted": Amount(),
    "istAktiv": Bool(),
    "tags": MultiEnum(("a", "b")),
    "assignedUserId": Text(24),
}
TEAMS: Attributes = {"teamsIds": [], "teamsNames": {}}
FOLLOWERS: Attributes = {"isFollowed": False, "followersIds": [], "followersNames": {}}
NOT_OPTED_OUT = dict.fromkeys(
    ("emailAddressIsOptedOut", "emailAddressIsInvalid", "phoneNumberIsOptedOut", "phoneNumberIsInvalid"), False
)
PARTIES = EntityType(
    name="CBeteiligte",
    attributes=PARTY,
    defaults={
        "syncStatus": "pending_sync",
        "syncRetryCount": 0,
        "istAktiv": False,
        **NOT_OPTED_OUT,
        "emailAddressData": [],
        "phoneNumberData": [],
        **TEAMS,
        **FOLLOWERS,
    },
    duplicate_check=True,
    labels={"firstName": "Name", "lastName": "Name"},
)
SWITCHED = dataclasses.replace(
    PARTIES,
    attributes={
        **PARTY,
        **dict.fromkeys(("bAnrede", "briefAnrede", "zusatz", "art", "kurzname", "geburtsname"), Text()),
        **dict.fromkeys(("familienstand", "registergericht"), Text()),
        "advowareSyncBase": LongText(),
        **dict.fromkeys(("syncNextRetry", "syncAutoResetAt"), Moment()),
    },
    duplicate_check_on_update=True,
)
"""As it was set up anew when the recordings sw-* were taken, on both versions."""
FILES = EntityType(
    name="CAkte",
    attributes={
        "name": Text(),
        "description": LongText(),
        "aktenzeichen": Text(),
        "stand": Text(),
        "zaehler": Int(),
        "assignedUserId": Text(24),
    },
    defaults=TEAMS,
    person=False,
    stream=False,
    versions=True,
    required=("aktenzeichen",),
)
USERS = (
    User(login="integration", id="6b04ccf0b49919a4e"),
    User(login="integration-hmac", method="hmac"),
    User(
        login="lesen-api",
        role=Role(read="own", create=False, edit=False, delete=False, stream=False, webhooks=False),
    ),
    User(
        login="feld-api",
        id="6b04ccf2473dfc969",
        role=Role(unreadable={"syncErrorMessage"}, readonly={"betnr"}),
    ),
    User(login="rechtlos", role=Role(scope=False)),
    User(login="sabine", id="6b04ccf2ba5bc5944", name="Sabine Sachbearbeiterin", kind="regular", method="password"),
    User(login="peter", id="6b04ccf33ccebae5c", name="Peter Partner", kind="regular", method="password"),
    User(login="admin", id="6b04cbccba467bbb2", name="Admin", kind="admin", method="password"),
)


def stand_in(at: str = "2026-11-24 00:00:00", kind: EntityType = PARTIES) -> EspoCrm:
    """An EspoCRM as it was set up when the recordings were taken; its clock stands still at a moment in UTC."""
    calls, faults, clock = Calls(), Faults(), Clock(datetime.fromisoformat(at).replace(tzinfo=UTC))
    crm = EspoCrm(calls, faults, clock, entity_type=kind)
    for user in USERS:
        crm.users.add(copy.deepcopy(user))
    return crm


def seed(crm: EspoCrm, attributes: Mapping[str, object]) -> None:
    """Put in a record; attributes that are not given are null."""
    full = {"name": None, "deleted": False, **dict.fromkeys(crm.store.type.attributes), **attributes}
    where = crm.deleted if full["deleted"] else crm.records
    where[str(full["id"])] = full


def seed_webhook(crm: EspoCrm, shown: Mapping[str, Any]) -> None:
    """Put in a subscription as it was answered."""
    webhook = Webhook(
        event=shown["event"],
        url=shown["url"],
        owner=crm.users.all["integration"],
        skip_own=shown["skipOwn"],
        active=shown["isActive"],
        id=shown["id"],
        secret=shown.get("secretKey", "unseen"),
        created_at=shown["createdAt"],
    )
    crm.deliveries.webhooks.append(webhook)


def credentials(crm: EspoCrm, recording: Recording) -> dict[str, str]:
    """What the request has to show to be, here, who it was there."""
    special = {"auth-09-hmac-user-with-apikey-header": "integration-hmac", "auth-15-no-role": "rechtlos"}
    name, sent = recording["name"], recording["request"]["headers"]
    user = crm.users.all.get(recording["authUser"] or special.get(name, ""))
    shown: dict[str, str] = {}
    if "Authorization" in sent and user:
        password = "falsch" if name == "auth-04-basic-wrong" else user.secret
        shown["Authorization"] = "Basic " + base64.b64encode(f"{user.login}:{password}".encode()).decode()
    if "X-Hmac-Authorization" in sent:
        shown["X-Hmac-Authorization"] = _hmac(crm, recording)
    if "X-Api-Key" in sent:
        integration = crm.users.all["integration"]
        by_key = integration if name == "auth-13-basic-plus-apikey" else user
        shown["X-Api-Key"] = by_key.key if by_key else "f" * 32
    return shown


def _hmac(crm: EspoCrm, recording: Recording) -> str:
    user, name, request = crm.users.all["integration-hmac"], recording["name"], recording["request"]
    if name == "auth-10-malformed-hmac":
        return base64.b64encode(b"no colon").decode()
    secret = "wrong" if name == "auth-08-hmac-bad" else user.secret
    text = f"{request['method']} {request['path'].removeprefix('/api/v1')}"
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256)
    proof = digest.digest() if "raw" in name else digest.hexdigest().encode()
    return base64.b64encode(user.key.encode() + b":" + proof).decode()


def request(crm: EspoCrm, recording: Recording, url: str) -> httpx.Request:
    """The recorded request, to be sent to `url`."""
    sent = recording["request"]
    headers = {name: value for name, value in sent["headers"].items() if value != "<secret>"}
    body = sent["rawBody"] if sent.get("rawBody") is not None else json.dumps(sent["body"])
    return httpx.Request(
        sent["method"],
        url + sent["path"],
        params=[(name, value) for name, value in sent["query"]],
        headers={**headers, **credentials(crm, recording)},
        content=None if sent.get("rawBody") is None and sent["body"] is None else body.encode(),
    )
