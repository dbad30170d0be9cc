"""Stands at the door of both stand-ins: sees each call's effect in the moment it happens, and does what `at` says.

Held at once after every effect: a field holds its old or its agreed value, never a third (P8), and what a write of ours
overwrote had been read before. The exceptions are the two windows that nobody can close (docs/guarantees.md), and the
log of effects decides exactly whether an edit fell into one.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.responses import Response

from beteiligte.kinds import Value
from beteiligte.mapping import from_advoware, from_espocrm
from simulators.faults import Faults
from simulators.visits import Fault, NoAnswer, Visit
from tests.properties.edits import Chronicle, Standing, Written
from tests.properties.script import AFTER, BEFORE, FAULTS, SIDES, At
from tests.world import WRITABLE, World

Acts = Callable[[At], Awaitable[None]]


@dataclass
class Known:
    """What the model knows of one party."""

    id: str
    sides: dict[str, Standing] = field(default_factory=lambda: {side: Standing() for side in SIDES})
    read: dict[str, Standing] = field(default_factory=lambda: {side: Standing() for side in SIDES})
    """What the program was last shown of each side."""
    bet_nrs: list[int] = field(default_factory=list)
    """What was created in Advoware for it; more than one is a double."""


class Watch(Faults):
    """The plan of faults of one history, with eyes."""

    world: World

    def __init__(self, *, concurrency: bool) -> None:
        super().__init__()
        self.concurrency = concurrency
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
        self.violations: list[str] = []
        self.met: Counter[str] = Counter()
        self.log: list[str] = []
        """What happened, line by line, for whoever looks into a failure."""
        self.act: dict[str, Acts] = {}
        """How `edit`, `stop`, `cancel` and `ask` are done."""

    # ------------------------------------------------------------------ persons

    def edit(self, side: str, number: int, name: str, *, clear: bool = False) -> Written | None:
        """A person's edit; None where there is no record to edit."""
        party = self.parties[number]
        if side == "advoware" and not party.bet_nrs:
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
        shown = self.parties[number].sides[side].copy()
        return answer, (_nothing if call == "espocrm.write" else lambda: self._saw(number, side, shown, brought))

    def stale(
        self, call: str, party: str | None, effect: Callable[[], Response]
    ) -> tuple[Response, Callable[[], None]]:
        """The same for a read that shows what stood before the last change."""
        number = self.number_of(call, party)
        answer = effect()
        if number is None or answer.status_code >= 300:
            return answer, _nothing
        side = call.partition(".")[0]
        shown = (self.parties[number].sides[side].before or self.parties[number].sides[side]).copy()
        return answer, lambda: self._saw(number, side, shown)

    def _saw(self, number: int, side: str, shown: Standing, brought: frozenset[int] = frozenset()) -> None:
        self.parties[number].read[side] = shown
        self.in_doubt = [doubt for doubt in self.in_doubt if doubt is not brought]
        self.unlinked -= brought

    # ------------------------------------------------------------------ what our writes did

    def values(self, side: str, number: int) -> dict[str, Value]:
        """The canonical values that stand on a side."""
        known = self.parties[number]
        if side == "espocrm":
            shown = from_espocrm(self.world.espocrm.records[known.id]).values  # type: ignore[arg-type]
        else:
            shown = from_advoware(self.world.advoware.records[known.bet_nrs[0]]).values  # type: ignore[arg-type]
        return {name: value for name, value in shown.items() if name in WRITABLE}

    def _created(self, bet_nr: int) -> Callable[[], None]:
        values = from_advoware(self.world.advoware.records[bet_nr]).values  # type: ignore[arg-type]
        number = self.chronicle.party_of(values)
        if number is None:
            self.violations.append(f"P4: a party of nobody was created, betNr {bet_nr}")
            return _nothing
        known = self.parties[number]
        known.bet_nrs.append(bet_nr)
        if len(known.bet_nrs) > 1:
            self.violations.append(f"P4: party {number} was created twice: {known.bet_nrs}")
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
        standing, other = known.sides[side], known.read[SIDES[side == "espocrm"]]
        seen = known.read[side]
        now = self.values(side, number)
        changed = {name: value for name, value in now.items() if standing.values.get(name) != value}
        self.log += [f"      {side} {number} {n}: {standing.values.get(n)} -> {v}" for n, v in changed.items()]
        self.keep(standing)
        for name, value in changed.items():
            self._overwritten(number, side, name, standing.origin(name), seen.origin(name))
            agreed = name in other.values and other.values[name] == value
            reverted = side == "advoware" and seen.values.get(name) == value
            if not agreed and not reverted:
                self.violations.append(
                    f"P8: {side}, party {number}, {name}: {standing.values.get(name)} became {value}, "
                    f"which the program read nowhere (EspoCRM or Advoware showed {other.values.get(name)})"
                )
            standing.origins[name] = other.origin(name) if agreed else seen.origin(name)
        standing.values = now
        brought = frozenset(standing.origin(name) for name in changed)
        if side == "advoware":
            self.in_doubt.append(brought)
        return brought

    def _overwritten(self, number: int, side: str, name: str, there: int, seen: int) -> None:
        unseen = self.chronicle.past(there) - self.chronicle.past(seen)
        if not unseen:
            return
        if side == "espocrm" and self.concurrency:
            self.violations.append(f"P2: party {number}, {name}: overwrote {sorted(unseen)} despite versions")
        window = "between our read and our PUT" if side == "advoware" else "between our read and our write-back"
        self.excused |= dict.fromkeys(unseen, window)


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
            if at.edit is None and at.what in FAULTS:
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
        await self._do(due, AFTER)
        if any(at.what == "stop" for at in due):
            return NoAnswer()
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
            if at.when == when and (at.edit or at.what not in FAULTS):
                await self.watch.act["edit" if at.edit else at.what](at)
                self.watch.met["edit under way" if at.edit else at.what] += 1


def _nothing() -> None:
    pass
