"""In observe mode nothing reads as if it had happened: every command, the Web UI, the searches and the figures."""

from unittest.mock import patch

import pytest
from temporalio import workflow
from temporalio.api.sdk.v1 import WorkflowMetadata

from beteiligte.sync_status import WOULD, Result, shown_as
from contracts.timing import Timing
from contracts.visibility import workflow_id
from tests.commandline import Ran, quick
from tests.world import World
from workflows import metrics

OBSERVE = pytest.mark.parametrize("world", [{"timing": Timing(observe=True)}], indirect=True)
NOTHING = "nothing was written and nobody was told"


async def observed(world: World, *command: str) -> Ran:
    """A command whose settings say observe, as the worker's do."""
    return await quick(world, *command, SYNC_OBSERVE="true")


async def torn(world: World) -> str:
    """A linked party, edited differently on both sides; agreed on before the program observed."""
    bet_nr = world.advoware.add(name="Müßig", titel="Prof.")
    return world.espocrm.add(lastName="Müßig", titel="Dr.", betnr=bet_nr)


@OBSERVE
async def test_a_sync_reads_as_what_it_would_do(world: World) -> None:
    """Result, fields, the conflict's winner and what people are told, in the table and on the party's page."""
    party, mark = await torn(world), world.calls.mark

    ran = await observed(world, "sync", party)
    await world.closed(party)
    page = await observed(world, "status", party)

    for shown in (ran.out, page.out):
        assert "would_conflict" in shown
        assert "would → Advoware: titel" in shown
        assert "would be espocrm" in shown
        assert NOTHING in " ".join(shown.split())
    assert ran.code == 0
    assert "only shows what it would do" in ran.err
    assert world.calls.writes(mark) == []
    assert world.told() == []


@OBSERVE
async def test_a_question_reads_as_what_people_would_be_told(world: World) -> None:
    """A link to another name is held; nobody has been told of it."""
    bet_nr = world.advoware.add(name="Fremd")
    party = world.espocrm.add(lastName="Müßig", betnr=bet_nr)

    ran = await observed(world, "sync", party)

    assert "people would be told: " in ran.out.replace("\n", " ")
    assert world.told() == []


@OBSERVE
@pytest.mark.parametrize(
    "answer", [("--field", "titel", "--take", "advoware"), ("--create",), ("--betnr", "104001")], ids=lambda a: a[0]
)
async def test_an_answer_is_not_carried_out_and_that_is_said(world: World, answer: tuple[str, ...]) -> None:
    """It is no fault of the record, and nothing is left that would be carried out later."""
    party = world.espocrm.add(lastName="Müßig") if answer[0] != "--field" else await torn(world)
    world.advoware.add(name="Müßig")
    mark = world.calls.mark

    ran = await observed(world, "resolve", party, *answer)

    assert ran.code == 7
    assert "observe mode: nothing was written" in ran.out
    assert "change it in EspoCRM" not in ran.out
    assert world.calls.writes(mark) == []


@OBSERVE
@pytest.mark.parametrize("command", [("retry-failed",), ("undo", "0123456789abcdef9", "--yes")], ids=lambda c: c[0])
async def test_commands_that_would_write_say_that_they_do_not(world: World, command: tuple[str, ...]) -> None:
    """Also where they only ask for syncs."""
    ran = await observed(world, *command)

    assert "only shows what it would do" in ran.err


@OBSERVE
async def test_the_web_ui_and_its_searches_tell_what_was_only_looked_at(world: World) -> None:
    """Whoever looks for parties that were created finds none that were not."""
    party = world.espocrm.add(lastName="Müßig")
    await observed(world, "sync", party)
    await world.closed(party)
    run = world.client.get_workflow_handle(workflow_id(party))
    details = (await run.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)).current_details

    assert details.startswith("**would_create**")
    assert "nothing was written, nobody was told" in details
    assert "- would go to Advoware: name" in details
    assert (await run.describe()).search_attributes["Decision"] == ["would_create"]


@OBSERVE
async def test_a_waiting_party_stands_in_no_list_without_a_reason(world: World) -> None:
    """Its record says conflict; the run that only looked would settle it, so it left no question to name."""
    party = await torn(world)
    world.espocrm.records[party]["syncStatus"] = "conflict"
    await observed(world, "sync", party)
    await world.closed(party)

    shown = await observed(world, "status", "--limit", "500")

    assert f"beteiligte-sync diff {party}" in shown.out


@OBSERVE
async def test_reconciliation_only_reports(world: World) -> None:
    """`reconcile run` by hand like the sweeps of the schedule: it counts who is due, and asks for nobody."""
    world.espocrm.add(lastName="Müßig")

    ran = await observed(world, "reconcile", "run", "--json")

    assert ran.json["dry_run"] is True
    assert ran.json["counts"]["asked"] == 0


async def test_figures_count_what_was_only_looked_at_apart(world: World) -> None:
    """A rate of creates must not rise by looking; conflicts that would be settled are not settled ones."""
    party, _ = await world.disputed()
    outcome = await world.sync(party)
    real, looked = (outcome.model_copy(update={"observed": seen}) for seen in (False, True))
    counted: list[dict[str, object]] = []

    class Meter:
        def __getattr__(self, _: str) -> object:
            return lambda *_: self

        def add(self, _: int, labels: dict[str, object]) -> None:
            counted.append(labels)

        def record(self, _: object, labels: dict[str, object]) -> None:
            counted.append(labels)

    with (
        patch.object(workflow, "metric_meter", Meter),
        patch.object(workflow, "now", world.clock.now),
    ):
        for one in (real, looked):
            metrics.count(one, world.clock.now())

    assert [labels["decision"] for labels in counted if "decision" in labels] == ["conflict"] * 2 + [
        "would_conflict"
    ] * 2
    assert [labels["kind"] for labels in counted if "kind" in labels] == ["conflict", "would_conflict"]


@pytest.mark.parametrize("result", [*Result, "failed"])
def test_what_changes_nothing_needs_no_would(result: str) -> None:
    """Equal is equal, and what could not be read could not be read."""
    shown = shown_as(result, observed=True)

    assert shown == (result if result in ("no_change", "excluded", "failed") else f"{WOULD}{result}")
    assert shown_as(result, observed=False) == result
