"""Rule 2 where a person resets or terminates a run: a create that was begun is never begun again without a look."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from starlette.responses import Response
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.advoware import AdvowareActivities
from activities.history import HistoryActivities
from beteiligte.decide.matching import Matching
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.snapshots import EspoSnapshot
from beteiligte.request_reason import Reason
from contracts.create_name import CreateName
from contracts.writing import CreateOrder
from simulators.faults import Hang, LostAnswer, Status, unavailable
from simulators.visits import Fault, Visit
from tests.rules import party_rules
from tests.world import World

NAME = "Müßig"
WHO = {"lastName": NAME, "firstName": "Änne", "dateOfBirth": "1980-02-29"}
"""Enough for a look-up to be certain."""
LOOK_UP = {"rules": party_rules(look_up=True)}
SEARCHED = pytest.mark.parametrize("world", [LOOK_UP], indirect=True)

Hand = Callable[[World, str], Awaitable[None]]


async def reset_to_its_beginning(world: World, party: str) -> None:
    await world.reset(party)


async def reset_to_its_newest_task(world: World, party: str) -> None:
    await world.reset(party, task=-1)


async def terminate_and_ask_again(world: World, party: str) -> None:
    await world.terminate(party)
    await world.ask(party)


HANDS = pytest.mark.parametrize("hand", [reset_to_its_beginning, reset_to_its_newest_task, terminate_and_ask_again])
EFFECT = pytest.mark.parametrize("effect", [False, True], ids=["before it lands", "after it landed"])


async def held(world: World, call: str, fault: Hang) -> str:
    """A new party whose sync hangs in that call."""
    party = world.espocrm.add(**WHO)
    await world.held(party, call, fault, Reason.CREATED)
    return party


def posts(world: World) -> int:
    return world.calls.count("advoware.create")


async def asked_of_a_person(world: World, party: str) -> bool:
    """Held and told, once, however often it is asked for."""
    await world.closed(party)
    for _ in range(3):
        await world.sync(party, Reason.UPDATED)
    await world.closed(party)
    return world.status(party) == "conflict" and len(world.told_on(party)) == 1


@HANDS
@EFFECT
async def test_a_hand_on_a_post_under_way_leaves_a_question(world: World, hand: Hand, effect: bool) -> None:
    """Without a look-up only a person can know; nothing is sent a second time."""
    post = Hang(effect=effect, late=True)
    party = await held(world, "advoware.create", post)

    await hand(world, party)
    assert await asked_of_a_person(world, party)
    post.release()

    assert posts(world) == 1


@pytest.mark.parametrize("hand", [reset_to_its_beginning, terminate_and_ask_again])
async def test_a_hand_between_the_landing_and_the_write_back_leaves_a_question(world: World, hand: Hand) -> None:
    """Only the run that was stopped knew the betNr."""
    write_back = Hang()
    party = await held(world, "espocrm.write", write_back)

    await hand(world, party)

    assert await asked_of_a_person(world, party)
    assert posts(world) == world.advoware.count(name=NAME) == 1


async def test_a_reset_to_after_the_landing_writes_back(world: World) -> None:
    """The answer of the POST is in the part of the history that stays."""
    world.faults.plan("espocrm.write", Status(503))  # a first attempt, which leaves no task to reset to
    party = await held(world, "espocrm.write", Hang())

    await world.reset(party, task=-1)
    await world.closed(party)

    assert posts(world) == 1
    assert await world.unsettled(party) == []


@SEARCHED
@HANDS
@EFFECT
async def test_with_a_look_up_it_is_found_and_adopted(world: World, hand: Hand, effect: bool) -> None:
    """Also where it lands only while the next run waits before it looks."""
    world.advoware.has_search = True
    post = Hang(effect=effect, late=True)
    party = await held(world, "advoware.create", post)

    post.release()
    await hand(world, party)
    await world.closed(party)

    assert posts(world) == world.advoware.count(name=NAME) == 1
    assert await world.unsettled(party) == []


@SEARCHED
@pytest.mark.parametrize("lands", [False, True])
async def test_with_a_look_up_in_vain_it_is_a_question(world: World, lands: bool) -> None:
    """The POST may have landed by what the record held then; whoever edits it meanwhile hides that from a search."""
    world.advoware.has_search = True
    party = await held(world, "advoware.create", Hang(effect=lands))
    world.espocrm.edit(party, dateOfBirth="1980-03-01")

    await terminate_and_ask_again(world, party)

    assert await asked_of_a_person(world, party)
    assert posts(world) == 1


@SEARCHED
async def test_a_reset_to_after_the_search_knows_what_was_sent(world: World) -> None:
    """It stands in the part of the history that stays, so the party is found by it, whatever the record says by now."""
    party = await second_post(world)

    await world.reset(party, task=-1)
    await world.closed(party)
    await world.sync(party)

    assert posts(world) == 2
    assert world.advoware.count(name=NAME) == 1
    assert await world.unsettled(party) == []


async def second_post(world: World) -> str:
    """A new party whose first POST came to nothing; the second, sent after a search in vain, has landed and hangs."""
    world.advoware.has_search = True
    party = world.espocrm.add(**WHO)
    hang = Hang(effect=True)
    world.faults.plan("advoware.create", Status(500), hang)
    await world.ask(party, Reason.CREATED)
    await hang.entered.wait()
    world.espocrm.edit(party, dateOfBirth="1980-03-01")  # so no search finds it
    return party


@SEARCHED
@pytest.mark.parametrize("hand", [reset_to_its_beginning, terminate_and_ask_again])
async def test_a_hand_on_the_post_after_a_search_in_vain_leaves_a_question(world: World, hand: Hand) -> None:
    """It goes by another name than the first, and whoever comes next sees both."""
    party = await second_post(world)

    await hand(world, party)

    assert await asked_of_a_person(world, party)
    assert posts(world) == 2
    assert world.advoware.count(name=NAME) == 1


async def test_a_run_terminated_under_the_post_that_a_person_allowed_leaves_a_question(world: World) -> None:
    """His word was for that one."""
    party, post = world.espocrm.add(**WHO), Hang(effect=True)
    world.faults.plan("advoware.create", post)
    creating = asyncio.create_task(world.sync(party, create_anyway=True))
    await post.entered.wait()

    await terminate_and_ask_again(world, party)
    await asyncio.wait([creating])

    assert await asked_of_a_person(world, party)
    assert posts(world) == world.advoware.count(name=NAME) == 1


@SEARCHED
async def test_what_a_search_found_is_not_forgotten_when_its_link_cannot_be_entered(world: World) -> None:
    """The run stays open until it is; meanwhile the record may be edited so that nothing finds it again."""
    world.advoware.has_search = True
    party = world.espocrm.add(**WHO)
    world.faults.plan("advoware.create", LostAnswer())
    world.faults.plan("espocrm.write", Status(400), Status(400), party=party)  # showing `syncing`, and the link

    outcome = await world.sync(party)
    world.espocrm.edit(party, dateOfBirth="1980-03-01")
    await world.closed(party)
    await world.sync(party)

    assert outcome.failure is not None
    assert posts(world) == world.advoware.count(name=NAME) == 1
    assert await world.unsettled(party) == []


async def test_a_person_s_word_is_good_for_one_post(world: World) -> None:
    """Who looked lets it be created; a reset of that very create asks again."""
    party = await held(world, "advoware.create", Hang())
    await terminate_and_ask_again(world, party)
    await world.closed(party)
    again = Hang(effect=True)
    world.faults.plan("advoware.create", again)

    creating = asyncio.create_task(world.sync(party, create_anyway=True))
    await again.entered.wait()
    await world.reset(party)
    await world.closed(party)
    await asyncio.wait([creating])

    assert world.status(party) == "conflict"
    assert posts(world) == 2
    assert world.advoware.count(name=NAME) == 1


async def test_a_person_s_word_creates_it(world: World) -> None:
    """He looked in Advoware: it is not there."""
    party = await held(world, "advoware.create", Hang())
    await terminate_and_ask_again(world, party)
    await world.closed(party)

    outcome = await world.sync(party, create_anyway=True)

    assert outcome.result == "create"
    assert await world.unsettled(party) == []


async def test_a_create_that_surely_failed_is_no_question_later(world: World) -> None:
    """Refused in all attempts: the next request creates."""
    party = world.espocrm.add(**WHO)
    world.faults.plan("advoware.create", Status(400))
    await world.sync(party)
    assert await world.closed(party) == "Rejected"

    await world.sync(party)

    assert posts(world) == 2
    assert await world.unsettled(party) == []


class Meanwhile(Fault):
    """The call is surely refused; the test goes on when it has been."""

    name = "meanwhile"

    def __init__(self) -> None:
        self.met = asyncio.Event()

    async def act(self, visit: Visit) -> Response:
        self.met.set()
        return await unavailable(3_000).act(visit)


async def test_a_create_cancelled_while_it_waits_for_its_next_attempt_is_no_question_later(world: World) -> None:
    """Every attempt before was surely refused."""
    with world.real_time():
        party = world.espocrm.add(**WHO)
        refused = Meanwhile()
        world.faults.plan("advoware.create", refused)
        handle = await world.ask(party, Reason.CREATED)
        await refused.met.wait()
        await handle.cancel()
        assert await world.closed(party) == "CancelledError"

    outcome = await world.sync(party)

    assert outcome.result == "create"
    assert await world.unsettled(party) == []


async def test_a_party_deleted_in_advoware_is_created_anew_whatever_its_first_create_left_open(world: World) -> None:
    """The question of the first create is answered by the link that came after it."""
    post = Hang(effect=True)
    party = await held(world, "advoware.create", post)
    await terminate_and_ask_again(world, party)
    await world.closed(party)
    [first] = world.advoware.records
    world.espocrm.edit(party, betnr=first)
    await world.sync(party)
    await world.linked(lastName="Anders")  # by whom Advoware shows that it answers
    world.advoware.remove(first)
    await world.sync(party)
    assert world.status(party) == "deleted_in_advoware"

    world.espocrm.edit(party, betnr=None)
    outcome = await world.sync(party)

    assert outcome.result == "create"
    assert await world.unsettled(party) == []


async def test_no_post_leaves_before_its_beginning_is_on_record(world: World) -> None:
    """Where Temporal does not show it, a run after this one would not find it either: nothing is sent."""
    party = world.espocrm.add(**WHO)
    unseen = ActivityEnvironment()
    async with world.espocrm_client() as crm, world.advoware_client() as firm:
        history = HistoryActivities(world.client, visible_within=timedelta(milliseconds=200))
        creating = AdvowareActivities(firm, crm, history, timedelta(hours=1), Matching(PARTY_TABLE))
        seen = EspoSnapshot(party_id=party, read_at=unseen.info.started_time)
        order = CreateOrder(seen=seen, values={"name": NAME}, name=CreateName())
        with pytest.raises(ApplicationError, match="nothing was sent") as refused:
            await unseen.run(creating.create, order)

    assert not refused.value.non_retryable
    assert posts(world) == 0
