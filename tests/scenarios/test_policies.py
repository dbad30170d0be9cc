"""Who decides a conflict: a person (`manual`), or the newer side (`newest`); and putting back what lost."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from beteiligte.decide.choice import Choice, ChoiceRefusal
from beteiligte.decide.evidence import ZONE_DOUBT
from beteiligte.decide.policy import Policy
from beteiligte.faults import System
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.request_reason import Reason
from contracts.inbox import SyncRequest
from contracts.party import SyncOutcome
from contracts.timing import Timing
from contracts.visibility import workflow_id
from simulators.faults import Hang, LostAnswer, Status
from tests.rules import party_rules
from tests.scenarios.meanwhile import GivenUp
from tests.world import BOSS, World

MINUTE = timedelta(minutes=1)
ASKED = party_rules(policies={Group.STAMMDATEN: Policy.MANUAL})
NEWER = party_rules(policies={Group.STAMMDATEN: Policy.NEWEST})
MANUAL = pytest.mark.parametrize("world", [{"rules": ASKED}], indirect=True)
NEWEST = pytest.mark.parametrize("world", [{"rules": NEWER}], indirect=True)


async def choose(world: World, party: str, word: str, *, field: str = "titel") -> SyncOutcome:
    return await world.sync(party, choices=(Choice.typed(field, word, PARTY_TABLE),))


# ---------------------------------------------------------------------- a person decides


@MANUAL
async def test_a_question_is_asked_once_and_the_other_fields_go_on(world: World) -> None:
    """Status `conflict`, both values in the note, nothing overwritten; the party's other edits arrive."""
    party, bet_nr = await world.torn(zusatz="c/o Kanzlei")
    world.espocrm.edit(party, briefAnrede="Sehr geehrte Frau Müßig")
    again = await world.sync(party)
    await world.closed(party)

    assert world.titles(party) == ("Dr.", "Prof.")
    assert world.status(party) == "conflict"
    assert "Titel: Auf beiden Seiten verschieden geändert" in str(world.espocrm.records[party]["syncErrorMessage"])
    assert world.advoware.records[bet_nr]["zusatz"] == "c/o Kanzlei"
    assert world.advoware.records[bet_nr]["bAnrede"] == "Sehr geehrte Frau Müßig"
    [to_users, on_record] = world.espocrm.notes
    assert (to_users["usersIds"], on_record["parentId"]) == ([BOSS], party)
    assert [text for text in world.told() if not ("„Dr.“" in text and "„Prof.“" in text)] == []
    assert [(f.espocrm, f.advoware) for f in again.still_open] == [("Dr.", "Prof.")]


@MANUAL
async def test_an_open_question_costs_two_reads_and_no_write(world: World) -> None:
    """Rule 4: also where the sync is asked for again and again."""
    party, _ = await world.torn()
    mark = world.calls.mark

    outcome = await world.sync(party, Reason.SWEEP)

    assert world.spent(mark) == {"espocrm.read": 1, "advoware.read": 1}
    assert outcome.result == "conflict"


@MANUAL
@pytest.mark.parametrize(
    ("word", "holds"), [("espocrm", "Dr."), ("advoware", "Prof."), ("Prof. Dr.", "Prof. Dr."), ("", None)]
)
async def test_a_choice_ends_the_question(world: World, word: str, holds: str | None) -> None:
    """Either side's value, another one, or none; what was overwritten is told, and nothing stays open."""
    party, bet_nr = await world.torn()

    outcome = await choose(world, party, word)
    await world.closed(party)

    assert world.titles(party) == (holds, holds)
    assert (outcome.status, outcome.declined) == ("clean", {})
    assert world.espocrm.records[party]["syncErrorMessage"] is None
    assert [told for told in world.told()[2:] if not ("„Dr.“" in told and "„Prof.“" in told)] == []
    assert len(world.told()) == 4
    assert await world.unsettled(party) == []
    world.advoware.edit(bet_nr, titel="Dipl.-Ing.")
    assert (await world.sync(party)).to_espocrm == {"titel": "Dipl.-Ing."}


@MANUAL
@pytest.mark.parametrize("giving_way", ["EspoCRM", "Advoware"])
async def test_editing_one_side_so_that_both_agree_ends_the_question(world: World, giving_way: str) -> None:
    """Nobody needs a command line; nothing is told and the base moves."""
    party, bet_nr = await world.torn()
    if giving_way == "EspoCRM":
        world.espocrm.edit(party, titel="Prof.")
    else:
        world.advoware.edit(bet_nr, titel="Dr.")

    await world.sync(party)
    await world.closed(party)

    assert len(world.told()) == 2
    assert world.status(party) == "clean"
    assert await world.unsettled(party) == []


@MANUAL
async def test_a_further_edit_is_a_new_question(world: World) -> None:
    """Told anew with the values as they stand now."""
    party, _ = await world.torn()
    world.espocrm.edit(party, titel="Dr. h. c.")

    await world.sync(party)
    await world.closed(party)

    assert world.titles(party) == ("Dr. h. c.", "Prof.")
    assert len(world.told()) == 4
    assert [text for text in world.told()[2:] if "„Dr. h. c.“" not in text] == []
    assert world.status(party) == "conflict"


@MANUAL
async def test_a_sweep_leaves_an_open_question_alone(world: World) -> None:
    """It stands in the row, so it costs no call of its own and is not asked again."""
    await world.torn()
    mark = world.calls.mark

    await world.reconcile()

    assert not {"espocrm.read", "espocrm.write", "advoware.replace"} & world.spent(mark).keys()
    assert len(world.told()) == 2


@MANUAL
async def test_a_choice_made_during_a_sync_is_carried_out_by_the_next(world: World) -> None:
    """It joins the run and is not lost with the sync that began before it."""
    party, _ = await world.torn()
    slow = Hang()
    handle = await world.held(party, "espocrm.read", slow)
    chosen = (Choice.typed("titel", "advoware", PARTY_TABLE),)
    await handle.signal("request", SyncRequest(reason=Reason.UPDATED, at=datetime.now(UTC), choices=chosen))
    slow.release()

    outcome = await handle.result()

    assert outcome.to_espocrm == {"titel": "Prof."}
    assert world.titles(party) == ("Prof.", "Prof.")


@pytest.mark.parametrize("reason", [Reason.PERSON, Reason.RECOVERED])
async def test_a_choice_whose_failure_was_not_yet_told_is_tried_again_with_the_next_request(
    world: World, reason: Reason
) -> None:
    """Else that request would succeed without the choice, and its outcome would be the answer to who made it."""
    party, _ = await world.linked(titel="Dr.")
    await world.closed(party)
    world.faults.plan("advoware.replace", Status(400))
    world.faults.plan("espocrm.write", GivenUp(lambda: world.ask(party, reason), lands=False))

    outcome = await world.sync(party, choices=(Choice(field="titel", value="Prof."),))

    assert outcome.to_advoware == {"titel": "Prof."}
    assert world.titles(party) == ("Prof.", "Prof.")
    assert await world.unsettled(party) == []


async def test_a_choice_made_while_another_one_fails_counts_instead(world: World) -> None:
    """Both are about one field: the later word is tried, the earlier one is over."""
    party, _ = await world.linked(titel="Dr.")
    await world.closed(party)
    later = (Choice(field="titel", value="Dr. h. c."),)

    async def decide_anew() -> None:
        word = SyncRequest(reason=Reason.PERSON, at=datetime.now(UTC), choices=later)
        await world.client.get_workflow_handle(workflow_id(party)).signal("request", word)

    world.faults.plan("advoware.replace", Status(400))
    world.faults.plan("espocrm.write", GivenUp(decide_anew, lands=False))
    await world.sync(party, choices=(Choice(field="titel", value="Prof."),))

    assert world.titles(party) == ("Dr. h. c.", "Dr. h. c.")
    assert await world.unsettled(party) == []


@MANUAL
async def test_a_choice_whose_answer_was_lost_is_told_once(world: World) -> None:
    """The PUT landed in Advoware, nobody heard of it: the repeated attempt finds it done."""
    party, _ = await world.torn()
    world.faults.plan("advoware.replace", LostAnswer())
    world.faults.plan("espocrm.write", LostAnswer())

    await choose(world, party, "Prof. Dr.")
    await world.closed(party)

    assert world.titles(party) == ("Prof. Dr.", "Prof. Dr.")
    assert len(world.told()) == 4
    assert await world.unsettled(party) == []


@MANUAL
async def test_a_value_that_advoware_refuses_fails_that_sync_alone(world: World) -> None:
    """Who chose it gets the reason; the question stays, and the next sync of the same run does not try it again."""
    party, _ = await world.torn()
    slow = Hang()
    world.faults.plan("espocrm.read", slow)
    world.faults.plan("advoware.replace", Status(400, json={"message": "titel is too long"}))
    choosing = asyncio.create_task(choose(world, party, "Prof. Dr."))
    await slow.entered.wait()
    waiting = await world.ask(party)
    slow.release()

    failed, outcome = await choosing, await waiting.result()

    assert failed.failure is not None
    assert failed.failure.code == "Rejected"
    assert world.titles(party) == ("Dr.", "Prof.")
    assert (outcome.result, outcome.status) == ("conflict", "conflict")


async def test_a_choice_is_tried_where_the_policy_gave_up(world: World) -> None:
    """Advoware ignored the value once and takes it now: a person may say so without editing anything."""
    party, _ = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.ignores.add("titel")
    await world.sync(party)
    await world.closed(party)
    world.advoware.ignores.clear()
    assert (await world.sync(party)).to_advoware == {}

    outcome = await choose(world, party, "espocrm")

    assert (outcome.to_advoware, outcome.status) == ({"titel": "Dr."}, "clean")
    assert await world.unsettled(party) == []


async def test_a_choice_for_a_field_that_advoware_does_not_store_is_declined(world: World) -> None:
    """Nothing is written, nobody in the firm is told, and whoever chose learns why."""
    party, _ = await world.linked()
    world.espocrm.edit(party, kurzname="MÜ")
    await world.sync(party)
    await world.closed(party)
    before = len(world.told())

    outcome = await choose(world, party, "espocrm", field="kurzname")
    await world.closed(party)

    assert outcome.declined == {"kurzname": ChoiceRefusal.NOT_WRITABLE}
    assert len(world.told()) == before


# ---------------------------------------------------------------------- the newer side


@NEWEST
@pytest.mark.parametrize(
    ("first", "wait", "wins", "said"),
    [
        ("EspoCRM", 2 * ZONE_DOUBT + MINUTE, "Prof.", "in Advoware später geändert"),
        ("Advoware", 2 * ZONE_DOUBT + MINUTE, "Dr.", "in EspoCRM später geändert"),
        ("EspoCRM", timedelta(0), "Dr.", "nicht festzustellen"),
    ],
)
async def test_the_newer_side_wins_where_that_is_known(
    world: World, first: str, wait: timedelta, wins: str, said: str
) -> None:
    """And the note says by what, also that it could not be established; `geaendertAm` names no zone."""
    party, bet_nr = await world.linked()
    sides = ("EspoCRM", "Advoware")
    for side in sides if first == "EspoCRM" else reversed(sides):
        if side == "EspoCRM":
            world.espocrm.edit(party, titel="Dr.")
        else:
            world.advoware.edit(bet_nr, titel="Prof.")
        world.clock.advance(wait)

    await world.sync(party)
    await world.closed(party)

    assert world.titles(party) == (wins, wins)
    assert [text for text in world.told() if not (said in text and "„Dr.“" in text and "„Prof.“" in text)] == []
    assert await world.unsettled(party) == []


@NEWEST
async def test_a_missing_time_stamp_is_said(world: World) -> None:
    """Advoware's `geaendertAm` may be missing: EspoCRM wins, and people know why."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    del world.advoware.records[bet_nr]["geaendertAm"]

    await world.sync(party)
    await world.closed(party)

    assert world.titles(party) == ("Dr.", "Dr.")
    assert [text for text in world.told() if "ein Zeitstempel fehlt" not in text] == []


# ---------------------------------------------------------------------- what was overwritten last


async def test_what_lost_stands_in_the_outcome_until_something_else_is_overwritten(world: World) -> None:
    """Also where the run answers further requests, or the conflict landed in another sync than it was decided in."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    slow = Hang()
    await world.held(party, "espocrm.write", slow)
    handle = await world.ask(party)
    slow.release()

    outcome = await handle.result()

    assert outcome.result == "no_change"
    [finding] = outcome.overwritten
    assert (finding.kept, finding.lost) == ("Dr.", ("Prof.",))


@pytest.mark.parametrize("world", [{"timing": Timing(attempts=1)}], indirect=True)
async def test_a_conflict_that_landed_before_the_write_back_failed_can_be_undone(world: World) -> None:
    """Only this run knows the losing value then; it is told when the write-back lands, and kept."""
    party, bet_nr = await world.linked()
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    world.faults.plan("espocrm.write", Status(503))

    failed = await world.sync(party)
    landed = await world.sync(party)
    await world.closed(party)

    assert failed.failure is not None
    assert [finding.lost for finding in landed.overwritten] == [("Prof.",)]
    assert world.differing(party) == []
    assert world.status(party) == "clean"


async def test_putting_back_what_lost_gives_it_to_both_sides(world: World) -> None:
    """The choice that `undo` makes; and it can be undone in turn."""
    party, _ = await world.torn()
    back = Choice(field="titel", value="Prof.", only_while=("Dr.",))

    outcome = await world.sync(party, choices=(back,))

    assert world.titles(party) == ("Prof.", "Prof.")
    assert [(f.kept, f.lost) for f in outcome.overwritten] == [("Prof.", ("Dr.",))]
    assert await world.unsettled(party) == []


@pytest.mark.parametrize("side", System)
async def test_an_edit_made_since_is_not_undone(world: World, side: System) -> None:
    """Rule 1: whoever edited the field afterwards did not know of the undoing."""
    party, bet_nr = await world.torn()
    if side is System.ESPOCRM:
        world.espocrm.edit(party, titel="Dr. h. c.")
    else:
        world.advoware.edit(bet_nr, titel="Dr. h. c.")

    outcome = await world.sync(party, choices=(Choice(field="titel", value="Prof.", only_while=("Dr.",)),))

    assert outcome.declined == {"titel": ChoiceRefusal.CHANGED}
    assert world.titles(party) == ("Dr. h. c.", "Dr. h. c.")
