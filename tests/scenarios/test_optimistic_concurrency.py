"""A record with `versionNumber`: an EspoCRM edit between our read and our write-back survives (facts §2.4)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.responses import Response

from contracts.timing import Timing
from simulators.faults import Status
from simulators.visits import Fault, Visit
from tests.world import World

VERSIONED = pytest.mark.parametrize("world", [{"optimistic_concurrency": True}], indirect=True)


class Meanwhile(Fault):
    """The call takes effect, and before its answer arrives a person edits."""

    name = "meanwhile"

    def __init__(self, edit: Callable[[], object]) -> None:
        self.edit = edit

    async def act(self, visit: Visit) -> Response:
        answer = visit.effect()
        self.edit()
        return answer


@VERSIONED
@pytest.mark.parametrize("edit", [{"zusatz": "c/o Kanzlei"}, {"titel": "Prof."}], ids=["other field", "same field"])
async def test_an_edit_during_a_push_travels_too(world: World, edit: dict[str, str]) -> None:
    """Another field or the pushed one itself: the newer edit of the person is on both sides, nobody is bothered."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", Meanwhile(lambda: world.espocrm.edit(party, **edit)))

    await world.sync(party)

    for side in (world.espocrm.records[party], world.advoware.records[bet_nr]):
        assert {"titel": side["titel"], "zusatz": side["zusatz"]} == {"titel": "Dr.", "zusatz": None, **edit}
    assert world.told() == []
    assert await world.unsettled(party) == []


@VERSIONED
async def test_an_edit_of_another_field_during_a_pull_survives(world: World) -> None:
    """Advoware's value arrives and the person's edit goes the other way."""
    party, bet_nr = await world.linked()
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    world.faults.plan("advoware.read", Meanwhile(lambda: world.espocrm.edit(party, titel="Dr.")))

    await world.sync(party)

    for side in (world.espocrm.records[party], world.advoware.records[bet_nr]):
        assert (side["titel"], side["zusatz"]) == ("Dr.", "c/o Kanzlei")
    assert world.told() == []
    assert await world.unsettled(party) == []


@VERSIONED
async def test_an_edit_of_the_same_field_during_a_pull_is_a_told_conflict(world: World) -> None:
    """It is not silently overwritten by the value that was on its way."""
    party, bet_nr = await world.linked()
    world.advoware.edit(bet_nr, zusatz="aus Advoware")
    world.faults.plan("advoware.read", Meanwhile(lambda: world.espocrm.edit(party, zusatz="aus EspoCRM")))

    await world.sync(party)

    assert world.espocrm.records[party]["zusatz"] == "aus EspoCRM"
    assert world.advoware.records[bet_nr]["zusatz"] == "aus EspoCRM"
    assert [text for text in world.told() if "„aus Advoware“" not in text] == []
    assert await world.unsettled(party) == []
    assert world.told()


@VERSIONED
@pytest.mark.parametrize("edit", [{"titel": "Dr."}, {"lastName": "Meier"}], ids=["new value", "the name itself"])
async def test_an_edit_during_a_create_survives_and_makes_one_party(world: World, edit: dict[str, str]) -> None:
    """The write-back meets 409, reads again and pushes the edit to the party it just created."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", Meanwhile(lambda: world.espocrm.edit(party, **edit)))

    await world.sync(party)

    assert world.calls.count("advoware.create") == 1
    assert world.advoware.count() == 1
    assert {name: world.espocrm.records[party][name] for name in edit} == edit
    assert await world.unsettled(party) == []


@VERSIONED
async def test_a_quiet_sync_pays_nothing_for_it(world: World) -> None:
    """The call budget is the same as without."""
    party, _ = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    mark = world.calls.mark

    await world.sync(party)

    assert world.spent(mark) == {
        "espocrm.read": 1,
        "advoware.read": 1,
        "advoware.replace": 1,
        "espocrm.write": 1,
    }
    assert await world.unsettled(party) == []


@pytest.mark.parametrize(
    "world",
    [{"optimistic_concurrency": True, "timing": Timing(syncing_after=timedelta(milliseconds=1))}],
    indirect=True,
)
async def test_showing_syncing_moves_the_version_and_hides_no_edit(world: World) -> None:
    """Our own mark is not taken for a person's edit, and a person's edit not for our mark."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    await world.closed(party)
    mark = world.calls.mark
    world.faults.plan("advoware.read", Status(503))
    world.faults.plan("advoware.replace", Meanwhile(lambda: world.espocrm.edit(party, zusatz="c/o Kanzlei")))

    await world.sync(party)

    assert world.calls.count("espocrm.write", since=mark) >= 2, "it was shown"
    assert world.espocrm.records[party]["zusatz"] == "c/o Kanzlei"
    assert world.advoware.records[bet_nr]["zusatz"] == "c/o Kanzlei"
    assert world.told() == []


async def test_without_versions_an_edit_of_a_pulled_field_is_overwritten(world: World) -> None:
    """The window that only optimistic concurrency closes; an edit of another field in it survives."""
    party, bet_nr = await world.linked()
    world.advoware.edit(bet_nr, titel="Dr.")
    meanwhile = Meanwhile(lambda: world.espocrm.edit(party, titel="Prof.", zusatz="c/o Kanzlei"))
    world.faults.plan("espocrm.read", meanwhile, party=party)

    for _ in range(2):
        await world.sync(party)

    assert world.espocrm.records[party]["titel"] == "Dr."
    assert world.advoware.records[bet_nr]["zusatz"] == "c/o Kanzlei"


@VERSIONED
async def test_a_base_that_must_be_put_right_is_put_right_whatever_was_edited_meanwhile(world: World) -> None:
    """EspoCRM ignored a value that the base names as agreed: taken for an edit, the old one would revert Advoware's."""
    party, bet_nr = await world.linked()
    world.espocrm.readonly.add("zusatz")
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    world.faults.plan("espocrm.write", Meanwhile(lambda: world.espocrm.edit(party, titel="Dr.")), party=party)

    await world.sync(party)
    await world.sync(party)

    assert (world.advoware.records[bet_nr]["zusatz"], world.advoware.records[bet_nr]["titel"]) == ("c/o Kanzlei", "Dr.")
    [told] = world.told_on(party)
    assert "c/o Kanzlei" in told
