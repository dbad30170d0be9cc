"""The ways a party travels, each with its beginning and with what must be true in the end, whatever crashed between.

A flow begins with a party at rest; `start` is the edit that makes it travel. `holds` is asked after everything ended.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from beteiligte.request_reason import Reason
from simulators.espocrm import PERSON
from tests.world import World


@dataclass
class Party:
    """One party of its own for each crash point; its last name is used once."""

    name: str
    id: str = ""
    linked: int | None = None
    """betNr, where it is linked before the crash."""
    edited_while_away: bool = False

    def bet_nr(self, world: World) -> int | None:
        """Its number in Advoware, also where EspoCRM does not know it yet."""
        return next((nr for nr, record in world.advoware.records.items() if record["name"] == self.name), None)


async def linked(world: World, name: str) -> Party:
    """A party that a sync created in Advoware."""
    party_id, bet_nr = await world.linked(lastName=name, titel="Dr.")
    await world.closed(party_id)
    return Party(name, party_id, bet_nr)


def copied(world: World, example: Party, name: str) -> Party:
    """A party as a sync of its own would have left it, at the price of none."""
    assert example.linked is not None
    party = Party(name, world.espocrm.add(lastName=name), world.advoware.add(name=name))
    swaps = ((example.id, party.id), (str(example.linked), str(party.linked)), (example.name, party.name))
    world.espocrm.records[party.id].update(_swapped(world.espocrm.records[example.id], swaps))
    world.espocrm.store.index.moved(party.id)
    assert party.linked is not None
    world.advoware.records[party.linked].update(_swapped(world.advoware.records[example.linked], swaps))
    return party


def _swapped(record: dict[str, object], swaps: Iterable[tuple[str, str]]) -> dict[str, object]:
    text = json.dumps(record, ensure_ascii=False)
    for old, new in swaps:
        text = text.replace(old, new)
    swapped: dict[str, object] = json.loads(text)
    return swapped


class Flow:
    """What all flows share. The plain class: a linked party that nobody edits."""

    reason: ClassVar[Reason] = Reason.UPDATED
    begins_linked: ClassVar[bool] = True
    people_edit: ClassVar[bool] = True
    """Whether both sides' records can be edited while nobody works."""
    may_be_told: ClassVar[bool] = False

    async def begin(self, world: World, name: str, example: Party) -> Party:
        """The party at rest; a linked one is like the example."""
        return copied(world, example, name) if self.begins_linked else Party(name)

    def start(self, world: World, party: Party) -> None:
        """The edit that makes it travel."""

    def edit_while_away(self, world: World, party: Party) -> None:
        """What people do on both sides while nobody works: other fields than the flow's own."""
        world.espocrm.edit(party.id, dateOfBirth="1980-02-29")
        if bet_nr := party.bet_nr(world):
            world.advoware.edit(bet_nr, bAnrede="Sehr geehrte Frau Müßig")
            party.edited_while_away = True

    async def holds(self, world: World, party: Party) -> None:
        """One party on each side, equal, quiet, with every edit; nobody was told of a conflict that was none."""
        assert world.advoware.count(name=party.name) == 1
        await self.quiet(world, party)
        record = world.espocrm.records[party.id]
        if party.edited_while_away:
            assert record["dateOfBirth"] == "1980-02-29"
            assert record["briefAnrede"] == "Sehr geehrte Frau Müßig"
        self.edits_survived(world, party)
        assert self.may_be_told or world.told_on(party.id) == []

    async def quiet(self, world: World, party: Party) -> None:
        """Equal and clean, and one more pass reads twice and writes nothing."""
        await world.closed(party.id)
        mark = world.calls.mark
        outcome = await world.sync(party.id)
        assert (outcome.result, world.status(party.id)) == ("no_change", "clean"), outcome.findings + outcome.still_open
        calls = [(call.name, call.party) for call in world.calls.since(mark)]
        assert calls == [("espocrm.read", party.id), ("advoware.read", str(party.bet_nr(world)))]
        assert world.differing(party.id) == []

    def edits_survived(self, world: World, party: Party) -> None:
        """The flow's own edit, read on the side that did not make it."""

    def in_advoware(self, world: World, party: Party) -> dict[str, object]:
        """Its record in Advoware."""
        bet_nr = party.bet_nr(world)
        assert bet_nr is not None
        return world.advoware.records[bet_nr]


class Create(Flow):
    reason = Reason.CREATED
    begins_linked = False

    def start(self, world: World, party: Party) -> None:
        party.id = world.espocrm.add(user=PERSON, lastName=party.name, titel="Dr.")


class Push(Flow):
    def start(self, world: World, party: Party) -> None:
        world.espocrm.edit(party.id, titel="Prof.")

    def edits_survived(self, world: World, party: Party) -> None:
        assert self.in_advoware(world, party)["titel"] == "Prof."


class Pull(Flow):
    def start(self, world: World, party: Party) -> None:
        assert party.linked is not None
        world.advoware.edit(party.linked, zusatz="c/o Kanzlei")

    def edits_survived(self, world: World, party: Party) -> None:
        assert world.espocrm.records[party.id]["zusatz"] == "c/o Kanzlei"


class Merge(Flow):
    def start(self, world: World, party: Party) -> None:
        Push().start(world, party)
        Pull().start(world, party)

    def edits_survived(self, world: World, party: Party) -> None:
        Push().edits_survived(world, party)
        Pull().edits_survived(world, party)


class Conflict(Flow):
    """The same field on both sides: EspoCRM wins, and the losing value is told."""

    may_be_told = True

    def start(self, world: World, party: Party) -> None:
        assert party.linked is not None
        world.espocrm.edit(party.id, titel="Prof.")
        world.advoware.edit(party.linked, titel="Dr. Dr.")

    def edits_survived(self, world: World, party: Party) -> None:
        assert self.in_advoware(world, party)["titel"] == "Prof."
        told = world.told_on(party.id)
        assert 1 <= len(told) <= 2, "a note that was under way when all died may stand there twice, and no more"
        assert [text for text in told if not ("„Prof.“" in text and "„Dr. Dr.“" in text)] == []


class FirstLink(Flow):
    """A betNr that a person typed."""

    begins_linked = False

    async def begin(self, world: World, name: str, example: Party) -> Party:
        return Party(name, linked=world.advoware.add(name=name, titel="Dr."))

    def start(self, world: World, party: Party) -> None:
        party.id = world.espocrm.add(user=PERSON, lastName=party.name, titel="Dr.", betnr=party.linked)


class DeletedInAdvoware(Flow):
    people_edit = False
    may_be_told = True

    def start(self, world: World, party: Party) -> None:
        assert party.linked is not None
        world.advoware.remove(party.linked)

    async def holds(self, world: World, party: Party) -> None:
        """Told, and never created again."""
        await world.sync(party.id)
        await world.closed(party.id)
        assert world.advoware.count(name=party.name) == 0
        assert world.status(party.id) == "deleted_in_advoware"
        assert 1 <= len(world.told_on(party.id)) <= 2


class DeletedInEspoCrm(Flow):
    reason = Reason.DELETED
    people_edit = False
    may_be_told = True

    async def begin(self, world: World, name: str, example: Party) -> Party:
        return await linked(world, name)  # only a run of its own knows the betNr of a deleted record

    def start(self, world: World, party: Party) -> None:
        world.espocrm.delete(party.id)

    async def holds(self, world: World, party: Party) -> None:
        """Told with the betNr, and still in Advoware."""
        assert party.linked in world.advoware.records
        assert 1 <= len([text for text in world.told() if str(party.linked) in text]) <= 2


class Unanswered(Create):
    """A POST that was under way when its worker died, where Advoware cannot be searched."""

    people_edit = False
    may_be_told = True

    async def holds(self, world: World, party: Party) -> None:
        """A told conflict and no second POST, also not on the next five deliveries; a person then answers it."""
        before, mark = world.advoware.count(name=party.name), world.calls.mark
        for _ in range(5):
            await world.ask(party.id)
            await world.closed(party.id)
        assert world.calls.count("advoware.create", since=mark) == 0
        assert world.status(party.id) == "conflict"
        assert len(world.told_on(party.id)) == 1
        if before:
            world.espocrm.edit(party.id, betnr=party.bet_nr(world))
            await world.sync(party.id)
        else:
            await world.sync(party.id, create_anyway=True)
        await super().holds(world, party)


FLOWS: dict[str, Flow] = {
    "create": Create(),
    "push": Push(),
    "pull": Pull(),
    "merge": Merge(),
    "conflict": Conflict(),
    "no change": Flow(),
    "first link": FirstLink(),
    "deleted in Advoware": DeletedInAdvoware(),
    "deleted in EspoCRM": DeletedInEspoCrm(),
}
