"""What trying settings came to: how many decisions would differ, in which fields, and each party with both outcomes."""

from collections import Counter
from dataclasses import dataclass, field

from beteiligte.frozen import Frozen
from starter.what_if.judging import DifferingParty, Judged


class ResultChange(Frozen):
    """How many decisions would come from the one result to the other."""

    now: str
    then: str
    decisions: int


class NotJudged(Frozen):
    """A party of which nothing could be said."""

    party_id: str
    why: str


class TriedDecisions(Frozen):
    """What the tried settings come to in many decisions."""

    parties: int = 0
    """Looked at."""
    decisions: int = 0
    """Decided twice."""
    unknown: int = 0
    """The history does not hold all that they rested on."""
    otherwise: int = 0
    """The settings in force here come to something else than what was decided: they are others than then, or than the
    workers were started with."""
    differing: int = 0
    """Decisions that would differ."""
    results: tuple[ResultChange, ...] = ()
    """Of those that differ, the most frequent first."""
    fields: dict[str, int] = {}
    """In how many parties a field would be decided otherwise."""
    differ: tuple[DifferingParty, ...] = ()
    """Each party with its newest decision that would differ."""
    not_judged: tuple[NotJudged, ...] = ()
    more: bool = False
    """There are more than were looked at."""


class WhatIf(Frozen):
    """The JSON document."""

    settings: dict[str, str]
    """What was tried."""
    unknown_fields: tuple[str, ...] = ()
    """The tried table reads them elsewhere, or for other parties: nothing is said of them."""
    recorded: TriedDecisions | None = None
    """By the decisions that Temporal still keeps."""
    fresh: TriedDecisions | None = None
    """By every party as it stands now."""

    @property
    def differ(self) -> tuple[DifferingParty, ...]:
        """Of both, what stands now first."""
        return tuple(party for tried in (self.fresh, self.recorded) if tried for party in tried.differ)


@dataclass
class DecisionCount:
    """Counts while parties are judged."""

    parties: int = 0
    decisions: int = 0
    unknown: int = 0
    otherwise: int = 0
    differing: int = 0
    results: Counter[tuple[str, str]] = field(default_factory=Counter)
    not_judged: list[NotJudged] = field(default_factory=list)
    differ: dict[str, DifferingParty] = field(default_factory=dict)

    def judged(self, what: Judged, about: DifferingParty) -> None:
        """One decision; of a party the first that differs is shown, so the newest comes first."""
        self.decisions += 1
        self.otherwise += what.as_decided is False
        if not what.differs:
            return
        self.differing += 1
        self.results[what.now.result, what.then.result] += 1
        known = self.differ.get(about.party_id)
        self.differ[about.party_id] = known.but(times=known.times + 1) if known else about

    def done(self, *, more: bool = False) -> TriedDecisions:
        """All of it."""
        fields = Counter(one.field for party in self.differ.values() for one in party.fields)
        return TriedDecisions(
            parties=self.parties,
            decisions=self.decisions,
            unknown=self.unknown,
            otherwise=self.otherwise,
            differing=self.differing,
            results=tuple(ResultChange(now=a, then=b, decisions=n) for (a, b), n in self.results.most_common()),
            fields=dict(fields.most_common()),
            differ=tuple(self.differ.values()),
            not_judged=tuple(self.not_judged),
            more=more,
        )
