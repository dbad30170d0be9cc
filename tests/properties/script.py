"""A history as data and as text: the text is what a failure prints and what `make soak SCRIPT=...` plays again.

One step a line. `at` waits for the next call of that name that concerns the party and does something there, before or
after the call takes effect; so every interleaving is fixed by the script and a history plays the same way each time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulators.delivery_faults import Late, LostDelivery, Reordered, Twice
from simulators.faults import (
    EmptyList,
    LostAnswer,
    RefusedBeforeEffect,
    StaleRead,
    Status,
    expired_token,
    lock_out,
    unavailable,
)
from simulators.visits import Fault

SIDES = ("espocrm", "advoware")
BEFORE, AFTER = "before", "after"

FAULTS: Mapping[str, Callable[[], Fault]] = {
    "refused": RefusedBeforeEffect,
    "lost_answer": LostAnswer,
    "500": lambda: Status(500),
    "500_after_effect": lambda: Status(500, after_effect=True),
    "502": lambda: Status(502),
    "503": lambda: unavailable(None),
    "503_retry_after": unavailable,
    "429": lambda: Status(429),
    "lock_out": lock_out,
    "expired_token": expired_token,
    "stale_read": StaleRead,
    "empty_list": EmptyList,
    "html": lambda: Status(200, body="<html>Wartung</html>"),
}
READS = ("espocrm.read", "advoware.read")
ANY = ("refused", "lost_answer", "500", "502", "503", "429", "html")
FAULTS_OF: Mapping[str, tuple[str, ...]] = {
    "espocrm.read": (*ANY, "lock_out", "stale_read", "empty_list"),
    "espocrm.write": (*ANY, "500_after_effect", "lock_out"),
    "espocrm.note": (*ANY, "lock_out"),
    "espocrm.list": (*ANY, "lock_out"),
    "advoware.read": (*ANY, "503_retry_after", "expired_token", "stale_read", "empty_list"),
    "advoware.create": (*ANY, "500_after_effect", "503_retry_after", "expired_token"),
    "advoware.replace": (*ANY, "500_after_effect", "503_retry_after", "expired_token"),
    "advoware.search": (*ANY, "503_retry_after", "expired_token"),
}
"""What can befall which call."""
OUTAGES: Mapping[str, tuple[str, ...]] = {
    "espocrm": ("refused", "503", "500", "lock_out", "html"),
    "advoware": ("refused", "503_retry_after", "503", "500", "expired_token"),
}
DELIVERY_FAULTS: Mapping[str, Callable[[], Fault]] = {
    "late": Late,
    "twice": Twice,
    "lost": LostDelivery,
    "reordered": Reordered,
    "unanswered": LostAnswer,
    "refused": RefusedBeforeEffect,
}


@dataclass(frozen=True)
class Party:
    """How a party begins: `linked` (both sides hold it and agree) or `new` (EspoCRM only, its webhook still waits)."""

    kind: str
    begin: str

    def __str__(self) -> str:
        return f"party {self.kind} {self.begin}"


@dataclass(frozen=True)
class Edit:
    """A person changes one field, or empties it."""

    side: str
    party: int
    field: str
    clear: bool = False

    def __str__(self) -> str:
        return f"edit {self.side} {self.party} {self.field}{' clear' if self.clear else ''}"


@dataclass(frozen=True)
class Sync:
    """Somebody asks for a sync; everything comes to rest before the next step."""

    party: int
    reason: str

    def __str__(self) -> str:
        return f"sync {self.party} {self.reason}"


@dataclass(frozen=True)
class Deliver:
    """EspoCRM's webhook queue is emptied; the first POST may meet a fault."""

    fault: str = ""

    def __str__(self) -> str:
        return f"deliver {self.fault}".rstrip()


@dataclass(frozen=True)
class Outage:
    """The next calls of a system fail, whoever makes them: 5 are one party's attempts, 30 a night."""

    system: str
    fault: str
    calls: int

    def __str__(self) -> str:
        return f"outage {self.system} {self.fault} {self.calls}"


@dataclass(frozen=True)
class Expire:
    """All of Advoware's tokens are refused from now on."""

    def __str__(self) -> str:
        return "expire"


@dataclass(frozen=True)
class Reset:
    """The party's newest run is reset in Temporal to its workflow task number `task`, counted around."""

    party: int
    task: int

    def __str__(self) -> str:
        return f"reset {self.party} {self.task}"


@dataclass(frozen=True)
class Terminate:
    """The party's run is terminated in Temporal, if one is open: between two steps all have ended."""

    party: int

    def __str__(self) -> str:
        return f"terminate {self.party}"


@dataclass(frozen=True)
class Delete:
    """A person deletes the party on one side."""

    side: str
    party: int

    def __str__(self) -> str:
        return f"delete {self.side} {self.party}"


@dataclass(frozen=True)
class Decide:
    """A person says what both sides shall have in a field: `espocrm`'s, `advoware`'s, or a `value` of his own."""

    party: int
    field: str
    take: str

    def __str__(self) -> str:
        return f"decide {self.party} {self.field} {self.take}"


@dataclass(frozen=True)
class At:
    """At the next call of that name for the party: a step, a fault, `stop` the worker, `cancel` or `ask` the run."""

    party: int
    call: str
    when: str
    what: str = ""
    step: "Inner | None" = None

    def __str__(self) -> str:
        return f"at {self.party} {self.call} {self.when} {self.step or self.what}"


Inner = Edit | Delete | Reset | Terminate
"""Steps that can happen while a call is under way."""
OfParty = Inner | Sync | Decide | At
Step = OfParty | Deliver | Outage | Expire


@dataclass(frozen=True)
class Script:
    """One history."""

    concurrency: bool = False
    """EspoCRM's optimistic concurrency."""
    look_up: bool = False
    skip_own: bool = False
    """EspoCRM's webhooks leave out what the integration wrote itself."""
    fresh: bool = True
    """False: every read counts as too old to be acted on, as after a reset by hand or a long queue."""
    manual: bool = False
    """Conflicts about the fields of one group are a person's to decide."""
    parties: tuple[Party, ...] = ()
    steps: tuple[Step, ...] = field(default=())

    def has(self, *kinds: type[Inner]) -> bool:
        """Whether a step of these kinds is in it, also one that waits for a call."""
        inner = (step.step if isinstance(step, At) else step for step in self.steps)
        return any(isinstance(step, kinds) for step in inner)

    def __str__(self) -> str:
        on = [name for name in FLAGS if getattr(self, name)]
        return "\n".join((f"with {' '.join(on)}".rstrip(), *map(str, self.parties), *map(str, self.steps)))


FLAGS = ("concurrency", "look_up", "skip_own", "fresh", "manual")


def parse(text: str) -> Script:
    """The script of a text. Raises ValueError with the line that makes no sense."""
    script = Script(fresh=False)
    flags: dict[str, bool] = {"fresh": False}
    parties: list[Party] = []
    steps: list[Step] = []
    for line in filter(None, (line.partition("#")[0].strip() for line in text.splitlines())):
        words = line.split()
        try:
            if words[0] == "with":
                flags |= dict.fromkeys(words[1:], True)
            elif words[0] == "party":
                parties.append(Party(*words[1:]))
            else:
                steps.append(_step(words))
        except (TypeError, ValueError, IndexError, KeyError):
            raise ValueError(f"not understood: {line}") from None
    return Script(**{**script.__dict__, **flags, "parties": tuple(parties), "steps": tuple(steps)})


def _step(words: list[str]) -> Step:
    match words:
        case ["sync", party, reason]:
            return Sync(int(party), reason)
        case ["deliver", *fault]:
            return Deliver(*fault)
        case ["outage", system, fault, calls]:
            return Outage(system, fault, int(calls))
        case ["expire"]:
            return Expire()
        case ["at", party, call, when, what]:
            return At(int(party), call, when, what)
        case ["at", party, call, when, *rest]:
            return At(int(party), call, when, step=_inner(rest))
        case ["decide", party, name, take]:
            return Decide(int(party), name, take)
        case _:
            return _inner(words)


def _inner(words: list[str]) -> Inner:
    match words:
        case ["edit", side, party, name, *clear]:
            return Edit(side, int(party), name, clear == ["clear"])
        case ["delete", side, party]:
            return Delete(side, int(party))
        case ["reset", party, task]:
            return Reset(int(party), int(task))
        case ["terminate", party]:
            return Terminate(int(party))
        case _:
            raise ValueError(words)
