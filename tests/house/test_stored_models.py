"""What Temporal stores stays readable: a field is added with a default, none is renamed, dropped, or takes less."""

from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, create_model

from tests.house.stored_models import kept, lost, schemas

RECORD = ".venv/bin/python -m tests.house.stored_models"


def test_what_was_stored_can_still_be_read() -> None:
    """Runs that are open when the program is upgraded hold it: CONTRIBUTING, Changing a workflow."""
    assert lost(kept(), schemas()) == []


def test_what_is_stored_today_is_on_record() -> None:
    """Else the next change of it would be held against nothing: record it with RECORD."""
    today, before = schemas(), kept()

    new = [place for place, schema in today["places"].items() if before["places"].get(place) != schema]
    changed = [name for name, schema in today["$defs"].items() if before["$defs"].get(name) != schema]
    assert (new, changed) == ([], []), f"record what is stored today: {RECORD}"


def test_orders_requests_and_answers_are_all_looked_at() -> None:
    """A search that finds nothing would hold nothing."""
    places = kept()["places"]

    assert {
        "workflow Beteiligter: takes",
        "workflow Beteiligter: gives",
        "signal Beteiligter.request: takes",
        "update Beteiligter.sync_now: takes",
        "activity advoware.push: takes",
        "activity comparison.decide: gives",
        "workflow WorkerCard: takes",
    } <= places.keys()


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class FewerColours(StrEnum):
    RED = "red"


class MoreColours(StrEnum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"


class Inner(BaseModel):
    number: int = 0
    title: str = ""


class Before(BaseModel):
    """As it was released."""

    name: str
    colour: Colour = Colour.RED
    inner: tuple[Inner, ...] = ()
    maybe: Inner | None = None
    by_name: dict[str, int] = {}


def released(**changed: Any) -> type[BaseModel]:
    """The same with other fields; None: without the field."""
    before = {name: (field.annotation, field) for name, field in Before.model_fields.items()}
    return create_model("After", **{name: kind for name, kind in {**before, **changed}.items() if kind})


class LessInside(BaseModel):
    number: int = 0


class MoreInside(Inner):
    more: str = ""


class Closed(Inner):
    model_config = ConfigDict(extra="forbid")


class Strict(Inner):
    number: int = Field(0, ge=1)


WIDER: dict[str, dict[str, Any]] = {
    "the same": {},
    "a field more": {"more": (int, 0)},
    "a value more": {"colour": (MoreColours, MoreColours.RED)},
    "a field more inside": {"inner": (tuple[MoreInside, ...], ())},
    "also none": {"name": (str | None, ...)},
}
NARROWER: dict[str, tuple[dict[str, Any], str]] = {
    "gone": ({"colour": None}, "colour: is gone"),
    "one that must be there": ({"more": (int, ...)}, "more: must be there"),
    "another kind": ({"name": (int, ...)}, "name: was string, is integer"),
    "a value less": ({"colour": (FewerColours, FewerColours.RED)}, "colour: no longer takes blue"),
    "gone inside a list": ({"inner": (tuple[LessInside, ...], ())}, "inner[].title: is gone"),
    "gone inside what may be none": ({"maybe": (LessInside | None, None)}, "maybe.title: is gone"),
    "none no more": ({"maybe": (Inner, Inner())}, "maybe: was null, is object"),
    "a bound": ({"inner": (tuple[Strict, ...], ())}, "inner[].number: another minimum"),
    "closed against newer ones": ({"inner": (tuple[Closed, ...], ())}, "inner[]: refuses what a newer version adds"),
    "another value of a name": ({"by_name": (dict[str, str], {})}, "by_name[]: was integer, is string"),
}


@pytest.mark.parametrize("changed", WIDER.values(), ids=WIDER)
def test_what_takes_more_breaks_nothing(changed: dict[str, Any]) -> None:
    assert lost(schemas({"order": Before}), schemas({"order": released(**changed)})) == []


@pytest.mark.parametrize(("changed", "why"), NARROWER.values(), ids=NARROWER)
def test_what_takes_less_is_named_with_its_place(changed: dict[str, Any], why: str) -> None:
    [said] = lost(schemas({"order": Before}), schemas({"order": released(**changed)}))

    assert said.startswith(f"order.{why}")


def test_a_place_that_is_gone_is_named() -> None:
    """A signal, an activity or a workflow under another name is another one to Temporal."""
    assert lost(schemas({"order": Before}), schemas({"orders": Before})) == ["order: is gone"]
