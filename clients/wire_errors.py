"""Answers that are errors become faults, one function a system.

Sources: facts/espocrm.md §2.1, §2.7 and the recordings named there; facts/advoware.md §1, §2.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from beteiligte.faults import (
    Blame,
    ConfigurationFault,
    Duplicate,
    Gone,
    Locked,
    NoRight,
    OddAnswer,
    PageTooLarge,
    RecordRefused,
    Rejected,
    Stale,
    SyncFault,
    System,
    Throttled,
    Transient,
)
from beteiligte.ids import is_record_id
from clients import refusal_text
from clients.http_call import HttpAnswer
from clients.http_dates import http_date

LONGEST_WAIT = timedelta(hours=1)
"""Of what a system asks for: one that asks for more is asked again all the same, by whoever waits for it."""
NAMED = 5
"""Other records named in a message."""
ON_A_RECORD = frozenset({"read", "write", "replace", "create"})
"""Operations on one party: a refusal of another one can only be about the interface."""
ABOUT_THE_ADDRESS = frozenset({402, 405, 406, 407, 415, 426})
"""Of the 4xx, those that speak of the way and not of a party: address, proxy, format."""
TOO_EARLY = frozenset({408, 425})
LOCKED = "cannotModifyLockedRecord"
VALIDATION = "validationFailure"
OF_A_FIELD = "Field validation failure"
_FIELD = re.compile(r"field: (\w{1,100})\b")
_NAME = re.compile(r"[\w.$\[\]-]{1,100}")
"""A field's name, or its path; what is none goes into no message and no log."""
_SECONDS = re.compile(r"[0-9]+")
"""As digits of ASCII: `²` is one by `isdigit`, and no number."""
_PAGE = re.compile(r"Max size should not exceed (\d{1,9})\b")


def espocrm(answer: HttpAnswer, operation: str, *, lockout_wait: timedelta) -> SyncFault:
    """The fault of an EspoCRM answer other than 2xx; 401 is the client's."""
    body = _body(answer, System.ESPOCRM)
    fault = _espocrm(answer, operation, body, lockout_wait)
    return _told(fault, operation, answer, body)


def _espocrm(answer: HttpAnswer, operation: str, body: Mapping[str, JsonValue], lockout_wait: timedelta) -> SyncFault:
    reason = refusal_text.reason(answer)
    where = f"EspoCRM answered {answer.status} to {operation}"
    system = System.ESPOCRM
    match answer.status:
        case 403 if not reason:
            return Throttled(f"{where}: locked out by address", system=system, wait=lockout_wait, surely_refused=True)
        case 403 if operation == "list" and (allowed := _PAGE.match(reason)):
            return _too_large(f"{where}: fewer rows are allowed at once", int(allowed[1]))
        case 403 | 409 if refusal_text.message(body) and operation in ON_A_RECORD:
            forbidden = answer.status == 403
            return RecordRefused(f"{where}: a script of EspoCRM forbids it", system=system, surely_refused=forbidden)
        case 403:
            whose = _whose(operation)
            return NoRight(f"{where}: access is denied", system=system, surely_refused=True, blame=whose)
        case 404 if reason.startswith("Record"):
            return Gone(f"{where}: the record does not exist", system=system)
        case 404:
            return ConfigurationFault(f"{where}: check the address and the entity type", system=system)
        case 400 | 409 | 422:
            return _of_the_content(answer, operation, where, body)
        case 429:
            return Throttled(f"{where}: throttled", system=system, wait=retry_after(answer) or lockout_wait)
        case _:
            return _usual(answer, operation, where, system)


def _of_the_content(answer: HttpAnswer, operation: str, where: str, body: Mapping[str, JsonValue]) -> SyncFault:
    """What EspoCRM does not take as it stands: moved on, taken for another, locked, or a field that is refused."""
    reason, system = refusal_text.reason(answer), System.ESPOCRM
    match answer.status:
        case 409 if reason == "modified":
            return Stale(f"{where}: modified meanwhile", system=system)
        case 409 if reason == "duplicate":
            others = _ids(answer)
            named = ", ".join(others) or "a record that it does not name"
            return Duplicate(f"{where}: it takes the record for a duplicate of {named}", system=system, others=others)
        case 409 if LOCKED in (reason, _label(body)):
            return Locked(f"{where}: the record is locked", system=system)
        case _:
            return _rejected(f"{where}: content refused", operation, system, _espocrm_field(body, reason))


def advoware(answer: HttpAnswer, operation: str) -> SyncFault:
    """The fault of an Advoware answer other than 2xx; 401 is the client's."""
    body = _body(answer, System.ADVOWARE)
    return _told(_advoware(answer, operation, body), operation, answer, body)


def _advoware(answer: HttpAnswer, operation: str, body: Mapping[str, JsonValue]) -> SyncFault:
    where = f"Advoware answered {answer.status} to {operation}"
    system = System.ADVOWARE
    wait = retry_after(answer)
    match answer.status:
        case 403:
            return NoRight(f"{where}: not allowed", system=system, surely_refused=True, blame=_whose(operation))
        case 404 if operation in ("create", "search"):
            return ConfigurationFault(f"{where}: check the address and ADVOWARE_PREFIX", system=system)
        case 404:
            return Gone(f"{where}: no such party", system=system)
        case 400 | 409 | 422:
            return _rejected(f"{where}: content refused", operation, system, _advoware_field(body))
        case 429:
            return Throttled(where, system=system, wait=wait or timedelta(seconds=60), surely_refused=True)
        case 503:
            # The connector is offline; with Retry-After the call surely went nowhere (design §5).
            return Transient(where, system=system, wait=wait, surely_refused=wait is not None)
        case status if status >= 500:
            return Transient(where, system=system, wait=wait, blame=Blame.UNCLEAR)
        case _:
            return _usual(answer, operation, where, system)


def _usual(answer: HttpAnswer, operation: str, where: str, system: System) -> SyncFault:
    """What a status means by itself, whoever sent it: a proxy in front of either system speaks, too."""
    match answer.status:
        case 423 if operation in ON_A_RECORD:
            return Locked(f"{where}: the record is locked", system=system)
        case status if status in TOO_EARLY or status in (502, 503, 504):
            return Transient(where, system=system, wait=retry_after(answer))
        case status if status >= 500:
            # Espo answers 500 also to a body of ours that it cannot read (facts/espocrm.md §2.7).
            return Transient(where, system=system, wait=retry_after(answer), blame=Blame.UNCLEAR)
        case status if status < 200:
            return OddAnswer(f"{where}, which is no answer", system=system)
        case status if status < 400:
            return ConfigurationFault(f"{where}: a redirect; check the address", system=system)
        case status if status in ABOUT_THE_ADDRESS or operation not in ON_A_RECORD:
            return ConfigurationFault(f"{where}: unexpected; check the address", system=system)
        case _:
            return RecordRefused(f"{where}: refused", system=system)


def _rejected(text: str, operation: str, system: System, field: str | None) -> Rejected:
    """Without a field it may be the content of one party, or a script that refuses everybody."""
    open_question = field is None and operation in ON_A_RECORD - {"read"}
    return Rejected(text, system=system, field=field, blame=Blame.UNCLEAR if open_question else Blame.PARTY)


def _told(fault: SyncFault, operation: str, answer: HttpAnswer, body: Mapping[str, JsonValue]) -> SyncFault:
    """With what was tried and what the system said of it."""
    fault.operation, fault.status = operation, answer.status
    if not fault.retry and not isinstance(fault, Locked | Duplicate):
        # The reason beside a field only says again which one.
        fault.said = refusal_text.shown(refusal_text.message(body)) if fault.field else refusal_text.said(answer, body)
    return fault


def advoware_service(answer: HttpAnswer, operation: str) -> SyncFault:
    """The fault of an answer of the vendor's token or discovery service: it speaks of no party."""
    fault = advoware(answer, operation)
    if isinstance(fault, Transient):
        return fault
    return ConfigurationFault(
        f"Advoware answered {answer.status} to {operation}: check the ADVOWARE_ settings", system=System.ADVOWARE
    )


def _whose(operation: str) -> Blame:
    """A right to one record may be lacking by itself; one to lists and notes is the interface's."""
    return Blame.UNCLEAR if operation in ON_A_RECORD else Blame.SYSTEM


def retry_after(answer: HttpAnswer) -> timedelta | None:
    """Seconds or a date; nonsense is ignored, more than an hour is cut."""
    text = answer.headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(text):
        return min(timedelta(seconds=min(int(text[:18]), 10**6)), LONGEST_WAIT)
    at = http_date(text)
    return None if at is None else min(max(at - datetime.now(UTC), timedelta(0)), LONGEST_WAIT)


def _body(answer: HttpAnswer, system: System) -> dict[str, JsonValue]:
    try:
        parsed = answer.json(system)
    except OddAnswer:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _too_large(message: str, allowed: int) -> PageTooLarge:
    fault = PageTooLarge(message, system=System.ESPOCRM, surely_refused=True)
    fault.allowed = allowed
    return fault


def _ids(answer: HttpAnswer) -> tuple[str, ...]:
    """The ids in a list of whole records; the first few are enough to look at (recording sw-01)."""
    try:
        parsed = answer.json(System.ESPOCRM)
    except OddAnswer:
        return ()
    rows = [row.get("id") for row in parsed if isinstance(row, dict)] if isinstance(parsed, list) else []
    return tuple(row_id for row_id in rows if isinstance(row_id, str) and is_record_id(row_id))[:NAMED]


def _translation(body: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    found = body.get("messageTranslation")
    return found if isinstance(found, dict) else {}


def _label(body: Mapping[str, JsonValue]) -> JsonValue:
    return _translation(body).get("label")


def _espocrm_field(body: Mapping[str, JsonValue], reason: str) -> str | None:
    """Only the first faulty field is ever named (recording rest-11); under another label it is no field's name.

    The record that is locked names the label of a field, in the language of the installation (recording sw-05).
    """
    data = _translation(body).get("data")
    field = data.get("field") if isinstance(data, dict) else None
    if isinstance(field, str) and _NAME.fullmatch(field) and _label(body) in (VALIDATION, None):
        return field
    match = _FIELD.search(reason) if reason.startswith(OF_A_FIELD) else None
    return match.group(1) if match else None


def _advoware_field(body: Mapping[str, JsonValue]) -> str | None:
    field = body.get("field")
    return field if isinstance(field, str) and _NAME.fullmatch(field) else None
