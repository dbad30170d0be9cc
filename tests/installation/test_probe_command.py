"""What `doctor --probe` asks before it writes, what it refuses, and that it writes settings only when told to."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from installation.probe import written
from installation.probe.findings import Assumption
from runtime.env_file import NAMED_BY, read
from simulators.faults import Hang, LostAnswer, Status
from starter.cli import probing
from starter.cli.exits import Exit
from starter.cli.probing import WantedProbe
from tests.commandline import quick
from tests.installation.probing import Trial, of
from tests.world import World


@pytest_asyncio.fixture(loop_scope="session")
async def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Trial]:
    """Started in the installation's folder."""
    monkeypatch.chdir(tmp_path)
    async with Trial.opened(tmp_path) as opened:
        yield opened


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a person types, line by line."""

    def typed(*lines: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    typed()
    return typed


async def probe(trial: Trial, **wanted: Any) -> Exit:
    """Of the test party, unless another one is named or made."""
    if not wanted.get("create"):
        wanted = {"party": trial.bet_nr, **wanted}
    return await probing.probe(WantedProbe(**wanted))


# ---------------------------------------------------------------------- before anything is written


async def test_without_consent_nothing_is_written(trial: Trial, types: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """No, nothing, or nobody there to ask."""
    for lines in (["n"], [""], []):
        types(*lines)
        assert await probe(trial) is Exit.PERSON_DECIDES

    assert trial.calls.writes() == []
    assert not trial.journal.exists()
    said = capsys.readouterr().err
    assert "written some" in said
    assert "nothing was written" in said


async def test_with_consent_it_is_tried_and_shown(trial: Trial, types: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of each assumption; the file of settings stays as it is."""
    before = trial.env_file.read_text("utf-8")
    types("y")

    assert await probe(trial) is Exit.DONE

    shown = capsys.readouterr().out
    assert [assumption for assumption in Assumption if assumption.value not in shown] == []
    assert f"betNr {trial.bet_nr}: put back." in shown
    assert trial.env_file.read_text("utf-8") == before


async def test_a_party_that_is_linked_is_refused(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever agreed to everything by --yes did not agree to that."""
    party = trial.espocrm.add(lastName="Testpartei", betnr=trial.bet_nr)

    assert await probe(trial, yes=True) is Exit.SETTINGS

    assert trial.calls.writes() == []
    assert party in capsys.readouterr().err


async def test_where_espocrm_does_not_say_nothing_is_written(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """Down, or with a key that it refuses."""
    for status in (Status(500), Status(401), Status(403, {"X-Status-Reason": "No read access."})):
        trial.faults.plan("espocrm.list", status)
        assert await probe(trial, yes=True) is Exit.SETTINGS

    assert trial.calls.writes() == []
    assert "whether betNr" in capsys.readouterr().err


async def test_espocrm_that_hangs_is_no_answer(trial: Trial) -> None:
    """Within the time of a call."""
    trial.faults.plan("espocrm.list", Hang())

    assert await probe(trial, yes=True) is Exit.SETTINGS
    assert trial.calls.writes() == []


@pytest.mark.parametrize("typed", ["", "Testpartei", "Müßi"])
async def test_a_party_that_looks_like_somebody_is_refused(trial: Trial, types: Any, typed: str) -> None:
    """Also by --yes, unless its name is typed."""
    trial.advoware.edit(trial.bet_nr, name="Müßig")
    types(typed)

    assert await probe(trial, yes=True) in (Exit.SETTINGS, Exit.PERSON_DECIDES)
    assert trial.calls.writes() == []


@pytest.mark.parametrize("typed", ["Müßig", "müßig, änne", "Änne Müßig"])
async def test_whoever_types_its_name_has_looked(trial: Trial, types: Any, typed: str) -> None:
    """As Advoware shows it."""
    trial.advoware.edit(trial.bet_nr, name="Müßig")
    types(typed)

    assert await probe(trial, yes=True) is Exit.DONE
    assert trial.puts() > 0


async def test_a_number_that_nobody_has_is_said(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """Mistyped."""
    assert await probe(trial, party=1, yes=True) is Exit.SETTINGS
    assert "no party of betNr 1" in capsys.readouterr().err


async def test_an_advoware_that_is_down_is_said(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """With where to look."""
    await trial.advoware_server.stop()

    assert await probe(trial, yes=True) is Exit.FAILED
    assert "beteiligte-sync doctor" in capsys.readouterr().err


async def test_what_broke_off_is_put_back_first_once_a_person_agrees(trial: Trial, types: Any) -> None:
    """Declined it stays as it is; agreed to, it is put back and tried again."""
    before = trial.held()
    await trial.died()
    puts = trial.puts()
    types("n")
    assert await probe(trial) is Exit.PERSON_DECIDES
    assert trial.puts() == puts

    assert await probe(trial, yes=True) is Exit.DONE

    assert trial.held() == before


async def test_after_a_ctrl_c_it_says_how_the_party_stands(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """Put back; one of the probe's own is still there."""
    for wanted, said in (({}, "was put back\n"), ({"create": True}, "is still in Advoware")):
        hang = Hang()
        trial.faults.plan("advoware.replace", hang)
        running = asyncio.ensure_future(probe(trial, yes=True, **wanted))
        await hang.entered.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert said in capsys.readouterr().err
        assert not trial.journal.exists()


# ---------------------------------------------------------------------- settings


async def test_settings_are_written_only_when_told_to(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """Shown without; with it `.env` is changed in its lines, and what stood there is kept."""
    trial.advoware.has_search, trial.advoware.ignores = True, {"titel"}
    trial.write_env(ADVOWARE_LOOKUP="false", ADVOWARE_ROLE="2")
    before = trial.env_file.read_text("utf-8")

    assert await probe(trial, yes=True) is Exit.PERSON_DECIDES
    assert trial.env_file.read_text("utf-8") == before
    assert "ADVOWARE_LOOKUP=true" in capsys.readouterr().out

    assert await probe(trial, yes=True, write_settings=True) is Exit.DONE
    settings = read(trial.env_file)
    assert settings["ADVOWARE_LOOKUP"] == "true"
    assert settings["ADVOWARE_ROLE"] == "2"
    assert settings["ADVOWARE_WRITABLE"] == "name,vorname,rechtsform,anrede,briefanrede,zusatz,geburtsdatum"
    copies = [path for path in trial.folder.glob(".env.*") if path.read_text("utf-8") == before]
    assert len(copies) == 1
    assert {path.stat().st_mode & 0o777 for path in (*copies, trial.env_file)} == {0o600}

    assert await probe(trial, yes=True) is Exit.DONE


async def test_fields_that_are_not_there_become_a_file_of_fields(trial: Trial) -> None:
    """Named in `.env`, and usable at once; what may be it stands as a comment."""
    trial.advoware.property_names = {"titel": "titelPraefix"}

    assert await probe(trial, yes=True, write_settings=True) is Exit.DONE

    text = (trial.folder / "fields.toml").read_text("utf-8")
    assert "[titel]" in text
    assert "titelPraefix" in text
    assert read(trial.env_file)["SYNC_FIELDS_FILE"] == "fields.toml"
    assert "titel" not in {row.name for row in _table(trial).rows}


async def test_settings_that_stand_elsewhere_are_written_there(
    trial: Trial, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where `--env-file` names another folder's."""
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv(NAMED_BY, str(trial.env_file))
    trial.advoware.property_names = {"art": ""}

    assert await probe(trial, yes=True, write_settings=True) is Exit.DONE

    assert list(Path.cwd().iterdir()) == []
    assert read(trial.env_file)["SYNC_FIELDS_FILE"] == "fields.toml"
    assert "[art]" in (trial.folder / "fields.toml").read_text("utf-8")
    assert await probe(trial, yes=True) is Exit.DONE


async def test_where_nothing_would_start_with_them_no_setting_is_written(
    trial: Trial, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another line of `.env` is wrong: said, and the files stay as they are."""
    trial.write_env(WORKER_DRAIN="nonsense")
    before = trial.env_file.read_text("utf-8")
    trial.advoware.has_search, trial.advoware.property_names = True, {"art": ""}

    assert await probe(trial, yes=True, write_settings=True) is Exit.SETTINGS

    assert "WORKER_DRAIN" in capsys.readouterr().err
    assert trial.env_file.read_text("utf-8") == before
    assert not (trial.folder / "fields.toml").exists()


async def test_a_file_of_fields_that_is_there_keeps_what_it_says(trial: Trial) -> None:
    """And stays beside as it was."""
    path = trial.folder / "unsere.toml"
    path.write_text('[zusatz]\nespocrm = "beiname"\nforms = ["person"]\n', "utf-8")
    trial.write_env(SYNC_FIELDS_FILE="unsere.toml")
    trial.advoware.property_names = {"art": ""}

    assert await probe(trial, yes=True, write_settings=True) is Exit.DONE

    table = _table(trial)
    assert table.by_name["zusatz"].espocrm == "beiname"
    assert "art" not in {row.name for row in table.rows}
    assert any("beiname" in copy.read_text("utf-8") for copy in trial.folder.glob("unsere.toml.*"))


async def test_the_last_probe_is_kept(trial: Trial) -> None:
    """For later looks; without a value."""
    await probe(trial, yes=True)

    kept = written.last(trial.state)
    assert kept is not None
    assert kept.bet_nr == trial.bet_nr


async def test_json_is_one_document(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """With what follows."""
    trial.advoware.has_listing = True

    await probe(trial, yes=True, as_json=True)

    shown = json.loads(capsys.readouterr().out)
    assert shown["env"] == {"SWEEP_LISTING": "true"}
    assert shown["written"] is False
    assert shown["report"]["restored"] is True


# ---------------------------------------------------------------------- a party of its own


@pytest.mark.parametrize("row_id", [True, False])
@pytest.mark.parametrize("as_list", [True, False])
async def test_a_party_of_its_own_settles_post_and_delete(trial: Trial, row_id: bool, as_list: bool) -> None:
    """Made, tried, and away again where Advoware lets it."""
    trial.advoware.allows_delete = True
    trial.advoware.post_answers_row_id, trial.advoware.post_answers_list = row_id, as_list
    before = dict(trial.advoware.records)

    assert await probe(trial, create=True, yes=True) is Exit.DONE

    assert trial.advoware.records == before
    kept = written.last(trial.state)
    assert kept is not None
    assert of(kept, Assumption.CREATE).seen == f"{'a list' if as_list else 'an object'} with betNr and " + (
        "rowId" if row_id else "no rowId"
    )
    assert "the party is gone" in of(kept, Assumption.DELETE).seen
    assert not kept.remains


async def test_one_that_cannot_be_deleted_is_named_and_no_second_one_is_made(
    trial: Trial, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says before that it may stay; then it serves as the test party."""
    assert await probe(trial, create=True, yes=True) is Exit.DONE
    made = max(trial.advoware.records)
    said = capsys.readouterr()
    assert "Where Advoware refuses the DELETE it stays" in said.err
    assert f"betNr {made} is still in Advoware" in said.out
    assert str(trial.advoware.records[made]["name"]).startswith("ZZ Testpartei")

    assert await probe(trial, create=True, yes=True) is Exit.SETTINGS
    assert max(trial.advoware.records) == made
    assert await probe(trial, party=made, yes=True) is Exit.DONE


async def test_a_create_without_an_answer_is_never_repeated(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """The next start says what to look for."""
    trial.faults.plan("advoware.create", LostAnswer())
    assert await probe(trial, create=True, yes=True) is Exit.FAILED

    assert await probe(trial, create=True, yes=True) is Exit.SETTINGS

    assert trial.calls.count("advoware.create") == 1
    assert "ZZ Testpartei" in capsys.readouterr().err


async def test_a_create_that_is_refused_leaves_nothing_open(trial: Trial) -> None:
    """It made nothing for certain."""
    trial.faults.plan("advoware.create", Status(403))

    assert await probe(trial, create=True, yes=True) is Exit.FAILED
    assert not trial.journal.exists()


def _table(trial: Trial) -> Any:
    from runtime.settings import SyncSettings

    return trial.loaded()[SyncSettings].table()


# ---------------------------------------------------------------------- the command line itself


async def test_what_does_not_go_together_is_refused() -> None:
    """Before anything is asked."""
    from typer.testing import CliRunner

    from starter.commands import app

    for line in (
        "--party 7",
        "--create",
        "--yes",
        "--write-settings",
        "--probe --party 7 --create",
        "--probe --party 0",
    ):
        assert CliRunner().invoke(app, ["doctor", *line.split()]).exit_code == Exit.SETTINGS


async def test_during_a_pause_and_of_a_party_that_a_run_knows_nothing_is_tried(world: World) -> None:
    """A run may hold a betNr that it did not yet write to EspoCRM; a pause stops every write."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.records[party]["betnr"] = None
    mark = world.calls.mark

    known = await quick(world, "doctor", "--probe", "--party", str(bet_nr), "--yes", **world.environment())

    assert known.code == Exit.SETTINGS
    assert party in known.err
    assert world.calls.writes(mark) == []

    await quick(world, "pause", "--note", "import", **world.environment())
    try:
        paused = await quick(world, "doctor", "--probe", "--create", "--yes", **world.environment())
    finally:
        await quick(world, "resume", **world.environment())

    assert paused.code == Exit.SETTINGS
    assert "paused" in paused.err
    assert world.calls.count("advoware.create", since=mark) == 0
