"""An ambiguous match on the command line: what matches, what answers it, and a number that does not exist."""

import pytest

from tests.commandline import Ran, quick, run
from tests.rules import party_rules
from tests.scenarios.test_an_ambiguous_match import ambiguous
from tests.world import World

pytestmark = pytest.mark.parametrize("world", [{"rules": party_rules(look_up=True)}], indirect=True)


def words(ran: Ran) -> str:
    """What it said, without line breaks."""
    return " ".join((ran.out + ran.err).split())


async def test_every_command_names_candidates_and_the_answer(world: World) -> None:
    """Also the second time."""
    party, (one, two) = await ambiguous(world)
    await world.sync(party)

    for command in ("sync", "diff", "status"):
        said = words(await quick(world, command, party))
        assert f"betNr {one}, {two}" in said, command
        assert f"beteiligte-sync resolve {party} --betnr N" in said, command
        assert f"beteiligte-sync resolve {party} --create" in said, command


async def test_a_number_that_does_not_exist_is_said_and_not_the_old_question(world: World) -> None:
    """Exit 7: it is still a person's."""
    party, _ = await ambiguous(world)

    ran = await run(world, "resolve", party, "--betnr", "999")

    assert ran.code == 7
    assert "Advoware has no betNr 999" in words(ran)
    assert "not clear" not in words(ran)
    assert world.espocrm.records[party]["betnr"] is None
