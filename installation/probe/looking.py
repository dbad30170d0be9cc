"""Experiments that only read."""

import difflib
import secrets
from collections.abc import Iterable, Mapping

from beteiligte.faults import SyncFault
from beteiligte.record.field_table import Field, FieldTable
from beteiligte.record.mapping import from_advoware
from clients.advoware_session import NO_BET_NR
from clients.records import AdvowareRecord, Listed
from installation.probe.bench import AWAY, Outcome, ProbeBench, tried
from installation.probe.findings import NO_CHANGE, Assumption, ProbeFinding, as_assumed, left_open, listed, otherwise

LOOK_UP, LISTING = "ADVOWARE_LOOKUP", "SWEEP_LISTING"
OF_NO_FIELD = ("betnr", "rowid", "geaendertam", "kommunikation")


async def the_record(bench: ProbeBench) -> list[ProbeFinding]:
    """How the read that began the probe was answered."""
    start = bench.start
    number = next((value for key, value in start.record.items() if key.lower() == "betnr"), None)
    of_number = otherwise if isinstance(number, str) else as_assumed
    return [
        as_assumed(Assumption.PREFIX, f"GET {bench.client.session.parties}/… answers", NO_CHANGE),
        as_assumed(Assumption.READ, "a list of one" if start.as_list else "an object", "nothing: both are read"),
        of_number(Assumption.NUMBER, "text" if isinstance(number, str) else "a number", "nothing: both are read"),
        names(start.record, bench.table),
    ]


def names(properties: Iterable[str], table: FieldTable) -> ProbeFinding:
    """Which fields the record has, and what else it has."""
    there = {key.lower(): key for key in properties}
    missing = [row for row in table.rows if row.advoware.lower() not in there]
    if not missing:
        return as_assumed(Assumption.NAMES, f"all {len(table.rows)} are there", NO_CHANGE)
    taken = {*OF_NO_FIELD, *(row.advoware.lower() for row in table.rows)}
    free = {lower: name for lower, name in there.items() if lower not in taken}
    guesses = {row.name: _alike(row, free) for row in missing}
    perhaps = "".join(f"; perhaps {name} is {guess}" for name, guess in guesses.items() if guess)
    return otherwise(
        Assumption.NAMES,
        f"not there: {listed(row.advoware for row in missing)}; there and not ours: {listed(sorted(free.values()))}",
        "what is not there is not synced and never cleared. One of the others may be it: compare with what Advoware "
        f"shows, and name it in SYNC_FIELDS_FILE{perhaps}",
    ).but(unmapped=guesses)


def _alike(row: Field, free: Mapping[str, str]) -> str:
    wanted = row.advoware.lower()
    longer = [name for name in free if wanted in name]
    close = longer[:1] or difflib.get_close_matches(wanted, free, n=1)
    return free[close[0]] if close else ""


async def nobody(bench: ProbeBench) -> list[ProbeFinding]:
    """How a number that nobody has is answered."""
    answer = await bench.party.answer("read", "GET", bench.client.session.one(NO_BET_NR))
    if answer.status == 404:
        return [as_assumed(Assumption.GONE, f"betNr {NO_BET_NR}: 404", NO_CHANGE)]
    return [
        otherwise(
            Assumption.GONE,
            f"betNr {NO_BET_NR}: {answer.status}",
            "a party deleted in Advoware is not known as deleted: its sync fails and tells. There is no setting: tell "
            "whoever maintains the program",
        )
    ]


async def search(bench: ProbeBench) -> list[ProbeFinding]:
    """Whether the program's own search finds the party by its name, and by nonsense does not."""
    name = bench.start.values(bench.table).get(bench.table.name)
    if not name:
        return [left_open(Assumption.SEARCH, "the party's name cannot be read")]
    by_name = await tried(lambda: bench.client.search(name))
    by_nonsense = await tried(lambda: bench.client.search(f"zzqx{secrets.token_hex(4)}"))
    if refused := by_name.fault or by_nonsense.fault:
        return [_off(Assumption.SEARCH, answered(refused), LOOK_UP)]
    if bench.party.bet_nr in _numbers(by_nonsense):
        return [_off(Assumption.SEARCH, "it answers parties whatever the text is", LOOK_UP)]
    found = [one for one in by_name.value or () if one.bet_nr == bench.party.bet_nr]
    if not found:
        return [_off(Assumption.SEARCH, "it answers a list, and the party is not found by its name", LOOK_UP)]
    return [_searchable(bench, found[0])]


def _searchable(bench: ProbeBench, found: AdvowareRecord) -> ProbeFinding:
    shown = from_advoware(found.fields, bench.table).values
    lacking = [name for name in bench.table.match if name not in shown]
    without = f"; what it finds lacks {listed(lacking)}" if lacking else ""
    asked = ", though each match is asked about, as too little of it is known" if lacking else ""
    return as_assumed(
        Assumption.SEARCH,
        f"the party is found by its name{without}",
        f"parties that Advoware has already can be matched before a create{asked}",
        **{LOOK_UP: "true"},
    )


def _numbers(found: "Outcome[list[AdvowareRecord]]") -> set[int | None]:
    return {one.bet_nr for one in found.value or ()}


async def listing(bench: ProbeBench) -> list[ProbeFinding]:
    """Whether the program's own listing shows the party where it must stand, and keeps to `After` and `Limit`."""
    bet_nr = bench.party.bet_nr
    one = await tried(lambda: bench.client.listing(after=bet_nr - 1, limit=1))
    if one.fault:
        return [_no_listing(answered(one.fault))]
    wanted = [Listed(bet_nr=bet_nr, row_id=bench.start.row_id or "")]
    if one.value != wanted:
        return [_no_listing("it answers a list, and not just the party behind After, by its betNr and rowId")]
    return [
        otherwise(
            Assumption.LISTING,
            "After=<betNr>&Limit=<n> lists betNr and rowId in order",
            "every sweep can see all parties, and parties that only Advoware has are listed",
            **{LISTING: "true"},
        )
    ]


def _no_listing(seen: str) -> ProbeFinding:
    return as_assumed(
        Assumption.LISTING, seen, "sweeps read parties in turn (SWEEP_READS, SWEEP_RECENT)", **{LISTING: "false"}
    )


def _off(assumption: Assumption, seen: str, setting: str) -> ProbeFinding:
    return otherwise(assumption, seen, "after a create without an answer a person looks", **{setting: "false"})


def answered(fault: SyncFault) -> str:
    """What a refused call met."""
    return f"answered {fault.status}" if fault.status not in AWAY else str(fault)
