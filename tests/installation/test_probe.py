"""Each assumption about Advoware is settled by what it does: both outcomes, over HTTP, and the party is as before."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from installation.probe.findings import Assumption, Settled
from installation.probe.running import NOT_OURS
from simulators import Advoware
from simulators.faults import Status
from tests.installation.probing import Trial, of

Habit = Callable[[Advoware], None]
EIGHT = "name,vorname,rechtsform,titel,anrede,briefanrede,zusatz,geburtsdatum"
"""That a PUT is guessed to store."""


@pytest_asyncio.fixture(loop_scope="session")
async def trial(tmp_path: Path) -> AsyncIterator[Trial]:
    async with Trial.opened(tmp_path) as opened:
        yield opened


def habit(**switches: object) -> Habit:
    """An Advoware with these switches."""

    def switch(advoware: Advoware) -> None:
        for name, value in switches.items():
            assert hasattr(advoware, name)
            setattr(advoware, name, value)

    return switch


Wanted = tuple[Assumption, Settled, str, dict[str, str]]
GUESSED, OTHER, OPEN = Settled.AS_ASSUMED, Settled.OTHERWISE, Settled.OPEN
NO_STAMP = {"SYNC_INITIAL_SYNC": "espocrm"}
CASES: dict[str, tuple[Habit, list[Wanted]]] = {
    "as it is guessed": (
        habit(stamp_zone=UTC),
        [
            (Assumption.PREFIX, GUESSED, "/api/v1/advonet/Beteiligte", {}),
            (Assumption.READ, GUESSED, "an object", {}),
            (Assumption.NUMBER, GUESSED, "a number", {}),
            (Assumption.NAMES, GUESSED, "all 14", {}),
            (Assumption.GONE, GUESSED, "404", {}),
            (Assumption.SEARCH, OTHER, "answered 405", {"ADVOWARE_LOOKUP": "false"}),
            (Assumption.LISTING, GUESSED, "answered 405", {"SWEEP_LISTING": "false"}),
            (Assumption.ROW_ID, GUESSED, "also by a PUT that changes nothing", {}),
            (Assumption.ANSWER, GUESSED, "the whole record", {}),
            (Assumption.WRITABLE, GUESSED, "stored: ", {"ADVOWARE_WRITABLE": EIGHT}),
            (Assumption.REPLACE, GUESSED, "is empty now", {}),
            (Assumption.LOCK, GUESSED, "an older one is taken", {}),
            (Assumption.STAMP, OTHER, "in UTC", {}),
            (Assumption.NOBODY, GUESSED, "404", {"ADVOWARE_WRITE_PROBE": "true"}),
            (Assumption.CREATE, OPEN, NOT_OURS, {}),
            (Assumption.DELETE, OPEN, NOT_OURS, {}),
            (Assumption.TIME, GUESSED, "the slowest call", {}),
        ],
    ),
    "all otherwise": (
        habit(
            read_answers_list=True,
            numbers_as_text=True,
            unknown_status=400,
            write_to_nobody_status=403,
            has_search=True,
            has_listing=True,
            no_op_changes_row_id=False,
            put_answers="numbers",
            replaces=False,
            row_id_locks=True,
            stamp_zone=ZoneInfo("Europe/Berlin"),
        ),
        [
            (Assumption.READ, GUESSED, "a list of one", {}),
            (Assumption.NUMBER, OTHER, "text", {}),
            (Assumption.GONE, OTHER, "400", {}),
            (Assumption.SEARCH, GUESSED, "found by its name", {"ADVOWARE_LOOKUP": "true"}),
            (Assumption.LISTING, OTHER, "in order", {"SWEEP_LISTING": "true"}),
            (Assumption.ROW_ID, OTHER, "not by a PUT", {}),
            (Assumption.ANSWER, OTHER, "a record with 2 of", {}),
            (Assumption.REPLACE, OTHER, "is kept", {}),
            (Assumption.LOCK, OTHER, "refused (409)", {}),
            (Assumption.STAMP, OTHER, "in German time", {}),
            (Assumption.NOBODY, OTHER, "403", {"ADVOWARE_WRITE_PROBE": "false"}),
        ],
    ),
    "names, search and listing that only look right": (
        habit(
            property_names={"titel": "titelPraefix", "kurzname": "", "geburtsdatum": ""},
            has_search=True,
            has_listing=True,
            listing_ignores_place=True,
            put_answers="nothing",
            stamps=False,
            write_to_nobody_status=200,
        ),
        [
            (
                Assumption.NAMES,
                OTHER,
                "not there: titel, geburtsdatum, kurzname; there and not ours: titelPraefix",
                {},
            ),
            (Assumption.SEARCH, GUESSED, "lacks geburtsdatum", {"ADVOWARE_LOOKUP": "true"}),
            (Assumption.LISTING, GUESSED, "out of order", {"SWEEP_LISTING": "false"}),
            (Assumption.ANSWER, OTHER, "204 without a record", {}),
            (Assumption.STAMP, GUESSED, "does not move", NO_STAMP),
            (Assumption.NOBODY, OTHER, "200", {"ADVOWARE_WRITE_PROBE": "false"}),
        ],
    ),
    "a search that answers everybody, a stamp in no zone": (
        habit(has_search=True, search_ignores_text=True, stamp_zone=timezone(timedelta(hours=-7))),
        [
            (Assumption.SEARCH, OTHER, "whatever the text is", {"ADVOWARE_LOOKUP": "false"}),
            (Assumption.STAMP, GUESSED, "not to this moment", NO_STAMP),
        ],
    ),
    "no stamp": (
        habit(property_names={"geaendertAm": ""}),
        [(Assumption.STAMP, GUESSED, "missing", NO_STAMP)],
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_what_advoware_does_settles_it(trial: Trial, name: str) -> None:
    """What is seen, what follows, and nothing of it stays; a create and a DELETE only of a party of its own."""
    advoware, wanted = CASES[name]
    advoware(trial.advoware)
    before = trial.held()

    report = await trial.probe()

    found = [(one, of(report, one).settled, of(report, one).settings) for one, *_ in wanted]
    assert found == [(one, settled, settings) for one, settled, _, settings in wanted]
    assert [(one, seen) for one, _, seen, _ in wanted if seen not in of(report, one).seen] == []
    assert [finding for finding in report.findings if not finding.meaning] == []
    assert [finding.assumption for finding in report.findings] == [*Assumption]
    assert trial.held() == before
    assert (report.broken, report.restored, report.left, report.foreign) == ("", True, (), ())
    assert not trial.journal.exists()


async def test_another_eight_are_found_too(trial: Trial) -> None:
    """Stored beside, ignored, refused, stored as something else, not there: each is said."""
    advoware = trial.advoware
    advoware.stores, advoware.ignores, advoware.alters = {"art", "kurzname"}, {"titel"}, {"zusatz"}
    advoware.property_names = {"familienstand": ""}

    found = of(await trial.probe(), Assumption.WRITABLE)

    assert found.settled is Settled.OTHERWISE
    stored = "name,vorname,rechtsform,anrede,briefanrede,geburtsdatum,art,kurzname"
    assert found.settings == {"ADVOWARE_WRITABLE": stored}
    for said in ("ignored: titel", "stored as something else: zusatz", "not there: familienstand"):
        assert said in found.seen


async def test_a_field_whose_value_is_refused_is_named_with_the_status(trial: Trial) -> None:
    """One refusal is that field's; the others are tried all the same."""
    trial.fail_put(1, Status(422))

    found = of(await trial.probe(), Assumption.WRITABLE)

    assert "refused (422): titel" in found.seen
    assert "titel" not in found.settings["ADVOWARE_WRITABLE"].split(",")


async def test_where_no_put_takes_nothing_is_advised(trial: Trial) -> None:
    """An empty list of writable fields would be no setting at all."""
    trial.advoware.ignores = {"name", "vorname", "rechtsform", "titel", "anrede", "bAnrede", "zusatz", "geburtsdatum"}

    report = await trial.probe()

    assert of(report, Assumption.WRITABLE).settings == {}
    assert of(report, Assumption.REPLACE).settled is Settled.OPEN
    assert of(report, Assumption.LOCK).settled is Settled.OPEN


async def test_a_party_that_takes_no_put_leaves_all_of_writing_open_and_says_why(trial: Trial) -> None:
    """403: the reads are settled, nothing else, and nothing had to be put back."""
    trial.faults.refuse(trial.bet_nr, Status(403), "advoware.replace")

    report = await trial.probe()

    assert "refused the PUT with 403" in report.broken
    assert "ADVOWARE_USER" in report.broken
    assert of(report, Assumption.READ).settled is Settled.AS_ASSUMED
    assert {of(report, one).settled for one in (Assumption.WRITABLE, Assumption.ROW_ID, Assumption.NOBODY)} == {
        Settled.OPEN
    }
    assert (report.restored, trial.puts()) == (True, 1)


async def test_the_report_holds_no_value_of_the_party(trial: Trial) -> None:
    """It is kept on disk, and shown wherever a check is."""
    trial.advoware.edit(trial.bet_nr, name="Testpartei Geheimrat", zusatz="Schwanenweg 7")

    text = (await trial.probe()).model_dump_json()

    assert [value for value in ("Geheimrat", "Schwanenweg", "Änne", "1980-02-29") if value in text] == []
