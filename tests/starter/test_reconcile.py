"""The commands around reconciliation, as an operator runs them, and the schedules on the real server."""

import asyncio
import re
from datetime import timedelta

import pytest
from temporalio.client import ScheduleOverlapPolicy
from temporalio.service import RPCError

from contracts.reconciliation import ReconciliationOrder
from starter import schedules
from starter.schedules import PAUSED_WITH_WRITING
from tests.commandline import quick, run
from tests.starter import sweeping
from tests.world import World


async def test_what_a_run_came_to_is_shown(world: World) -> None:
    """A dry run reports by reason and syncs nothing; the real one does."""
    party, _ = await world.linked()
    await world.closed(party)
    world.espocrm.import_silently(party, titel="Dr.")

    dry = await run(world, "reconcile", "run", "--dry-run", "--json", SWEEP_READS="0")
    shown = await run(world, "reconcile", "run", SWEEP_READS="0")

    assert (dry.code, dry.json["due"], dry.json["counts"]["asked"]) == (0, {"edited": 1}, 0)
    assert shown.code == 0
    assert "due: edited" in shown.out
    assert world.differing(party) == []


async def test_a_run_that_stopped_names_the_answer_and_takes_it(world: World) -> None:
    """Exit 7: the two commands stand there to be copied; refused, nothing is written."""
    linked = await asyncio.gather(*(world.linked(lastName=f"Anders {n}") for n in range(4)))
    for party, _ in linked:
        await world.closed(party)
        world.espocrm.import_silently(party, lastName="Import")

    ran = await run(world, "reconcile", "run", SWEEP_GUARD_NUMBER="2", SWEEP_READS="0")
    found = re.search(r"reconcile refuse (\S+)", ran.out)
    assert found is not None
    refused = await run(world, "reconcile", "refuse", found[1], "--by", "admin")
    again = await run(world, "reconcile", "refuse", found[1])

    assert (ran.code, refused.code, again.code) == (7, 0, 5)
    assert world.advoware.count(name="Import") == 0


async def test_applying_twice_changes_nothing_and_keeps_a_pause(scheduled: World) -> None:
    """Idempotent; a pause with its note survives, and settings reach an existing schedule."""
    handle = scheduled.client.get_schedule_handle("sweep")
    await handle.pause(note="migration of the CRM")

    ran = await run(scheduled, "schedules", "apply", "--json", SWEEP_EVERY="20m")
    described = await handle.describe()

    assert ran.json == {"sweep": "updated", "nightly": "updated"}
    assert described.schedule.state.note == "migration of the CRM"
    assert described.schedule.spec.intervals[0].every == timedelta(minutes=20)
    assert described.schedule.policy.overlap == ScheduleOverlapPolicy.SKIP
    shown = await run(scheduled, "schedules", "list")
    assert "paused: migration of the CRM" in shown.out
    assert "running now" in shown.out


async def test_a_scheduled_sweep_goes_on_where_the_last_one_ended(scheduled: World) -> None:
    """The position in Advoware and the time looked up to come from the run before."""
    linked = await asyncio.gather(*(scheduled.linked(lastName=f"Anders {n}") for n in range(3)))
    numbers = sorted(bet_nr for _, bet_nr in linked)
    await sweeping.apply(scheduled, reads=2, recent=0)

    assert [(await sweeping.swept(scheduled)).position for _ in range(2)] == [numbers[1], 0]


async def test_in_observe_mode_sweeps_only_report(scheduled: World) -> None:
    """An observed party stays due, so every sweep would ask for all of them again."""
    ran = await run(scheduled, "schedules", "apply", SYNC_OBSERVE="true")
    described = await scheduled.client.get_schedule_handle("sweep").describe()
    [order] = await scheduled.client.data_converter.decode(described.schedule.action.args, [ReconciliationOrder])  # type: ignore[attr-defined]

    assert ran.code == 0
    assert order.dry_run


async def test_a_resume_that_broke_off_leaves_no_sweep_paused(scheduled: World) -> None:
    """Said again it finishes, although writing goes on already; what a person paused stays so."""
    await scheduled.client.get_schedule_handle("sweep").pause(note=PAUSED_WITH_WRITING)
    await scheduled.client.get_schedule_handle("nightly").pause(note="by the administrator")

    ran = await run(scheduled, "resume")
    shown = {row.id: row for row in await schedules.show(scheduled.client)}

    assert ran.code == 5
    assert (shown["sweep"].paused, shown["nightly"].paused) == (False, True)
    assert (shown["sweep"].next != "", shown["nightly"].next) == (True, "")


async def test_what_was_only_observed_is_looked_at_again(scheduled: World) -> None:
    """The first run that may write looks at all records, not from the last observed run on."""
    party, _ = await scheduled.linked()
    await scheduled.closed(party)
    scheduled.espocrm.import_silently(party, titel="Dr.")
    scheduled.espocrm.records[party]["modifiedAt"] = "2026-01-05 08:00:00"
    due = []

    for observe in (True, False, False):
        await sweeping.apply(scheduled, observe=observe, reads=0)
        due.append((await sweeping.swept(scheduled)).due)

    assert due == [{"edited": 1}, {"edited": 1}, {}]
    assert scheduled.differing(party) == []


async def test_an_unknown_schedule_is_said(world: World) -> None:
    """Pausing what does not exist is no success."""
    ran = await run(world, "schedules", "pause", "weekly")

    assert ran.code == 2
    assert "there is no schedule weekly: sweep or nightly" in ran.err


async def test_without_schedules_the_list_says_so(world: World) -> None:
    """They were never applied."""
    with pytest.raises(RPCError, match="not found"):
        await schedules.show(world.client)


@pytest.mark.parametrize("odd", ["every night", "99 99 * * *"])
async def test_a_nightly_time_that_is_none_is_said_with_its_setting(scheduled: World, odd: str) -> None:
    """The schedules stay as they were."""
    ran = await run(scheduled, "schedules", "apply", SWEEP_NIGHTLY=odd)

    assert ran.code == 3
    assert "SWEEP_NIGHTLY" in ran.err


@pytest.mark.parametrize("command", [("schedules", "apply"), ("reconcile", "run", "--all")])
async def test_a_setting_of_sweeps_that_is_wrong_is_said_as_any_other(world: World, command: tuple[str, ...]) -> None:
    """Read after Temporal was reached: still the setting with its remedy, and 2."""
    ran = await quick(world, *command, SWEEP_EVERY="15")

    assert ran.code == 2
    assert "SWEEP_EVERY: has no unit" in ran.err
