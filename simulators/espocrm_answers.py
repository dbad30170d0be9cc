"""How EspoCRM says no, and how it reads a body (facts/espocrm.md §2.3, §2.7; recordings err-*)."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.espocrm_values import Attributes, Broken, Invalid

LOCKED = "cannotModifyLockedRecord"


class Refused(Exception):
    """A call that EspoCRM does not carry out: status, reason, and rarely a body."""

    def __init__(self, status: int, reason: str = "", body: Attributes | None = None) -> None:
        """Name them."""
        super().__init__(status, reason)
        self.status = status
        self.reason = reason
        self.body = body

    def answer(self) -> Response:
        """The text stands in a header; the body is mostly empty."""
        if self.body is not None:
            answer: Response = JSONResponse(self.body, self.status)
        else:
            answer = Response(status_code=self.status, media_type="application/json")
        if self.reason:  # raw UTF-8, which no header of HTTP's own is (recording sw-04)
            answer.raw_headers.append((b"x-status-reason", self.reason.encode()))
        return answer


def invalid(entity_type: str, refused: Invalid) -> Refused:
    """400 that names the first faulty field."""
    reason = f"Field validation failure; entityType: {entity_type}, field: {refused.field}, type: {refused.kind}."
    return Refused(400, reason, _translated("validationFailure", field=refused.field, type=refused.kind))


def unrelated(entity_type: str) -> Refused:
    """403 for an assigned user that does not exist (recording write-assignedUserId-gibtsnicht)."""
    reason = f"Can't relate with non-existing record. entity type: {entity_type}, link: assignedUser."
    return Refused(403, reason, _translated("cannotRelateNonExisting", foreignEntityType="User"))


def locked(label: str) -> Refused:
    """409 for a locked record; it names the label of a field, not its name (recording sw-05, EspoCRM 10)."""
    return Refused(409, LOCKED, _translated(LOCKED, field=label))


def scripted(status: int, text: str) -> Refused:
    """What a before-save script of the entity type throws: its own text in header and body (recordings sw-02..04)."""
    return Refused(status, text, {"message": text})


def _translated(label: str, **data: str) -> Attributes:
    return {"messageTranslation": {"label": label, "scope": None, "data": data}}


def read_body(request: Request, raw: bytes) -> Attributes:
    """JSON under any other content type, or no object, is silently nothing (recordings err-05, err-06b)."""
    if not request.headers.get("Content-Type", "").startswith("application/json"):
        return {}
    try:
        parsed = json.loads(raw)
    except ValueError:
        raise Broken("malformed JSON") from None  # 500, not 400 (recording err-04)
    return parsed if isinstance(parsed, dict) else {}
