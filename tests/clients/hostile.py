"""Answers that no well-behaved server gives: JSON out of shape, headers that lie, bodies that are packed within bodies.

Made by Hypothesis from an answer as it should be, so that a parser is met at each place and not only at its door.
"""

import gzip
import json
import zlib
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

CANARY = "Kanarienvogel"
"""A client's value: it must come into no message."""
REPEATED = "\0"
"""At the end of a name in an object: the same name once more."""


@dataclass(frozen=True)
class Raw:
    """JSON, or nearly, as it is written."""

    text: str


ODD = [
    *("true", "false", "null", "0", "-1", "1e300", "1e400", "-1e400", "NaN", "Infinity", "-0.0", "1e-400"),
    *("1" + "0" * 400, "9" * 5_000, "9223372036854775808", "104001.5", "104001.0", "3600", "1e12"),
    *(
        '""',
        '" "',
        '"\\u0000"',
        '"\\ud800"',
        '"a\\r\\nX-Odd: y"',
        '"\\u202e"',
        '"²"',
        '"104001"',
        '"' + "9" * 400 + '"',
    ),
    *('"0001-01-01T00:00:00Z"', '"0001-01-01T00:00:00+14:00"', '"9999-12-31T23:59:59-14:00"', '"9999-12-31 23:59:59"'),
    *('"2026-11-24T10:30:00"', '"http://127.0.0.1:1/"', '"https://u@h/"', '"' + "x" * 20_000 + '"', f'"{CANARY}"'),
    *(
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "[{}]",
        "[" * 40 + "]" * 40,
        "[" * 5_000 + "]" * 5_000,
        '{"a":' * 30 + "1" + "}" * 30,
    ),
    *('{"a": 1, "a": 2}', '{"betNr": 1, "BETNR": 2}', '{"id": null}', '{"field": "\\ud800"}', "-2", '"-1"'),
]
DATES = [
    "Tue, 24 Nov 2026 10:30:00 GMT",
    "Mon, 01 Jan 0001 00:00:00 +1400",
    "Fri, 31 Dec 9999 23:59:59 -1400",
    "Tue, 24 Nov 99999999999999999999 10:30:00 GMT",
    "Tue, 24 Nov 2026 10:30:00 +99999999",
    "Tue, 99 Nov 2026 99:99:99 GMT",
    "24 Nov",
    "-0000",
    ",",
]
HEADERS = [
    *(f"Date: {date}" for date in DATES),
    *(f"Retry-After: {wait}" for wait in (*DATES, "5", "-5", "0", "9" * 30, "9" * 5_000, "1e9", "\u00b2", "NaN", "")),
    *("X-Status-Reason: Record 5 does not exist.", "X-Status-Reason: duplicate", "X-Status-Reason: \u00ff\u00fe"),
    *("X-Status-Reason: Max size should not exceed 0.", "X-Status-Reason: Max size should not exceed 100. Use offset."),
    f"X-Status-Reason: Field validation failure; entityType: C, field: {'x' * 500}, type: y",
    *("Content-Type: text/plain", "Content-Type: \u00ff", "Content-Type: text/html; charset=utf-7", "Set-Cookie: =;=;"),
    *("Location: http://127.0.0.1:1/", "X-Odd: " + "x" * 20_000, "X-Odd:", "Content-Language: \u00e4"),
]
ENCODINGS = ["gzip", "x-gzip", "identity", "gzip, gzip", "deflate", "br", "zstd", "\u00ff", ","]
STATUSES = [
    *("200 OK",) * 12,
    *(
        "201 Created",
        "204 No Content",
        "206 Partial",
        "099 x",
        "101 Switching Protocols",
        "199 x",
        "200 \u00ff\u00fe",
        "200",
    ),
    *(
        "301 Moved",
        "304 Not Modified",
        "400 Bad",
        "401 x",
        "402 x",
        "403 x",
        "404 x",
        "405 x",
        "408 x",
        "409 x",
        "412 x",
    ),
    *(
        "413 x",
        "422 x",
        "423 x",
        "425 x",
        "429 x",
        "451 x",
        "500 x",
        "502 x",
        "503 x",
        "504 x",
        "599 x",
        "999 x",
        "20x OK",
    ),
]


def written(value: Any) -> str:
    """As JSON, and what is raw as it is."""
    match value:
        case Raw():
            return value.text
        case dict():
            return (
                "{" + ",".join(f"{json.dumps(name.rstrip(REPEATED))}:{written(of)}" for name, of in value.items()) + "}"
            )
        case list():
            return "[" + ",".join(map(written, value)) + "]"
        case _:
            return json.dumps(value)


odd = st.sampled_from(ODD).map(Raw)


@st.composite
def bent(draw: st.DrawFn, value: Any) -> Any:
    """The value with something odd at one place of it, however deep."""
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 4)) == 0:
        return draw(st.one_of(odd, st.just([value]), st.just({"value": value})))
    if isinstance(value, list):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], draw(bent(value[at])), *value[at + 1 :]]
    name = draw(st.sampled_from(sorted(value)))
    match draw(st.integers(0, 5)):
        case 0:
            return {other: of for other, of in value.items() if other != name}
        case 1:
            return {**value, name + REPEATED: draw(odd)}
        case 2:
            return {**value, name.swapcase(): draw(odd)}
        case _:
            return {**value, name: draw(bent(value[name]))}


@st.composite
def bodies(draw: st.DrawFn, good: list[Any]) -> bytes:
    """One of the good ones, bent some times; cut off or with bytes put in now and then; or nothing of the kind."""
    value = draw(st.sampled_from(good))
    for _ in range(draw(st.integers(0, 3))):
        value = draw(bent(value))
    text = written(value).encode("utf-8", "surrogatepass")
    match draw(st.integers(0, 11)):
        case 0:
            return text[: draw(st.integers(0, len(text)))]
        case 1:
            at = draw(st.integers(0, len(text)))
            return text[:at] + draw(st.binary(max_size=8)) + text[at:]
        case 2:
            return draw(st.binary(max_size=64))
        case _:
            return text


@st.composite
def answers(draw: st.DrawFn, good: list[Any]) -> bytes:
    """A whole answer, as bytes on the wire; its connection ends with it."""
    content = draw(bodies(good))
    lines = [f"HTTP/1.1 {draw(st.sampled_from(STATUSES))}", "Connection: close"]
    lines += draw(st.lists(st.sampled_from(HEADERS), max_size=3))
    match draw(st.integers(0, 7)):
        case 0:
            lines.append(f"Content-Encoding: {draw(st.sampled_from(ENCODINGS))}")
            content = draw(st.sampled_from(PACKED))(content)
        case 1:
            lines.append("Content-Encoding: gzip")
            content = gzip.compress(content)
    match draw(st.integers(0, 9)):
        case 0:
            lines.append(f"Content-Length: {draw(st.sampled_from(['-1', '²', '1e3', '', str(10**30), '0']))}")
        case 1:
            lines.append("Transfer-Encoding: chunked")
        case 2:
            pass  # to the end of the connection
        case _:
            lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


PACKED = [
    lambda content: content,
    gzip.compress,
    lambda content: gzip.compress(gzip.compress(content)),
    lambda content: gzip.compress(content)[:-5],
    lambda content: gzip.compress(content) + b"more",
    zlib.compress,
]
