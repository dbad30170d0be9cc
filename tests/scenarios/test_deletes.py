"""A party that one side has no more: told once, with its betNr; never carried out on the other side."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from starlette.responses import Response
from temporalio.testing import ActivityEnvironment

from activities.history import HistoryActivities
from beteiligte.request_reason import Reason
from contracts.reading import LastRun, LastRunOrder
from contracts.timing import Timing
from contracts.visibility import workflow_id
from simulators.faults import Hang, LostAnswer, Status
from simulators.visits import Fault, Visit
from tests.scenarios.meanwhile import GivenUp
from tests.world import World


async def ended(world: World, party: str, *, runs: int) -> None:
    """Wait until so many runs of the party have ended, and are seen to."""
    await world.closed(party)
    await world.visible(f"WorkflowId = '{workflow_id(party)}' AND ExecutionStatus = 'Completed'", runs)


async def test_a_party_deleted_in_advoware_is_told_and_not_created_again(world: World) -> None:
    """404 is believed while another known party still answers."""
    await world.linked(lastName="Anders")
    party, bet_nr = await world.linked()
    world.advoware.remove(bet_nr)

    await world.sync(party)
    await world.sync(party)
    await world.closed(party)

    assert world.status(party) == "deleted_in_advoware"
    assert world.calls.count("advoware.create") == 2
    assert len(world.told_on(party)) == 1

    world.espocrm.edit(party, betnr=None)
    await world.sync(party)
    assert await world.unsettled(party) == []


async def test_an_advoware_that_knows_nobody_deletes_nothing(world: World) -> None:
    """A wrong prefix or database also answers 404."""
    await world.linked(lastName="Anders")
    party, _ = await world.linked()
    world.advoware.records.clear()

    outcome = await world.sync(party)

    assert outcome.failure is not None
    assert outcome.failure.code == "ConfigurationFault"
    assert world.status(party) == "failed"


async def test_a_party_deleted_in_espocrm_is_told_with_its_bet_nr(world: World) -> None:
    """Its record can no longer be read; the party's last run knew the betNr. Nothing is deleted in Advoware."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.delete(party)

    outcome = await world.sync(party, Reason.DELETED)
    await world.closed(party)

    assert outcome.result == "deleted"
    assert bet_nr in world.advoware.records
    assert any(text.startswith(f"Abgleich EspoCRM–Advoware, betNr {bet_nr}:") for text in world.told()), world.told()


async def test_what_a_push_overwrote_is_told_though_its_record_was_deleted_meanwhile(world: World) -> None:
    """It landed, and the write-back that would have told it finds no record; nobody else knows the value that lost."""
    party, bet_nr = await world.disputed()
    putting = Hang(effect=True)
    world.faults.plan("advoware.replace", putting)

    await world.ask(party)
    await putting.entered.wait()
    world.espocrm.delete(party)
    putting.release()
    await world.closed(party)

    assert world.advoware.records[bet_nr]["titel"] == "Dr."
    [told] = [text for text in world.told() if "gelöscht" in text]
    assert "„Prof.“" in told


async def test_two_parties_deleted_together_are_both_believed_to_be_gone(world: World) -> None:
    """A single witness may be gone as well; a wrong prefix or database would hide all of them."""
    await world.linked(lastName="Zeuge")
    (first, one), (second, two) = await world.linked(lastName="Anders"), await world.linked()
    world.advoware.remove(one)
    world.advoware.remove(two)

    for party in (first, second):
        await world.sync(party)

    assert [world.status(party) for party in (first, second)] == ["deleted_in_advoware", "deleted_in_advoware"]


async def test_a_delete_in_espocrm_is_told_once_however_often_it_is_delivered(world: World) -> None:
    """An update and a delete of one minute, a delivery that is repeated, a person who looks: each is a run."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.delete(party)
    outcomes = []

    for runs, reason in enumerate((Reason.DELETED, Reason.UPDATED, Reason.PERSON), 2):
        outcomes.append(await world.sync(party, reason))
        await ended(world, party, runs=runs)

    assert [outcome.result for outcome in outcomes] == ["deleted"] * 3
    assert [outcome.bet_nr for outcome in outcomes] == [bet_nr] * 3
    assert len([text for text in world.told() if "in EspoCRM gelöscht" in text]) == 1


@pytest.mark.parametrize("world", [{"timing": Timing(observe=True)}], indirect=True)
async def test_a_delete_that_was_only_observed_is_told_later(world: World) -> None:
    """Observe mode tells nobody, so nobody knows."""
    party = world.espocrm.add(lastName="Müßig", betnr=world.advoware.add(name="Müßig"))
    await world.sync(party)
    world.espocrm.delete(party)
    await world.sync(party, Reason.DELETED)
    await ended(world, party, runs=1)

    world.timing = world.timing.model_copy(update={"observe": False})
    await world.sync(party, Reason.UPDATED)
    await world.closed(party)

    assert [text for text in world.told() if "in EspoCRM gelöscht" in text]


async def test_a_record_that_was_restored_and_deleted_again_is_told_again(world: World) -> None:
    """It is another delete."""
    party, _ = await world.linked()
    await world.closed(party)

    for runs in (2, 4):
        world.espocrm.delete(party)
        await world.sync(party, Reason.DELETED)
        await ended(world, party, runs=runs)
        world.espocrm.restore(party)
        await world.sync(party, Reason.UPDATED)
        await ended(world, party, runs=runs + 1)

    assert len([text for text in world.told() if "in EspoCRM gelöscht" in text]) == 2


@pytest.mark.parametrize(("later", "told"), [(timedelta(minutes=30), True), (timedelta(hours=2), False)])
async def test_a_delete_long_after_it_was_told_is_another(world: World, later: timedelta, told: bool) -> None:
    """EspoCRM raises no event when a record is restored, and nothing in it differs, so no sync shows that it was."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.espocrm.delete(party)
    await world.sync(party, Reason.DELETED)
    await ended(world, party, runs=2)
    closed = (await world.client.get_workflow_handle(workflow_id(party)).describe()).close_time
    assert closed is not None

    asking = ActivityEnvironment()
    asking.info = dataclasses.replace(asking.info, started_time=closed + later)
    known = await asking.run(HistoryActivities(world.client).last_run, LastRunOrder(party_id=party))

    assert known == LastRun(bet_nr=bet_nr, told=told)


async def test_a_record_that_is_deleted_before_its_first_sync_is_no_news(world: World) -> None:
    """Advoware never had it: neither the create's delivery nor the delete's tells anybody, however often they come."""
    party = world.espocrm.add(lastName="Müßig")
    world.espocrm.delete(party)

    for runs, reason in enumerate((Reason.CREATED, Reason.DELETED, Reason.DELETED, Reason.SWEEP), 1):
        outcome = await world.sync(party, reason)
        await ended(world, party, runs=runs)
        assert (outcome.result, outcome.status) == ("deleted", "")

    assert world.told() == []


async def test_an_unanswered_create_is_in_doubt_long_after_it_was_asked_about(world: World) -> None:
    """The question went with the record; that Advoware may have the party did not. Told once."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", LostAnswer())
    await world.sync(party)
    await ended(world, party, runs=1)
    assert world.status(party) == "conflict"
    world.espocrm.delete(party)

    for runs in (2, 3):
        await world.sync(party, Reason.DELETED)
        await ended(world, party, runs=runs)

    [told] = [text for text in world.told() if "in EspoCRM gelöscht" in text]
    assert "nicht geantwortet" in told


async def test_a_create_under_way_in_a_terminated_run_is_in_doubt(world: World) -> None:
    """Its POST may have landed."""
    party, post = world.espocrm.add(lastName="Müßig"), Hang()
    await world.held(party, "advoware.create", post, Reason.CREATED)
    await world.terminate(party)
    world.espocrm.delete(party)

    await world.sync(party, Reason.DELETED)
    await world.closed(party)
    post.release()

    [told] = [text for text in world.told() if "in EspoCRM gelöscht" in text]
    assert "nicht geantwortet" in told


async def test_a_question_that_doubts_no_create_is_gone_with_its_record(world: World) -> None:
    """A record without a name was asked about; nothing can have been created of it."""
    party = world.espocrm.add(firstName="Änne")
    await world.sync(party)
    await ended(world, party, runs=1)
    assert world.status(party) == "conflict"
    world.espocrm.delete(party)

    await world.sync(party, Reason.DELETED)
    await world.closed(party)

    assert [text for text in world.told() if "in EspoCRM gelöscht" in text] == []


@pytest.mark.parametrize("call", ["advoware.read", "espocrm.write"])
async def test_a_delete_that_was_no_news_is_told_with_the_number_that_came_after(world: World, call: str) -> None:
    """Linked meanwhile, by a run that did not come to its end: now a partner stands in Advoware."""
    party = world.espocrm.add(lastName="Müßig")
    world.espocrm.delete(party)
    await world.sync(party, Reason.DELETED)
    await ended(world, party, runs=1)
    bet_nr = world.advoware.add(name="Müßig")

    world.espocrm.restore(party)
    world.espocrm.edit(party, betnr=bet_nr)
    if call == "advoware.read":
        world.faults.plan(call, Status(503))  # the first attempt, in which nothing is known yet
    await world.held(party, call, Hang())
    await world.terminate(party)
    world.espocrm.delete(party)
    await world.sync(party, Reason.DELETED)
    await world.closed(party)

    numbers = [f"(betNr {bet_nr})" in text for text in world.told() if "in EspoCRM gelöscht" in text]
    assert numbers == [True]


async def test_a_party_told_to_be_deleted_in_advoware_is_told_when_it_is_deleted_in_espocrm_as_well(
    world: World,
) -> None:
    """The earlier message was about the other side."""
    await world.linked(lastName="Anders")
    party, bet_nr = await world.linked()
    world.advoware.remove(bet_nr)
    await world.sync(party)
    await ended(world, party, runs=1)

    world.espocrm.delete(party)
    await world.sync(party, Reason.DELETED)
    await world.closed(party)

    assert [text for text in world.told() if "in EspoCRM gelöscht" in text]


async def restored(world: World, party: str) -> None:
    """An admin brings the record back, as the message says, and it is asked for."""
    world.espocrm.restore(party)
    await world.sync(party, Reason.UPDATED)
    await world.closed(party)


async def test_a_record_deleted_after_its_create_landed_is_not_created_again_when_it_is_restored(world: World) -> None:
    """Nothing in it names its partner; people were told the number."""
    party, write_back = world.espocrm.add(lastName="Müßig"), Hang()
    await world.held(party, "espocrm.write", write_back, Reason.CREATED)
    world.espocrm.delete(party)
    write_back.release()
    await world.closed(party)
    [bet_nr] = world.advoware.records
    assert f"(betNr {bet_nr})" in "\n".join(world.told())

    await restored(world, party)

    assert world.status(party) == "conflict"
    assert world.advoware.count(name="Müßig") == 1


@dataclass
class Deleting(Fault):
    """The call takes effect, its answer is lost, and meanwhile a person deletes the record."""

    world: World
    name: ClassVar[str] = "deleting"

    async def act(self, visit: Visit) -> Response:
        [party] = self.world.espocrm.records
        self.world.espocrm.delete(party)
        return await LostAnswer().act(visit)


async def test_who_deletes_a_record_whose_create_was_not_answered_is_told_to_look_in_advoware(world: World) -> None:
    """Also where only a person asked: a party may have been created that nobody knows of."""
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", Deleting(world))

    await world.sync(party, Reason.PERSON)
    await world.closed(party)

    [told] = [text for text in world.told() if "in EspoCRM gelöscht" in text]
    assert "nicht geantwortet" in told

    await restored(world, party)
    assert world.status(party) == "conflict"
    assert world.advoware.count(name="Müßig") == 1


async def cancelled_with_a_delete(world: World, party: str, event: Callable[[], object]) -> int:
    """A push waits for its next attempt; something happens, a delete is delivered, and the run is cancelled.

    The calls until then.
    """

    async def deliver_and_cancel() -> None:
        event()
        await world.ask(party, Reason.DELETED)
        await handle.cancel()

    world.espocrm.edit(party, titel="Dr.")
    world.faults.plan("advoware.replace", GivenUp(deliver_and_cancel, lands=False))
    handle = await world.ask(party)
    mark = world.calls.mark
    assert await world.closed(party) == "CancelledError"
    return mark


async def test_a_cancelled_run_tells_the_delete_that_joined_it(world: World) -> None:
    """EspoCRM got its 2xx and says it no more, and no sweep sees a record that is not there."""
    party, bet_nr = await world.linked()
    await world.closed(party)

    await cancelled_with_a_delete(world, party, lambda: world.espocrm.delete(party))

    assert len([text for text in world.told() if "in EspoCRM gelöscht" in text and str(bet_nr) in text]) == 1
    assert world.advoware.records[bet_nr]["titel"] is None


async def test_a_cancelled_run_tells_the_delete_though_espocrm_is_away_for_a_while(world: World) -> None:
    """It is asked again like in any sync; a cancel does not cut that short."""
    party, _ = await world.linked()
    await world.closed(party)

    def delete() -> None:
        world.espocrm.delete(party)
        world.faults.plan("espocrm.read", Status(503), Status(503), party=party)

    await cancelled_with_a_delete(world, party, delete)

    assert len([text for text in world.told() if "in EspoCRM gelöscht" in text]) == 1


async def test_a_cancelled_run_leaves_a_delete_to_the_outage_of_espocrm(world: World) -> None:
    """Its attempts are used up; once EspoCRM works again, the party is asked for and the delete told."""
    party, _ = await world.linked()
    await world.closed(party)

    def delete() -> None:
        world.espocrm.delete(party)
        world.faults.outage("espocrm")

    await cancelled_with_a_delete(world, party, delete)
    world.faults.lift("espocrm")
    await world.told_of("in EspoCRM gelöscht")


async def test_a_cancelled_run_writes_nothing_of_a_record_that_exists_after_all(world: World) -> None:
    """The delivery was late and the record is restored: the cancel is obeyed, on both sides."""
    party, _ = await world.linked()
    await world.closed(party)

    mark = await cancelled_with_a_delete(world, party, lambda: None)

    assert [call.name for call in world.calls.writes(mark)] == ["advoware.replace"]
    assert world.titles(party) == ("Dr.", None)
    assert world.told() == []
