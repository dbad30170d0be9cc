"""The words that chapters speak: enter a party, edit it on either side, see it synced, see what people are told."""

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from demo.stage import DemoStage
from demo.tally import SyncRow
from demo.watching import LOOK_EVERY, PATIENCE, Expected, GaveUp, Watch, until

AGREED = Expected(decision="create", budget=3)


@dataclass
class Play:
    """A stage, and what is being watched on it."""

    stage: DemoStage
    _watches: dict[str, Watch] = field(default_factory=dict)
    """By party, from what happens to it until it is synced."""
    _runs: dict[str, str] = field(default_factory=dict)
    """The newest run known of each party."""
    spare: int = 0
    """Calls beyond the budget that are as it should be: each worker more that looks for itself whether Advoware is well
    reads once before a create (design §5)."""

    def happens(self, text: str) -> None:
        """Narrate what people or the world do."""
        self.stage.say.happens(text)

    def sees(self, text: str) -> None:
        """Narrate an effect."""
        self.stage.say.sees(text)

    # ------------------------------------------------------------------ what people do

    def enter(self, **attributes: object) -> str:
        """A new party in EspoCRM; its id."""
        mark = self.stage.world.calls.mark
        party = self.stage.world.espocrm.add(**attributes)  # type: ignore[arg-type]  # its `user` keeps the default
        self._watch(party, mark)
        return party

    async def party(self, first: str, last: str) -> str:
        """A party that both sides hold already; its id."""
        party = self.enter(firstName=first, lastName=last)
        row = await self._watches.pop(party).row("entered", self._allowed(AGREED))
        self._runs[party] = row.run
        self.stage.tally.problems += row.problems
        self.sees(f"{first} {last} stands in EspoCRM and, as betNr {self.in_advoware(party)['betNr']}, in Advoware.")
        return party

    def edit(self, party: str, **attributes: object) -> None:
        """An edit by a person in EspoCRM."""
        self._watch(party, self.stage.world.calls.mark)
        self.stage.world.espocrm.edit(party, **attributes)  # type: ignore[arg-type]

    def edit_in_advoware(self, party: str, **fields: object) -> None:
        """An edit by a person in Advoware."""
        self._watch(party, self.stage.world.calls.mark)
        bet_nr = self.in_espocrm(party)["betnr"]
        assert isinstance(bet_nr, int)
        self.stage.world.advoware.edit(bet_nr, **fields)

    async def edit_and_deliver_each(self, party: str, edits: Sequence[dict[str, object]]) -> None:
        """Many edits of one party, each delivered in a POST of its own, one after the other."""
        async with self.stage.at_the_post:
            deliveries = self.stage.world.espocrm.deliveries
            usual, deliveries.batch = deliveries.batch, 1
            for attributes in edits:
                self.edit(party, **attributes)
            await deliveries.flush()
            deliveries.batch = usual

    async def command(self, *arguments: str) -> None:
        """Run our command line as a person would, and show what it prints."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "starter", *arguments),
            cwd=self.stage.directory,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        self.stage.say.quotes(f"$ beteiligte-sync {' '.join(arguments)}", said.decode())

    # ------------------------------------------------------------------ what comes of it

    async def synced(self, party: str, what: str, expected: Expected) -> None:
        """Wait until what happened to a party is synced, and keep what it came to. Raises GaveUp."""
        row = await self._watches.pop(party).row(what, self._allowed(expected))
        self._runs[party] = row.run
        self.keep(row)

    def _allowed(self, expected: Expected) -> Expected:
        return replace(expected, budget=expected.budget + self.spare)

    def keep(self, row: SyncRow) -> None:
        """Show and keep what a sync came to."""
        self.stage.tally.add(row)
        self.stage.say.done(row)

    async def until(self, ready: Callable[[], object], what: str) -> None:
        """Wait until something holds. Raises GaveUp."""
        await until(ready, what)

    async def shows_progress(self, what: str, done: Callable[[], int], total: int, within: float) -> None:
        """Wait until so many are done, with a bar. Raises GaveUp."""
        with self.stage.say.progress(what, total) as moved:

            def all_done() -> bool:
                moved(done())
                return done() == total

            await until(all_done, f"{total} {what}", within=within, every=0.2)

    async def shows_retries(self, party: str, *, upto: int) -> None:
        """Narrate an activity's failing attempts until its attempt number `upto` is due. Raises GaveUp."""
        watch, seen = self._watches[party], 1
        async with asyncio.timeout(PATIENCE):
            while seen < upto:
                run = await watch.newest()
                for pending in run.raw_description.pending_activities if run else ():
                    if seen < pending.attempt <= upto and pending.HasField("last_failure"):
                        seen = pending.attempt
                        failure = await self.stage.client.data_converter.decode_failure(pending.last_failure)
                        name, why = pending.activity_type.name, getattr(failure, "message", str(failure))
                        self.sees(f"{name}, attempt {seen - 1} of {pending.maximum_attempts} failed: {why}")
                await asyncio.sleep(LOOK_EVERY)

    def check(self, holds: bool, otherwise: str) -> None:
        """Note a problem unless something holds."""
        if not holds:
            self.stage.tally.problems.append(otherwise)
            self.stage.say.fails(otherwise)

    def told(self, party: str) -> None:
        """Show what people find in the record's stream."""
        notes = [str(note["post"]) for note in self.stage.world.espocrm.notes if note.get("parentId") == party]
        self.check(bool(notes), f"nobody was told about party {party}")
        self.stage.say.quotes("Note on the record in EspoCRM", "\n\n".join(notes[-1:]))

    def in_espocrm(self, party: str) -> dict[str, object]:
        """The record there."""
        return self.stage.world.espocrm.records[party]

    def in_advoware(self, party: str) -> dict[str, object]:
        """The record there. Raises GaveUp where there is none."""
        bet_nr = self.in_espocrm(party).get("betnr")
        if not isinstance(bet_nr, int) or bet_nr not in self.stage.world.advoware.records:
            raise GaveUp(f"party {party} is not in Advoware")
        return self.stage.world.advoware.records[bet_nr]

    def _watch(self, party: str, mark: int) -> None:
        if party not in self._watches:
            stage = self.stage
            self._watches[party] = Watch(stage.world, stage.client, party, self._runs.get(party, ""), mark)
