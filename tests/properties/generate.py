"""Makes a history from a seed: the same one in every run of the same code."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from tests.properties.script import (
    AFTER,
    BEFORE,
    DELIVERY_FAULTS,
    FAULTS_OF,
    OUTAGES,
    SIDES,
    At,
    Decide,
    Delete,
    Deliver,
    Edit,
    Expire,
    Inner,
    Outage,
    Party,
    Reset,
    Script,
    Step,
    Sync,
    Terminate,
)

PERSON = ("name", "vorname", "titel", "briefanrede", "zusatz", "geburtsdatum")
COMPANY = ("name", "briefanrede", "zusatz")
REASONS = ("person", "sweep", "update")
KEPT = ("name",)
"""Never emptied: a name that is gone holds the whole party."""
CALLS = {"espocrm.read": 3, "espocrm.write": 4, "advoware.read": 3, "advoware.replace": 4, "advoware.create": 3,
         "espocrm.note": 1, "espocrm.list": 1, "advoware.search": 1}  # fmt: skip
STEPS = {"edit": 8, "at": 10, "sync": 6, "deliver": 5, "outage": 1, "expire": 1, "decide": 1}
MEANWHILE = {"fault": 5, "edit": 4, "stop": 1, "cancel": 1, "ask": 1}
"""How often each comes, and what at a call."""
HANDS = {"reset": 2}
HANDS_MEANWHILE = {"reset": 4, "terminate": 8}
"""What people do in Temporal's Web UI."""
DELETES = {"delete": 2}


def generate(seed: int) -> Script:
    """The history of a seed."""
    return _Maker(Random(seed)).script()


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.parties: list[Party] = []
        self.often = COMPANY[0]
        self.steps: dict[str, int] = STEPS
        self.meanwhile: dict[str, int] = MEANWHILE

    def script(self) -> Script:
        flip = self.random.random
        for _ in range(self.random.choices((1, 2, 3), (6, 3, 1))[0]):
            kind = self.random.choices(("person", "company"), (3, 1))[0]
            self.parties.append(Party(kind, self.random.choice(("new", "linked"))))
        self.often = self.random.choice(COMPANY)
        hands, deletes = flip() < 0.5, flip() < 0.3
        self.steps = STEPS | (HANDS if hands else {}) | (DELETES if deletes else {})
        self.meanwhile = MEANWHILE | (HANDS_MEANWHILE if hands else {}) | (DELETES if deletes else {})
        steps = [step for _ in range(self.random.randint(4, 14)) for step in self.steps_on()]
        return Script(
            concurrency=flip() < 0.5,
            look_up=flip() < 0.4,
            skip_own=flip() < 0.5,
            fresh=flip() < 0.7,
            manual=flip() < 0.4,
            parties=tuple(self.parties),
            steps=tuple(steps),
        )

    def steps_on(self) -> Iterator[Step]:
        """A step; often also the edit that rivals it, or the sync that makes the call it waits for."""
        step = self.step()
        yield step
        if isinstance(step, Edit) and self.random.random() < 0.3:
            yield replace(step, side=SIDES[step.side == "espocrm"], clear=False)
        if isinstance(step, At) and self.random.random() < 0.6:
            yield Sync(step.party, self.random.choice(REASONS))

    def step(self) -> Step:
        match self.pick(self.steps):
            case "at":
                return self.at()
            case "sync":
                return Sync(self.party(), self.random.choice(REASONS))
            case "outage":
                system = self.random.choice(SIDES)
                return Outage(system, self.random.choice(OUTAGES[system]), self.random.randint(3, 25))
            case "expire":
                return Expire()
            case "decide":
                party = self.party()
                return Decide(party, self.field(party), self.random.choice((*SIDES, "value")))
            case "deliver":
                fault = self.random.choice(sorted(DELIVERY_FAULTS)) if self.random.random() < 0.5 else ""
                return Deliver(fault)
            case what:
                return self.inner(what, self.party())

    def inner(self, what: str, party: int) -> Inner:
        match what:
            case "delete":
                return Delete(self.random.choice(SIDES), party)
            case "reset":
                return Reset(party, self.random.randint(0, 5))
            case "terminate":
                return Terminate(party)
            case _:
                return self.edit(party)

    def pick(self, weights: dict[str, int]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def party(self) -> int:
        return self.random.randrange(len(self.parties))

    def field(self, party: int) -> str:
        """Few in one history, or nobody would ever edit what another edited."""
        if self.random.random() < 0.7:
            return self.often
        return self.random.choice(PERSON if self.parties[party].kind == "person" else COMPANY)

    def edit(self, party: int) -> Edit:
        name = self.field(party)
        clear = name not in KEPT and self.random.random() < 0.2
        return Edit(self.random.choice(SIDES), party, name, clear)

    def at(self) -> At:
        party, call = self.party(), self.pick(CALLS)
        when = self.random.choice((BEFORE, AFTER))
        match self.pick(self.meanwhile):
            case "fault":
                return At(party, call, BEFORE, self.random.choice(FAULTS_OF[call]))
            case "stop" | "cancel" | "ask" as what:
                return At(party, call, when, what)
            case what:
                return At(party, call, when, step=self.inner(what, party))
