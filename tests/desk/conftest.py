"""A desk over a firm whose people decide every conflict, at the desk or in the record."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from beteiligte.record.party_fields import PARTY_TABLE
from tests.desk.desks import OpenDesk, opened
from tests.rules import party_rules
from tests.world import World

MANUAL = party_rules(table=replace(PARTY_TABLE, decision="Entscheidung"), policies=dict.fromkeys(Group, Policy.MANUAL))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(skipping: WorkflowEnvironment) -> AsyncIterator[World]:
    """One for a file."""
    async with World.open(skipping, rules=MANUAL) as made:
        made.espocrm.let_people_decide()
        yield made
        assert made.faults.unused == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(world: World) -> AsyncIterator[OpenDesk]:
    """In German."""
    async with opened(world) as made:
        yield made
