"""This machine: the place of the state can be written and has room. A full disk stops the program from storing."""

import asyncio
import shutil

from installation.check import Area, Check, Verdict
from runtime.settings import TemporalSettings
from runtime.storage_places import MEGABYTE, Keeping

NAME = "the state can be kept"


async def checks(settings: TemporalSettings) -> list[Check]:
    """Look in a thread: a disk that hangs must not hold up the rest."""
    return [await asyncio.to_thread(_state, settings)]


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
