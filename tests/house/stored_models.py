"""What Temporal stores of ours as JSON schemas: what each workflow, signal, update, query and activity takes and gives.

`python -m tests.house.stored_models` writes them to the kept file, unless what was stored under the kept ones could
no longer be read: that is refused, `--breaking` aside, which is for the time before the first release.
"""

import importlib
import json
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

import activities
from contracts.fault_report import FaultReport
from contracts.reconciliation import RunFailed
from workflows.registry import WORKFLOWS
from workflows.worker_card import WorkerCardWorkflow

KEPT = Path(__file__).with_name("stored_models.json")
OF_WORKFLOWS, OF_ACTIVITIES = "__temporal_workflow_definition", "__temporal_activity_definition"
"""Where Temporal's library keeps what it was told; it has no public word for them."""
WORDS = ("title", "description", "default")
"""Say nothing about what can be read."""
BOUNDS = (
    *("pattern", "format", "minLength", "maxLength", "minItems", "maxItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
)
Schema = Mapping[str, Any]


def stored() -> dict[str, type]:
    """Every type that crosses Temporal, by where it does."""
    return dict(sorted((*_of_workflows(), *_of_activities(), *_of_failures())))


def _of_workflows() -> Iterator[tuple[str, type]]:
    for kind in (*WORKFLOWS, WorkerCardWorkflow):
        defined = getattr(kind, OF_WORKFLOWS)
        yield from _both(f"workflow {defined.name}", defined)
        for word in ("signals", "updates", "queries"):
            for name, handler in getattr(defined, word).items():
                yield from _both(f"{word.removesuffix('s')} {defined.name}.{name}", handler)


def _of_activities() -> Iterator[tuple[str, type]]:
    for module in pkgutil.iter_modules(activities.__path__, "activities."):
        for owner in vars(importlib.import_module(module.name)).values():
            for method in vars(owner).values() if isinstance(owner, type) else ():
                if defined := getattr(method, OF_ACTIVITIES, None):
                    yield from _both(f"activity {defined.name}", defined)


def _of_failures() -> Iterator[tuple[str, type]]:
    yield "failure of any step", FaultReport
    yield "failure of a reconciliation", RunFailed


def _both(where: str, defined: Any) -> Iterator[tuple[str, type]]:
    for number, kind in enumerate(defined.arg_types or ()):
        yield f"{where}: takes{number or ''}", kind
    gives = getattr(defined, "ret_type", None)
    if gives not in (None, type(None)):
        yield f"{where}: gives", gives


def schemas(types: Mapping[str, type] | None = None) -> dict[str, Any]:
    """One document: a schema for each place, and what they share."""
    kinds = stored() if types is None else types
    adapters: list[Any] = [(where, "validation", TypeAdapter(kind)) for where, kind in kinds.items()]
    places, shared = TypeAdapter.json_schemas(adapters)
    document = {"places": {where: schema for (where, _), schema in places.items()}, **shared}
    plain: dict[str, Any] = _plain(document)
    return plain


def _plain(schema: Any, *, names: bool = False) -> Any:
    """Without words. `names`: its keys are names of ours, and one of them may be called `title`."""
    if isinstance(schema, dict):
        kept = schema.items() if names else [(k, v) for k, v in schema.items() if k not in WORDS]
        return {key: _plain(value, names=key in ("properties", "$defs", "places")) for key, value in kept}
    return [_plain(item) for item in schema] if isinstance(schema, list) else schema


def lost(before: Schema, after: Schema) -> list[str]:
    """What was stored by the one and cannot be read, or is dropped in silence, by the other: where, and why."""
    reading = _Reading(before.get("$defs", {}), after.get("$defs", {}))
    found: list[str] = []
    for where, schema in before["places"].items():
        if where not in after["places"]:
            found.append(f"{where}: is gone")
        else:
            found += reading.lost(schema, after["places"][where], where)
    return [*dict.fromkeys(found)]


class _Reading:
    """One schema held against another, through what each shares."""

    def __init__(self, before: Schema, after: Schema) -> None:
        self._before, self._after = before, after
        self._known: dict[tuple[str, str], list[str]] = {}

    def lost(self, old: Schema, new: Schema, at: str) -> list[str]:
        """Each thing that `new` does not take of what `old` wrote."""
        pair = (old.get("$ref", ""), new.get("$ref", ""))
        if not all(pair):
            return self._lost(_resolved(old, self._before), _resolved(new, self._after), at)
        if pair not in self._known:
            self._known[pair] = []  # while it is looked at: one may hold itself
            self._known[pair] = self._lost(_resolved(old, self._before), _resolved(new, self._after), at)
        return self._known[pair]

    def _lost(self, old: Schema, new: Schema, at: str) -> list[str]:
        if "anyOf" in old or "anyOf" in new:
            return self._of_some(old, new, at)
        return [*self._of_values(old, new, at), *self._of_properties(old, new, at), *self._of_parts(old, new, at)]

    def _of_some(self, old: Schema, new: Schema, at: str) -> list[str]:
        """Each form that was written must be one that is read."""
        found: list[str] = []
        for one in old.get("anyOf", [old]):
            tried = [self.lost(one, other, at) for other in new.get("anyOf", [new])]
            if all(tried):
                found += sorted(tried, key=len)[0]
        return found

    def _of_values(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        known, taken = _values(old), _values(new)
        if taken is not None and (known is None or known - taken):
            yield f"{at}: no longer takes {', '.join(sorted(known - taken)) if known else 'any value'}"
        elif new.get("type") not in (None, old.get("type")):
            yield f"{at}: was {old.get('type', 'anything')}, is {new['type']}"
        for bound in BOUNDS:
            if bound in new and new[bound] != old.get(bound):
                yield f"{at}: another {bound}"

    def _of_properties(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        mine, theirs = old.get("properties", {}), new.get("properties", {})
        if new.get("additionalProperties") is False:
            yield f"{at}: refuses what a newer version adds"
        for name, schema in mine.items():
            if name in theirs:
                yield from self.lost(schema, theirs[name], f"{at}.{name}")
            elif theirs:
                yield f"{at}.{name}: is gone"
        for name in {*new.get("required", ())} - {*old.get("required", ())}:
            yield f"{at}.{name}: must be there, and older ones do not have it"

    def _of_parts(self, old: Schema, new: Schema, at: str) -> Iterator[str]:
        for word in ("items", "additionalProperties", "propertyNames"):
            if isinstance(old.get(word), dict) and isinstance(new.get(word), dict):
                yield from self.lost(old[word], new[word], f"{at}[]")


def _resolved(schema: Schema, shared: Schema) -> Schema:
    while "$ref" in schema:
        schema = shared[schema["$ref"].rpartition("/")[2]]
    return schema


def _values(schema: Schema) -> set[str] | None:
    """Those it takes, where they are listed."""
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    return None if listed is None else {str(value) for value in listed}


def kept() -> dict[str, Any]:
    """The schemas of the last recording."""
    document: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    return document


def main(arguments: list[str]) -> int:
    """Record what is stored today."""
    today = schemas()
    broken = lost(kept(), today) if KEPT.exists() else []
    if broken and "--breaking" not in arguments:
        print("What was stored could not be read any more:", *broken, sep="\n", file=sys.stderr)
        return 1
    KEPT.write_text(json.dumps(today, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
