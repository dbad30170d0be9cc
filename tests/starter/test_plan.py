"""A first rollout without fear: the plan writes nothing, applying does exactly what it showed."""

import csv
from pathlib import Path

import pytest

from beteiligte.plan import Line
from beteiligte.policy import Rules
from simulators.faults import Status
from starter import planfile
from tests.commandline import run
from tests.world import World

LOOK_UP = {"rules": Rules(look_up=True)}


def rows(path: Path) -> dict[str, dict[str, str]]:
    """The plan as a spreadsheet shows it, by party."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["party_id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_plan_shows_every_party_and_applying_does_just_that(world: World, tmp_path: Path) -> None:
    """New, to link, ambiguous, equal, edited, in conflict, a stranger's betNr: shown, not written, then done."""
    world.advoware.has_search = True
    equal, _ = await world.linked(lastName="Gleich")
    edited, _ = await world.linked(lastName="Neuer")
    await world.closed(equal)
    await world.closed(edited)
    world.espocrm.import_silently(edited, titel="Dr.")
    linkable = world.advoware.add(name="Anders", vorname="Änne")
    for _ in range(2):
        world.advoware.add(name="Doppelt", vorname="Änne")
    stranger = world.advoware.add(name="Schmidt")
    new = world.espocrm.add(lastName="Neumann", firstName="Änne")
    link = world.espocrm.add(lastName="Anders", firstName="Änne", titel="Dr.")
    ambiguous = world.espocrm.add(lastName="Doppelt", firstName="Änne")
    mistyped = world.espocrm.add(lastName="Müßig", betnr=stranger)
    mark, plan = world.calls.mark, tmp_path / "plan.csv"

    planned = await run(world, "plan", "--out", str(plan), "--json")

    assert planned.code == 0
    assert world.calls.writes(mark) == []
    shown = rows(plan)
    assert {party: shown[party]["result"] for party in (equal, edited, new, link, ambiguous, mistyped)} == {
        equal: "no_change",
        edited: "espocrm_newer",
        new: "create",
        link: "link",
        ambiguous: "ambiguous",
        mistyped: "conflict",
    }
    assert (shown[mistyped]["held"], shown[link]["bet_nr"]) == ("link", str(linkable))
    assert "Neumann" not in plan.read_text(encoding="utf-8")

    applied = await run(world, "apply", str(plan), "--json")

    assert applied.json == {"done": 3, "changed": [], "failed": [], "left": 3}
    assert all(world.equal(party) for party in (edited, new, link))
    assert world.bet_nr(link) == linkable
    assert world.advoware.count(name="Doppelt") == 2


async def test_what_changed_since_the_plan_is_named_and_not_written(world: World, tmp_path: Path) -> None:
    """A sync is held to what a person saw: another value, another decision, no write."""
    kept, moved = world.espocrm.add(lastName="Bleibt"), world.espocrm.add(lastName="Anders")
    plan = tmp_path / "plan.jsonl"
    await run(world, "plan", "--out", str(plan))
    world.espocrm.import_silently(moved, lastName="Geändert")

    applied = await run(world, "apply", str(plan), "--json")

    assert (applied.code, applied.json["changed"], applied.json["done"]) == (7, [moved], 1)
    assert world.advoware.count() == 1
    assert world.espocrm.records[moved]["betnr"] is None
    assert world.equal(kept)


async def test_a_plan_waits_for_a_system_that_is_briefly_away(world: World, tmp_path: Path) -> None:
    """A page full of problems would be no plan; it is tried again."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.faults.plan("advoware.read", Status(503), party=bet_nr)

    planned = await run(world, "plan", "--out", str(tmp_path / "plan.csv"), "--json")

    assert (planned.code, planned.json["problems"], planned.json["results"]) == (0, 0, {"no_change": 1})


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "line 1"),
        ("name,value\n1,2\n", "no column"),
        ("party_id,result,fingerprint,bet_nr\nabc,create,f,viele\n", "line 2: bet_nr"),
    ],
)
async def test_a_file_that_is_no_plan_is_refused_with_its_line(
    world: World, tmp_path: Path, content: str, named: str
) -> None:
    """Nothing of it is applied."""
    file = tmp_path / "plan.csv"
    file.write_text(content, encoding="utf-8")

    ran = await run(world, "apply", str(file))

    assert ran.code == 5
    assert named in ran.err


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_plan_file_reads_back_what_was_written(tmp_path: Path, suffix: str) -> None:
    """In both forms, also of what looks odd in a spreadsheet."""
    lines = [
        Line(party_id="a", result="ambiguous", candidates=(1, 2), conflicts=("titel", "zusatz")),
        Line(party_id="b", bet_nr=7, result="merge", to_advoware=("name",), fingerprint="0f", problem='a "b", c'),
    ]
    with planfile.Writer(tmp_path / f"plan{suffix}") as file:
        for line in lines:
            file.write(line)

    assert list(planfile.read(tmp_path / f"plan{suffix}")) == lines
