"""A desk over a world whose title, name and addition are left to people."""

from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from beteiligte.decide.policy import Policy
from beteiligte.record.field_table import Group
from tests.desk.desks import OpenDesk, opened
from tests.rules import party_rules
from tests.world import World

MANUAL = party_rules(policies=dict.fromkeys(Group, Policy.MANUAL))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(skipping: WorkflowEnvironment) -> AsyncIterator[World]:
    """One for a file."""
    async with World.open(skipping, rules=MANUAL) as made:
        yield made
        assert made.faults.unused == []


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(world: World) -> AsyncIterator[OpenDesk]:
    """In German."""
    async with opened(world) as made:
        yield made
