"""`make cluster`: bring it up, play over it, kill parts of it, look into it; 0 only if everything held."""

import argparse
import asyncio
import inspect
import os
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from cluster import binaries, chapters
from cluster.binaries import Binaries, Lacking
from cluster.killing import killed
from cluster.playing import ClusterPlay
from cluster.stage import LOG, WORKERS, ClusterStage
from cluster.verdicts import LookedAt
from demo.narration import Narration
from demo.play import Play
from demo.story import STORY
from demo.watching import GaveUp
from runtime.processes import run_and_exit, stop_event
from runtime.streams import make_tolerant
from runtime.supervisor import PartFailed

Chapter = Callable[[ClusterPlay], Awaitable[None]]
INTERRUPTED, LACKING = 130, 2
BEFORE: tuple[Chapter, ...] = (chapters.set_up,)
AFTER: tuple[Chapter, ...] = (chapters.swept, killed, chapters.commanded, chapters.asked, chapters.measured)


async def main(*, quick: bool = False) -> int:
    """Exit codes: 0 everything held, 1 not so, 2 something is not installed, 130 interrupted.

    Nothing is left behind in any case.
    """
    say = Narration()
    try:
        found = await _binaries(say)
    except Lacking as lacking:
        say.fails(str(lacking))
        return LACKING
    stop, directory = stop_event(), Path(tempfile.mkdtemp(prefix="beteiligte-cluster-"))
    os.chdir(directory)  # a .env in the checkout must not count
    playing = asyncio.create_task(_play(found, directory, say, quick=quick))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not playing.done():
        say.happens("Stopping what runs ...")
        playing.cancel()
    [code] = await asyncio.gather(playing, return_exceptions=True)
    return _end(code, directory, say)


async def _binaries(say: Narration) -> Binaries:
    """What is missing is said at once; what is built says how far it is."""
    path, every = os.environ.get("PATH", os.defpath), 50

    def built(packages: int) -> None:
        if packages == 1:
            say.happens(f"Building Temporal {binaries.SERVER} from source, once: ten minutes on two cores ...")
        elif packages % every == 0:
            say.sees(f"{packages} packages, {say.elapsed():.0f} s")

    return await binaries.gathered(path, built=built)


async def _play(found: Binaries, directory: Path, say: Narration, *, quick: bool) -> int:
    say.happens(f"Starting PostgreSQL and Temporal {binaries.SERVER} on it ...")
    try:
        async with ClusterStage.raised(found, directory, say) as stage:
            stage.verdicts.told = lambda verdict: _tell(say, verdict)
            await _told(stage, () if quick else STORY)
            return _concluded(stage)
    except PartFailed as failed:
        say.fails(str(failed))
        return 1


async def _told(stage: ClusterStage, story: Sequence[Callable[[Play], Awaitable[None]]]) -> None:
    play = ClusterPlay(stage, spare=len(WORKERS) - 1)
    try:
        for chapter in (*BEFORE, *story, *AFTER):
            stage.say.chapter(stage.verdicts.begin(inspect.getdoc(chapter) or chapter.__name__))
            await chapter(play)
    except (GaveUp, TimeoutError) as error:
        play.holds("the story is told to its end", False, str(error))


def _tell(say: Narration, verdict: LookedAt) -> None:
    if verdict.held:
        say.holds(verdict.what)
    else:
        say.fails(f"{verdict.what}: {verdict.seen}" if verdict.seen else verdict.what)


def _concluded(stage: ClusterStage) -> int:
    """What held by chapter, and the comparison of both systems."""
    say, play = stage.say, ClusterPlay(stage)
    say.chapter(stage.verdicts.begin("At the end"))
    play.holds(
        "all budgets of the demo's chapters were kept", not stage.tally.problems, "; ".join(stage.tally.problems)
    )
    found = play.differences()
    parties = len(stage.world.espocrm.records)
    play.holds(f"all {parties} parties are equal in both systems, none twice", not found, "; ".join(found))
    broken = stage.verdicts.broken
    say.list("What held", stage.verdicts.by_chapter())
    if broken:
        say.fails(f"{len(broken)} of {len(stage.verdicts.all)} things did not hold, in {say.elapsed():.0f} s.")
    else:
        say.holds(f"All {len(stage.verdicts.all)} things held, in {say.elapsed():.0f} s.")
    return 1 if broken else 0


def _end(code: int | BaseException, directory: Path, say: Narration) -> int:
    """The exit code. The log is kept where it may explain a failure."""
    os.chdir("/")
    if isinstance(code, asyncio.CancelledError):
        code = INTERRUPTED
    if isinstance(code, BaseException):
        say.fails(f"{type(code).__name__}: {code}")
        code = 1
    if code == 1:
        say.list("What the processes said", [("log", str(directory / LOG))])
    else:
        shutil.rmtree(directory, ignore_errors=True)
    return code


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make cluster", description="Play over a real cluster, and kill it.")
    parser.add_argument("--quick", action="store_true", help="without the demo's chapters")
    return parser.parse_args()


if __name__ == "__main__":
    make_tolerant()
    run_and_exit(main(quick=_options().quick))
