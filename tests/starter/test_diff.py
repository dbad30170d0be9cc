"""`diff` is truthful: what it shows is what the next sync does, at the cost it names; and it writes nothing."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from simulators.faults import RefusedBeforeEffect, Status
from starter.requests import Requests
from starter.views import previews
from starter.views.previews import Difference
from tests.commandline import quick
from tests.rules import party_rules
from tests.world import HERE, THERE, World

NOBODY = "0123456789abcdef0"
Story = Callable[[World], Awaitable[str]]


def nobody() -> str:
    """An id of this test alone: its run may outlive the test's worker."""
    return secrets.token_hex(8) + "0"


async def linked(world: World, **attributes: object) -> tuple[str, int]:
    """Linked, and its run has ended, so that nothing of it is still to be written."""
    party, bet_nr = await world.linked(**attributes)
    await world.closed(party)
    return party, bet_nr


async def new(world: World) -> str:
    return world.espocrm.add(lastName="Müßig", familienstand="ledig")


async def equal(world: World) -> str:
    return (await linked(world))[0]


async def edited_in_espocrm(world: World) -> str:
    party, _ = await linked(world)
    world.espocrm.edit(party, titel="Dr.")
    return party


async def edited_in_advoware(world: World) -> str:
    party, bet_nr = await linked(world)
    world.advoware.edit(bet_nr, zusatz="c/o Kanzlei")
    return party


async def conflict(world: World) -> str:
    party, bet_nr = await linked(world, zusatz="c/o")
    world.espocrm.edit(party, titel="Dr.", zusatz=None)
    world.advoware.edit(bet_nr, titel="Prof.")
    return party


async def emptied(world: World) -> str:
    party, _ = await linked(world)
    world.espocrm.edit(party, lastName=None, firstName=None)
    return party


async def linked_to_a_stranger(world: World) -> str:
    stranger = world.advoware.add(name="Fremd")
    return world.espocrm.add(lastName="Müßig", betnr=stranger)


async def linked_by_hand(world: World) -> str:
    bet_nr = world.advoware.add(name="Müßig", titel="Dr.")
    return world.espocrm.add(lastName="Müßig", betnr=bet_nr)


async def create_without_answer(world: World) -> str:
    party = world.espocrm.add(lastName="Müßig")
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    await world.sync(party)
    await world.closed(party)
    return party


async def create_without_answer_forgotten(world: World) -> str:
    """EspoCRM is set back to before the question."""
    party = world.espocrm.add(lastName="Müßig")
    backup = world.espocrm.backup()
    world.faults.plan("advoware.create", RefusedBeforeEffect())
    await world.sync(party)
    await world.closed(party)
    world.espocrm.restore_backup(backup)
    return party


async def gone_in_advoware(world: World) -> str:
    await world.linked(lastName="Anders")
    party, bet_nr = await linked(world)
    world.advoware.remove(bet_nr)
    return party


async def gone_in_espocrm(world: World) -> str:
    party, _ = await linked(world)
    world.espocrm.delete(party)
    return party


STORIES = (
    new,
    equal,
    edited_in_espocrm,
    edited_in_advoware,
    conflict,
    emptied,
    linked_to_a_stranger,
    linked_by_hand,
    create_without_answer,
    create_without_answer_forgotten,
    gone_in_advoware,
    gone_in_espocrm,
)


async def test_a_look_leaves_no_run_behind(world: World) -> None:
    """It would stand between the syncs in the Web UI, and hold what both sides hold of the party."""
    party = await conflict(world)

    await difference(world, party)

    await world.gone(f"WorkflowId STARTS_WITH 'diff-{party}-'")


async def difference(world: World, party: str) -> Difference:
    """What a sync would do, asked in this process."""
    requests = Requests(world.client, world.queue, world.timing)
    with world.real_time():
        return await previews.difference(requests, party, timedelta(seconds=20))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_what_it_shows_is_what_a_sync_does(world: World, story: Story) -> None:
    """Result, fields in both directions, what is told, and every call but the messages."""
    party = await story(world)
    mark, notes = world.calls.mark, len(world.told())

    shown = await difference(world, party)
    wrote = [call.name for call in world.calls.writes(mark)]
    mark, told = world.calls.mark, len(world.told())
    outcome = await world.sync(party)

    assert (wrote, told) == ([], notes)
    assert shown.result == outcome.result
    assert shown.bet_nr == outcome.bet_nr or outcome.result == "create"
    assert {row.field: row.espocrm for row in shown.fields if row.written == "advoware"} == outcome.to_advoware
    assert {row.field: row.advoware for row in shown.fields if row.written == "espocrm"} == outcome.to_espocrm
    assert {f.kind for f in shown.new} == {f.kind for f in outcome.findings}
    assert shown.still_open == outcome.still_open
    spent = world.spent(mark)
    spent.pop("espocrm.note", None)
    assert shown.calls == spent


@pytest.mark.parametrize("world", [{"rules": party_rules(look_up=True)}], indirect=True)
@pytest.mark.parametrize(("records", "shown_as"), [(1, "link"), (2, "conflict")])
async def test_with_a_look_up_it_shows_the_link_that_a_sync_enters(world: World, records: int, shown_as: str) -> None:
    """Like a plan: who matches alone is linked and then compared, who does not is a person's to choose."""
    world.advoware.has_search = True
    bet_nr = world.advoware.add(name="Müßig", **THERE, titel="Dr.")
    party, *_ = [world.espocrm.add(lastName="Müßig", **HERE) for _ in range(records)]
    mark = world.calls.mark

    shown = await difference(world, party)
    assert world.calls.writes(mark) == []
    mark = world.calls.mark
    outcome = await world.sync(party)
    await world.closed(party)

    assert (shown.result, shown.bet_nr) == (shown_as, bet_nr if records == 1 else None)
    assert (outcome.bet_nr, world.bet_nr(party) if records == 1 else None) == (shown.bet_nr, shown.bet_nr)
    assert {row.field: row.advoware for row in shown.fields if row.written == "espocrm"} == outcome.to_espocrm
    assert {f.kind for f in shown.new} == {f.kind for f in outcome.findings}
    spent = world.spent(mark)
    spent.pop("espocrm.note", None)
    assert shown.calls == spent


async def test_each_field_says_why(world: World) -> None:
    """Both values and the base, for a field edited on one side, on both, and on none."""
    party, bet_nr = await linked(world, titel="Dr.")
    world.espocrm.edit(party, titel="Dr. Dr.", zusatz="c/o")
    world.advoware.edit(bet_nr, titel="Prof.")

    rows = {row.field: row for row in (await difference(world, party)).fields}

    titel = rows["titel"]
    assert (titel.espocrm, titel.advoware, titel.base, titel.written) == ("Dr. Dr.", "Prof.", "Dr.", "advoware")
    assert titel.because == "edited on both sides; policy; espocrm wins"
    assert rows["zusatz"].because == "edited in EspoCRM only"
    assert (rows["name"].because, rows["name"].differs) == ("equal", False)


async def test_an_unreadable_field_is_unknown_and_not_empty(world: World) -> None:
    """A lost right must not look like a cleared value."""
    party, _ = await linked(world, titel="Dr.")
    world.espocrm.unreadable.add("titel")

    ran = await quick(world, "diff", party)
    [row] = [row for row in (await difference(world, party)).fields if row.field == "titel"]

    assert row.unknown == ("espocrm",)
    shown = next(line.split() for line in ran.out.splitlines() if line.startswith("titel"))
    assert shown[:3] == ["titel", "?", "Dr."]


async def test_what_cannot_be_read_is_said(world: World) -> None:
    """One attempt, since a person waits; exit 4 with code and remedy."""
    party, _ = await linked(world)
    world.faults.plan("advoware.read", Status(503))

    ran = await quick(world, "diff", party)

    assert ran.code == 4
    assert "Transient" in ran.out


@pytest.mark.parametrize("story", [new, edited_in_espocrm, edited_in_advoware, conflict], ids=lambda it: it.__name__)
async def test_a_locked_record_is_shown_as_a_sync_meets_it(world: World, story: Story) -> None:
    """Nothing would be written on either side; unlocked, it shows what would be."""
    party = await story(world)
    world.espocrm.lock(party)

    ran = await quick(world, "diff", party)
    shown = await difference(world, party)
    outcome = await world.sync(party)

    assert shown.failure is not None
    assert outcome.failure is not None
    assert (ran.code, shown.failure.code) == (4, outcome.failure.code)
    assert "locked in EspoCRM" in ran.out
    world.espocrm.unlock(party)
    assert (await difference(world, party)).failure is None


async def test_a_locked_record_without_anything_to_write_is_equal(world: World) -> None:
    """As in a sync."""
    party = await equal(world)
    world.espocrm.lock(party)

    assert (await difference(world, party)).result == (await world.sync(party)).result == "no_change"


async def test_without_a_worker_nothing_is_started(world: World) -> None:
    """There is nobody to read; said at once."""
    ran = await quick(world, "diff", NOBODY, TEMPORAL_TASK_QUEUE="nobody-works-here")

    assert ran.code == 6
    assert "No worker asks for work" in ran.err


async def test_an_id_that_nobody_knows_is_said(world: World) -> None:
    """Exit 5; nobody in the firm hears of it, and `diff` does not say that anybody would, in no form."""
    party = nobody()

    shown = await quick(world, "diff", party)
    as_json = await quick(world, "diff", party, "--json")

    assert (shown.code, as_json.code) == (5, 5)
    assert "has no such record" in shown.out
    assert "nobody would be told" in shown.out
    assert "People would be told" not in shown.out
    assert "?" not in shown.out
    assert "has no such record" in as_json.json["problem"]
    assert (as_json.json["new"], as_json.json["still_open"], as_json.json["fields"]) == ([], [], [])
    assert world.told() == []


@pytest.mark.parametrize(
    "command",
    [
        ("sync",),
        ("resolve", "--betnr", "104001"),
        ("resolve", "--create"),
        ("resolve", "--field", "titel", "--take", "Dr."),
        ("undo", "--yes"),
        ("status",),
        ("replay",),
    ],
)
async def test_every_command_says_that_nobody_has_an_id(world: World, command: tuple[str, ...]) -> None:
    """Before and after it was asked for by mistake; nothing is written and nobody is told, whatever was decided."""
    world.advoware.add(name="Müßig")
    party, mark = nobody(), world.calls.mark

    ran = await quick(world, command[0], party, *command[1:])
    await quick(world, "sync", party)
    await world.closed(party)
    page = await quick(world, "status", party)

    assert ran.code == 5
    assert "no such" in ran.out + ran.err or "is known" in ran.err
    assert "has no such record" in page.out.replace("\n", " ")
    assert "deleted in EspoCRM" not in ran.out + page.out
    assert world.calls.writes(mark) == []
    assert world.told() == []


async def test_a_number_for_nobody_ends_also_while_advoware_fails(world: World) -> None:
    """Neither the link nor its failure can be written: it once was asked for without an end, and without a pause."""
    party = nobody()
    world.faults.outage("advoware")

    ran = await quick(world, "resolve", party, "--betnr", "104001", SYNC_ATTEMPTS="1")

    assert ran.code == 5
    world.faults.lift("advoware")


async def test_a_party_that_was_deleted_is_no_mistyped_id(world: World) -> None:
    """Its number is known from its runs: shown as what a sync tells, without fields that nobody can read."""
    party, bet_nr = await linked(world)
    world.espocrm.delete(party)

    ran = await quick(world, "diff", party)

    assert ran.code == 0
    assert f"betNr {bet_nr}: a sync would end as deleted" in ran.out
    assert "People would be told" in ran.out
    assert "?" not in ran.out
