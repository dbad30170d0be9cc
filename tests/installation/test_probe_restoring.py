"""Whatever happens the party is put back: at once, or by the next start; and nobody else's edit is taken back."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.responses import Response

from beteiligte.faults import SyncFault
from installation.probe.findings import Assumption, Settled
from installation.probe.journal import AnotherProbe, ProbeJournalError
from installation.probe.running import Unsuitable
from simulators.faults import Hang, LostAnswer, RefusedBeforeEffect, Status, unavailable
from simulators.visits import Fault, Visit
from tests.installation.probing import Trial, of

PUTS = 18
"""Of the party, in a whole probe."""


@pytest_asyncio.fixture(loop_scope="session")
async def trial(tmp_path: Path) -> AsyncIterator[Trial]:
    async with Trial.opened(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("fault", "put"),
    [
        (LostAnswer(), 0),
        (LostAnswer(), 5),
        (LostAnswer(), PUTS - 1),
        (RefusedBeforeEffect(), 5),
        (unavailable(), 5),
        (Status(500), 5),
    ],
    ids=["lost at first", "lost", "lost at last", "dropped", "503", "500"],
)
async def test_a_put_that_fails_ends_the_probe_and_the_party_is_put_back(trial: Trial, fault: Fault, put: int) -> None:
    """Also where the answer was lost and it landed; what was settled by then counts."""
    before = trial.held()
    trial.fail_put(put, fault)

    report = await trial.probe()

    assert report.broken
    assert report.restored
    assert trial.held() == before
    assert not trial.journal.exists()
    assert of(report, Assumption.READ).settled is Settled.AS_ASSUMED
    assert of(report, Assumption.NOBODY).settled is Settled.OPEN


async def test_advoware_that_dies_midway_leaves_a_file_from_which_the_next_start_puts_back(trial: Trial) -> None:
    """The file is its owner's alone; put back twice changes nothing more."""
    before = trial.held()
    await trial.died()
    assert trial.held() != before
    assert trial.journal.stat().st_mode & 0o777 == 0o600

    async with trial.laboratory() as lab:
        back = await lab.recovered()
        puts = trial.puts()
        assert await lab.recovered() is None

    assert back is not None
    assert (back.left, back.foreign) == ((), ())
    assert trial.held() == before
    assert trial.puts() == puts
    assert not trial.journal.exists()


async def test_a_start_that_cannot_put_back_keeps_the_file(trial: Trial) -> None:
    """And the one after it does."""
    before = trial.held()
    await trial.died()
    trial.faults.outage("advoware", unavailable())
    async with trial.laboratory() as lab:
        with pytest.raises(SyncFault):
            await lab.recovered()
    assert trial.journal.exists()
    trial.faults.lift("advoware")

    async with trial.laboratory() as lab:
        await lab.recovered()

    assert trial.held() == before


async def test_an_edit_by_somebody_else_meanwhile_is_left_and_named(trial: Trial) -> None:
    """A probe takes back its own values, and no person's."""
    before = trial.held()
    await trial.died()
    trial.advoware.edit(trial.bet_nr, titel="Dr.", kurzname="neu")

    async with trial.laboratory() as lab:
        back = await lab.recovered()

    assert back is not None
    assert sorted(back.foreign) == ["kurzname", "titel"]
    assert trial.held() == {**before, "titel": "Dr.", "kurzname": "neu"}


async def test_what_advoware_does_not_take_back_is_named(trial: Trial) -> None:
    """A field that cannot be cleared, for instance."""
    trial.advoware.keeps_filled.add("zusatz")

    report = await trial.probe()

    assert report.left == ("zusatz",)
    assert not report.restored


async def test_a_party_that_is_unknown_meanwhile_is_a_person_s_to_look_at(trial: Trial) -> None:
    """Deleted there, or the settings lead elsewhere: a single 404 does not tell."""
    await trial.died()
    trial.advoware.remove(trial.bet_nr)

    async with trial.laboratory() as lab:
        with pytest.raises(Unsuitable, match="If it was deleted"):
            await lab.recovered()

    assert trial.journal.exists()


async def test_a_party_that_is_deleted_midway_ends_the_probe(trial: Trial) -> None:
    """There is nothing to put back, and that is said."""
    trial.fail_put(3, Removes(trial))

    report = await trial.probe()

    assert report.broken
    assert (report.remains, report.restored) == (False, True)
    assert not trial.journal.exists()


@dataclass
class Removes(Fault):
    """A person deletes the party before the call has its effect."""

    name = "removes"
    trial: Trial

    async def act(self, visit: Visit) -> Response:
        self.trial.advoware.remove(self.trial.bet_nr)
        return visit.effect()


async def test_nothing_is_put_back_into_another_database(trial: Trial) -> None:
    """The same betNr is another party there."""
    await trial.died()
    mark = trial.calls.mark
    trial.write_env(ADVOWARE_DATABASE="other")

    async with trial.laboratory() as lab:
        with pytest.raises(Unsuitable, match="settings of then"):
            await lab.recovered()

    assert trial.calls.writes(mark) == []
    assert trial.journal.exists()


async def test_a_file_that_cannot_be_read_stops_the_start(trial: Trial) -> None:
    """Nobody would know what has to be put back."""
    trial.state.mkdir()
    trial.journal.write_text("{")

    with pytest.raises(ProbeJournalError, match="look at the test party"):
        async with trial.laboratory():
            pass


async def test_two_probes_never_run_at_the_same_time(trial: Trial) -> None:
    """One would put back what the other writes."""
    async with trial.laboratory():
        with pytest.raises(AnotherProbe):
            async with trial.laboratory():
                pass


async def test_a_ctrl_c_puts_back_before_it_ends(trial: Trial) -> None:
    """Cancelled in the midst of a PUT that landed."""
    before = trial.held()
    hang = Hang(effect=True)
    trial.fail_put(4, hang)
    running = asyncio.ensure_future(trial.probe())
    await hang.entered.wait()
    assert trial.held() != before

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert trial.held() == before
    assert not trial.journal.exists()


async def test_a_disk_that_is_full_stops_it_before_the_write_that_cannot_be_noted(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would be sent is on disk first, or it is not sent."""
    from installation.probe import files, journal

    written = files.replace_file
    left = 3

    def full(path: Path, text: str) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(28, "No space left on device")
        written(path, text)

    before = trial.held()
    monkeypatch.setattr(journal, "replace_file", full)

    report = await trial.probe()

    assert "No space left" in report.broken
    assert trial.held() == before


async def test_the_file_holds_what_the_party_held_before_the_first_write(trial: Trial) -> None:
    """Looked at while the first PUT is on its way."""
    hang = Hang()
    trial.fail_put(0, hang)
    running = asyncio.ensure_future(trial.probe())
    await hang.entered.wait()

    kept = json.loads(trial.journal.read_text("utf-8"))
    hang.release()
    await running

    assert kept["bet_nr"] == trial.bet_nr
    assert kept["original"]["name"] == "Testpartei"
