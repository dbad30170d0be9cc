"""What must be true of every history once it has settled (correctness.md P1 to P7, P9, P11, P12)."""

import re
from collections import Counter
from collections.abc import Mapping, Set

from beteiligte.record.party_fields import PARTY_TABLE
from simulators.calls import Call
from tests.properties.edits import NOBODY, Written
from tests.properties.ground import Basis
from tests.properties.script import SIDES

_BOTH = r"EspoCRM (?P<espocrm>leer|„.*?“), Advoware (?P<advoware>leer|„.*?“)"
CONFLICT = re.compile(rf"• (?P<label>.+?) (wurde|war) auf beiden Seiten verschieden( geändert)?: {_BOTH}\.")
UNDECIDED = re.compile(CONFLICT.pattern + " Es wurde nichts überschrieben")
DECIDED = re.compile(rf"• (?P<label>.+?): Es wurde entschieden, .*? Vorher stand dort: {_BOTH}\.")
GONE = re.compile(r"(Der Beteiligte|Die betNr) (?P<number>\d+) (ist|gibt es) in Advoware (gelöscht|nicht)")
DELETED = "in EspoCRM gelöscht"
LABELS = {field.label: field.name for field in PARTY_TABLE.by_name.values()}


def judge(ground: Basis, *, written: list[Call], recorded: Mapping[int, list[str]]) -> None:
    """Note every violation.

    Args:
        ground: Where everything has settled.
        written: Writes since then, echoes and one quiet pass among them.
        recorded: By party: what runs that were ended by hand had decided and may not have come to tell.
    """
    found, written_ever = ground.watch.violations, ground.calls.writes()
    found += [f"P5/P6: written although nothing changed: {call.name}, {call.party}" for call in written]
    deletes = [call for call in written_ever if call.name.endswith(".delete")]
    found += [f"P9: deleted by us: {call.name}, {call.party}" for call in deletes]
    holders = [record["betnr"] for record in ground.espocrm.records.values() if record["betnr"]]
    found += [f"P4: betNr {bet_nr} is held twice" for bet_nr in {*holders} if holders.count(bet_nr) > 1]
    for number, known in ground.watch.parties.items():
        told = [*ground.told_of_party(known.id), *recorded[number]]
        found += _ending(ground, number) + _stands(ground, number)
        found += _lost(ground, number, told) + _phantoms(ground, number)
        found += _asked_again(ground, number)


def _ending(ground: Basis, number: int) -> list[str]:
    """How the party must end: equal and clean, or with a person told what is missing."""
    known = ground.watch.parties[number]
    if "espocrm" in known.gone:
        return _deleted_in_espocrm(ground, number)
    record = ground.espocrm.records[known.id]
    if "advoware" in known.gone:
        return _deleted_in_advoware(ground, number)
    if [record["betnr"]] != known.bet_nrs:
        return [f"P4/P11: party {number} is linked to {record['betnr']}, created as {known.bet_nrs}"]
    found = [] if record["syncStatus"] == "clean" else [f"P11: party {number} ends as {record['syncStatus']}"]
    left, right = (ground.watch.values(side, number) for side in SIDES)
    for name in sorted({*left, *right}):
        if left.get(name) != right.get(name):
            found.append(f"P1: party {number}, {name}: EspoCRM {left.get(name)}, Advoware {right.get(name)}")
    return found


def _deleted_in_espocrm(ground: Basis, number: int) -> list[str]:
    """Told with the betNr that its record held; the other side stands. What Advoware never had is nobody's concern."""
    known = ground.watch.parties[number]
    bet_nr = ground.espocrm.deleted[known.id]["betnr"]
    if not (bet_nr or known.bet_nrs):
        return []
    told = [text for text in ground.told_of_party(known.id) if DELETED in text]
    if not told:
        return [f"P11: party {number} was deleted in EspoCRM and nobody was told"]
    if bet_nr and not known.ended and not any(f"gelöscht (betNr {bet_nr})" in text for text in told):
        return [f"P11: party {number} was deleted in EspoCRM and nobody was told its betNr {bet_nr}"]
    return []


def _deleted_in_advoware(ground: Basis, number: int) -> list[str]:
    """Shown by its status and told with the betNr; or it went while it was not known whether it had been created."""
    known = ground.watch.parties[number]
    record = ground.espocrm.records[known.id]
    if record["betnr"] is None:
        return [] if record["syncStatus"] == "conflict" else [f"P11: party {number} is neither linked nor a question"]
    if record["syncStatus"] not in ("deleted_in_advoware", "conflict"):
        return [f"P11: party {number} was deleted in Advoware and ends as {record['syncStatus']}"]
    told = [match["number"] for text in ground.told_on(known.id) for match in GONE.finditer(text)]
    if str(known.bet_nrs[0]) not in told and not known.ended:
        return [f"P11: party {number} was deleted in Advoware and nobody was told"]
    return []


def _stands(ground: Basis, number: int) -> list[str]:
    """The model knows what stands on every side."""
    known = ground.watch.parties[number]
    found = []
    for side in SIDES:
        if side in known.gone or (side == "advoware" and not known.bet_nrs):
            continue
        values, tracked = ground.watch.values(side, number), known.sides[side].values
        found += [
            f"model: {side}, party {number}, {n}: {values[n]}, not {tracked.get(n)}"
            for n in values
            if values[n] != tracked.get(n)
        ]
    return found


def _asked_again(ground: Basis, number: int) -> list[str]:
    """A question is told once, but where the answer to its note was lost."""
    known, watch = ground.watch.parties[number], ground.watch
    again = watch.unheard_notes + ground.stops + len(known.ended)
    asked = Counter(line[0] for text in ground.told_on(known.id) for line in UNDECIDED.finditer(text))
    return [f"P7: asked {times} times: {line}" for line, times in asked.items() if times > 1 + again]


def _lost(ground: Basis, number: int, told: list[str]) -> list[str]:
    """P2, P3: every edit is in the past of a value that stands, or of one that people were told."""
    watch = ground.watch
    chronicle = watch.chronicle
    shown = {edit for text in told for edit in _told(ground, number, text)}
    standing = {o for side in watch.parties[number].sides.values() for o in side.origins.values()}
    safe = chronicle.covered(shown | standing) | chronicle.shown | watch.excused.keys()
    mine = [edit for edit in chronicle.edits.values() if edit.party == number]
    safe |= chronicle.covered(e.number for e in mine if e.value is None and _is_no_loss(ground, e, safe))
    return [f"P2: lost without a word: {edit}" for edit in mine if edit.number not in safe]


def _is_no_loss(ground: Basis, emptied: Written, safe: Set[int]) -> bool:
    """Emptiness is one value, whoever made it; and a field without a base is filled from the side that has a value."""
    watch = ground.watch
    again = watch.chronicle.emptied(emptied.party, emptied.field) & safe
    return bool(again or emptied.number in watch.filled or watch.chronicle.past(emptied.number) & watch.unlinked)


def _told(ground: Basis, number: int, text: str) -> set[int]:
    """Edits whose value stands in a note, quoted; where it says "empty", those that emptied the field."""
    chronicle = ground.watch.chronicle
    quoted = re.findall(r"„(.*?)“", text)
    found = {chronicle.by_value[value] for value in map(_canonical, quoted) if value in chronicle.by_value}
    for line in (*CONFLICT.finditer(text), *DECIDED.finditer(text)):
        if "leer" in (line["espocrm"], line["advoware"]):
            found |= chronicle.emptied(number, LABELS[line["label"]])
    return found


def _phantoms(ground: Basis, number: int) -> list[str]:
    """P7: a conflict is between two edits that did not know of each other."""
    chronicle, known = ground.watch.chronicle, ground.watch.parties[number]
    found: list[str] = []
    if known.misled:
        return found
    for text in ground.told_on(known.id):
        for line in CONFLICT.finditer(text):
            name = LABELS[line["label"]]
            left, right = (_candidates(ground, number, name, line[side]) for side in SIDES)
            doubtful = chronicle.covered(right) & set().union(*ground.watch.in_doubt)
            if not doubtful and all(chronicle.know_each_other(one, other) for one in left for other in right):
                found.append(f"P7: no real conflict, party {number}: {line[0]}")
    return found


def _candidates(ground: Basis, number: int, name: str, shown: str) -> set[int]:
    chronicle = ground.watch.chronicle
    if shown == "leer":
        return chronicle.emptied(number, name) or {NOBODY}
    return {chronicle.by_value[_canonical(shown.strip("„“"))]}


def _canonical(shown: str) -> str:
    """German dates back to their canonical form."""
    return "-".join(reversed(shown.split("."))) if re.fullmatch(r"\d\d\.\d\d\.\d{4}", shown) else shown
