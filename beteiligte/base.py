"""The base: per field the canonical value that both sides are known to hold, and what is open.

Kept as JSON in EspoCRM's text attribute `advowareSyncBase`, written in the same PUT as the data it speaks of. Plain
UTF-8 and below 10,000 characters, where EspoCRM's lists cut (facts/espocrm.md §2.5). Whatever cannot be trusted
(unreadable, another version, another betNr, a value without canonical form) is no base, per field.
"""

import json
from collections.abc import Mapping

from pydantic import Field, TypeAdapter, ValidationError

from beteiligte.fields import BY_NAME
from beteiligte.findings import Finding, Matter, Open
from beteiligte.kinds import Unmappable, Value
from beteiligte.record import Frozen

VERSION = 1
MAX_LENGTH = 9_900


class Base(Frozen):
    """What both sides were last known to agree on."""

    version: int = Field(default=VERSION, alias="v")
    bet_nr: int | None = Field(default=None, alias="betNr")
    values: dict[str, Value] = {}
    open: tuple[Open, ...] = ()

    model_config = {"frozen": True, "populate_by_name": True}

    def for_party(self, bet_nr: int | None) -> "Base":
        """This base as far as it speaks of that betNr: values of another party are no base."""
        return self if bet_nr == self.bet_nr else self.model_copy(update={"values": {}})

    def knows(self, finding: Finding) -> bool:
        """Whether exactly this was told before and is still open."""
        return finding.open() in self.open

    def has_open(self, matter: Matter) -> bool:
        """Whether any question of this kind is open."""
        return any(item.matter is matter for item in self.open)


_RAW = TypeAdapter(dict[str, object])


def parse(text: str | None) -> Base:
    """The base in today's canonical form; an empty one where the text cannot be trusted."""
    if not text:
        return Base()
    try:
        raw = _RAW.validate_json(text)
        if raw.get("v") != VERSION:
            return Base()
        raw["open"] = _readable_open(raw.get("open"))
        base = Base.model_validate(raw)
    except ValidationError:
        return Base()
    return base.model_copy(update={"values": _todays(base.values)})


def _readable_open(items: object) -> list[Open]:
    """A matter that a later version added must not cost us the base, so unknown ones are dropped one by one."""
    known = []
    for item in items if isinstance(items, list) else []:
        try:
            known.append(Open.model_validate(item))
        except ValidationError:
            continue
    return known


def _todays(values: Mapping[str, Value]) -> dict[str, Value]:
    todays: dict[str, Value] = {}
    for name, value in values.items():
        if name in BY_NAME:
            try:
                todays[name] = BY_NAME[name].kind.canonical(value)
            except Unmappable:
                continue
    return todays


def dumps(base: Base) -> str:
    """Stable text of a base; fields with the longest values lose theirs where it would grow over the limit."""
    values = dict(base.values)
    while len(text := _json(base, values)) > MAX_LENGTH and values:
        del values[max(values, key=lambda name: len(values[name] or ""))]
    return text


def _json(base: Base, values: Mapping[str, Value]) -> str:
    whole = {
        "v": base.version,
        "betNr": base.bet_nr,
        "values": dict(sorted(values.items())),
        "open": [item.model_dump(mode="json", exclude_defaults=True) for item in base.open],
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def agreed(espocrm: Mapping[str, Value], advoware: Mapping[str, Value]) -> dict[str, Value]:
    """The fields of which both sides are known to hold the same value."""
    return {name: value for name, value in espocrm.items() if name in advoware and advoware[name] == value}
