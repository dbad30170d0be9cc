"""What a page adds to the counts of a reconciliation run, and to the parties that its alarms would name. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from beteiligte.sweep.alarms import NAMED, Alarm, Change, NamedParty, alarms_of
from beteiligte.sweep.due import Due
from contracts.reconciliation import Counts
from contracts.sweep import DueParty, LinksSeen, PageSeen, Portion

LISTED = 1_000
"""Parties that only Advoware has, named in the summary; the rest is counted."""
DOUBLES = 100
"""betNr held twice, named in the summary."""


def with_rows(counts: Counts, seen: PageSeen, *, again: bool) -> Counts:
    """After a page of records. `again`: these are looked at once more by their time, and counted then."""
    counted = counts if seen.total is None else counts.but(total=seen.total)
    if again:
        return counted
    return counted.but(rows=counts.rows + seen.rows, foreign=counts.foreign + seen.foreign)


def with_links(counts: Counts, seen: LinksSeen) -> Counts:
    """After a page of links."""
    due = Counter(party.due for party in seen.found)
    return counts.but(
        linked=counts.linked + seen.rows,
        linked_total=counts.linked_total if seen.total is None else seen.total,
        moved=counts.moved + due[Due.MOVED],
        gone=counts.gone + due[Due.GONE],
        deleted=counts.deleted + due[Due.DELETED],
        unknown=counts.unknown + seen.unknown,
        only_advoware=(*counts.only_advoware, *seen.only_advoware)[:LISTED],
        doubled=(*counts.doubled, *seen.doubled)[:DOUBLES],
    )


def with_due(counts: Counts, new: Sequence[DueParty]) -> Counts:
    """After due parties that were not known before."""
    return counts.but(
        first=counts.first + sum(item.first for item in new),
        overwritten=counts.overwritten + sum(item.overwritten for item in new),
    )


def with_synced(counts: Counts, done: Portion) -> Counts:
    """After a portion of syncs."""
    return counts.but(asked=counts.asked + done.asked, slow=counts.slow + done.slow)


Names = dict[Alarm, tuple[NamedParty, ...]]


def with_found(named: Mapping[Alarm, tuple[NamedParty, ...]], found: Iterable[DueParty]) -> Names:
    """After due parties: some of those that each alarm would be about."""
    names = dict(named)
    for item in found:
        about = alarms_of(item.due, first=item.first, overwritten=item.overwritten)
        for alarm, change in about.items():
            names = _with(names, alarm, NamedParty(party_id=item.party_id, change=change))
    return names


def with_foreigners(named: Mapping[Alarm, tuple[NamedParty, ...]], party_ids: Iterable[str]) -> Names:
    """After a page: some of those that another program wrote."""
    names = dict(named)
    for party_id in party_ids:
        names = _with(names, Alarm.FOREIGN_WRITER, NamedParty(party_id=party_id, change=Change.CHANGED))
    return names


def _with(names: Names, alarm: Alarm, party: NamedParty) -> Names:
    known = names.get(alarm, ())
    if len(known) == NAMED or any(one.party_id == party.party_id for one in known):
        return names
    return {**names, alarm: (*known, party)}
