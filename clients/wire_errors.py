"""Answers that are errors become faults, one function a system.

Sources: facts/espocrm.md §2.1, §2.7 and the recordings named there; facts/advoware.md §1, §2.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pydantic import JsonValue

from beteiligte.faults import (
    Blame,
    ConfigurationFault,
    Duplicate,
    Gone,
    NoRight,
    OddAnswer,
    PageTooLarge,
    Rejected,
    Stale,
    SyncFault,
    System,
    Throttled,
    Transient,
)
from clients.http import Answer

LONGEST_WAIT = timedelta(hours=1)
NAMED = 5
"""Other records named in a message."""
_FIELD = re.compile(r"field: (\w+)")
_PAGE = re.compile(r"Max size should not exceed (\d{1,9})\b")
_ID = re.compile(r"[A-Za-z0-9_-]{1,36}")


def espocrm(answer: Answer, operation: str, *, lockout_wait: timedelta) -> SyncFault:
    """The fault of an EspoCRM answer other than 2xx; 401 is the client's."""
    reason = answer.headers.get("X-Status-Reason", "")
    where = f"EspoCRM answered {answer.status} to {operation}"
    system = System.ESPOCRM
    match answer.status:
        case 403 if not reason:
            return Throttled(f"{where}: locked out by address", system=system, wait=lockout_wait, surely_refused=True)
        case 403 if operation == "list" and (allowed := _PAGE.match(reason)):
            return _too_large(f"{where}: fewer rows are allowed at once", int(allowed[1]))
        case 403:
            return NoRight(
                f"{where}: the role lacks the right", system=system, surely_refused=True, blame=_whose(operation)
            )
        case 404 if reason.startswith("Record"):
            return Gone(f"{where}: the record does not exist", system=system)
        case 404:
            return ConfigurationFault(f"{where}: check the address and the entity type", system=system)
        case 409 if reason == "modified":
            return Stale(f"{where}: modified meanwhile", system=system)
        case 409 if reason == "duplicate":
            others = _ids(answer)
            named = ", ".join(others) or "a record that it does not name"
            return Duplicate(f"{where}: it takes the record for a duplicate of {named}", system=system, others=others)
        case 400 | 409 | 422:
            return Rejected(f"{where}: content refused", system=system, field=_espocrm_field(answer, reason))
        case 429:
            return Throttled(f"{where}: throttled", system=system, wait=retry_after(answer) or lockout_wait)
        case status if 300 <= status < 400:
            return ConfigurationFault(f"{where}: a redirect; check the address", system=system)
        case 503 | 502 | 504:
            return Transient(where, system=system, wait=retry_after(answer))
        case status if status >= 500:
            # Espo answers 500 also to a body of ours that it cannot read (facts/espocrm.md §2.7).
            return Transient(where, system=system, wait=retry_after(answer), blame=Blame.UNCLEAR)
        case _:
            return ConfigurationFault(f"{where}: unexpected", system=system)


def advoware(answer: Answer, operation: str) -> SyncFault:
    """The fault of an Advoware answer other than 2xx; 401 is the client's."""
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
            return Rejected(f"{where}: content refused", system=system, field=_advoware_field(answer))
        case 429:
            return Throttled(where, system=system, wait=wait or timedelta(seconds=60), surely_refused=True)
        case 503:
            # The connector is offline; with Retry-After the call surely went nowhere (design §5).
            return Transient(where, system=system, wait=wait, surely_refused=wait is not None)
        case status if status >= 500:
            return Transient(where, system=system, wait=wait, blame=Blame.UNCLEAR)
        case _:
            return ConfigurationFault(f"{where}: unexpected; check the address", system=system)


def advoware_service(answer: Answer, operation: str) -> SyncFault:
    """The fault of an answer of the vendor's token or discovery service: it speaks of no party."""
    fault = advoware(answer, operation)
    if isinstance(fault, Transient):
        return fault
    return ConfigurationFault(
        f"Advoware answered {answer.status} to {operation}: check the ADVOWARE_ settings", system=System.ADVOWARE
    )


def _whose(operation: str) -> Blame:
    """A right to read may be lacking for one record only; a right to write is given for the whole entity type."""
    return Blame.UNCLEAR if operation == "read" else Blame.SYSTEM


def retry_after(answer: Answer) -> timedelta | None:
    """Seconds or a date; nonsense is ignored, more than an hour is cut."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return min(timedelta(seconds=min(int(text), 10**6)), LONGEST_WAIT)
    try:
        left = parsedate_to_datetime(text) - datetime.now(UTC)
    except (TypeError, ValueError):
        return None
    return min(max(left, timedelta(0)), LONGEST_WAIT)


def _body(answer: Answer, system: System) -> dict[str, JsonValue]:
    try:
        parsed = answer.json(system)
    except OddAnswer:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _too_large(message: str, allowed: int) -> PageTooLarge:
    fault = PageTooLarge(message, system=System.ESPOCRM, surely_refused=True)
    fault.allowed = allowed
    return fault


def _ids(answer: Answer) -> tuple[str, ...]:
    """The ids in a list of whole records; the first few are enough to look at (recording sw-01)."""
    try:
        parsed = answer.json(System.ESPOCRM)
    except OddAnswer:
        return ()
    rows = [row.get("id") for row in parsed if isinstance(row, dict)] if isinstance(parsed, list) else []
    return tuple(row_id for row_id in rows if isinstance(row_id, str) and _ID.fullmatch(row_id))[:NAMED]


def _espocrm_field(answer: Answer, reason: str) -> str | None:
    """Only the first faulty field is ever named (recording rest-11)."""
    translation = _body(answer, System.ESPOCRM).get("messageTranslation")
    data = translation.get("data") if isinstance(translation, dict) else None
    field = data.get("field") if isinstance(data, dict) else None
    if isinstance(field, str):
        return field
    match = _FIELD.search(reason)
    return match.group(1) if match else None


def _advoware_field(answer: Answer) -> str | None:
    field = _body(answer, System.ADVOWARE).get("field")
    return field if isinstance(field, str) else None
