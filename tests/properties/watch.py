"""Stands at the door of both stand-ins: sees each call's effect in the moment it happens, and does what `at` says.

Held at once after every effect: a field holds its old or its agreed value, never a third (P8), and what a write of ours
overwrote had been read before. The exceptions are the two windows that nobody can close (docs/guarantees.md), and the
log of effects decides exactly whether an edit fell into one.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.responses import Response

from beteiligte.record.mapping import from_advoware, from_espocrm
from beteiligte.record.party_fields import PARTY_TABLE
from beteiligte.record.value_kinds import Value
from simulators.fault_plan import Faults
from simulators.visits import Fault, NoAnswer, Visit
from tests.properties.edits import Chronicle, Standing, Written
from tests.properties.known import Known
from tests.properties.script import AFTER, BEFORE, FAULTS, SIDES, At
from tests.world import WRITABLE, World

Acts = Callable[[At], Awaitable[None]]


class Watch(Faults):
    """The plan of faults of one history, with eyes."""

    world: World

    def __init__(self, *, concurrency: bool, asked: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.concurrency = concurrency
        self.asked = asked
        """Fields about which people decide."""
        self.chronicle = Chronicle()
        self.parties: dict[int, Known] = {}
        self.armed: list[At] = []
        self.excused: dict[int, str] = {}
        """Edits that fell into a window nobody can close, and which."""
        self.in_doubt: list[frozenset[int]] = []
        """Edits that a PUT or POST brought to Advoware without its answer arriving: whoever edits there next knew them,
        and nobody can tell the program so."""
        self.unlinked: set[int] = set()
        """Those of a POST: they are linked without a base, and without a base nothing is ever cleared (design §4)."""
        self.filled: set[int] = set()
        """Emptyings that went for a value because of that, also where the link has its base by now."""
        self.unheard_notes = 0
        """Notes that may be sent again, since their answer did not arrive."""
        self.violations: list[str] = []
        self.met: Counter[str] = Counter()
        self.log: list[str] = []
        """What happened, line by line, for whoever looks into a failure."""
        self.act: dict[str, Acts] = {}
        """How steps, `stop`, `cancel` and `ask` are done."""

    # ------------------------------------------------------------------ persons

    def edit(self, side: str, number: int, name: str, *, clear: bool = False) -> Written | None:
        """A person's edit; None where there is no record to edit."""
        party = self.parties[number]
        if side in party.gone or (side == "advoware" and not party.bet_nrs):
            return None
        standing = party.sides[side]
        if clear and standing.values.get(name) is None:
            return None  # nothing changes, so it is no edit
        edit = self.chronicle.write(side, number, name, standing.origin(name), clear=clear)
        self.log.append(f"    {edit}")
        self.keep(standing)
        standing.values[name], standing.origins[name] = edit.value, edit.number
        return edit

    @staticmethod
    def keep(standing: Standing) -> None:
        """A change is coming: what stands now is what a stale read will show."""
        standing.before = standing.copy()

    def delete(self, side: str, number: int) -> None:
        """A person deletes what he sees."""
        party = self.parties[number]
        self.chronicle.shown |= self.chronicle.covered(party.sides[side].origins.values())
        party.gone.add(side)
        party.sides[side] = Standing()

    def agree(self, side: str, number: int, name: str) -> None:
        """A person sees both values and types the other side's into this one."""
        party = self.parties[number]
        standing, other = party.sides[side], party.sides[_other(side)]
        self.chronicle.shown |= self.chronicle.past(standing.origin(name))
        self.keep(standing)
        standing.values[name], standing.origins[name] = other.values.get(name), other.origin(name)

    def end(self, number: int, run: str) -> None:
        """A run is reset or terminated: what it knew and had not yet written or told goes with it.

        What its last call does still happens, while the next run may be under way with reads of its own.
        """
        party = self.parties[number]
        party.ended.append(run)
        party.knew = party.knew or {side: [party.read[side]] for side in SIDES}
        self.in_doubt += party.unwritten
        self.unlinked |= party.linking
        party.unwritten = []

    def decides(self, number: int, name: str) -> None:
        """A person says what both sides shall have."""
        party = self.parties[number]
        party.choosing.add(name)
        party.chosen.add(name)

    def resets(self, number: int, run: str) -> None:
        """A run begins once more, with the choices that people had sent it."""
        self.end(number, run)
        self.parties[number].choosing |= self.parties[number].chosen

    def rested(self) -> None:
        """Nothing is under way."""
        for party in self.parties.values():
            party.knew = None
            party.choosing.clear()

    # ------------------------------------------------------------------ calls

    def take(self, call: str, party: str | None) -> Fault | None:
        """Every call of ours is watched; deliveries only meet their faults."""
        inner = super().take(call, party)
        if call.startswith("delivery.") or call == "advoware.token":
            return inner
        return Watched(self, call, party, inner)

    def number_of(self, call: str, party: str | None) -> int | None:
        """The party a call is about; a create, a list and a note name none, so whoever waits for one is meant."""
        if party is None:
            return None
        for number, known in self.parties.items():
            if party == known.id or (call.startswith("advoware.") and int(party) in known.bet_nrs):
                return number
        return None

    def due(self, call: str, party: str | None) -> list[At]:
        """What was to be done at this call, and is from now on no longer waited for."""
        number = self.number_of(call, party)
        if party is not None and number is None:
            return []  # of a party that nobody touches
        found = [at for at in self.armed if at.call == call and (number is None or number == at.party)][:2]
        for at in found:
            self.armed.remove(at)
        return found

    def observe(
        self, call: str, party: str | None, effect: Callable[[], Response]
    ) -> tuple[Response, Callable[[], None]]:
        """Let a call take effect; gives its answer, and what the program knows once it has arrived."""
        numbers = set(self.world.advoware.records)
        answer = effect()
        if answer.status_code >= 300:
            return answer, _nothing
        if call == "advoware.create":
            [made] = set(self.world.advoware.records) - numbers
            return answer, self._created(made)
        number = self.number_of(call, party)
        if number is None:
            return answer, _nothing
        side, _, kind = call.partition(".")
        brought = self._written(number, side) if kind in ("write", "replace") else frozenset()
        known = self.parties[number]
        if call == "espocrm.write" and known.knew is None:
            known.unwritten, known.linking = [], frozenset()
        shown = known.sides[side].copy()
        return answer, (_nothing if call == "espocrm.write" else lambda: self._saw(number, side, shown, brought))

    def stale(
        self, call: str, party: str | None, effect: Callable[[], Response]
    ) -> tuple[Response, Callable[[], None]]:
        """The same for a read that shows what stood before the last change."""
        number = self.number_of(call, party)
        answer = effect()
        if number is None or answer.status_code >= 300:
            return answer, _nothing
        side, known = call.partition(".")[0], self.parties[number]
        shown = (known.sides[side].before or known.sides[side]).copy()
        # Of EspoCRM the bookkeeping may be older, too, which the model does not know.
        odd = not self.concurrency if side == "espocrm" else shown.values != known.sides[side].values
        known.misled |= odd
        return answer, lambda: self._saw(number, side, shown)

    def _saw(self, number: int, side: str, shown: Standing, brought: frozenset[int] = frozenset()) -> None:
        party = self.parties[number]
        party.read[side] = shown
        if party.knew:
            party.knew[side].append(shown)
            return  # whose answer it is cannot be known, so the doubt stays
        if brought:
            party.unwritten.append(brought)
            party.linking |= brought & self.unlinked
        self.in_doubt = [doubt for doubt in self.in_doubt if doubt is not brought]
        self.unlinked -= brought

    # ------------------------------------------------------------------ what our writes did

    def values(self, side: str, number: int) -> dict[str, Value]:
        """The canonical values that stand on a side."""
        known = self.parties[number]
        if side == "espocrm":
            shown = from_espocrm(self.world.espocrm.records[known.id], PARTY_TABLE).values  # type: ignore[arg-type]
        else:
            shown = from_advoware(self.world.advoware.records[known.bet_nrs[0]], PARTY_TABLE).values  # type: ignore[arg-type]
        return {name: value for name, value in shown.items() if name in WRITABLE}

    def _created(self, bet_nr: int) -> Callable[[], None]:
        values = from_advoware(self.world.advoware.records[bet_nr], PARTY_TABLE).values  # type: ignore[arg-type]
        number = self.chronicle.party_of(values)
        if number is None:
            self.violations.append(f"P4: a party of nobody was created, betNr {bet_nr}")
            return _nothing
        known = self.parties[number]
        known.bet_nrs.append(bet_nr)
        if len(known.bet_nrs) > 1:
            how = "again after a delete" if "advoware" in known.gone else "twice"
            self.violations.append(f"P4: party {number} was created {how}: {known.bet_nrs}")
            return _nothing
        brought = self._written(number, "advoware")
        standing, read = known.sides["advoware"], known.read["espocrm"]
        empty = (name for name, value in standing.values.items() if value is None)
        standing.origins |= {name: read.origin(name) for name in empty}
        self.unlinked |= brought
        shown = standing.copy()
        return lambda: self._saw(number, "advoware", shown, brought)

    def _written(self, number: int, side: str) -> frozenset[int]:
        """Compare what stands there now with what stood there before, field by field; the edits that were brought."""
        known = self.parties[number]
        standing = known.sides[side]
        now = self.values(side, number)
        changed = {name: value for name, value in now.items() if standing.values.get(name) != value}
        self.log += [f"      {side} {number} {n}: {standing.values.get(n)} -> {v}" for n, v in changed.items()]
        self.keep(standing)
        for name, value in changed.items():
            seen, there = self._seen(known.known_of(side), name, standing.origin(name)), standing.origin(name)
            standing.origins[name] = self._origin(number, side, name, value)
            self._overwritten(number, side, name, there, seen)
            if standing.values.get(name) is None and self.chronicle.past(there) & self.unlinked:
                self.filled.add(there)
            # A stale read looks like an edit back: what that replaces still stands on the side that was read.
            safe = known.sides[_other(side)].origin(name) == seen
            if name in self.asked and name not in known.choosing and not safe:
                self._undecided(number, side, name, there=seen, new=standing.origin(name))
        standing.values = now
        brought = frozenset(standing.origin(name) for name in changed)
        if side == "advoware":
            self.in_doubt.append(brought)
        return brought

    def _seen(self, reads: list[Standing], name: str, there: int) -> int:
        """Whose value the program knew to stand there, or the last that it knew of."""
        origins = [read.origin(name) for read in reads]
        return there if there in origins else origins[-1]

    def _origin(self, number: int, side: str, name: str, value: Value) -> int:
        """Whose value it is that the program wrote."""
        known = self.parties[number]
        if chosen := self.chronicle.chosen(number, name, value):
            return chosen
        others = [read for read in known.known_of(_other(side)) if name in read.values and read.values[name] == value]
        if others:
            return others[-1].origin(name)
        for seen in reversed(known.known_of(side)):
            if side == "advoware" and seen.values.get(name) == value:
                return seen.origin(name)
        other = known.read[_other(side)].values.get(name)
        self.violations.append(
            f"P8: {side}, party {number}, {name}: {known.sides[side].values.get(name)} became {value}, "
            f"which the program read nowhere (EspoCRM or Advoware showed {other})"
        )
        return known.read[side].origin(name)

    def _overwritten(self, number: int, side: str, name: str, there: int, seen: int) -> None:
        unseen = self.chronicle.past(there) - self.chronicle.past(seen)
        if not unseen:
            return
        if side == "espocrm" and self.concurrency:
            self.violations.append(f"P2: party {number}, {name}: overwrote {sorted(unseen)} despite versions")
        window = "between our read and our PUT" if side == "advoware" else "between our read and our write-back"
        self.excused |= dict.fromkeys(unseen, window)

    def _undecided(self, number: int, side: str, name: str, *, there: int, new: int) -> None:
        """Where people decide, a value only goes for one whose author knew it. Emptiness is one value."""
        edit, past = self.chronicle.edits.get(there), self.chronicle.past(new)
        if edit is None or there in past:
            return
        emptied = edit.value is None and self.chronicle.emptied(number, name) & past
        if not emptied and not (edit.value is None and self.chronicle.past(there) & self.unlinked):
            self.violations.append(f"P2: {side}: overwritten by edit {new} before anybody had decided: {edit}")


@dataclass
class Watched(Fault):
    """One call on its way past the watch."""

    watch: Watch
    call: str
    party: str | None
    inner: Fault | None

    @property
    def name(self) -> str:  # type: ignore[override]
        return self.inner.name if self.inner else ""

    async def act(self, visit: Visit) -> Response:
        due = self.watch.due(self.call, self.party)
        inner = self.inner
        for at in due:
            if at.what in FAULTS:
                inner = inner or FAULTS[at.what]()
                self.watch.met[at.what] += 1
        await self._do(due, BEFORE)
        learnt: list[tuple[Response, Callable[[], None]]] = []

        def effect() -> Response:
            learnt.append(self.watch.observe(self.call, self.party, visit.effect))
            return learnt[-1][0]

        def stale() -> Response:
            assert visit.stale is not None
            learnt.append(self.watch.stale(self.call, self.party, visit.stale))
            return learnt[-1][0]

        seen = Visit(call=visit.call, request=visit.request, effect=effect, stale=visit.stale and stale)
        if any(at.what == "stop" and at.when == BEFORE for at in due):
            return NoAnswer()  # the worker that called is no more
        answer = await (inner or Fault()).act(seen)
        self.watch.log.append(self._line(due, answer))
        self.watch.unheard_notes += self.call == "espocrm.note" and isinstance(answer, NoAnswer)
        await self._do(due, AFTER)
        if any(at.what == "stop" for at in due):
            return NoAnswer()  # counted among the stops
        for shown, learn in learnt:
            if shown is answer:
                learn()
        return answer

    def _line(self, due: list[At], answer: Response) -> str:
        status = "no answer" if isinstance(answer, NoAnswer) else str(answer.status_code)
        met = [self.name, *(str(at).split(maxsplit=3)[3] for at in due)]
        return " ".join((self.call, self.party or "", *(f"[{what}]" for what in met if what), "->", status))

    async def _do(self, due: list[At], when: str) -> None:
        for at in due:
            if at.when == when and at.what not in FAULTS:
                await self.watch.act[at.what or "step"](at)
                self.watch.met[at.what or "step under way"] += 1


def _nothing() -> None:
    pass


def _other(side: str) -> str:
    return SIDES[side == "espocrm"]
