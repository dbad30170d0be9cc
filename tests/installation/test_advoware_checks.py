"""What doctor says of Advoware: each thing that is broken is named with its remedy, within ten seconds."""

import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from beteiligte.faults import System, Transient
from clients.espocrm import EspoCrmClient
from installation.check import Check, Verdict
from installation.checks import advoware
from installation.linked import linked_parties
from runtime.settings import EspoCrmSettings
from simulators.faults import Hang, Status, unavailable
from starter.cli.exits import Exit
from starter.cli.probing import WantedProbe, probe
from tests.installation.probing import Trial

TEN = 10.0


@pytest_asyncio.fixture(loop_scope="session")
async def trial(tmp_path: Path) -> AsyncIterator[Trial]:
    """With a party that EspoCRM holds."""
    async with Trial.opened(tmp_path) as opened:
        opened.espocrm.add(lastName="Müßig", betnr=opened.bet_nr - 1)
        yield opened


async def checked(trial: Trial) -> dict[str, Check]:
    """Every check by its name, with EspoCRM's own word on who is linked."""
    loaded = trial.loaded()
    began = time.monotonic()
    async with EspoCrmClient(loaded[EspoCrmSettings]) as crm:
        found = await advoware.checks(loaded, lambda: linked_parties(crm), trial.state)
    assert time.monotonic() - began < TEN
    assert [check.name for check in found if check.verdict is not Verdict.OK and not check.remedy] == []
    return {check.name: check for check in found}


def verdicts(found: dict[str, Check]) -> list[Verdict]:
    """In their order, what is only assumed aside."""
    return [check.verdict for check in list(found.values())[:-1]]


async def test_all_is_well(trial: Trial) -> None:
    """Addresses, token, a read, the clock; search and listing are off."""
    found = await checked(trial)

    assert verdicts(found) == [Verdict.OK] * 6
    assert str(trial.bet_nr - 1) in found["a party in Advoware"].seen
    assert trial.calls.writes() == []


async def test_down_is_named_with_where_to_look(trial: Trial) -> None:
    """A refused connection."""
    await trial.advoware_server.stop()

    found = await checked(trial)

    assert found["token"].verdict is Verdict.WRONG
    assert "could not be reached" in found["token"].seen
    assert "connector" in (found["token"].remedy or "")
    assert found["a party in Advoware"].verdict is Verdict.UNKNOWN
    assert "not looked at" in found["a party in Advoware"].seen


async def test_what_hangs_is_wrong_since_it_must_answer(trial: Trial) -> None:
    """Discovery is not asked; the token service is there, and says nothing."""
    trial.faults.outage("advoware", Hang())

    found = await checked(trial)
    trial.faults.clear()

    assert found["token"].verdict is Verdict.WRONG
    assert "answer" in found["token"].seen


async def test_a_read_that_hangs_is_wrong_too(trial: Trial) -> None:
    """With a token already."""
    trial.faults.outage("advoware.read", Hang())

    found = await checked(trial)
    trial.faults.clear()

    assert found["token"].verdict is Verdict.OK
    assert found["a party in Advoware"].verdict is Verdict.WRONG


async def test_an_offline_connector_is_wrong(trial: Trial) -> None:
    """503, as the vendor's own client answers it."""
    trial.faults.outage("advoware.read", unavailable())

    found = await checked(trial)
    trial.faults.clear()

    assert found["a party in Advoware"].verdict is Verdict.WRONG
    assert "503" in found["a party in Advoware"].seen


@pytest.mark.parametrize(
    "wrong",
    [
        {"ADVOWARE_PASSWORD": "geheim77"},
        {"ADVOWARE_KANZLEI": "1"},
        {"ADVOWARE_USER": "XYZ"},
        {"ADVOWARE_APP_ID": "none"},
        {"ADVOWARE_API_KEY": "c2VjcmV0"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
async def test_refused_credentials_are_asked_about_once(trial: Trial, wrong: dict[str, str]) -> None:
    """The remedy names each setting that may be it; Advoware may count refusals, whatever holds calls back beside."""
    trial.write_env(ADVOWARE_HOLD_AFTER_401="0s", **wrong)

    found = await checked(trial)

    assert found["token"].verdict is Verdict.WRONG
    for setting in wrong:
        assert setting in (found["token"].remedy or "")
    assert trial.calls.count("advoware.token") == 1
    assert "geheim77" not in str(found)


@pytest.mark.parametrize("wrong", [{"ADVOWARE_DATABASE": "other"}, {"ADVOWARE_PREFIX": "/api/v1"}], ids=str)
async def test_another_database_or_prefix_is_told_by_the_parties_that_it_does_not_know(
    trial: Trial, wrong: dict[str, str]
) -> None:
    """404 for what EspoCRM holds."""
    trial.write_env(**wrong)

    found = await checked(trial)

    assert found["a party in Advoware"].verdict is Verdict.WRONG
    assert str(trial.bet_nr - 1) in found["a party in Advoware"].seen
    for setting in wrong:
        assert setting in (found["a party in Advoware"].remedy or "")


async def test_a_firm_that_discovery_does_not_know_is_named(trial: Trial) -> None:
    """ADVOWARE_KANZLEI, before any password is sent."""
    url = f"{trial.advoware_server.url}/AdvonetConfigurator/api/Url"
    trial.write_env(ADVOWARE_URL="", ADVOWARE_SECURITY_GATEWAY="", ADVOWARE_DISCOVERY_URL=url, ADVOWARE_KANZLEI="1")

    found = await checked(trial)

    assert found["addresses"].verdict is Verdict.WRONG
    assert "ADVOWARE_KANZLEI" in (found["addresses"].remedy or "")
    assert trial.calls.count("advoware.token") == 0


async def test_a_right_that_is_lacking_is_named(trial: Trial) -> None:
    """403 to a read."""
    trial.faults.outage("advoware.read", Status(403))

    found = await checked(trial)
    trial.faults.clear()

    assert found["a party in Advoware"].verdict is Verdict.WRONG
    assert "right to read" in (found["a party in Advoware"].remedy or "")


async def test_without_a_linked_party_it_is_not_known_which_database_it_is(trial: Trial) -> None:
    """It answers, and that is said."""
    for record in trial.espocrm.records.values():
        record["betnr"] = None

    found = await checked(trial)

    assert found["a party in Advoware"].verdict is Verdict.UNKNOWN
    assert "it answers" in found["a party in Advoware"].seen
    assert found["clock"].verdict is Verdict.OK


async def test_before_the_first_linked_party_the_test_party_is_read(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is green then, the search as well."""
    monkeypatch.chdir(trial.folder)
    for record in trial.espocrm.records.values():
        record["betnr"] = None
    trial.advoware.has_search = True
    await probe(WantedProbe(party=trial.bet_nr, yes=True, write_settings=True))

    assert verdicts(await checked(trial)) == [Verdict.OK] * 6

    trial.advoware.remove(trial.bet_nr)
    assert (await checked(trial))["a party in Advoware"].verdict is Verdict.UNKNOWN


async def test_an_espocrm_that_does_not_answer_hides_nothing_of_advoware(trial: Trial) -> None:
    """Only which party to read is not known then."""

    async def nobody() -> Sequence[int]:
        raise Transient("EspoCRM could not be reached", system=System.ESPOCRM)

    found = {check.name: check for check in await advoware.checks(trial.loaded(), nobody, trial.state)}

    assert found["token"].verdict is Verdict.OK
    assert found["a party in Advoware"].verdict is Verdict.UNKNOWN
    assert found["clock"].verdict is Verdict.OK


async def test_a_clock_that_is_wrong_is_warned_of(trial: Trial) -> None:
    """By the Date header."""
    trial.clock.advance(timedelta(minutes=-5))

    found = await checked(trial)

    assert found["clock"].verdict is Verdict.WARNING
    assert "behind" in found["clock"].seen


@pytest.mark.parametrize("there", [True, False])
async def test_search_and_listing_are_tried_as_they_are_set(trial: Trial, there: bool) -> None:
    """Set, and not there: wrong, with the setting to take back."""
    trial.write_env(ADVOWARE_LOOKUP="true", SWEEP_LISTING="true")
    trial.advoware.has_search = trial.advoware.has_listing = there

    found = await checked(trial)

    wanted = Verdict.OK if there else Verdict.WRONG
    assert (found["search as set"].verdict, found["listing as set"].verdict) == (wanted, wanted)
    if not there:
        assert "ADVOWARE_LOOKUP=false" in (found["search as set"].remedy or "")
        assert "SWEEP_LISTING=false" in (found["listing as set"].remedy or "")


async def test_no_client_s_value_is_in_what_was_seen(trial: Trial) -> None:
    """Ids and names of settings only."""
    trial.write_env(ADVOWARE_LOOKUP="true")
    trial.advoware.has_search = True

    assert "Müßig" not in str(await checked(trial))


async def test_what_is_only_assumed_is_asked_for_until_it_was_tried(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never tried, tried and set otherwise, tried and set so, another Advoware, broken off."""
    monkeypatch.chdir(trial.folder)
    name = "what is assumed of it"
    assert (await checked(trial))[name].verdict is Verdict.WARNING

    trial.advoware.has_search = True
    await probe(WantedProbe(party=trial.bet_nr, yes=True))
    otherwise = (await checked(trial))[name]
    assert otherwise.verdict is Verdict.WARNING
    assert "ADVOWARE_LOOKUP=true" in (otherwise.remedy or "")

    assert await probe(WantedProbe(party=trial.bet_nr, yes=True, write_settings=True)) is Exit.DONE
    assert (await checked(trial))[name].verdict is Verdict.OK

    await trial.died()
    assert "waits to be put back" in (await checked(trial))[name].seen
    trial.journal.unlink()
    trial.write_env(ADVOWARE_LOOKUP="true", ADVOWARE_DATABASE="other")
    assert "never tried" in (await checked(trial))[name].seen
