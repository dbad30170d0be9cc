"""`what-if`: what other settings would have decided, by what is on record, and would decide now; it writes nothing."""

import csv
import stat
from collections import Counter
from pathlib import Path
from typing import Any

from beteiligte.record.field_table import EVERYBODY, PERSONS, Form
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.snapshots import Side
from runtime.field_file import parse
from starter.what_if.as_read import AsRead
from tests import engines
from tests.commandline import Ran, quick
from tests.domain.parties import compared
from tests.world import World

MANUAL = "SYNC_POLICY_STAMMDATEN=manual"

skipping = engines.alone


async def asked(world: World, *tried: str, code: int = 0) -> Ran:
    """The command, with the settings of the stand-ins."""
    advoware = {name: value for name, value in world.environment().items() if name.startswith("ADVOWARE")}
    ran = await quick(world, "what-if", *tried, COLUMNS="200", **advoware)
    assert ran.code == code, ran.err
    return ran


def of(party: str, tried: dict[str, Any]) -> dict[str, Any]:
    """What is said of one party."""
    [found] = [one for one in tried["differ"] if one["party_id"] == party]
    return dict(found)


async def test_a_policy_is_tried_on_what_was_decided_field_by_field(world: World) -> None:
    """The title was settled for EspoCRM; by the tried policy a person is asked. Other parties are only counted."""
    party, bet_nr = await world.torn()
    other, _ = await world.linked(lastName="Anders")
    await world.closed(other)
    mark = world.calls.mark

    found = (await asked(world, "--set", MANUAL, "--json")).json

    recorded = found["recorded"]
    one = of(party, recorded)
    [field] = one["fields"]
    assert (one["bet_nr"], one["now"]["result"], one["then"]["result"]) == (bet_nr, "conflict", "conflict")
    assert (field["field"], field["espocrm"], field["advoware"], field["base"]) == ("titel", "Dr.", "Prof.", None)
    assert (field["now"]["written"], field["now"]["value"], field["now"]["asks"]) == ("advoware", "Dr.", ["conflict"])
    assert (field["then"]["written"], field["then"]["asks"]) == ("", ["undecided"])
    assert other not in {one["party_id"] for one in recorded["differ"]}
    assert recorded["fields"]["titel"] >= 1
    assert recorded["decisions"] > recorded["differing"] >= 1
    assert found["fresh"] is None
    assert world.spent(mark) == Counter(), "only histories are read"


async def test_what_stands_now_is_read_and_compared_when_that_is_wanted(world: World) -> None:
    """An edit on both sides that no sync has met yet: nothing is written, and no run is left behind."""
    party, bet_nr = await world.disputed()
    mark, before = world.calls.mark, dict(world.espocrm.records[party])

    table = await asked(world, "--set", "SYNC_POLICY_STAMMDATEN=advoware", "--fresh", "--yes", "--days", "1")
    declined = await quick(world, "what-if", "--set", MANUAL, "--fresh", **world.environment())

    words = " ".join(table.out.split())
    assert f"Party {party}, betNr {bet_nr}, now: conflict" in words
    assert "titel Dr. Prof." in words
    assert "→ Advoware: edited on both sides; policy; espocrm wins" in words
    assert "→ EspoCRM: edited on both sides; policy; advoware wins" in words
    assert "up to 3 reads in Advoware" in table.err
    assert declined.code == 7
    assert {name for name in world.spent(mark) if name.endswith(("write", "replace", "create", "note"))} == set()
    assert world.espocrm.records[party] == before


async def test_the_file_holds_a_row_a_party_and_field_and_is_its_owner_s(world: World, tmp_path: Path) -> None:
    """A value that a spreadsheet would calculate is text there."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.edit(party, titel="=1+1")
    world.advoware.edit(bet_nr, titel="Prof.")
    await world.sync(party)
    await world.closed(party)
    rows, lines = tmp_path / "rows.csv", tmp_path / "rows.jsonl"

    await asked(world, "--set", MANUAL, "--out", str(rows), "--limit", "0")
    await asked(world, "--set", MANUAL, "--out", str(lines), "--limit", "0")
    nowhere = await asked(world, "--set", MANUAL, "--out", str(tmp_path / "none" / "rows.csv"), code=2)

    [row] = [row for row in csv.DictReader(rows.open(encoding="utf-8")) if row["party_id"].strip("'") == party]
    assert (row["field"], row["espocrm"], row["advoware"], row["then"]) == (
        "titel",
        "'=1+1",
        "Prof.",
        "edited on both sides; manual; a person decides",
    )
    assert row["writes_now"] == "advoware: =1+1"
    assert party in lines.read_text("utf-8")
    assert [stat.S_IMODE(file.stat().st_mode) for file in (rows, lines)] == [0o600, 0o600]
    assert "was not written" in nowhere.err


async def test_a_field_file_and_a_file_of_settings_are_tried(world: World, tmp_path: Path) -> None:
    """The command line says more than the file; what the file says beside it stays as it is here."""
    party, _ = await world.torn()
    fields, settings = tmp_path / "fields.toml", tmp_path / "new.env"
    fields.write_text("[titel]\nwritable = false\n[zusatz]\nespocrm = 'beiname'\n", "utf-8")
    settings.write_text(f"{MANUAL}\nSYNC_FRESH_FOR=9s\nESPOCRM_URL=http://elsewhere\n", "utf-8")

    by_table = (await asked(world, "--field-file", str(fields), "--json")).json
    by_file = await asked(world, "--settings", str(settings), "--json")
    by_both = (
        await asked(world, "--settings", str(settings), "--set", "SYNC_POLICY_STAMMDATEN=espocrm", "--json")
    ).json

    [field] = of(party, by_table["recorded"])["fields"]
    assert (field["now"]["written"], field["then"]["written"]) == ("advoware", "")
    assert field["then"]["asks"] == ["not_writable"]
    assert by_table["unknown_fields"] == ["zusatz"]
    assert of(party, by_file.json["recorded"])["fields"][0]["then"]["asks"] == ["undecided"]
    assert "2 settings of" in by_file.err
    assert by_both["recorded"]["differ"] == []


async def test_what_cannot_be_tried_is_said_with_what_can(world: World) -> None:
    """2, before anything is read."""
    cases = {
        (): "say what is to be tried",
        ("--set", "SYNC_POLICY_ADRESSE"): "has no =",
        ("--set", "SYNC_POLICY_ADRESSE=sometimes"): "SYNC_POLICY_ADRESSE",
        ("--set", "SYNC_MATCH_MINIMUM=1"): "cannot be tried; can be: SYNC_POLICY_STAMMDATEN",
        ("--set", "ADVOWARE_WRITABLE=vormane"): "unknown field vormane",
    }

    answers = {given: " ".join((await asked(world, *given, code=2)).err.split()) for given in cases}

    assert [given for given, said in cases.items() if said not in answers[given]] == []


async def test_a_misspelt_name_in_a_file_is_no_silence(world: World, tmp_path: Path) -> None:
    """It would else look as if nothing differed."""
    settings = tmp_path / "new.env"
    settings.write_text("SYNC_POLICY_ADRESE=manual\n", "utf-8")

    ran = await asked(world, "--settings", str(settings), code=2)

    assert "did you mean SYNC_POLICY_ADRESSE?" in ran.err


async def test_without_the_settings_of_advoware_nothing_is_judged(world: World) -> None:
    """What it stores decides."""
    ran = await quick(world, "what-if", "--set", MANUAL)

    assert ran.code == 2
    assert "ADVOWARE_" in ran.err


def test_what_another_table_reads_elsewhere_is_not_judged() -> None:
    """A place that moved, a field that was not compared, one that companies newly have: nobody read them so."""
    moved = AsRead(PARTY_TABLE, parse('[titel]\nadvoware = "titelNeu"\n'))
    added = AsRead(parse("[zusatz]\nmapped = false\n"), PARTY_TABLE)
    wider = AsRead(PARTY_TABLE, parse('[vorname]\nforms = ["person", "company"]\n'))

    assert (moved.not_judged, added.not_judged, wider.not_judged) == (("titel",), ("zusatz",), ("vorname",))
    assert wider.unknown(Form.PERSON) == frozenset()
    assert PARTY_TABLE.by_name["vorname"].forms == PERSONS
    assert AsRead(PARTY_TABLE, parse('[titel]\ngroup = "adresse"\nwritable = false\n')).not_judged == ()


def test_what_such_a_party_no_longer_has_is_left_out() -> None:
    """Its value is somebody else's from then on, on both sides."""
    assert PARTY_TABLE.by_name["zusatz"].forms == EVERYBODY
    narrower = AsRead(PARTY_TABLE, parse('[zusatz]\nforms = ["company"]\n'))
    before = compared({}, {}, {})
    held = before.but(espocrm=before.espocrm.but(side=Side(values={"name": "Müßig", "zusatz": "c/o"})))

    assert narrower.of(held).espocrm.side == Side(values={"name": "Müßig"}, absent=("zusatz",))
    assert narrower.known(held) == held
