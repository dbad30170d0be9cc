"""What a system itself said about a refusal, fit to be shown to people.

EspoCRM: `message` of the body, else `X-Status-Reason`, which holds raw UTF-8 (facts/espocrm.md §2.10). Advoware's error
bodies are not published: the usual names are tried. It is a text of the firm's own script or of the vendor, so it may
hold a client's value: it goes into encrypted payloads and notes only.
"""

import unicodedata
from collections.abc import Mapping
from http import HTTPStatus

from pydantic import JsonValue

from clients.http_call import HttpAnswer

LONGEST = 300
"""Characters: a sentence or two, and never a page of HTML."""
NAMES = ("message", "detail", "title", "error", "error_description")


def said(answer: HttpAnswer, body: Mapping[str, JsonValue]) -> str:
    """In one line; the status where the answer holds no words."""
    words = message(body) or reason(answer) or _plain(answer)
    return shown(words) or shown(f"{answer.status} {_phrase(answer.status)}")


def message(body: Mapping[str, JsonValue]) -> str:
    """The first text under one of the usual names, whatever their case."""
    lower = {name.lower(): value for name, value in body.items()}
    return next((value for name in NAMES if isinstance(value := lower.get(name), str) and value.strip()), "")


def reason(answer: HttpAnswer) -> str:
    """`X-Status-Reason` as it was sent: a client shows headers as Latin-1."""
    raw = next((value for name, value in answer.headers.raw if name.lower() == b"x-status-reason"), b"")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def shown(words: str) -> str:
    """Bounded, in one line, without control and format characters."""
    visible = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in words)
    line = " ".join("".join(char for char in visible if unicodedata.category(char)[0] != "C").split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 2]} …"


def _plain(answer: HttpAnswer) -> str:
    """The body where it is a plain text."""
    kind = answer.headers.get("Content-Type", "")
    return answer.content[: LONGEST * 4].decode(errors="replace") if kind.startswith("text/plain") else ""


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
