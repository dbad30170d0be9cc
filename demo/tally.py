"""What every sync came to, against its budget, and whether both systems are equal in the end."""

from dataclasses import dataclass, field

from simulators import Call, Simulators

ASIDE = ("advoware.token", "espocrm.note", "delivery.")
"""Calls that no budget counts: tokens, messages to people, EspoCRM's own POSTs to us."""
PAIRS = {
    "firstName": "vorname",
    "titel": "titel",
    "zusatz": "zusatz",
    "briefAnrede": "bAnrede",
    "rechtsform": "rechtsform",
    "dateOfBirth": "geburtsdatum",
    "salutationName": "anrede",
}
"""EspoCRM attribute to Advoware property. Written down once more on purpose: the demo does not trust our mapping."""
CONTACT = ("firstName", "titel", "dateOfBirth", "salutationName")
"""What a company's record holds of its contact."""
SALUTATIONS = {"Mr.": "Herr", "Ms.": "Frau", "Mrs.": "Frau"}


@dataclass(kw_only=True)
class SyncRow:
    """One sync of a party, or of many."""

    workflow: str
    """Id of its workflow."""
    run: str = ""
    """Run id, where it is about one run."""
    name: str
    what: str
    decision: str
    status: str
    calls: int
    budget: int
    notes: int
    seconds: float
    problems: list[str]


@dataclass
class Tally:
    """All rows, and everything that was not as it should be."""

    rows: list[SyncRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, row: SyncRow) -> None:
        """Keep a row and its problems."""
        self.rows.append(row)
        self.problems += row.problems


def counted(calls: list[Call]) -> int:
    """Calls that a budget counts."""
    return sum(not call.name.startswith(ASIDE) for call in calls)


def differences(world: Simulators) -> list[str]:
    """Where the two systems are not equal, as a person would compare them; ids and field names only."""
    found = [difference for party in world.espocrm.records for difference in _differences(world, party)]
    linked = [record.get("betnr") for record in world.espocrm.records.values()]
    for bet_nr in world.advoware.records:
        if linked.count(bet_nr) != 1:
            found.append(f"betNr {bet_nr} belongs to {linked.count(bet_nr)} parties in EspoCRM")
    return found


def _differences(world: Simulators, party: str) -> list[str]:
    left = world.espocrm.records[party]
    bet_nr = left.get("betnr")
    right = world.advoware.records.get(bet_nr) if isinstance(bet_nr, int) else None
    if right is None:
        return [f"party {party} has no counterpart in Advoware"]
    name = left.get("firmenname") or left.get("lastName")
    pairs = {"name": (name, right.get("name"))}
    for attribute, prop in PAIRS.items():
        if not (left.get("firmenname") and attribute in CONTACT):  # a company's contact is not Advoware's business
            pairs[prop] = (_plain(left.get(attribute)), _plain(right.get(prop)))
    return [f"party {party}: {prop} differs" for prop, (ours, theirs) in pairs.items() if ours != theirs]


def _plain(value: object) -> object:
    text = str(value).removesuffix("T00:00:00") if value else None
    return SALUTATIONS.get(text or "", text)
