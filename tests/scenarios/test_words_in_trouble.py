"""A word in the record where something goes wrong beside it: it is neither lost nor passed over in silence."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from simulators.faults import Hang, LostAnswer, RefusedBeforeEffect, Status
from tests.rules import party_rules
from tests.world import World

RULES = party_rules(
    table=replace(PARTY_TABLE, decision="Entscheidung"), policies=dict.fromkeys(Group, Policy.MANUAL), look_up=True
)


@pytest_asyncio.fixture(loop_scope="session")
async def firm(skipping: WorkflowEnvironment) -> AsyncIterator[World]:
    """A firm with the field, whose people decide every conflict, and whose Advoware can be searched."""
    async with World.open(skipping, rules=RULES) as opened:
        opened.espocrm.let_people_decide()
        opened.advoware.has_search = True
        yield opened
        assert opened.faults.unused == []


def word(world: World, party: str) -> object:
    return world.espocrm.records[party]["syncDecision"]


async def test_a_search_once_more_whose_create_has_no_answer_either_is_a_question_again(firm: World) -> None:
    """Once, and not until the rounds of a sync are used up: each would search, and none would tell."""
    await firm.linked(lastName="Anders")
    party = firm.espocrm.add(lastName="Müßig", firstName="Änne")
    firm.faults.plan("advoware.create", RefusedBeforeEffect())
    firm.faults.plan("advoware.search", Status(200, json=[]), *[Status(500)] * 5)
    await firm.sync(party)
    await firm.closed(party)
    firm.faults.plan("advoware.create", RefusedBeforeEffect())
    firm.espocrm.edit(party, syncDecision="again")
    mark = firm.calls.mark
    await firm.ask(party)
    await firm.closed(party)

    assert (firm.status(party), word(firm, party)) == ("conflict", None)
    assert (firm.spent(mark)["advoware.create"], firm.spent(mark)["advoware.search"]) == (1, 1)
    assert "noch einmal versucht" in firm.told_on(party)[-1]


async def test_a_failure_whose_writing_had_no_answer_is_told(firm: World) -> None:
    """It stands in the record by then, and nobody knows it."""
    party, _ = await firm.linked()
    await firm.closed(party)
    firm.faults.plan("advoware.replace", Status(400))
    firm.faults.plan("espocrm.write", LostAnswer())
    firm.espocrm.edit(party, titel="Dr.")
    await firm.ask(party)
    await firm.closed(party)

    assert firm.status(party) == "permanently_failed"
    assert len(firm.told_on(party)) == 1


async def test_a_word_that_a_failing_sync_has_not_read_is_heard_by_the_next(firm: World) -> None:
    """Who chose it is not told of a failure that he has nothing to do with, while his word is gone."""
    party, _ = await firm.torn()
    firm.espocrm.edit(party, zusatz="c/o Schmidt")
    hang = Hang()
    await firm.held(party, "advoware.read", hang)
    firm.faults.plan("advoware.replace", Status(400))
    firm.espocrm.edit(party, syncDecision="advoware")
    await firm.ask(party)
    hang.release()
    await firm.closed(party)

    assert (firm.titles(party), word(firm, party)) == (("Prof.", "Prof."), None)
    assert "Ausgeführt für Titel" in firm.told_on(party)[-1]
