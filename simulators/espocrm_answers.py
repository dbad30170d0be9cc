"""How EspoCRM says no, and how it reads a body (facts/espocrm.md §2.3, §2.7; recordings err-*)."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulators.espocrm_values import Attributes, Broken, Invalid


class Refused(Exception):
    """A call that EspoCRM does not carry out: status and reason."""

    def __init__(self, status: int, reason: str = "") -> None:
        """Name both."""
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


def error(status: int, reason: str = "") -> Response:
    """An empty body; the text stands in a header."""
    headers = {"X-Status-Reason": reason} if reason else {}
    return Response(status_code=status, media_type="application/json", headers=headers)


def invalid(entity_type: str, refused: Invalid) -> Response:
    """400 that names the first faulty field."""
    reason = f"Field validation failure; entityType: {entity_type}, field: {refused.field}, type: {refused.kind}."
    data = {"field": refused.field, "type": refused.kind}
    body = {"messageTranslation": {"label": "validationFailure", "scope": None, "data": data}}
    return JSONResponse(body, 400, headers={"X-Status-Reason": reason})


def read_body(request: Request, raw: bytes) -> Attributes:
    """JSON under any other content type, or no object, is silently nothing (recordings err-05, err-06b)."""
    if not request.headers.get("Content-Type", "").startswith("application/json"):
        return {}
    try:
        parsed = json.loads(raw)
    except ValueError:
        raise Broken("malformed JSON") from None  # 500, not 400 (recording err-04)
    return parsed if isinstance(parsed, dict) else {}
