"""What a person chooses in the record is carried out, answered there, and emptied: whatever happens meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from beteiligte.decide.choice import Choice
from beteiligte.decide.policy import Policy
from beteiligte.faults import System
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.request_reason import Reason
from contracts.inbox import SyncRequest
from simulators.espocrm import PERSON
from simulators.faults import Hang, LostAnswer, RefusedBeforeEffect, Status
from tests.rules import party_rules
from tests.world import World
from workflows.client import DecidedMeanwhile, PartyClient

FIELD = "Entscheidung"
A_MINUTE = timedelta(minutes=1)
"""People need longer than EspoCRM's clock, which knows whole seconds."""
RULES = party_rules(table=replace(PARTY_TABLE, decision=FIELD), policies=dict.fromkeys(Group, Policy.MANUAL))


@pytest_asyncio.fixture(loop_scope="session")
async def firm(skipping: WorkflowEnvironment) -> AsyncIterator[World]:
    """A firm with the field, whose people decide every conflict."""
    async with World.open(skipping, rules=RULES) as opened:
        opened.espocrm.let_people_decide()
        yield opened
        assert opened.faults.unused == []


def word(world: World, party: str) -> object:
    return world.espocrm.records[party]["syncDecision"]


def answer(world: World, party: str) -> str:
    """What the person was told last on the record."""
    return next(text for text in reversed(world.told_on(party)) if "Entscheidung „" in text)


async def said(world: World, party: str, choice: str, **more: str) -> None:
    """A person chooses it and saves; the delivery comes."""
    world.espocrm.edit(party, syncDecision=choice, **more)
    await world.ask(party)
    await world.closed(party)


async def test_a_side_is_taken_with_the_calls_of_an_edit(firm: World) -> None:
    """Two reads, one write to Advoware with its read, one PUT that empties the word; then there is nothing left."""
    party, _ = await firm.torn()
    assert (
        "Feld „Entscheidung“ auf „EspoCRM gilt“ oder „Advoware gilt“ stellen und speichern" in firm.told_on(party)[-1]
    )
    firm.espocrm.edit(party, syncDecision="espocrm")
    mark = firm.calls.mark
    await firm.sync(party, Reason.UPDATED)

    await firm.closed(party)
    told = {"espocrm.note": 2, "espocrm.users": 1}
    assert firm.spent(mark) == told | {"espocrm.read": 1, "advoware.read": 1, "advoware.replace": 1, "espocrm.write": 1}
    assert (firm.titles(party), word(firm, party)) == (("Dr.", "Dr."), None)
    person = firm.espocrm.users.all[PERSON]
    assert f"(gewählt von: [{person.name}](#User/view/{person.id}))" in answer(firm, party)
    assert "Ausgeführt für Titel" in answer(firm, party)
    assert await firm.unsettled(party) == []


async def test_a_sweep_finds_what_no_delivery_told(firm: World) -> None:
    party, _ = await firm.torn()
    firm.espocrm.edit(party, syncDecision="advoware")
    await firm.reconcile()
    await firm.closed(party)

    assert (firm.titles(party), word(firm, party)) == (("Prof.", "Prof."), None)


async def test_an_old_picture_is_answered_by_the_new_question(firm: World) -> None:
    party, bet_nr = await firm.torn()
    firm.advoware.edit(bet_nr, titel="Dipl.-Ing.")
    await said(firm, party, "espocrm")

    assert (firm.titles(party), word(firm, party)) == (("Dr.", "Dipl.-Ing."), None)
    assert "Nicht ausgeführt (Titel)" in answer(firm, party)
    assert "„Dipl.-Ing.“" in answer(firm, party)
    await said(firm, party, "espocrm")
    assert firm.titles(party) == ("Dr.", "Dr.")


async def test_the_second_of_two_is_told_what_the_first_decided(firm: World) -> None:
    party, _ = await firm.torn()
    await said(firm, party, "advoware")
    await said(firm, party, "espocrm")

    assert (firm.titles(party), word(firm, party)) == (("Prof.", "Prof."), None)
    assert "keine Frage mehr offen" in answer(firm, party)
    assert "(Titel: Advoware gilt)" in answer(firm, party)


async def test_of_two_commands_at_once_the_second_is_refused_with_the_first_one_s_word(firm: World) -> None:
    """Nothing of it is stored; whoever says the same is answered with the same."""
    party, _ = await firm.torn()
    hang = Hang()
    firm.faults.plan("advoware.replace", hang)
    asking = PartyClient(firm.client, firm.queue, firm.timing)

    def decides(by: str, take: System) -> SyncRequest:
        choice = Choice(field="titel", take=take)
        return SyncRequest(reason=Reason.PERSON, at=datetime.now(UTC), by=by, choices=(choice,))

    first = asyncio.create_task(asking.sync(party, decides("anna", System.ESPOCRM)))
    await hang.entered.wait()
    with pytest.raises(DecidedMeanwhile) as refused:
        await asking.sync(party, decides("bernd", System.ADVOWARE))
    hang.release()
    await first
    await firm.closed(party)

    assert (refused.value.word.by, refused.value.word.take, refused.value.word.fields) == (
        "anna",
        "espocrm",
        ("titel",),
    )
    assert firm.titles(party) == ("Dr.", "Dr.")


async def test_a_word_that_comes_while_a_sync_runs_is_done_by_the_next(firm: World) -> None:
    party, _ = await firm.torn()
    firm.espocrm.edit(party, zusatz="c/o Schmidt")
    hang = Hang()
    await firm.held(party, "advoware.replace", hang)
    firm.espocrm.edit(party, syncDecision="advoware")
    await firm.ask(party)
    hang.release()
    await firm.closed(party)

    assert (firm.titles(party), word(firm, party)) == (("Prof.", "Prof."), None)
    assert len([text for text in firm.told_on(party) if "Entscheidung „" in text]) == 1


async def test_it_is_done_and_told_once_where_the_write_back_fails_for_hours(firm: World) -> None:
    party, _ = await firm.torn()
    firm.faults.plan("espocrm.write", *[Status(500)] * 3)
    await said(firm, party, "espocrm")

    assert (firm.titles(party), word(firm, party)) == (("Dr.", "Dr."), None)
    assert len([text for text in firm.told_on(party) if "Ausgeführt für Titel" in text]) == 1
    assert await firm.unsettled(party) == []


async def test_a_word_that_nobody_knows_is_answered_and_changes_nothing(firm: World) -> None:
    firm.espocrm.let_people_decide("später")
    party, _ = await firm.torn()
    await said(firm, party, "später")

    assert (firm.titles(party), word(firm, party)) == (("Dr.", "Prof."), None)
    assert "Diesen Wert kennt der Abgleich nicht" in answer(firm, party)


async def test_create_answers_one_question_only(firm: World) -> None:
    """Rule 2: where the create has no answer again, that is a new question and no second party."""
    await firm.linked(lastName="Anders")
    party = firm.espocrm.add(lastName="Müßig", firstName="Änne")
    firm.faults.plan("advoware.create", RefusedBeforeEffect())
    await firm.sync(party)
    await firm.closed(party)
    assert "auf „gibt es dort nicht, anlegen“ stellen" in firm.told_on(party)[-1]
    firm.faults.plan("advoware.create", LostAnswer())
    await said(firm, party, "create")

    assert (firm.status(party), word(firm, party)) == ("conflict", None)
    assert "hat Advoware nicht geantwortet" in answer(firm, party)
    assert firm.advoware.count(name="Müßig") == 1
    await firm.sync(party)
    assert firm.advoware.count(name="Müßig") == 1


async def test_a_create_that_is_allowed_again_is_done(firm: World) -> None:
    """Each answer allows one; and the second is not taken for the first."""
    await firm.linked(lastName="Anders")
    party = firm.espocrm.add(lastName="Müßig", firstName="Änne")
    firm.faults.plan("advoware.create", RefusedBeforeEffect(), RefusedBeforeEffect())
    await firm.sync(party)
    firm.espocrm_clock.advance(A_MINUTE)
    await said(firm, party, "create")
    firm.espocrm_clock.advance(A_MINUTE)
    await said(firm, party, "create")

    assert "wurde in Advoware angelegt" in answer(firm, party)
    assert firm.advoware.count(name="Müßig") == 1
    assert await firm.unsettled(party) == []


async def test_a_failure_that_people_know_is_told_to_who_asks_again(firm: World) -> None:
    """And the word is his again: else each sweep would try and tell."""
    party, _ = await firm.linked()
    await firm.closed(party)
    firm.faults.plan("advoware.replace", Status(400), Status(400))
    firm.espocrm.edit(party, titel="Dr.")
    await firm.ask(party)
    await firm.closed(party)
    before = len(firm.told_on(party))
    assert firm.status(party) == "permanently_failed"
    assert firm.told_on(party)[-1].endswith("Feld „Entscheidung“ auf „noch einmal versuchen“ stellen und speichern.")
    await said(firm, party, "again")

    assert word(firm, party) is None
    assert len(firm.told_on(party)) == before + 1
    await said(firm, party, "again")
    assert firm.titles(party) == ("Dr.", "Dr.")


async def test_a_field_that_cannot_be_emptied_is_told_once(firm: World) -> None:
    """The role may not edit it: what stands there was done, and is not done by every sync."""
    firm.espocrm.readonly.add("syncDecision")
    party, _ = await firm.torn()
    await said(firm, party, "espocrm")
    for _ in range(2):
        await firm.reconcile()
        await firm.closed(party)

    told = firm.told_on(party)
    assert (firm.titles(party), word(firm, party)) == (("Dr.", "Dr."), "espocrm")
    assert len([text for text in told if "nicht leeren" in text]) == 1
    assert len([text for text in told if "Ausgeführt für Titel" in text]) == 1


async def test_a_mass_update_settles_each(firm: World) -> None:
    parties = [party for party, _ in await asyncio.gather(*(firm.torn() for _ in range(5)))]
    firm.espocrm.mass_update(*parties, syncDecision="advoware")
    await PartyClient(firm.client, firm.queue, firm.timing).ask_delivery(tuple(parties), Reason.UPDATED)
    await firm.calls.until(lambda _: all(word(firm, party) is None for party in parties))
    for party in parties:
        await firm.closed(party)

    assert {firm.titles(party) for party in parties} == {("Prof.", "Prof.")}
