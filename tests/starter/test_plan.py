"""A first rollout without fear: the plan writes nothing, applying does exactly what it showed."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowFailureError

from beteiligte.request_reason import Reason
from contracts.plan import PlanOrder, PlanPage
from contracts.sweep import PageOrder
from simulators.faults import Hang, LostAnswer, Status
from starter.plan import planfile
from starter.requests import Requests
from tests.commandline import quick
from tests.rules import party_rules
from tests.starter.plans import planned, rows
from tests.world import HERE, THERE, World
from workflows.plan import PlanWorkflow

LATER = "2030-01-01 00:00:00"
LOOK_UP = {"rules": party_rules(look_up=True)}


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_plan_shows_every_party_and_applying_does_just_that(world: World, tmp_path: Path) -> None:
    """New, to link, ambiguous, equal, edited, in conflict, a stranger's betNr: shown, not written, then done."""
    world.advoware.has_search = True
    equal, _ = await world.linked(lastName="Gleich")
    edited, _ = await world.linked(lastName="Neuer")
    await world.closed(equal)
    await world.closed(edited)
    world.espocrm.import_silently(edited, titel="Dr.")
    linkable = world.advoware.add(name="Anders", **THERE)
    for _ in range(2):
        world.advoware.add(name="Doppelt", **THERE)
    stranger = world.advoware.add(name="Schmidt")
    new = world.espocrm.add(lastName="Neumann", firstName="Änne")
    link = world.espocrm.add(lastName="Anders", **HERE, titel="Dr.")
    ambiguous = world.espocrm.add(lastName="Doppelt", **HERE)
    mistyped = world.espocrm.add(lastName="Müßig", betnr=stranger)
    mark, plan = world.calls.mark, tmp_path / "plan.csv"

    planned = await quick(world, "plan", "--out", str(plan), "--json")

    assert planned.code == 0
    assert world.calls.writes(mark) == []
    shown = rows(plan)
    assert {party: shown[party]["result"] for party in (equal, edited, new, link, ambiguous, mistyped)} == {
        equal: "no_change",
        edited: "espocrm_newer",
        new: "create",
        link: "link",
        ambiguous: "ambiguous",
        mistyped: "conflict",
    }
    assert (shown[mistyped]["held"], shown[link]["bet_nr"]) == ("link_other_name", str(linkable))
    assert "Neumann" not in plan.read_text(encoding="utf-8")

    applied = await quick(world, "apply", str(plan), "--json")

    said = applied.json
    assert (applied.code, {one["party_id"] for one in said.pop("waiting")}) == (7, {ambiguous, mistyped})
    assert said == {
        "done": 3,
        "already": 0,
        "changed": [],
        "instead": {},
        "undecided": [],
        "failed": [],
        "left": 3,
        "why": {},
    }
    assert world.differing(edited, new, link) == []
    assert world.bet_nr(link) == linkable
    assert world.advoware.count(name="Doppelt") == 2


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_plan_applied_again_says_what_is_done_and_what_really_differs(world: World, tmp_path: Path) -> None:
    """Done before is not changed: only the party edited since, and the one that has another partner by now."""
    world.advoware.has_search = True
    linkable, new, edited, moved = (
        world.espocrm.add(lastName=name, **HERE) for name in ("Anders", "Neumann", "Zuvor", "Woanders")
    )
    for name in ("Anders", "Woanders"):
        world.advoware.add(name=name, **THERE)
    plan = await planned(world, tmp_path)
    await quick(world, "apply", str(plan))
    world.espocrm.import_silently(edited, lastName="Danach")
    world.espocrm.edit(moved, betnr=world.advoware.add(name="Woanders", **THERE))
    await world.sync(moved)
    mark = world.calls.mark

    again = await quick(world, "apply", str(plan), "--json")

    assert (again.code, again.json["done"], again.json["already"]) == (7, 0, 2)
    assert sorted(again.json["changed"]) == sorted([edited, moved])
    assert world.calls.writes(mark) == []
    assert world.differing(linkable, new) == []


async def test_what_a_person_must_decide_is_no_change_of_the_plan_when_it_is_applied_again(
    world: World, tmp_path: Path
) -> None:
    """It is told once, and named as his to decide both times."""
    party = world.espocrm.add(lastName="Müßig")
    plan = await planned(world, tmp_path)
    world.faults.plan("advoware.create", LostAnswer())
    await quick(world, "apply", str(plan))
    await world.closed(party)

    again = await quick(world, "apply", str(plan), "--json")

    await world.closed(party)
    assert (again.code, again.json["undecided"], again.json["changed"]) == (7, [party], [])
    assert len(world.told_on(party)) == 1


async def test_in_observe_mode_a_plan_is_not_applied_and_that_is_said(world: World, tmp_path: Path) -> None:
    """Nothing is even read; the remedy is named."""
    party = world.espocrm.add(lastName="Müßig")
    plan = await planned(world, tmp_path)
    mark = world.calls.mark

    refused = await quick(world, "apply", str(plan), SYNC_OBSERVE="true")

    assert refused.code == 2
    assert "nothing was written" in refused.err
    assert "SYNC_OBSERVE=false" in refused.err
    assert world.calls.since(mark) == []
    assert world.espocrm.records[party]["betnr"] is None


async def test_a_run_that_only_observes_has_applied_nothing(world: World, tmp_path: Path) -> None:
    """It began before the mode was changed: its party is named, not counted as done."""
    party = world.espocrm.add(lastName="Müßig")
    plan = await planned(world, tmp_path)
    hang = Hang()
    world.faults.plan("espocrm.read", hang)
    observing = Requests(world.client, world.queue, world.timing.model_copy(update={"observe": True}))
    await observing.ask(party, Reason.SWEEP, within=timedelta(seconds=10))
    await hang.entered.wait()

    applying = asyncio.create_task(quick(world, "apply", str(plan), "--json"))
    async with asyncio.timeout(10):
        while (await observing.state(party)).asked < 2:  # noqa: ASYNC110
            await asyncio.sleep(0)
    hang.release()
    applied = await applying

    assert (applied.code, applied.json["failed"], applied.json["done"]) == (4, [party], 0)


async def test_what_changed_since_the_plan_is_named_and_not_written(world: World, tmp_path: Path) -> None:
    """A sync is held to what a person saw: another value, another decision, no write."""
    kept, moved = world.espocrm.add(lastName="Bleibt"), world.espocrm.add(lastName="Anders")
    plan = tmp_path / "plan.jsonl"
    await quick(world, "plan", "--out", str(plan))
    world.espocrm.import_silently(moved, lastName="Geändert")

    applied = await quick(world, "apply", str(plan), "--json")

    assert (applied.code, applied.json["changed"], applied.json["done"]) == (7, [moved], 1)
    assert world.advoware.count() == 1
    assert world.espocrm.records[moved]["betnr"] is None
    assert world.differing(kept) == []


async def planned_by_parts(world: World, tmp_path: Path) -> tuple[Path, list[str], int]:
    """A plan of two parts, made while only one of two namesakes was there: both rows link to the same party."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müßig", **THERE)
    one, other = world.espocrm.add(lastName="Müßig", **HERE), world.espocrm.add(lastName="Anders")
    await quick(world, "plan", "--out", str(tmp_path / "one.jsonl"))
    world.espocrm.import_silently(one, lastName="Zuvor")
    world.espocrm.import_silently(other, lastName="Müßig", **HERE)
    await quick(world, "plan", "--out", str(tmp_path / "other.jsonl"))
    world.espocrm.import_silently(one, lastName="Müßig")
    parts = [(tmp_path / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("one", "other")]
    links = [row for part in parts for row in part.splitlines() if '"link"' in row]
    plan = tmp_path / "plan.jsonl"
    plan.write_text("\n".join(links), encoding="utf-8")
    return plan, [one, other], bet_nr


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_plan_lists_records_that_match_the_same_party_as_ambiguous(world: World, tmp_path: Path) -> None:
    """Each names the other, neither is linked by `apply`; one whose partner a record holds already is new."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müßig", **THERE)
    held = world.advoware.add(name="Vergeben")
    world.espocrm.add(lastName="Vergeben", betnr=held)
    one, other = (world.espocrm.add(lastName="Müßig", **HERE) for _ in range(2))
    new = world.espocrm.add(lastName="Vergeben")
    company = world.espocrm.add(firmenname="Müßig", firstName="Änne")
    plan = tmp_path / "plan.csv"

    await quick(world, "plan", "--out", str(plan))
    shown = rows(plan)

    for party, rival in ((one, other), (other, one)):
        row = shown[party]
        assert (row["result"], row["candidates"], row["rivals"]) == ("ambiguous", str(bet_nr), rival)
    assert (shown[new]["result"], shown[company]["result"]) == ("create", "create")
    applied = await quick(world, "apply", str(plan), "--only", "ambiguous", "--only", "link", "--json")
    assert applied.json["done"] == 0
    assert {world.espocrm.records[party]["betnr"] for party in (one, other)} == {None}


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_two_rows_that_link_to_one_party_at_once_both_end_as_a_told_conflict(
    world: World, tmp_path: Path
) -> None:
    """Both betNrs are entered before either is checked; then each sees the other and nothing reaches Advoware."""
    plan, parties, _ = await planned_by_parts(world, tmp_path)
    hang = Hang()
    world.faults.plan("espocrm.write", hang, times=2)
    mark = world.calls.mark

    applying = asyncio.create_task(quick(world, "apply", str(plan), "--json"))
    await world.calls.until(lambda calls: calls.count("espocrm.write", since=mark) == 2)
    hang.release()
    applied = await applying

    assert (applied.code, applied.json["done"], sorted(applied.json["undecided"])) == (7, 0, sorted(parties))
    for party in parties:
        await world.closed(party)
    assert [world.status(party) for party in parties] == ["conflict", "conflict"]
    assert [len(world.told_on(party)) for party in parties] == [1, 1]
    assert not [call for call in world.calls.writes(mark) if call.name.startswith("advoware")]


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_of_two_rows_that_link_to_one_party_the_second_enters_nothing(world: World, tmp_path: Path) -> None:
    """The first has the partner by then: the second is named as changed, and its record stays as it was."""
    plan, (one, other), bet_nr = await planned_by_parts(world, tmp_path)

    applied = await quick(world, "apply", str(plan), "--at-once", "1", "--json")

    assert (applied.code, applied.json["done"], applied.json["changed"]) == (7, 1, [other])
    assert (world.bet_nr(one), world.espocrm.records[other]["betnr"]) == (bet_nr, None)
    assert world.status(one) == "clean"
    assert world.told() == []


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_link_that_would_be_something_else_by_now_is_not_entered(world: World, tmp_path: Path) -> None:
    """Neither the record that was edited since, nor one planned as new for whom a party came up in Advoware."""
    world.advoware.has_search = True
    world.advoware.add(name="Müßig", **THERE)
    edited, new = world.espocrm.add(lastName="Müßig", **HERE), world.espocrm.add(lastName="Neumann", **HERE)
    plan = await planned(world, tmp_path)
    world.espocrm.import_silently(edited, titel="Dr.")
    world.advoware.add(name="Neumann", **THERE)
    mark = world.calls.mark

    applied = await quick(world, "apply", str(plan), "--json")

    assert (applied.code, sorted(applied.json["changed"])) == (7, sorted([edited, new]))
    assert world.calls.writes(mark) == []


async def test_a_create_that_advoware_does_not_answer_is_told_and_not_named_as_changed(
    world: World, tmp_path: Path
) -> None:
    """What a plan began is ended: the question is written to the record at once."""
    party = world.espocrm.add(lastName="Müßig")
    plan = await planned(world, tmp_path)
    world.faults.plan("advoware.create", LostAnswer())

    applied = await quick(world, "apply", str(plan), "--json")

    assert (applied.code, applied.json["undecided"], applied.json["changed"]) == (7, [party], [])
    await world.closed(party)
    assert world.status(party) == "conflict"
    assert len(world.told_on(party)) == 1


@pytest.mark.parametrize("world", [LOOK_UP], indirect=True)
async def test_a_create_that_is_found_after_its_answer_was_lost_is_done_as_planned(
    world: World, tmp_path: Path
) -> None:
    """It was begun by the plan, so its link is entered although the plan shows none."""
    world.advoware.has_search = True
    party = world.espocrm.add(lastName="Müßig")
    plan = await planned(world, tmp_path)
    world.faults.plan("advoware.create", LostAnswer())

    outcome = await world.sync(party, Reason.SWEEP, planned=next(planfile.read(plan)).fingerprint)
    await world.closed(party)

    assert not outcome.plan_changed
    assert outcome.fingerprint == next(planfile.read(plan)).fingerprint
    assert world.advoware.count(name="Müßig") == 1
    assert await world.unsettled(party) == []


async def test_a_party_that_is_gone_or_left_out_since_the_plan_is_named(world: World, tmp_path: Path) -> None:
    """It was not synced as planned."""
    gone = world.espocrm.add(lastName="Müßig")
    plan = await planned(world, tmp_path)
    world.espocrm.delete(gone)

    applied = await quick(world, "apply", str(plan), "--json")

    assert (applied.code, applied.json["changed"], applied.json["done"]) == (7, [gone], 0)


async def test_a_plan_waits_for_a_system_that_is_briefly_away(world: World, tmp_path: Path) -> None:
    """A page full of problems would be no plan; it is tried again."""
    party, bet_nr = await world.linked()
    await world.closed(party)
    world.faults.plan("advoware.read", Status(503), party=bet_nr)

    planned = await quick(world, "plan", "--out", str(tmp_path / "plan.csv"), "--json")

    assert (planned.code, planned.json["problems"], planned.json["results"]) == (0, 0, {"no_change": 1})


async def paged(world: World) -> PlanPage:
    """The first page of a plan; time is skipped while it is tried again."""
    order = PlanOrder(page=PageOrder(until=LATER))
    return await world.client.execute_workflow(
        PlanWorkflow.run, order, id=f"plan-{world.queue}", task_queue=world.queue
    )


async def test_a_party_that_advoware_stumbles_on_costs_the_plan_one_row(world: World) -> None:
    """It is tried as often as any page; then it is named, since Advoware answers for the others."""
    _, odd = await world.linked()
    await world.linked(lastName="Anders")
    world.faults.plan("advoware.read", Status(500), times=99, party=odd)

    page = await paged(world)
    world.faults.clear()

    assert {line.bet_nr == odd: (line.result, bool(line.problem)) for line in page.rows} == {
        True: ("", True),
        False: ("no_change", False),
    }


async def test_no_plan_is_made_of_an_advoware_that_answers_for_nobody(world: World) -> None:
    """A plan full of problems would be none."""
    await world.linked()
    await world.linked(lastName="Anders")
    world.faults.outage("advoware", Status(500))

    with pytest.raises(WorkflowFailureError):
        await paged(world)
