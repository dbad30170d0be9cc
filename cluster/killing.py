"""SIGKILL in the middle: a worker, Temporal's server, PostgreSQL, and all of them at once; people go on working."""

import asyncio
from collections.abc import Sequence

from cluster import database, engine
from cluster.playing import ClusterPlay
from cluster.stage import WORKERS
from demo.night import held_by_both

IN_ESPOCRM, IN_ADVOWARE, NEW = 8, 4, 4
"""Parties that are edited on each side around each kill, and entered. In Advoware as few in all as a sweep takes for
usual (`SWEEP_GUARD_NUMBER`): it would else stop and ask a person."""
WAVES: tuple[tuple[str, ...], ...] = (
    (WORKERS[0],),
    (engine.NAME,),
    (database.NAME,),
    (WORKERS[1], engine.NAME, database.NAME),
)
COMES_BACK = 180
"""Seconds until everything is quiet again: a server that starts on a database that recovers, and the waits of steps."""


async def killed(play: ClusterPlay) -> None:
    """Worker, server and database are killed while parties are under way: nothing is lost, nothing created twice"""
    stage, world = play.stage, play.stage.world
    mark, before = world.calls.mark, len(world.advoware.records)
    each = IN_ESPOCRM + IN_ADVOWARE
    held = [held_by_both(world, stage.night + number) for number in range(each * len(WAVES))]
    entered = list[str]()
    for number, names in enumerate(WAVES):
        entered += await _wave(play, number, held[each * number :][:each], names)
    play.happens("All of them are started again. A sweep finds what was edited in Advoware.")
    await play.quiet(COMES_BACK)
    await play.swept(COMES_BACK)
    await play.quiet(COMES_BACK)
    await _answered(play, entered)

    created = len(world.advoware.records) - before - len(held)
    play.holds(f"{len(entered)} parties entered meanwhile, {created} created", created == len(entered))
    play.holds("no sync is lost: all parties are equal", not (found := play.differences()), "; ".join(found[:5]))
    refused = sum(call.status == 503 for call in world.calls.since(mark, "delivery.*"))
    play.sees(f"{refused} deliveries were answered with 503 meanwhile, and repeated.")
    odd = {call.status for call in world.calls.since(mark, "delivery.*")} - {200, 503}
    play.holds("deliveries are answered with 200 or 503", not odd, f"also with {odd}")


async def _wave(play: ClusterPlay, number: int, held: Sequence[str], names: Sequence[str]) -> list[str]:
    """People edit on both sides and enter parties; in the middle of that the parts are killed. The new ones' ids."""
    world = play.stage.world
    play.happens(f"{len(held)} parties are edited, {NEW} entered; killed in the middle: {', '.join(names)}.")
    mark = world.calls.mark
    for place, party in enumerate(held):
        if place < IN_ESPOCRM:
            world.espocrm.edit(party, zusatz=f"Welle {number}")
        else:
            world.advoware.edit(play.bet_nr(party), bAnrede=f"Sehr geehrte Frau Welle {number}")
    new = [world.espocrm.add(firstName="Änne", lastName=f"Welle {number} {one}") for one in range(NEW)]
    await play.until(lambda: world.calls.count("advoware.*", since=mark) > NEW, "syncs to begin")
    for name in names:
        play.stage.kill(name)
    await asyncio.gather(*(play.comes_back(name, COMES_BACK) for name in names))
    return new


async def _answered(play: ClusterPlay, entered: Sequence[str]) -> None:
    """A create whose answer was lost with a worker is a person's question: somebody looks into Advoware and answers."""
    world = play.stage.world
    asked = [party for party in entered if world.espocrm.records[party]["syncStatus"] != "clean"]
    for party in asked:
        name = world.espocrm.records[party]["lastName"]
        there = [number for number, record in world.advoware.records.items() if record["name"] == name]
        play.sees(f"A create was left without an answer: Advoware has {len(there)} of that name. Somebody answers.")
        if there:
            world.espocrm.edit(party, betnr=there[0])
        else:
            await play.command_ends(("resolve", party, "--create"), 0)
    if asked:
        await play.quiet(COMES_BACK)
