"""What a run without a bulk listing did not look at is said, and can be looked at: "none" is said only after a look."""

import asyncio
import json

import pytest

from contracts.reconciliation import RunKind, Unseen
from tests.commandline import quick
from tests.scenarios.sweeping import firm
from tests.starter import sweeping
from tests.world import World

TWELVE = 12


async def edited_in_advoware(world: World, many: int = TWELVE) -> list[str]:
    """Parties that moved in Advoware, of which it says nothing by itself."""
    parties = await firm(world, many)
    for _, bet_nr in parties:
        world.advoware.edit(bet_nr, titel="Prof.")
    return [party for party, _ in parties]


async def test_a_run_says_what_it_did_not_look_at(world: World) -> None:
    """Twelve edits in Advoware, none of them seen: that must not read as if all were well."""
    await edited_in_advoware(world)

    shown = await quick(world, "reconcile", "run", COLUMNS="200")
    document = await quick(world, "reconcile", "run", "--json")

    words = " ".join(shown.out.split())
    assert (shown.code, document.code) == (0, 0)
    assert f"links compared with Advoware 0 of {TWELVE}" in words
    assert "parties only Advoware has not looked at" in words
    assert "betNr held twice not looked at" in words
    assert "reconcile run --all" in words
    result = json.loads(document.out[document.out.index("{") :])
    assert result["not_looked_at"] == ["links", "doubled", "only_advoware"]
    assert (result["counts"]["linked"], result["counts"]["linked_total"]) == (0, TWELVE)


async def test_all_compares_every_party(world: World) -> None:
    """It says first what it costs, and finds what Advoware does not tell."""
    parties = await edited_in_advoware(world)

    shown = await quick(world, "reconcile", "run", "--all", "--yes", COLUMNS="200")
    await asyncio.gather(*(world.closed(party) for party in parties))

    words = " ".join(shown.out.split())
    assert shown.code == 0
    assert f"{TWELVE} reads in Advoware" in shown.err
    assert "min at 5 a second" in shown.err
    assert f"links compared with Advoware {TWELVE} of {TWELVE}" in words
    assert "betNr held twice none" in words
    assert "parties only Advoware has not looked at" in words
    assert "- linked parties" not in words
    assert world.differing(*parties) == []


async def test_all_is_asked_about_first(world: World) -> None:
    """Where nobody can be asked nothing is begun."""
    await firm(world, 1)
    mark = world.calls.mark

    ran = await quick(world, "reconcile", "run", "--all")

    assert ran.code == 7
    assert "--yes" in ran.err
    assert world.calls.count("advoware.read", since=mark) == 0


async def test_what_it_costs_is_counted_anew(scheduled: World) -> None:
    """The last sweep had counted one linked party; then many were linked."""
    await firm(scheduled, 1)
    await sweeping.apply(scheduled, reads=2, recent=0)
    await sweeping.swept(scheduled)
    await firm(scheduled, 3)

    ran = await quick(scheduled, "reconcile", "run", "--all")

    assert "At most 4 reads in Advoware" in ran.err


async def test_a_rate_that_is_set_is_reckoned_with(world: World) -> None:
    """A firm whose Advoware bears one call in two seconds waits longer."""
    await firm(world, 3)
    env = {**world.environment(), "ADVOWARE_CALLS_PER_SECOND": "0.5", "SWEEP_READS": "50"}

    ran = await quick(world, "reconcile", "run", "--all", "--yes", "--dry-run", **env)

    assert "at 0.5 a second" in ran.err


@pytest.mark.parametrize("many", [49, 50, 51, 120])
async def test_all_pages_are_read_each_party_once(world: World, many: int) -> None:
    """However many there are; nothing is left at a page's edge."""
    numbers = sorted(world.advoware.add(name=f"Anders {number}", rowId=f"R{number}") for number in range(many))
    for number in numbers:
        world.espocrm.add(lastName="Anders", betnr=number, advowareRowId=world.advoware.records[number]["rowId"])
    mark = world.calls.mark

    handle = await world.reconcile(RunKind.NIGHTLY, all_links=True, dry_run=True)
    summary = await handle.result()

    read = sorted(int(call.party or 0) for call in world.calls.since(mark) if call.name == "advoware.read")
    assert read == numbers
    assert (summary.counts.linked, summary.counts.linked_total) == (many, many)
    assert summary.not_looked_at == (Unseen.ONLY_ADVOWARE,)


async def test_a_bet_nr_held_twice_is_found_by_all(world: World) -> None:
    """Among all of them, so that "none" is true."""
    parties = await firm(world, 3)
    held = parties[1][1]
    world.espocrm.add(lastName="Zweitschrift", betnr=held)

    handle = await world.reconcile(RunKind.NIGHTLY, all_links=True, dry_run=True)

    assert (await handle.result()).counts.doubled == (held,)


async def test_with_a_listing_nothing_is_left_out(world: World) -> None:
    """And `--all` costs no reads."""
    world.advoware.has_listing = True
    await firm(world, 3)
    mark = world.calls.mark

    summary = await (await world.reconcile(RunKind.NIGHTLY, listing=True, all_links=True, dry_run=True)).result()

    assert summary.not_looked_at == ()
    assert world.calls.count("advoware.read", since=mark) == 0


async def test_counting_is_the_only_call_that_saying_so_costs(world: World) -> None:
    """The nightly run by schedule makes none more than before; one by hand counts the links with one list call."""
    await firm(world, 2)
    calls = []
    for count in (False, True):
        mark = world.calls.mark
        await (await world.reconcile(RunKind.NIGHTLY, count_links=count, dry_run=True)).result()
        calls.append(world.calls.count("espocrm.list", since=mark))

    assert calls[1] == calls[0] + 1


async def test_the_web_ui_says_so(world: World) -> None:
    """Where a run stands without opening an event."""
    await firm(world, 1)
    handle = await world.reconcile(RunKind.NIGHTLY, wait=False, dry_run=True)
    await handle.result()

    details = await handle.query("__temporal_workflow_metadata")

    assert "not looked at: links, doubled, only_advoware" in str(details)


async def test_status_says_how_old_the_oldest_comparison_is(scheduled: World) -> None:
    """Known once sweeps have read all in turn; a run that a person refused counts for nothing."""
    numbers = sorted(bet_nr for _, bet_nr in await firm(scheduled, 3))
    await sweeping.apply(scheduled, reads=2, recent=0)

    first = await sweeping.swept(scheduled)
    early = await quick(scheduled, "status", "--json")
    second = await sweeping.swept(scheduled)
    third = await sweeping.swept(scheduled)
    late = await quick(scheduled, "status", "--json")
    shown = await quick(scheduled, "status", COLUMNS="200")

    assert [one.position for one in (first, second, third)] == [numbers[1], 0, numbers[1]]
    assert [one.oldest for one in (first, second, third)] == [None, first.began, first.began]
    assert early.json["advoware"]["oldest"] is None
    assert late.json["advoware"]["oldest"] is not None
    assert late.json["advoware"]["not_looked_at"] == ["links", "doubled", "only_advoware"]
    words = " ".join(shown.out.split())
    assert "It compared 2 of 3 linked parties with Advoware; the oldest comparison of any is of" in words
