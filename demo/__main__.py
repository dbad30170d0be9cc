"""`python -m demo`: tell the story, compare both systems, and end with 0 only if all of it came true."""

import argparse
import asyncio
import inspect
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from demo import left_open
from demo.narration import Narration
from demo.play import Play
from demo.stage import DemoStage, forget_settings
from demo.story import STORY, Chapter
from demo.tally import differences
from demo.watching import GaveUp
from runtime.loading import load
from runtime.processes import run_and_exit, stop_event
from runtime.settings import SweepSettings
from runtime.streams import make_tolerant
from runtime.supervisor import PartFailed
from starter import schedules
from starter.desk import login_links
from starter.desk.access import DeskRole, Person

INTERRUPTED = 130
NIGHT = 500


async def main(story: Sequence[Chapter] = STORY, *, stay: bool = False, night: int = NIGHT) -> int:
    """Exit codes: 0 all as it should be, 1 not so, 130 interrupted. Nothing is left behind in any case."""
    forget_settings()
    say, stop = Narration(), stop_event()
    directory = Path(tempfile.mkdtemp(prefix="beteiligte-demo-"))
    os.chdir(directory)  # a .env in the checkout must not count
    playing = asyncio.create_task(_play(story, directory, say, stay=stay, night=night))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not playing.done():
        say.happens("Stopping what runs ...")
        playing.cancel()
    [code] = await asyncio.gather(playing, return_exceptions=True)
    return _end(code, directory, say)


async def _play(story: Sequence[Chapter], directory: Path, say: Narration, *, stay: bool, night: int) -> int:
    say.happens("Starting Temporal, worker, webhook service and stand-ins for EspoCRM and Advoware ...")
    try:
        async with DemoStage.open(directory, say, night=night, desk=stay) as stage:
            say.list("Running", _addresses(stage))
            await _tell(stage, story)
            _conclude(stage)
            if stay:
                await _tell(stage, [left_open.for_people])
                await _look_around(stage)
                await _stay(stage)
            return 1 if stage.tally.problems else 0
    except PartFailed as failed:
        say.fails(str(failed))
        return 1


async def _tell(stage: DemoStage, story: Sequence[Chapter]) -> None:
    play = Play(stage)
    try:
        for chapter in story:
            stage.say.chapter(inspect.getdoc(chapter) or chapter.__name__)
            await chapter(play)
    except (GaveUp, TimeoutError) as error:
        play.check(False, f"the story broke off: {error}")


def _conclude(stage: DemoStage) -> None:
    """The table, the links, and the comparison of both systems."""
    say, tally = stage.say, stage.tally
    say.table(tally.rows)
    names = {row.workflow: row.name for row in tally.rows}
    say.list("Runs in the Web UI", [(name, f"{stage.web_ui}/{workflow}") for workflow, name in names.items()])
    tally.problems += differences(stage.world)
    say.verdict(len(stage.world.espocrm.records), tally.problems)


async def _look_around(stage: DemoStage) -> None:
    """Sweeps run from here on, as in a firm; the story went without them, since it counts every call."""
    await schedules.apply(stage.client, load(SweepSettings), stage.program.temporal.task_queue)


async def _stay(stage: DemoStage) -> None:
    """Leave everything running until Ctrl-C, which is how this is meant to end."""
    stage.say.list("Everything keeps running until Ctrl-C", _addresses(stage))
    stage.say.list(
        "Decide on the desk (or in EspoCRM's screen): log in by one of these, each once, within 12 h", _logins(stage)
    )
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


def _addresses(stage: DemoStage) -> list[tuple[str, str]]:
    addresses = stage.program.addresses()
    return [
        ("Web UI", stage.web_ui),
        ("Temporal", addresses.temporal),
        ("webhook service", addresses.webhook + "/{create,update,delete}"),
        *([("desk", addresses.desk)] if addresses.desk else []),
        ("EspoCRM", stage.world.espocrm_server.url),
        ("EspoCRM's screen", stage.screen),
        ("Advoware", stage.world.advoware_server.url),
        ("log", str(stage.directory / "demo.log")),
    ]


def _logins(stage: DemoStage) -> list[tuple[str, str]]:
    """For two people who decide, and one who may only look."""
    desk = stage.program.desk
    assert desk is not None
    people = (("Anna", DeskRole.DECIDE), ("Ben", DeskRole.DECIDE), ("Carla", DeskRole.SEE))
    return [(name, login_links.address(Person(name=name, role=role), desk)) for name, role in people]


def _end(code: int | BaseException, directory: Path, say: Narration) -> int:
    """The exit code. The log is kept where it may explain a failure."""
    os.chdir("/")
    if isinstance(code, asyncio.CancelledError):
        code = INTERRUPTED
    if isinstance(code, BaseException):
        say.fails(f"{type(code).__name__}: {code}")
        code = 1
    if code == 1:
        say.list("What the processes said", [("log", str(directory / "demo.log"))])
    else:
        shutil.rmtree(directory, ignore_errors=True)
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description="Watch parties travel between two stand-ins.")
    parser.add_argument("--stay", action="store_true", help="leave everything running until Ctrl-C")
    parser.add_argument("--night", type=int, default=NIGHT, help="parties edited while Advoware is away for a night")
    return parser.parse_args()


if __name__ == "__main__":
    make_tolerant()
    options = _options()
    run_and_exit(main(stay=options.stay, night=options.night))
