"""The file of a plan, and a command line that cannot be followed: refused with the remedy, nothing applied."""

import csv
from pathlib import Path

import pytest

from beteiligte.decide.plan import PlanRow
from starter.plan import planfile
from tests.commandline import quick
from tests.world import World


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "line 1"),
        ("name,value\n1,2\n", "no column"),
        ("party_id,result,fingerprint,bet_nr\nabc,create,f,viele\n", "line 2: bet_nr"),
        ("party_id,result,fingerprint,problem\nabc,create,f,\udcfc\n", "UTF-8"),
        ("party_id,result,fingerprint\n" + "a" * 200_000, "field larger"),
        ("party_id;result;fingerprint\nabc;create;p0f\n1,23457E+16;create;p0f\n", "line 3: party_id"),
        ("party_id,result,fingerprint\n100000,create,p0f\n", "copy the file as it was planned"),
        ("party_id,result,fingerprint\n#NAME?,create,p0f\n", "copy the file as it was planned"),
        ("party_id;result;fingerprint\nabc;create;1,23457E+15\n", "line 2: fingerprint"),
    ],
)
async def test_a_file_that_is_no_plan_is_refused_with_its_line(
    world: World, tmp_path: Path, content: str, named: str
) -> None:
    """Nothing of it is applied."""
    file = tmp_path / "plan.csv"
    file.write_text(content, encoding="utf-8", errors="surrogateescape")

    ran = await quick(world, "apply", str(file))

    assert ran.code == 5
    assert named in ran.err
    assert [run async for run in world.client.list_workflows(f"TaskQueue = '{world.queue}'")] == []


async def test_a_plan_that_a_spreadsheet_saved_is_applied(world: World, tmp_path: Path) -> None:
    """A German one writes a byte order mark, separates by semicolons and ends lines in its own way."""
    party = world.espocrm.add(lastName="Müßig")
    plan = tmp_path / "plan.csv"
    await quick(world, "plan", "--out", str(plan))
    text = plan.read_text(encoding="utf-8").replace(",", ";")
    plan.write_text(text, encoding="utf-8-sig", newline="\r\n")

    applied = await quick(world, "apply", str(plan), "--json")

    assert (applied.code, applied.json["done"]) == (0, 1)
    assert world.differing(party) == []


async def test_a_result_that_no_plan_knows_is_refused(world: World, tmp_path: Path) -> None:
    """Else a slip of the pen would apply nothing and end well."""
    ran = await quick(world, "apply", str(tmp_path / "plan.csv"), "--only", "links")

    assert ran.code == 2
    assert "links is no result of a plan" in ran.err
    assert "espocrm_newer" in ran.err


async def test_a_place_where_no_plan_can_be_written_is_named(world: World, tmp_path: Path) -> None:
    """Before anything is read."""
    mark = world.calls.mark

    refused = await quick(world, "plan", "--out", str(tmp_path / "nowhere" / "plan.csv"))

    assert refused.code == 2
    assert "nowhere" in refused.err
    assert world.calls.since(mark) == []


@pytest.mark.parametrize("world", [{"working": False}], indirect=True)
@pytest.mark.parametrize("command", [["plan", "--out"], ["apply"]])
async def test_without_a_worker_it_ends_at_once_and_says_so(world: World, tmp_path: Path, command: list[str]) -> None:
    """Nothing is left behind that a worker would begin with."""
    plan = tmp_path / "plan.jsonl"
    line = PlanRow(party_id=world.espocrm.add(lastName="Müßig"), result="create", fingerprint="0f")
    plan.write_text(line.model_dump_json(), encoding="utf-8")

    ran = await quick(world, *command, str(plan))

    assert ran.code == 6
    assert "No worker asks for work" in ran.err
    assert [run async for run in world.client.list_workflows(f"TaskQueue = '{world.queue}'")] == []


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_plan_file_reads_back_what_was_written(tmp_path: Path, suffix: str) -> None:
    """In both forms, also of what looks odd in a spreadsheet."""
    lines = [
        PlanRow(party_id="a", result="ambiguous", candidates=(1, 2), conflicts=("titel", "zusatz")),
        PlanRow(party_id="c", bet_nr=8, result="no_change", first=True, fingerprint="1f"),
        PlanRow(party_id="b", bet_nr=7, result="merge", to_advoware=("name",), fingerprint="0f", problem='a "b", c'),
    ]
    with planfile.Writer(tmp_path / f"plan{suffix}") as file:
        for line in lines:
            file.write(line)

    assert list(planfile.read(tmp_path / f"plan{suffix}")) == lines


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_plan_file_holds_the_last_row_of_a_party_and_only_that(tmp_path: Path, suffix: str) -> None:
    """A party that moved while it was planned is written again; nothing else is left beside the file."""
    plan = tmp_path / f"plan{suffix}"
    older, newer, other = (
        PlanRow(party_id=party, result=result, problem='a "b",\nc')
        for party, result in (("a", "create"), ("a", "no_change"), ("b", "merge"))
    )

    with planfile.Writer(plan) as file:
        for line in (older, other, older, newer):
            file.write(line)

    assert list(planfile.read(plan)) == [other, newer]
    assert list(tmp_path.iterdir()) == [plan]


@pytest.mark.parametrize("party", ["6b04cf61b158069fb", "0a1c2b4e-8d0f-4d57-9c33-1f2e3d4c5b6a", "mandant_4711", "4711"])
def test_a_plan_file_keeps_any_id_that_espocrm_may_have(tmp_path: Path, party: str) -> None:
    """UUIDs, and what an import brought, also digits alone: a mark keeps a spreadsheet from counting with them."""
    for suffix in (".csv", ".jsonl"):
        plan, line = tmp_path / f"plan{suffix}", PlanRow(party_id=party, result="create", fingerprint="0f")
        with planfile.Writer(plan) as file:
            file.write(line)
        assert list(planfile.read(plan)) == [line]


@pytest.mark.parametrize("fingerprint", ["1234567890123e45", "1234567890123456"])
def test_no_fingerprint_looks_like_a_number_to_a_spreadsheet(tmp_path: Path, fingerprint: str) -> None:
    """Digits around an e would be shown and saved as one; a letter before them is taken off again."""
    plan = tmp_path / "plan.csv"
    line = PlanRow(party_id="a", result="create", fingerprint=fingerprint)

    with planfile.Writer(plan) as file:
        file.write(line)

    assert f",p{fingerprint}" in plan.read_text(encoding="utf-8")
    assert list(planfile.read(plan)) == [line]


def test_a_plan_of_an_earlier_release_is_still_read(tmp_path: Path) -> None:
    """Without the letter, and without the column that tells which party has no base."""
    plan = tmp_path / "plan.csv"
    plan.write_text("party_id,bet_nr,result,fingerprint\na,7,no_change,0f\nb,,create,1f\n", encoding="utf-8")

    equal, new = planfile.read(plan)

    assert (equal.fingerprint, equal.acts, new.fingerprint, new.acts) == ("0f", False, "1f", True)


def test_a_plan_that_breaks_off_leaves_the_one_before_as_it_was(tmp_path: Path) -> None:
    """And no half of a plan that could be taken for a whole."""
    plan, line = tmp_path / "plan.csv", PlanRow(party_id="a", result="create")
    with planfile.Writer(plan) as file:
        file.write(line)

    with pytest.raises(KeyboardInterrupt), planfile.Writer(plan) as file:
        raise KeyboardInterrupt

    assert list(planfile.read(plan)) == [line]
    assert list(tmp_path.iterdir()) == [plan]


ODD = ["=1+1", "+49", "-a", "@a", "＝1", "\t=1", "'=1", "''a", "12345678901234567", "1234567890123e456", "1-2"]


@pytest.mark.parametrize("odd", ODD)
def test_no_cell_is_a_formula_or_a_number_to_a_spreadsheet(tmp_path: Path, odd: str) -> None:
    """Ids and reasons come from outside; a mark makes text of them, and is taken off when the plan is read."""
    plan = tmp_path / "plan.csv"
    problem = PlanRow(party_id="a", result="problem", problem=odd, rivals=(odd, "b"))
    lines = [PlanRow(party_id=odd, result="create"), problem]

    with planfile.Writer(plan) as file:
        for line in lines:
            file.write(line)

    with plan.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.DictReader(file) for cell in (row["party_id"], row["rivals"])]
    assert [cell for cell in cells if cell.startswith(planfile.FORMULA) or cell == odd] == []
    assert list(planfile.read(plan)) == lines


async def test_a_row_whose_id_is_none_of_espocrm_s_keeps_none_of_the_others(world: World, tmp_path: Path) -> None:
    """Whether with the mark or as a spreadsheet saved it without: it is named, and the rest is applied."""
    party = world.espocrm.add(lastName="Müßig")
    plan = tmp_path / "plan.csv"
    await quick(world, "plan", "--out", str(plan))
    row = plan.read_text(encoding="utf-8").splitlines()[1]
    with plan.open("a", encoding="utf-8") as file:
        for odd in ("'=1+1", "=2+2"):
            file.write(row.replace(party, odd) + "\r\n")

    applied = await quick(world, "apply", str(plan), "--json")

    assert applied.code == 4
    assert (applied.json["done"], applied.json["failed"]) == (1, ["=1+1", "=2+2"])
    assert world.differing(party) == []


async def test_digits_alone_are_an_id_in_a_plan_and_never_a_bet_nr(world: World, tmp_path: Path) -> None:
    """Else applying a row would sync the party that holds the number."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    plan, mark = tmp_path / "plan.csv", world.calls.mark
    with planfile.Writer(plan) as file:
        file.write(PlanRow(party_id=str(bet_nr), result="create", fingerprint="0f"))

    applied = await quick(world, "apply", str(plan), "--json")

    assert applied.json["changed"] == [str(bet_nr)]
    assert world.spent(mark) == {"espocrm.read": 1}


@pytest.mark.parametrize("place", ["missing/plan.csv", ""], ids=["in a file", "a folder"])
async def test_a_plan_that_cannot_be_written_is_said_with_its_path(world: World, tmp_path: Path, place: str) -> None:
    """That which was given, and what to do; not the name of a file on the way, nor a number of the system."""
    (tmp_path / "missing").write_text("")
    out = tmp_path / place

    ran = await quick(world, "plan", "--out", str(out))

    assert ran.code == 2
    assert f"{out} cannot be written" in ran.err
    assert "Errno" not in ran.err
    assert ".part" not in ran.err


@pytest.mark.parametrize(("place", "said"), [("typo.csv", "beteiligte-sync plan"), ("", "it is a folder")])
async def test_a_plan_that_cannot_be_read_is_said_in_words(world: World, tmp_path: Path, place: str, said: str) -> None:
    """Nothing is asked for, and no number of the operating system is shown."""
    ran = await quick(world, "apply", str(tmp_path / place))

    assert ran.code == 5
    assert said in " ".join(ran.err.split())
    assert "Errno" not in ran.err
