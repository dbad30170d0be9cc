"""Who paused, since when and why, is seen wherever somebody meets the pause."""

import getpass
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from temporalio.api.sdk.v1 import WorkflowMetadata

from contracts.visibility import PAUSE_ID
from starter.cli import person
from tests.commandline import quick
from tests.world import World

CONTROLLED = {"controlled": True}
WHY = "move of the [CRM] server"


@pytest_asyncio.fixture(loop_scope="session")
async def paused(world: World) -> AsyncIterator[World]:
    """A world whose writing was paused, and goes on at the end."""
    ran = await quick(world, "pause", "--note", WHY, "--by", "anna")
    assert ran.code == 0
    assert f"by anna: {WHY}" in ran.out.replace("\n", " ")
    yield world
    await quick(world, "resume")


@pytest.mark.parametrize("world", [CONTROLLED], indirect=True)
async def test_status_and_the_web_ui_show_who_paused_and_why(paused: World) -> None:
    """For people, for machines, and without a worker."""
    shown = await quick(paused, "status")
    without = await quick(paused, "status", TEMPORAL_TASK_QUEUE="nobody-works-here")
    as_json = await quick(paused, "status", "--json")
    run = paused.client.get_workflow_handle(PAUSE_ID)
    details = await run.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)

    for ran in (shown, without):
        assert f"by anna: {WHY}" in ran.out.replace("\n", " ")
    assert as_json.json["paused"] is True
    assert (as_json.json["pause"]["by"], as_json.json["pause"]["note"]) == ("anna", WHY)
    assert WHY in str(await (await run.describe()).static_summary())
    assert WHY in details.current_details


@pytest.mark.parametrize("world", [CONTROLLED], indirect=True)
@pytest.mark.parametrize(
    "command",
    [
        ("sync", "PARTY"),
        ("sync", "PARTY", "--no-wait"),
        ("resolve", "PARTY", "--field", "titel", "--take", "espocrm"),
        ("retry-failed",),
        ("pause",),
    ],
)
async def test_a_command_that_meets_the_pause_says_who_made_it_and_why(paused: World, command: tuple[str, ...]) -> None:
    """Whoever asks for a sync learns whom to ask."""
    party = paused.espocrm.add(lastName="Müßig")

    ran = await quick(paused, *(party if word == "PARTY" else word for word in command), SYNC_ATTEMPTS="1")

    said = (ran.out + ran.err).replace("\n", " ")
    assert f"by anna: {WHY}" in said
    assert paused.calls.writes(0) == []


@pytest.mark.parametrize("world", [CONTROLLED], indirect=True)
async def test_resume_says_what_it_ends(world: World) -> None:
    """And a pause without a reason says that none was given; afterwards nothing is shown any more."""
    await quick(world, "pause", "--by", "bert")

    resumed = await quick(world, "resume")
    after = await quick(world, "status")

    assert "by bert: no reason given" in resumed.out.replace("\n", " ")
    assert "All writing is paused" not in after.out  # another test on this server may have paused a schedule


def test_an_account_without_a_name_may_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers run under numbers that no list of users knows."""

    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)

    assert (person.name(""), person.name("anna")) == ("unknown", "anna")
