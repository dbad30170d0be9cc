"""A list reads its page from an order that is kept; it must answer as if all records had been looked at and sorted."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulators.espocrm_index import Index
from simulators.espocrm_list import Columns, page
from simulators.systems import Simulators

CHANGES = st.lists(st.tuples(st.sampled_from(["add", "edit", "import", "delete", "restore"]), st.integers(0, 20)))
NUMBERS = st.none() | st.integers(1, 6)


def changed(changes: list[tuple[str, int]]) -> Simulators:
    """A CRM after these changes, a second apart; lists were asked for before them."""
    world = Simulators()
    crm, store = world.espocrm, world.espocrm.store
    for name in ("modifiedAt", "betnr"):
        store.index.by(name)
    for kind, number in [("add", 1), ("add", 2), *changes]:
        world.clock.advance(timedelta(seconds=number % 2))
        ids, bin_ = list(crm.records), list(crm.deleted)
        if kind == "add" or not ids:
            crm.add(lastName=str(number), betnr=number or None)
        elif kind == "edit":
            crm.edit(ids[number % len(ids)], betnr=number // 3)
        elif kind == "import":
            crm.import_silently(ids[number % len(ids)], betnr=None)
        elif kind == "delete":
            crm.delete(ids[number % len(ids)])
        elif bin_:
            crm.restore(bin_[number % len(bin_)])
    return world


def where(kind: str, value: int | None) -> dict[str, Any]:
    return {"type": kind, "attribute": "betnr", "value": str(value)}


@given(CHANGES, NUMBERS, NUMBERS, st.sampled_from(["asc", "desc"]), st.integers(0, 3))
def test_a_page_is_what_looking_at_every_record_gives(
    changes: list[tuple[str, int]], above: int | None, below: int | None, order: str, offset: int
) -> None:
    """Conditions on the attribute that orders are looked up in the order; null meets none of them."""
    store = changed(changes).espocrm.store
    bounds = [*([where("greaterThan", above)] if above else []), *([where("lessThanOrEquals", below)] if below else [])]
    params = {"where": bounds, "orderBy": "betnr", "order": order, "offset": offset, "maxSize": 2}

    answer: Any = page(store.index, params, Columns(store.type.attributes), counted=True)

    rows: list[Any] = list(store.live.values())
    for row in rows:
        row["at"] = -1 if row["betnr"] is None else row["betnr"]
    met = [row for row in rows if not bounds or (row["at"] >= 0 and (above or -1) < row["at"] <= (below or 99))]
    met.sort(key=lambda row: (row["at"], row["id"]), reverse=order == "desc")
    assert answer["total"] == len(met)
    assert [row["id"] for row in answer["list"]] == [row["id"] for row in met[offset:][:2]]


@given(CHANGES)
def test_the_orders_follow_every_change(changes: list[tuple[str, int]]) -> None:
    """As if they had been made anew."""
    store = changed(changes).espocrm.store

    for name in ("modifiedAt", "betnr"):
        assert store.index.by(name) == Index(store.live).by(name)


def test_a_restored_backup_is_listed_as_it_was() -> None:
    """All records change at once."""
    world = Simulators()
    party = world.espocrm.add(lastName="Müßig", betnr=1)
    backup = world.espocrm.backup()
    world.espocrm.store.index.by("betnr")
    world.espocrm.edit(party, betnr=2)

    world.espocrm.restore_backup(backup)

    assert world.espocrm.store.index.by("betnr") == Index(world.espocrm.records).by("betnr")
