"""Whom a record is assigned to is told, also where EspoCRM lets several users have it; read as each of them sees it."""

from datetime import UTC, datetime

import httpx
import pytest

from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.settle.bookkeeping import MAX_ASSIGNED, REQUIRED, espo_snapshot
from simulators.espocrm_users import PERSON, User
from simulators.faults import Status
from tests.scenarios.refusing import RefusesNotesTo
from tests.world import BOSS, World


async def seen_by(world: World, user: User) -> list[str]:
    """What the bell shows to a user."""
    url = f"{world.espocrm_server.url}/api/v1/Notification"
    async with httpx.AsyncClient(auth=(user.login, user.secret)) as http:
        rows = (await http.get(url)).json()["list"]
    return [row["noteData"]["post"] for row in rows]


async def stream_of(world: World, party: str) -> list[str]:
    """What stands in the record's stream, as a person reads it."""
    person = world.espocrm.users.all[PERSON]
    url = f"{world.espocrm_server.url}/api/v1/CBeteiligte/{party}/stream"
    async with httpx.AsyncClient(auth=(person.login, person.secret)) as http:
        return [note["post"] for note in (await http.get(url)).json()["list"]]


def colleagues(world: World, number: int) -> list[User]:
    return [world.espocrm.users.add(User(login=f"user-{n}", kind="regular", method="password")) for n in range(number)]


async def torn(world: World, **assigned: object) -> str:
    """A conflict about a party of these users, told."""
    party, bet_nr = await world.linked(**assigned)
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    await world.sync(party)
    await world.closed(party)
    return party


async def test_all_assigned_users_are_told(world: World) -> None:
    """And nobody else; the record's stream shows it once."""
    world.espocrm.allow_several_users()
    first, second, stranger = colleagues(world, 3)
    party = await torn(world, assignedUsersIds=[first.id, second.id])

    assert [len(await seen_by(world, user)) for user in (first, second, stranger)] == [1, 1, 0]
    assert "„Prof.“" in (await seen_by(world, first))[0]
    assert len(await stream_of(world, party)) == 1


async def test_a_single_assigned_user_is_told_as_before(world: World) -> None:
    """By the attribute that a type without several users has."""
    (user,) = colleagues(world, 1)
    await torn(world, assignedUserId=user.id)

    assert len(await seen_by(world, user)) == 1


async def test_nobody_assigned_leaves_the_recipients(world: World) -> None:
    """An empty list is nobody."""
    world.espocrm.allow_several_users()
    await torn(world)

    notes = [note for note in world.espocrm.notes if "usersIds" in note]
    assert [note["usersIds"] for note in notes] == [[BOSS]]


# ---------------------------------------------------------------------- a user whom no note reaches


@pytest.mark.parametrize("status", [400, 403, 404, 409])
async def test_a_user_whom_no_note_reaches_keeps_nobody_else_from_being_told(world: World, status: int) -> None:
    """Each of the others is told once, also where a call fails in between; and the record shows it once."""
    world.espocrm.allow_several_users()
    first, gone, last = colleagues(world, 3)
    world.faults.outage("espocrm.note", RefusesNotesTo(frozenset({gone.id}), status))
    world.faults.plan("espocrm.note", RefusesNotesTo(frozenset({gone.id}), status), times=2)
    world.faults.plan("espocrm.note", Status(503))
    party = await torn(world, assignedUsersIds=[first.id, gone.id, last.id])

    assert [len(await seen_by(world, user)) for user in (first, gone, last)] == [1, 0, 1]
    assert sum(BOSS in str(note.get("usersIds")) for note in world.espocrm.notes) == 1
    assert len(await stream_of(world, party)) == 1


async def test_where_no_note_reaches_anybody_the_record_shows_it(world: World) -> None:
    """The right to write to users may be given tomorrow: then they are told, and the record not again."""
    (user,) = colleagues(world, 1)
    world.faults.outage("espocrm.note", RefusesNotesTo(frozenset({user.id, BOSS}), 403))
    party, bet_nr = await world.linked(assignedUserId=user.id)
    await world.closed(party)
    world.espocrm.edit(party, titel="Dr.")
    world.advoware.edit(bet_nr, titel="Prof.")
    await world.sync(party)
    await world.told_of("„Prof.“")
    assert [note.get("parentId") for note in world.espocrm.notes] == [party]

    world.faults.lift("espocrm.note")
    await world.closed(party)

    assert len(await seen_by(world, user)) == 1
    assert len(await stream_of(world, party)) == 1


# ---------------------------------------------------------------------- whom a record is assigned to


@pytest.mark.parametrize(
    ("attributes", "users"),
    [
        ({"assignedUserId": "a"}, ("a",)),
        ({"assignedUserId": None, "assignedUsersIds": ["b", "a"]}, ("b", "a")),
        ({"assignedUserId": "a", "assignedUsersIds": ["b", "a"]}, ("a", "b")),
        ({"assignedUsersIds": []}, ()),
        ({"assignedUsersIds": None, "assignedUserId": None}, ()),
        ({"assignedUsersIds": ["", None, 7, "a"]}, ("a",)),
        ({"assignedUsersIds": {"a": "b"}}, ()),
        ({"assignedUsersIds": [str(n) for n in range(99)]}, tuple(str(n) for n in range(MAX_ASSIGNED))),
    ],
)
def test_whoever_is_assigned_is_read_from_either_attribute(attributes: dict[str, object], users: tuple[str]) -> None:
    """Odd values are nobody, and a whole firm is cut."""
    answer = {**dict.fromkeys(REQUIRED), **attributes}
    snapshot = espo_snapshot("p", answer, PARTY_TABLE, read_at=datetime.now(UTC))  # type: ignore[arg-type]

    assert snapshot.assigned == users
