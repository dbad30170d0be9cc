"""What must be true of every history once it has settled (correctness.md P1 to P7, P11, P12)."""

import re

from beteiligte.fields import BY_NAME
from simulators.calls import Call
from tests.properties.edits import NOBODY, Written
from tests.properties.ground import Ground
from tests.properties.script import SIDES, Script

CONFLICT = re.compile(r"• (?P<label>.+?) wurde auf beiden Seiten verschieden geändert: "
                      r"EspoCRM (?P<espocrm>leer|„.*?“), Advoware (?P<advoware>leer|„.*?“)\.")  # fmt: skip
LABELS = {field.label: field.name for field in BY_NAME.values()}


def judge(ground: Ground, script: Script, *, written: list[Call]) -> None:
    """Note every violation. `written`: writes since everything had settled, echoes and one quiet pass among them."""
    found = ground.watch.violations
    found += [f"P5/P6: written although nothing changed: {call.name}, {call.party}" for call in written]
    holders = [record["betnr"] for record in ground.espocrm.records.values() if record["betnr"]]
    found += [f"P4: betNr {bet_nr} is held twice" for bet_nr in {*holders} if holders.count(bet_nr) > 1]
    for number in ground.watch.parties:
        found += _party(ground, number)


def _party(ground: Ground, number: int) -> list[str]:
    known = ground.watch.parties[number]
    record = ground.espocrm.records[known.id]
    if [record["betnr"]] != known.bet_nrs:
        return [f"P4/P11: party {number} is linked to {record['betnr']}, created as {known.bet_nrs}"]
    found = [] if record["syncStatus"] == "clean" else [f"P11: party {number} ends as {record['syncStatus']}"]
    left, right = (ground.watch.values(side, number) for side in SIDES)
    for name in sorted({*left, *right}):
        if left.get(name) != right.get(name):
            found.append(f"P1: party {number}, {name}: EspoCRM {left.get(name)}, Advoware {right.get(name)}")
    for side, values in zip(SIDES, (left, right), strict=True):
        tracked = known.sides[side].values
        found += [
            f"model: {side}, party {number}, {n}: {values[n]}, not {tracked.get(n)}"
            for n in values
            if values[n] != tracked.get(n)
        ]
    return found + _lost(ground, number) + _phantoms(ground, number)


def _lost(ground: Ground, number: int) -> list[str]:
    """P2, P3: every edit is in the past of a value that stands, or of one that people were told."""
    watch = ground.watch
    chronicle, told = watch.chronicle, ground.told_on(watch.parties[number].id)
    shown = {edit for text in told for edit in _told(ground, number, text)}
    standing = {o for side in watch.parties[number].sides.values() for o in side.origins.values()}
    safe = chronicle.covered(shown | standing) | chronicle.shown | watch.excused.keys()
    mine = (edit for edit in chronicle.edits.values() if edit.party == number and edit.number not in safe)
    return [f"P2: lost without a word: {edit}" for edit in mine if not _emptied_twice_or_unlinked(ground, edit, safe)]


def _emptied_twice_or_unlinked(ground: Ground, edit: Written, safe: set[int]) -> bool:
    """Emptiness is one value, whoever made it; and a field without a base is filled from the side that has a value."""
    if edit.value is not None:
        return False
    chronicle, unlinked = ground.watch.chronicle, ground.watch.unlinked
    return bool(chronicle.emptied(edit.party, edit.field) & safe or chronicle.past(edit.number) & unlinked)


def _told(ground: Ground, number: int, text: str) -> set[int]:
    """Edits whose value stands in a note, quoted; where it says "empty", those that emptied the field."""
    chronicle = ground.watch.chronicle
    quoted = re.findall(r"„(.*?)“", text)
    found = {chronicle.by_value[value] for value in map(_canonical, quoted) if value in chronicle.by_value}
    for line in CONFLICT.finditer(text):
        if "leer" in (line["espocrm"], line["advoware"]):
            found |= chronicle.emptied(number, LABELS[line["label"]])
    return found


def _phantoms(ground: Ground, number: int) -> list[str]:
    """P7: a conflict is between two edits that did not know of each other."""
    chronicle, known = ground.watch.chronicle, ground.watch.parties[number]
    found = []
    for text in ground.told_on(known.id):
        for line in CONFLICT.finditer(text):
            name = LABELS[line["label"]]
            left, right = (_candidates(ground, number, name, line[side]) for side in SIDES)
            doubtful = chronicle.covered(right) & set().union(*ground.watch.in_doubt)
            if not doubtful and all(chronicle.know_each_other(one, other) for one in left for other in right):
                found.append(f"P7: no real conflict, party {number}: {line[0]}")
    return found


def _candidates(ground: Ground, number: int, name: str, shown: str) -> set[int]:
    chronicle = ground.watch.chronicle
    if shown == "leer":
        return chronicle.emptied(number, name) or {NOBODY}
    return {chronicle.by_value[_canonical(shown.strip("„“"))]}


def _canonical(shown: str) -> str:
    """German dates back to their canonical form."""
    return "-".join(reversed(shown.split("."))) if re.fullmatch(r"\d\d\.\d\d\.\d{4}", shown) else shown
