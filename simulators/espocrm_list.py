"""EspoCRM's lists: conditions, order, paging, selection (facts/espocrm.md §2.5; recordings list-*, date-*).

Not done: conditions on relations, relative dates (today, lastXDays), full-text search, boolean and primary filters;
text is compared by case, which a real database's collation may not do.
"""

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from simulators.espocrm_answers import Refused
from simulators.espocrm_index import HOLDS_SOMETHING, Index, Key
from simulators.espocrm_values import Attributes, Int, LongText, Moment

MOST_ROWS = 200
LONGEST_TEXT = 10_000
ALWAYS = frozenset({"id", "createdById", "assignedUserId"})
ONLY_ASKED = frozenset(
    {"teamsIds", "teamsNames", "isFollowed", "followersIds", "followersNames", "assignedUsersIds", "assignedUsersNames"}
)
NEVER = frozenset({"emailAddressData", "phoneNumberData"})
COMMON = frozenset({"id", "deleted", "name", "createdAt", "createdById", "modifiedAt", "modifiedById", "versionNumber"})
NEGATED = {"notEquals": "equals", "notIn": "in", "isNotNull": "isNull", "isFalse": "isTrue"}
GROUPS = frozenset({"or", "and", "not"})
TYPES = frozenset(
    {
        *NEGATED,
        *NEGATED.values(),
        *("on", "contains", "startsWith", "after", "before", "between"),
        *("greaterThan", "lessThan", "greaterThanOrEquals", "lessThanOrEquals"),
    }
)
MOMENTS = frozenset({"createdAt", "modifiedAt", "streamUpdatedAt"})
ABOVE = frozenset({"after", "greaterThan", "greaterThanOrEquals"})
BELOW = frozenset({"before", "lessThan", "lessThanOrEquals"})

Condition = Callable[[Attributes], bool]


@dataclass
class Columns:
    """What may be asked for, and of which kind it is."""

    kinds: Mapping[str, object]
    forbidden: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    """What records hold although the type no longer has it."""

    def check(self, name: str) -> None:
        """Raises Refused for an attribute in a condition that does not exist or may not be read."""
        if name in self.forbidden:
            raise Refused(400, " ".join([f"Forbidden attribute '{name}' in where."] * 2))
        if not self.has(name):
            raise Refused(400, f"Not existing attribute '{name}' in where.")

    def has(self, name: str) -> bool:
        """Whether a record has such an attribute."""
        return name in self.kinds or name in COMMON

    def is_moment(self, name: str) -> bool:
        """Whether it holds a moment."""
        return name in MOMENTS or isinstance(self.kinds.get(name), Moment)

    def is_ordered(self, name: str) -> bool:
        """Whether conditions on it go by the same order as lists do."""
        return self.is_moment(name) or isinstance(self.kinds.get(name), Int)


def parameters(query: str) -> dict[str, object]:
    """The parameters of a list, from PHP's array notation or from `searchParams`, which is JSON."""
    found: dict[str, object] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key == "searchParams":
            try:
                found |= json.loads(value)
            except ValueError:
                raise Refused(400, "Invalid search params JSON.") from None
        else:
            _put(found, re.findall(r"[^\[\]]+|(?<=\[)(?=\])", key), value)
    return found


def _put(into: dict[str, object], path: list[str], value: str) -> None:
    """`a[0][b]=v` and `a[]=v`; an array is a mapping by number, as in PHP."""
    name = path[0] or str(len(into))
    if len(path) == 1:
        into[name] = value
        return
    inner = into.setdefault(name, {})
    if isinstance(inner, dict):
        _put(inner, path[1:], value)


def _items(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [] if value is None else [value]


def page(
    index: Index,
    params: Mapping[str, object],
    columns: Columns,
    *,
    counted: bool,
    readable: Condition = lambda _: True,
    most: int = MOST_ROWS,
) -> Attributes:
    """One page as it is answered. Raises Refused."""
    size, offset = int(str(params.get("maxSize", most))), int(str(params.get("offset", 0)))
    if size > most:
        raise Refused(403, f"Max size should not exceed {most}. Use offset and limit.")
    if size < 0:
        raise Refused(500)
    where = [item for item in _items(params.get("where")) if isinstance(item, dict)]
    for item in where:
        _check(item, columns)
    order_by = str(params.get("orderBy", "createdAt"))
    if not columns.has(order_by):
        raise Refused(400, f"Order by non-existing field '{order_by}'.")
    text = str(params.get("textFilter", ""))
    matching = (
        record
        for record in _walk(
            index, where, order_by, str(params.get("order", "asc" if "orderBy" in params else "desc")), columns
        )
        if readable(record) and text in str(record.get("name"))
    )
    found = list(matching if counted else islice(matching, offset + size + 1))
    total = len(found) if counted else -1 if len(found) > offset + size else -2
    picked = _picked(params.get("select"), order_by)
    return {"total": total, "list": [_row(row, picked, columns) for row in found[offset:][:size]]}


def _walk(
    index: Index, where: list[dict[str, object]], order_by: str, order: str, columns: Columns
) -> Iterator[Attributes]:
    """What meets the conditions, in order. A bound on the attribute that orders is looked up, not tried row by row."""
    keys, records = index.by(order_by), index.records
    first, last = 0, len(keys)
    others: list[Condition] = []
    for item in where:
        met, kind = _condition(item, columns), item.get("type")
        bound = item.get("attribute") == order_by and kind in BELOW | ABOVE and columns.is_ordered(order_by)
        if not bound or _means_everything(item, columns):
            others.append(met)
        elif kind in BELOW:
            first = max(first, bisect_left(keys, HOLDS_SOMETHING))
            last = _turn(keys, records, met, range(first, last), to=False)
        else:
            first = _turn(keys, records, met, range(first, last), to=True)
    chosen = range(first, last) if order.lower() != "desc" else range(last - 1, first - 1, -1)
    for place in chosen:
        record = records[keys[place][-1]]
        if all(met(record) for met in others):
            yield record


def _turn(keys: list[Key], records: Mapping[str, Attributes], met: Condition, places: range, *, to: bool) -> int:
    """The first of these places where a bound is met, or no longer is."""

    def turned(key: Key) -> bool:
        return met(records[key[-1]]) == to

    return bisect_left(keys, True, places.start, max(places.start, places.stop), key=turned)


def _picked(select: object, order_by: str) -> set[str] | None:
    names = {str(name) for name in (select.split(",") if isinstance(select, str) else _items(select))}
    if not names:
        return None
    return names | ALWAYS | {order_by} | ({"teamsNames"} if "teamsIds" in names else set())


def _row(record: Attributes, picked: set[str] | None, columns: Columns) -> Attributes:
    return {
        name: value[:LONGEST_TEXT]
        if isinstance(columns.kinds.get(name), LongText) and isinstance(value, str)
        else value
        for name, value in record.items()
        if name not in NEVER and name not in columns.forbidden and name not in columns.missing
        if (name not in ONLY_ASKED if picked is None else name in picked)
    }


def _check(item: Mapping[str, object], columns: Columns) -> None:
    """Refuse a condition that makes no sense, also where no record would meet it."""
    kind = str(item.get("type"))
    if kind in GROUPS:
        for part in _inner(item):
            _check(part, columns)
    elif kind not in TYPES:
        raise Refused(400, f"Unknown where item type '{kind}'.")
    else:
        columns.check(str(item.get("attribute")))


def _inner(item: Mapping[str, object]) -> list[dict[str, object]]:
    return [part for part in _items(item.get("value")) if isinstance(part, dict)]


def _condition(item: Mapping[str, object], columns: Columns) -> Condition:
    """Whether a record meets a condition; what does not depend on the record is worked out once."""
    kind, value = str(item.get("type")), item.get("value")
    if kind in GROUPS:
        parts = [_condition(part, columns) for part in _inner(item)]
        if kind == "or":
            return lambda record: any(part(record) for part in parts)
        return lambda record: all(part(record) for part in parts) == (kind == "and")
    name = str(item.get("attribute"))
    if _means_everything(item, columns):
        return lambda _: True
    moment = columns.is_moment(name)
    wanted = [str(_moment(part, item)) if moment else _plain(part) for part in _items(value)]
    return lambda record: _holds(kind, record.get(name), wanted)


def _means_everything(item: Mapping[str, object], columns: Columns) -> bool:
    """A value that is no moment is no error: it matches everything (facts/espocrm.md §2.5)."""
    values = _items(item.get("value"))
    return columns.is_moment(str(item.get("attribute"))) and None in [_moment(part, item) for part in values]


def _holds(kind: str, value: object, wanted: list[str]) -> bool:
    if kind in NEGATED:
        return not _holds(NEGATED[kind], value, wanted)
    match kind:
        case "isNull":
            return value is None
        case "isTrue":
            return value is True
        case "equals" | "in" | "on":
            return value is not None and _plain(value) in wanted
        case "contains" | "startsWith":
            text, part = str(value or ""), wanted[0]
            return text.startswith(part) if kind == "startsWith" else part in text
    return _compares(kind, value, wanted)


def _compares(kind: str, value: object, wanted: list[str]) -> bool:
    if value is None or not wanted:
        return False
    here, bound = _ordered(value), _ordered(wanted[0])
    match kind:
        case "after" | "greaterThan":
            return here > bound
        case "before" | "lessThan":
            return here < bound
        case "greaterThanOrEquals":
            return here >= bound
        case "lessThanOrEquals":
            return here <= bound
    return bound <= here <= _ordered(wanted[-1])


def _ordered(value: object) -> tuple[float, str]:
    """Numbers by size, all else (moments and dates are written so that it works) as text."""
    text = str(value)
    return (float(text), "") if re.fullmatch(r"-?\d+(\.\d+)?", text) else (0.0, text)


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _moment(value: object, item: Mapping[str, object]) -> str | None:
    """UTC as stored. An offset is dropped silently; with `dateTime` it is wall time of `timeZone`."""
    match = re.match(r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2})(:\d{2})?)?", str(value))
    if match is None:
        return None
    text = f"{match[1]} {match[2] or '00:00'}{match[3] or ':00'}"
    if str(item.get("dateTime", "")).lower() not in ("true", "1"):
        return text
    zone = ZoneInfo(str(item.get("timeZone", "UTC")))
    return f"{datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC):%Y-%m-%d %H:%M:%S}"
