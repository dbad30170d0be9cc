"""`resolve --field` and `undo`: a person decides about a field, sees what came of it, and can take it back."""

import pytest
from typer.testing import CliRunner

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from contracts.timing import Timing
from simulators.faults import Hang, Status
from starter.commands import app
from tests.commandline import Ran, run
from tests.rules import party_rules
from tests.world import World

MANUAL = pytest.mark.parametrize(
    "world", [{"rules": party_rules(policies={Group.STAMMDATEN: Policy.MANUAL})}], indirect=True
)


def words(ran: Ran) -> str:
    """What it said, without line breaks."""
    return " ".join((ran.out + ran.err).split())


# ---------------------------------------------------------------------- an open question


@MANUAL
async def test_an_open_question_is_shown_with_both_values(world: World) -> None:
    """By `diff`, by `status`, and by whoever syncs: exit 7, a person decides."""
    party, _ = await world.torn()

    diff, synced, status = [await run(world, command, party) for command in ("diff", "sync", "status")]

    for ran in (diff, synced, status):
        assert {"Dr.", "Prof.", "Titel"} <= set(words(ran).replace('"', " ").split())
    assert "a person decides" in words(diff)
    assert "undecided" in words(synced)
    assert synced.code == 7


@MANUAL
@pytest.mark.parametrize(("take", "holds"), [("Advoware", "Prof."), ("=espocrm", "espocrm")])
async def test_resolve_takes_a_side_or_a_value(world: World, take: str, holds: str) -> None:
    """Both sides hold it afterwards, nothing stays open, exit 0; what was overwritten is in the answer."""
    party, _ = await world.torn()

    ran = await run(world, "resolve", party, "--field", "titel", "--take", take, "--json")

    assert ran.code == 0
    assert world.titles(party) == (holds, holds)
    [finding] = ran.json["outcome"]["findings"]
    assert (finding["kind"], finding["espocrm"], finding["advoware"]) == ("decided", "Dr.", "Prof.")
    assert await world.unsettled(party) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("resolve", "--field", "titel"), "say one of"),
        (("resolve", "--take", "espocrm"), "say one of"),
        (("resolve", "--field", "titel", "--take", "x", "--create"), "say one of"),
        (("resolve", "--field", "titl", "--take", "x"), "titl: there is no such field; known: anrede"),
        (("resolve", "--field", "geburtsdatum", "--take", "1.1.1980"), "not a date of the form YYYY-MM-DD"),
        (("resolve", "--field", "name", "--take", ""), "a party must keep its name"),
        (("undo", "--field", "titl"), "no such field: titl; known: anrede"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anybody_is_asked(said: tuple[str, ...], told: str) -> None:
    """With field and reason; there is no Temporal that could be asked."""
    ran = CliRunner(env={"COLUMNS": "300", "TEMPORAL_ADDRESS": "127.0.0.1:9"}).invoke(app, [*said, "6b04cd6d623bec762"])

    assert ran.exit_code == 2
    assert told in ran.output


async def test_what_cannot_be_done_is_said_and_the_rest_goes_on(world: World) -> None:
    """A field that Advoware does not store: exit 7, what to do instead; another one of the same command is done."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, kurzname="MÜ", titel="Dr.")

    ran = await run(world, "resolve", party, "--field", "kurzname", "--field", "titel", "--take", "espocrm")

    assert ran.code == 7
    assert "kurzname was not changed: Advoware does not store this field" in words(ran)
    assert world.advoware.records[bet_nr]["titel"] == "Dr."


async def test_a_choice_that_advoware_ignores_is_no_success(world: World) -> None:
    """Exit 7, and who did not take it."""
    party, _ = await world.torn()
    world.advoware.ignores.add("titel")

    ran = await run(world, "resolve", party, "--field", "titel", "--take", "Dr. h. c.")

    assert ran.code == 7
    assert "titel was not taken by advoware" in words(ran)


# ---------------------------------------------------------------------- taking it back


async def test_undo_gives_both_sides_what_lost_and_back_again(world: World) -> None:
    """Of the last settled conflict; nobody types a value."""
    party, bet_nr = await world.torn()

    undone = await run(world, "undo", str(bet_nr), "--yes", "--json")
    assert world.titles(party) == ("Prof.", "Prof.")
    assert await world.unsettled(party) == []
    redone = await run(world, "undo", party, "--yes")

    assert (undone.code, redone.code) == (0, 0)
    [field] = undone.json["overwritten"]["fields"]
    assert field == {"field": "titel", "kept": "Dr.", "lost": ["Prof."]}
    assert world.titles(party) == ("Dr.", "Dr.")


async def test_where_nobody_can_be_asked_that_stands_in_a_line_of_its_own(world: World) -> None:
    """The question has none to end it: a job without a terminal logs both."""
    party, _ = await world.torn()

    left = await run(world, "undo", party)

    assert left.code == 7
    assert "nothing was changed; --yes does it without asking" in left.err.splitlines()


async def test_undo_takes_back_the_last_conflict_whatever_was_synced_since(world: World) -> None:
    """Also all of its fields, or one of them."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.", zusatz="c/o A")
    world.advoware.edit(bet_nr, titel="Prof.", zusatz="c/o B")
    await world.sync(party)
    await world.closed(party)
    world.espocrm.edit(party, briefAnrede="Sehr geehrte Frau Müßig")
    await world.sync(party)
    await world.closed(party)

    one = await run(world, "undo", party, "--field", "zusatz", "--yes")
    after_one = (world.advoware.records[bet_nr]["titel"], world.advoware.records[bet_nr]["zusatz"])
    other = await run(world, "undo", party, "--field", "titel", "--yes")

    assert (one.code, other.code) == (0, 0)
    assert after_one == ("Dr.", "c/o B")
    assert world.titles(party) == ("Prof.", "Prof.")
    assert world.advoware.records[bet_nr]["bAnrede"] == "Sehr geehrte Frau Müßig"


async def test_undo_refuses_what_was_edited_since(world: World) -> None:
    """Whoever edited it did not know of the undoing: exit 7, said with field and remedy, and the edit travels."""
    party, bet_nr = await world.torn()
    world.espocrm.edit(party, titel="Dr. h. c.")

    ran = await run(world, "undo", party, "--yes")

    assert ran.code == 7
    assert "titel was not changed: it was edited since, and that edit is kept" in words(ran)
    assert world.advoware.records[bet_nr]["titel"] == "Dr. h. c."


async def test_undo_asks_first_and_no_answer_is_no(world: World) -> None:
    """Both values are shown; where nobody can be asked nothing is done."""
    party, _ = await world.torn()
    mark = world.calls.mark

    ran = await run(world, "undo", party)

    assert ran.code == 7
    assert "titel: Dr. → Prof." in ran.err
    assert "--yes" in ran.err
    assert world.spent(mark) == {}


async def test_undo_does_not_guess_which_of_two_values(world: World) -> None:
    """A third value overwrote both: it says how to choose one."""
    party, _ = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(world.bet_nr(party), titel="Prof.")
    await run(world, "resolve", party, "--field", "titel", "--take", "Prof. Dr.")

    ran = await run(world, "undo", party, "--yes")

    assert ran.code == 7
    assert f"resolve {party} --field titel --take" in words(ran)
    assert world.titles(party) == ("Prof. Dr.", "Prof. Dr.")


async def test_nothing_to_undo_is_said(world: World) -> None:
    """No run overwrote anything."""
    party, _ = await world.linked()
    await world.closed(party)

    ran = await run(world, "undo", party)

    assert ran.code == 5
    assert "nothing to undo" in words(ran)


@pytest.mark.parametrize("world", [{"timing": Timing(attempts=1)}], indirect=True)
async def test_undo_knows_what_a_run_overwrote_that_failed_afterwards(world: World) -> None:
    """Its result is lost with the failure; the run itself still knows."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    slow = Hang()
    handle = await world.held(party, "espocrm.write", slow)
    world.faults.plan("espocrm.read", Status(400), party=party)
    await world.ask(party)
    slow.release()
    assert await world.closed(party)

    ran = await run(world, "undo", party, "--yes")

    assert ran.code == 0
    assert handle.id.endswith(party)
    assert world.titles(party) == ("Prof.", "Prof.")


@pytest.mark.parametrize("world", [{"working": False}], indirect=True)
async def test_undo_without_a_worker_says_so(world: World) -> None:
    """Nothing is stored that somebody would have forgotten by the time it is done."""
    party = "0123456789abcdef4"

    ran = await run(world, "undo", party, "--yes")

    assert ran.code == 6
    assert "start one" in ran.err
