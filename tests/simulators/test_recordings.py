"""The EspoCRM stand-in answers what the real one answered: status, reason, and the body value by value.

Each recorded exchange of an operation that the program uses is put to the stand-in in the state in which it was
recorded. `DIFFERENCES` names every value in which the two still differ, and why; a difference that goes away turns a
test red as well, so the table never says more than is so.
"""

import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from simulators.server import serve
from tests.simulators.recorded import EXCHANGES, request
from tests.simulators.recorded_state import SWITCHES, as_before

MADE_UP = {"id", "secretKey"}
"""Made anew at each create: only their form is compared."""
FORM = re.compile(r"[0-9a-f]{17}|[0-9a-f]{32}")

WHOLE = "MISSING"
NO_DERIVED = "what follows from an e-mail address, a phone number or an amount is not derived: the program has none"
DIFFERENCES: dict[str, tuple[set[str], str]] = {
    "rest-01-create": (
        {"emailAddressData", "phoneNumberData", "verzeichnisBetragConverted"},
        NO_DERIVED,
    ),
    "auth-12-app-user": (
        {"user", "acl", "preferences", "token", "settings", "language", "appParams"},
        "only who one is and the rights on the parties are there, as that is what a health check reads",
    ),
    "wh-13-admin-create": ({"userName"}, "a webhook without an owner, which only an administrator can make"),
}
"""By recording: the attributes in which the stand-in differs, and the reason."""

LOCKED_OUT = ("auth-16", "auth-17", "auth-18")
"""Recorded after fourteen logins with a wrong key."""


@pytest.mark.parametrize("name", EXCHANGES)
async def test_it_answers_as_recorded(name: str) -> None:
    """Status, reason, kind of content and every value of the body."""
    recording = EXCHANGES[name]
    crm = as_before(recording)

    async with serve(crm.app) as url, httpx.AsyncClient(verify=False) as http:
        for _ in range(14 if name.startswith(LOCKED_OUT) else 0):
            await http.get(f"{url}/api/v1/App/user", headers={"X-Api-Key": "wrong"})
        answer = await http.send(request(crm, recording, url))

    wanted = recording["response"]
    assert answer.status_code == wanted["status"]
    assert _reason(answer) == wanted["headers"].get("X-Status-Reason", "").encode("latin-1")
    if name.startswith(SWITCHES):
        assert answer.headers["Date"] == wanted["headers"]["Date"]
    assert answer.headers["Content-Type"].lower() == wanted["headers"]["Content-Type"].lower()
    body = answer.json() if answer.content else None
    assert _differences(wanted.get("body"), body) == DIFFERENCES.get(name, (set(), ""))[0]


def _reason(answer: httpx.Response) -> bytes:
    """As it was sent: raw UTF-8, which the recordings show as Latin-1 (recording sw-04)."""
    return next((value for name, value in answer.headers.raw if name.lower() == b"x-status-reason"), b"")


def test_each_difference_has_a_reason_and_a_recording() -> None:
    """Nothing is excused that was not recorded."""
    assert [(name, reason) for name, (_, reason) in DIFFERENCES.items() if not (name in EXCHANGES and reason)] == []


# ---------------------------------------------------------------------- comparing


def _differences(wanted: object, got: object) -> set[str]:
    """The attributes in which two bodies differ; `WHOLE` where they cannot be told apart by attributes."""
    wanted = None if wanted == "" else wanted
    if isinstance(wanted, dict) and isinstance(got, dict) and "list" in wanted:
        rows = zip(wanted["list"], got["list"], strict=False)
        equal = wanted["total"] == got["total"] and len(wanted["list"]) == len(got["list"])
        return set().union(*(_differences(left, right) for left, right in rows), set() if equal else {WHOLE})
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        return set().union(*(_differences(left, right) for left, right in zip(wanted, got, strict=True)))
    if isinstance(wanted, dict) and isinstance(got, dict):
        return {name for name in wanted.keys() | got.keys() if not _same(name, wanted, got)}
    return set() if wanted == got else {WHOLE}


def _same(name: str, wanted: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    if name not in wanted or name not in got:
        return False
    if name in MADE_UP:
        return bool(FORM.fullmatch(str(got[name]))) and len(str(got[name])) == len(str(wanted[name]))
    return bool(wanted[name] == got[name])
