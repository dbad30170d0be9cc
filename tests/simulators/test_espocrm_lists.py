"""What the EspoCRM stand-in finds, and in which pages."""

import json

import httpx
import pytest

from simulators import EspoCrm
from tests.simulators.callers import LIST, PARTY, calling
from tests.simulators.recorded import seed, stand_in

ROWS: dict[str, dict[str, object]] = {
    "a": {"syncStatus": "dirty", "betnr": 1, "modifiedAt": "2026-11-23 10:00:00", "istAktiv": True},
    "b": {"syncStatus": "failed", "betnr": None, "modifiedAt": "2026-11-23 11:00:00"},
    "c": {"syncStatus": "clean", "betnr": 20, "modifiedAt": "2026-11-23 12:00:00"},
}
MODIFIED = "modifiedAt"
CONDITIONS: list[tuple[dict[str, object], str]] = [
    ({"type": "in", "attribute": "syncStatus", "value": ["dirty", "failed"]}, "ab"),
    ({"type": "notIn", "attribute": "syncStatus", "value": ["dirty", "failed"]}, "c"),
    ({"type": "in", "attribute": "betnr", "value": [1, 20]}, "ac"),
    ({"type": "equals", "attribute": "betnr", "value": 20}, "c"),
    ({"type": "notEquals", "attribute": "syncStatus", "value": "clean"}, "ab"),
    ({"type": "isNull", "attribute": "betnr"}, "b"),
    ({"type": "isNotNull", "attribute": "betnr"}, "ac"),
    ({"type": "isTrue", "attribute": "istAktiv"}, "a"),
    ({"type": "greaterThan", "attribute": "betnr", "value": 5}, "c"),
    ({"type": "lessThanOrEquals", "attribute": "betnr", "value": 1}, "a"),
    ({"type": "after", "attribute": MODIFIED, "value": "2026-11-23 11:00:00"}, "c"),
    ({"type": "greaterThanOrEquals", "attribute": MODIFIED, "value": "2026-11-23 11:00:00"}, "bc"),
    ({"type": "before", "attribute": MODIFIED, "value": "2026-11-23 11:00:00"}, "a"),
    ({"type": "between", "attribute": MODIFIED, "value": ["2026-11-23 10:30:00", "2026-11-23 12:00:00"]}, "bc"),
    ({"type": "after", "attribute": MODIFIED, "value": "2026-11-23T11:00:00Z"}, "c"),
    ({"type": "after", "attribute": MODIFIED, "value": "2026-11-23T11:00:00+01:00"}, "c"),
    ({"type": "after", "attribute": MODIFIED, "value": "quatsch"}, "abc"),
    ({"type": "after", "attribute": MODIFIED, "value": "2026-11-23 11:30:00", "dateTime": True}, "c"),
    (
        {"type": "after", "attribute": MODIFIED, "value": "2026-11-23 11:30:00", "dateTime": True}
        | {"timeZone": "Europe/Berlin"},
        "bc",
    ),
    (
        {
            "type": "or",
            "value": [
                {"type": "isNull", "attribute": "betnr"},
                {
                    "type": "and",
                    "value": [
                        {"type": "equals", "attribute": "syncStatus", "value": "dirty"},
                        {"type": "equals", "attribute": "betnr", "value": 1},
                    ],
                },
            ],
        },
        "ab",
    ),
]


@pytest.mark.parametrize(("condition", "found"), CONDITIONS)
@pytest.mark.parametrize("written", ["searchParams", "array"])
async def test_a_condition_finds(condition: dict[str, object], found: str, written: str) -> None:
    """Both ways to write it find the same; an offset is dropped, garbage is no error and matches all (date-*)."""
    crm = stand_in()
    for name, row in ROWS.items():
        seed(crm, {"id": name * 17, "createdAt": "2026-11-23 00:00:00", **row})
    params = (
        {"searchParams": json.dumps({"where": [condition]})}
        if written == "searchParams"
        else _flat("where[0]", condition)
    )
    async with calling(crm) as http:
        rows = (await http.get(LIST, params=params)).json()["list"]

    assert sorted(row["id"][0] for row in rows) == list(found)


def _flat(name: str, value: object) -> dict[str, str]:
    if isinstance(value, dict):
        return {k: v for key, part in value.items() for k, v in _flat(f"{name}[{key}]", part).items()}
    if isinstance(value, list):
        return {k: v for number, part in enumerate(value) for k, v in _flat(f"{name}[{number}]", part).items()}
    return {name: str(value)}


async def test_pages_follow_each_other_without_gap_or_double(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """Equal values are ordered by id; without a total -1 says more follow, -2 the end."""
    for number in range(5):
        seed(crm, {"id": f"{number:017x}", "modifiedAt": "2026-11-23 12:00:00"})
    order = {"orderBy": "modifiedAt", "order": "asc", "select": "modifiedAt", "maxSize": "2"}
    pages = [
        (await http.get(LIST, params={**order, "offset": str(offset)}, headers={"X-No-Total": "true"})).json()
        for offset in (0, 2, 4)
    ]

    ids = [row["id"] for page in pages for row in page["list"]]
    assert len(set(ids)) == len(ids) == 6
    assert [page["total"] for page in pages] == [-1, -1, -2]


async def test_a_list_cuts_texts_at_ten_thousand_characters(crm: EspoCrm, http: httpx.AsyncClient) -> None:
    """Facts §2.5: read alone the text is whole."""
    crm.edit(PARTY, syncErrorMessage="x" * 10_001)

    assert len((await http.get(LIST)).json()["list"][0]["syncErrorMessage"]) == 10_000
    assert len((await http.get(f"{LIST}/{PARTY}")).json()["syncErrorMessage"]) == 10_001
