"""A reconciliation seen from outside: in a pipe, without a worker, and stopped with a question about named parties."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from beteiligte.sweep.alarms import NAMED, Alarm
from contracts.reconciliation import RECONCILIATION, Counts, Phase, ReconciliationState, RunKind
from contracts.visibility import workflow_id
from starter.cli import reconciliation_progress
from starter.views.inspection import PendingStep
from tests.commandline import quick, run
from tests.scenarios.sweeping import firm
from tests.world import World


async def by_hand(world: World) -> list[str]:
    """Runs of this queue that are not closed."""
    query = f"WorkflowType = '{RECONCILIATION}' AND ExecutionStatus = 'Running' AND TaskQueue = '{world.queue}'"
    return [found.id async for found in world.client.list_workflows(query)]


@pytest.mark.parametrize("world", [{"working": False}], indirect=True)
@pytest.mark.parametrize("option", [[], ["--no-wait"], ["--json"], ["--all", "--yes"], ["--dry-run"]])
async def test_without_a_worker_nothing_is_begun(world: World, option: list[str]) -> None:
    """Said at once, with an exit code of its own; a run left behind would write when nobody expects it any more."""
    ran = await quick(world, "reconcile", "run", *option)

    assert ran.code == 6
    assert "No worker asks for work" in ran.err
    assert ran.out == ""
    assert await by_hand(world) == []


async def test_a_watch_in_a_pipe_prints_lines(world: World) -> None:
    """Where it is and how far; a bar would leave nothing behind."""
    await firm(world, 2)
    handle = await world.reconcile(RunKind.NIGHTLY, reads=0)

    ran = await run(world, "reconcile", "watch", handle.id)
    own = await run(world, "reconcile", "run", SWEEP_READS="0")

    assert (ran.code, own.code) == (0, 0)
    assert "records in EspoCRM" in ran.out
    assert re.search(r"^\d\d:\d\d:\d\d \w+: \d+.* rows, .* links, 0 due, 0 synced$", own.out, re.MULTILINE)


def test_a_line_says_what_a_run_waits_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Once for each attempt, and again for each phase; not twice a second."""
    state = ReconciliationState(
        kind=RunKind.NIGHTLY, began=datetime.now(UTC), phase=Phase.LINKS, counts=Counts(linked=3, linked_total=9), due=1
    )
    step = PendingStep(activity="sweep.links", attempt=2, attempts=9, failure="Transient: EspoCRM answered 503")
    with reconciliation_progress.shown(as_json=False) as show:
        for attempt in (None, None, 2, 2, 3):
            show(state, () if attempt is None else (step.model_copy(update={"attempt": attempt}),))

    lines = " ".join(capsys.readouterr().out.split())
    assert lines.count("links: 0 rows, 3 of 9 links, 1 due, 0 synced") == 3
    assert "; waits: sweep.links, attempt 2; Transient: EspoCRM answered 503" in lines
    assert "attempt 3" in lines


async def test_the_one_json_document_has_stdout_to_itself(world: World) -> None:
    """The lines go to stderr then."""
    await firm(world, 1)

    ran = await run(world, "reconcile", "run", "--json", SWEEP_READS="0")

    assert ran.json["kind"] == "nightly"
    assert re.search(r"^\d\d:\d\d:\d\d \w+: ", ran.err, re.MULTILINE)


@pytest.mark.parametrize("command", ["watch", "confirm", "refuse"])
async def test_what_is_no_reconciliation_is_said(world: World, command: str) -> None:
    """A mistyped id, that of a party, one that can be no id at all: no trace of the program's own, and 5."""
    party, _ = await world.linked()
    await world.closed(party)

    for named in ("nightly-by-hand-mistyped", workflow_id(party), "x" * 2000):
        ran = await quick(world, "reconcile", command, named)

        assert ran.code == 5
        assert "is no reconciliation that Temporal keeps" in " ".join(ran.err.split())


# ---------------------------------------------------------------------- which parties it asks about


async def asks(world: World, *parties: str, **timing: Any) -> Any:
    """The state of a run that stopped; then it is ended."""
    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, **timing)
    await world.told_of("hat angehalten")
    state = await handle.query("state")
    shown = await quick(world, "status", ESPOCRM_URL="https://crm.kanzlei.example", ESPOCRM_API_KEY="k")
    refused = await quick(world, "reconcile", "refuse", handle.id)
    await handle.result()
    for page in (shown, refused):
        assert [party for party in parties if party not in page.out] == []
    assert [
        party for party in parties if f"https://crm.kanzlei.example/#CBeteiligte/view/{party}" not in shown.out
    ] == []
    return state


async def test_a_guard_names_the_parties_that_were_changed(world: World) -> None:
    """By id, with a link for whoever is told in EspoCRM."""
    parties = [party for party, _ in await firm(world, 3)]
    for party in parties:
        world.espocrm.import_silently(party, lastName="Import")

    state = await asks(world, *parties, guard_number=2)

    about = state["about"]
    assert about["alarm"] == Alarm.OVERWRITTEN
    assert {one["party_id"]: one["change"] for one in about["named"]} == dict.fromkeys(parties, "changed")
    [told] = [text for text in world.told() if "hat angehalten" in text]
    assert f"](#CBeteiligte/view/{parties[0]})" in told
    assert f"[{parties[0]}]" not in told  # by its name
    assert "geändert: " in told


async def test_a_guard_names_the_parties_that_are_new(world: World) -> None:
    """Ten of them; the rest is counted."""
    parties = [world.espocrm.add(lastName=f"Neu {number}") for number in range(NAMED + 3)]

    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, guard_number=2)
    await world.told_of("hat angehalten")
    state = await handle.query("state")
    shown = await quick(world, "status")
    await quick(world, "reconcile", "refuse", handle.id)
    await handle.result()

    named = [one["party_id"] for one in state["about"]["named"]]
    assert len(named) == NAMED
    assert set(named) <= set(parties)
    assert {one["change"] for one in state["about"]["named"]} == {"new"}
    assert "and 3 more" in shown.out
    [told] = [text for text in world.told() if "hat angehalten" in text]
    assert f"({NAMED} von {NAMED + 3}), neu: " in told


async def test_a_guard_tells_what_moved_from_what_is_gone(world: World) -> None:
    """In Advoware; one who confirms a restored backup must know which of the two it is."""
    world.advoware.has_listing = True
    parties = await firm(world, 30)
    moved, gone = parties[:12], parties[12:24]
    for _, bet_nr in moved:
        world.advoware.edit(bet_nr, titel="Prof.")
    for _, bet_nr in gone:
        del world.advoware.records[bet_nr]

    state = await asks(world, listing=True, guard_number=3)

    about = state["about"]
    assert (about["alarm"], about["number"], about["gone"]) == (Alarm.MOVED, 24, 12)
    changes = {one["party_id"]: one["change"] for one in about["named"]}
    assert [party for party, _ in moved if party in changes and changes[party] != "changed"] == []
    assert [party for party, _ in gone if party in changes and changes[party] != "gone"] == []
    assert "Geändert: 12, nicht mehr da: 12." in next(text for text in world.told() if "hat angehalten" in text)


async def test_a_dry_run_names_them_too(world: World) -> None:
    """Where it would have stopped."""
    [(party, _), *_] = await firm(world, 3)
    for other in list(world.espocrm.records):
        world.espocrm.import_silently(other, lastName="Import")

    ran = await quick(world, "reconcile", "run", "--dry-run", SWEEP_GUARD_NUMBER="2", SWEEP_READS="0")

    assert "would have stopped" in ran.out
    assert f"changed {party}" in " ".join(ran.out.split())


async def test_another_program_s_parties_are_named(world: World) -> None:
    """Whoever looks for the other program finds them there."""
    [(party, _)] = await firm(world, 1)
    world.espocrm.records[party]["advowareRowId"] = "SOMEBODY ELSE'S"

    await (await world.reconcile(RunKind.NIGHTLY)).result()

    [told] = [text for text in world.told() if "ein anderes Programm" in text]
    assert f"[Anders 0, Änne](#CBeteiligte/view/{party})" in told
