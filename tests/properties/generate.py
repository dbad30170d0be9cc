"""Makes a history from a seed: the same one in every run of the same code."""

from random import Random

from tests.properties.script import (
    AFTER,
    BEFORE,
    DELIVERY_FAULTS,
    FAULTS_OF,
    OUTAGES,
    SIDES,
    At,
    Deliver,
    Edit,
    Expire,
    Outage,
    Party,
    Reset,
    Script,
    Step,
    Sync,
)

PERSON = ("name", "vorname", "titel", "briefanrede", "zusatz", "geburtsdatum")
COMPANY = ("name", "titel", "briefanrede", "zusatz")
KEPT = ("name",)
"""Never emptied: a name that is gone holds the whole party."""
CALLS = {"espocrm.read": 3, "espocrm.write": 4, "advoware.read": 3, "advoware.replace": 4, "advoware.create": 3,
         "espocrm.note": 1, "espocrm.list": 1, "advoware.search": 1}  # fmt: skip
STEPS = {"edit": 8, "at": 8, "sync": 4, "deliver": 5, "outage": 1, "expire": 1, "reset": 1}
"""How often each comes."""


def generate(seed: int) -> Script:
    """The history of a seed."""
    return _Maker(Random(seed)).script()


class _Maker:
    def __init__(self, random: Random) -> None:
        self.random = random
        self.parties: list[Party] = []

    def script(self) -> Script:
        flip = self.random.random
        fresh = flip() < 0.7
        for _ in range(self.random.choices((1, 2, 3), (6, 3, 1))[0]):
            kind = self.random.choices(("person", "company"), (3, 1))[0]
            self.parties.append(Party(kind, self.random.choice(("new", "linked"))))
        steps = [self.step(resets=not fresh) for _ in range(self.random.randint(4, 14))]
        return Script(
            concurrency=flip() < 0.5,
            look_up=flip() < 0.4,
            skip_own=flip() < 0.5,
            fresh=fresh,
            parties=tuple(self.parties),
            steps=tuple(steps),
        )

    def step(self, *, resets: bool) -> Step:
        match self.pick(STEPS):
            case "edit":
                return self.edit(self.party())
            case "at":
                return self.at()
            case "sync":
                return Sync(self.party(), self.random.choice(("person", "sweep", "update")))
            case "outage":
                system = self.random.choice(SIDES)
                return Outage(system, self.random.choice(OUTAGES[system]), self.random.randint(3, 25))
            case "expire":
                return Expire()
            case "reset" if resets:
                return Reset(self.party(), self.random.randint(0, 5))
            case _:
                fault = self.random.choice(sorted(DELIVERY_FAULTS)) if self.random.random() < 0.5 else ""
                return Deliver(fault)

    def pick(self, weights: dict[str, int]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def party(self) -> int:
        return self.random.randrange(len(self.parties))

    def edit(self, party: int) -> Edit:
        name = self.random.choice(PERSON if self.parties[party].kind == "person" else COMPANY)
        clear = name not in KEPT and self.random.random() < 0.2
        return Edit(self.random.choice(SIDES), party, name, clear)

    def at(self) -> At:
        party, call = self.party(), self.pick(CALLS)
        when = self.random.choice((BEFORE, AFTER))
        match self.pick({"edit": 4, "fault": 5, "stop": 1, "cancel": 1, "ask": 1}):
            case "edit":
                return At(party, call, when, "", self.edit(party))
            case "fault":
                return At(party, call, BEFORE, self.random.choice(FAULTS_OF[call]))
            case what:
                return At(party, call, when, what)
