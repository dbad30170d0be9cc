"""`status` opens with one line that says whether all is well, and ends with an exit code for it."""

import asyncio
import json
import os
import re
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from contracts.party import PartyOrder
from contracts.reconciliation import RunKind
from contracts.visibility import workflow_id
from simulators.faults import RefusedBeforeEffect
from starter import schedules
from tests.commandline import Ran, environment, quick, run
from tests.engines import skipping_engine
from tests.starter import sweeping
from tests.starter.sweeping import NEVER
from tests.world import World
from workflows.party.workflow import PartyWorkflow

SCRIPT = str(Path(sys.executable).with_name("beteiligte-sync"))
WHY = "move of the CRM server"


@pytest_asyncio.fixture(loop_scope="session")
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own: the verdict is on all runs of a namespace, also those that other tests leave."""
    async with skipping_engine() as env:
        yield env


@pytest_asyncio.fixture(loop_scope="session")
async def well(world: World) -> World:
    """A world in which nothing is wrong."""
    await schedules.apply(world.client, NEVER, world.queue)
    return world


async def verdict(world: World, **settings: str) -> tuple[int, str, dict[str, int]]:
    """The exit code, the one line, and how many of each cause."""
    short, document = await quick(world, "status", "--quiet", **settings), await quick(world, "status", "--json")
    [line] = short.out.splitlines()
    return short.code, line, {one["cause"]: one["count"] for one in document.json["health"]["reasons"]}


async def test_the_verdict_goes_from_well_to_needs_you_to_broken_and_back(well: World) -> None:
    """One screen, one line, one exit code for a script."""
    party, _ = await well.linked()
    await well.closed(party)
    before = await verdict(well)
    first_lines = (await quick(well, "status")).out.splitlines()

    nameless = well.espocrm.add(firstName=None, lastName=None)
    refused = well.espocrm.add(lastName="x" * 90)
    for one in (nameless, refused):
        await well.sync(one)
        await well.closed(one)
    waiting = await verdict(well)
    await sweeping.pause(well, WHY)
    broken = await verdict(well)
    shown = " ".join((await quick(well, "status")).out.split())
    resumed = await quick(well, "schedules", "resume", "sweep")
    well.espocrm.edit(refused, lastName="Anders")
    well.espocrm.edit(nameless, lastName="Müßig")
    for one in (nameless, refused):
        await well.sync(one)
        await well.closed(one)
    after = await verdict(well)

    assert before == after == (0, "All well", {})
    assert first_lines[0] == "All well"
    assert (waiting[0], waiting[1]) == (7, "Needs you: 1 party to decide about, 1 failed party")
    assert waiting[2] == {"undecided": 1, "failed": 1}
    assert (broken[0], broken[1]) == (
        8,
        "Broken: 1 paused schedule. Needs you: 1 party to decide about, 1 failed party",
    )
    assert f"Schedule sweep is paused ({WHY}): `beteiligte-sync schedules resume sweep`" in shown
    assert (resumed.code, resumed.out.strip()) == (0, "sweep goes on")


@pytest.mark.parametrize("world", [{"controlled": True}], indirect=True)
async def test_a_pause_needs_somebody_and_breaks_nothing(well: World) -> None:
    """Its schedules are paused with it, and whoever was edited meanwhile waits: nothing failed, no system is down."""
    party, _ = await well.linked()
    await well.closed(party)
    paused = await quick(well, "pause", "--by", "anna", "--note", WHY, "--json")
    with well.real_time():
        well.espocrm.edit(party, titel="Dr.")
        synced = await quick(well, "sync", party)
        await well.closed(party)
        during = await verdict(well)
        of_it = " ".join((await quick(well, "status", party)).out.split())
        nobody = await verdict(well, TEMPORAL_TASK_QUEUE="nobody-works-here")
        shown = " ".join((await quick(well, "status")).out.split())
    resumed = await quick(well, "resume", "--json")
    nothing = await quick(well, "resume", "--json")
    after = await verdict(well)

    assert (paused.json["already"], paused.json["pause"]["by"]) == (False, "anna")
    assert during == (7, "Needs you: all writing is paused", {"paused": 1})
    assert f"by anna: {WHY}" in shown
    assert "1 party waits for its end" in shown
    assert synced.code == 7
    assert "waits: The sync was paused by hand" in " ".join(synced.out.split())
    assert "waits for the end of the pause of all writing" in of_it
    assert {"failed", "outage"}.isdisjoint(nobody[2])
    assert resumed.json["pause"]["note"] == WHY
    assert (nothing.code, nothing.json["pause"]) == (5, None)
    assert after[0] == 0


async def test_a_sweep_that_asks_and_one_that_failed_are_told_apart(well: World) -> None:
    """The one waits for an answer, the other for somebody who mends it."""
    parties = [await well.linked(lastName=f"Anders {number}") for number in range(3)]
    for party, _ in parties:
        await well.closed(party)
        well.espocrm.import_silently(party, lastName="Import")
    handle = await well.reconcile(RunKind.NIGHTLY, wait=False, guard_number=2, reads=0)
    await well.told_of("hat angehalten")
    asks = await verdict(well)
    answered = await quick(well, "reconcile", "refuse", handle.id, "--by", "anna", "--json")
    await handle.result()
    well.espocrm.missing.add("advowareSyncBase")
    failed = await well.reconcile(RunKind.NIGHTLY, wait=False, reads=0)
    with suppress(Exception):
        await failed.result()
    broken = await verdict(well)
    shown = " ".join((await quick(well, "status")).out.split())
    well.espocrm.missing.clear()

    assert asks[:2] == (7, "Needs you: 1 reconciliation that asks")
    assert (answered.json["answer"]["go_on"], answered.json["answer"]["by"]) == (False, "anna")
    assert answered.json["about"]["number"] == 3
    assert broken[:2] == (8, "Broken: 1 failed reconciliation")
    assert f"{failed.id} failed with MissingAttribute" in shown


@pytest.mark.parametrize("world", [{"working": False}], indirect=True)
async def test_without_a_worker_the_first_line_says_so(well: World) -> None:
    """And the next ones what to start."""
    shown = await quick(well, "status")

    assert shown.code == 8
    assert shown.out.startswith("Broken: no worker\n- No worker asks for work on task queue")
    assert "`beteiligte-sync up`" in shown.out


async def test_a_silent_temporal_has_a_verdict_too(world: World) -> None:
    """On stdout, for whoever reads one line; what to do stands on stderr."""
    ran = await run(world, "status", "--quiet", TEMPORAL_ADDRESS="127.0.0.1:9")

    assert (ran.code, ran.out) == (3, "Broken: Temporal does not answer\n")


async def failing(world: World, number: int) -> None:
    """So many parties whose newest run was ended by force; no worker sees them."""

    async def one(party: str) -> None:
        handle = await world.client.start_workflow(
            PartyWorkflow.run, PartyOrder(party_id=party), id=workflow_id(party), task_queue=f"{world.queue}-nobody"
        )
        await handle.terminate()

    for begin in range(0, number, 50):
        await asyncio.gather(*(one(uuid.uuid4().hex[:17]) for _ in range(begin, min(begin + 50, number))))


async def test_hundreds_of_failed_parties_are_counted_as_far_as_they_were_looked_at(well: World) -> None:
    """Looking is bounded, and says that there are more."""
    await failing(well, 250)

    few = await quick(well, "status", "--json", "--limit", "20")
    all_of_them = await quick(well, "status", "--json", "--limit", "250")
    shown = await quick(well, "status", "--limit", "3")

    assert (few.json["failed"]["number"], few.json["failed"]["at_least"]) == (100, True)
    assert len(few.json["failed"]["shown"]) == 20
    assert (all_of_them.json["failed"]["number"], all_of_them.json["failed"]["at_least"]) == (250, False)
    assert shown.out.startswith("Needs you: at least 100 failed parties\n")
    assert "… at least 100 failed, more than shown: --limit" in shown.out


# ---------------------------------------------------------------------- watching


async def lines(started: asyncio.subprocess.Process, ends: str) -> str:
    """What a process prints, up to a line that holds this."""
    assert started.stdout is not None
    said = ""
    async with asyncio.timeout(60):
        while ends not in said:
            line = await started.stdout.readline()
            assert line, said
            said += line.decode()
    return said


async def test_in_a_pipe_a_watch_prints_a_line_for_each_change(well: World) -> None:
    """And nothing while nothing changes; Ctrl-C ends it."""
    watching = await asyncio.create_subprocess_exec(
        *(SCRIPT, "status", "--watch", "--every", "0.5"),
        env=environment(well),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said = await lines(watching, "All well")
    party = well.espocrm.add(lastName="x" * 90)
    await well.sync(party)
    await well.closed(party)
    said += await lines(watching, "1 failed party")
    watching.send_signal(signal.SIGINT)
    rest, _ = await watching.communicate()

    assert watching.returncode == 130
    assert [re.sub(r"^[-\d]+ [:\d]+ ", "", line) for line in (said + rest.decode()).splitlines()] == [
        "All well",
        "Needs you: 1 failed party",
    ]


async def test_a_watched_party_prints_a_document_for_each_change(well: World) -> None:
    """A JSON document a line: whoever reads them need not know where one ends."""
    party = well.espocrm.add(lastName="x" * 90)
    await well.sync(party)
    await well.closed(party)
    watching = await asyncio.create_subprocess_exec(
        *(SCRIPT, "status", party, "--watch", "--every", "0.5", "--json"),
        env=environment(well),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    failed = json.loads(await lines(watching, "\n"))
    well.espocrm.edit(party, lastName="Müßig")
    await well.sync(party)
    await well.closed(party)
    said = await lines(watching, '"completed"')
    watching.send_signal(signal.SIGINT)
    await watching.communicate()

    assert failed["newest"]["failure"]["code"] == "Rejected"
    assert json.loads(said.splitlines()[-1])["newest"]["run"]["state"] == "completed"


async def test_on_a_terminal_a_watch_draws_the_screen_anew(well: World) -> None:
    """On the terminal's other screen, so that it leaves nothing behind."""
    controller, terminal = os.openpty()
    watching = await asyncio.create_subprocess_exec(
        *(SCRIPT, "status", "--watch", "--every", "0.5"),
        env=environment(well, TERM="xterm-256color", COLUMNS="80", LINES="24"),
        stdout=terminal,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(terminal)
    os.set_blocking(controller, False)
    shown = ""
    try:
        async with asyncio.timeout(60):
            while shown.count("All well") < 2:
                await asyncio.sleep(0.05)
                with suppress(BlockingIOError):
                    shown += os.read(controller, 100_000).decode()
        watching.send_signal(signal.SIGINT)
        assert await watching.wait() == 130
        with suppress(OSError):
            shown += os.read(controller, 100_000).decode()
    finally:
        os.close(controller)

    assert "every 0.5 s; Ctrl-C ends" in shown
    assert shown.count("\x1b[?1049h") == shown.count("\x1b[?1049l") == 1


async def test_a_quiet_sync_names_only_what_needs_looking_at(well: World) -> None:
    """What a job of cron mails is what somebody has to read."""
    done, _ = await well.linked()
    asked = well.espocrm.add(lastName="Anders")
    well.faults.plan("advoware.create", RefusedBeforeEffect())

    ran: Ran = await quick(well, "sync", done, asked, "--quiet")
    nothing = await quick(well, "sync", done, "--quiet")

    assert ran.code == 7
    assert asked in ran.out
    assert done not in ran.out
    assert (nothing.code, nothing.out) == (0, "")
