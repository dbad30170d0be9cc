"""What is assumed of Advoware, and what an experiment saw of it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from beteiligte.frozen import Frozen


class Assumption(StrEnum):
    """Each in the words of docs/assumptions.md, where a row says what follows if it is wrong."""

    PREFIX = "The API lies under /api/v1/advonet"
    READ = "A GET answers an object, or a list of one"
    NUMBER = "betNr is a number"
    NAMES = "The properties are called as in fields"
    GONE = "404 says that a party was deleted"
    SEARCH = "GET Beteiligte?Search=<text> finds parties"
    LISTING = "There is no listing of all parties"
    CREATE = "A POST answers the betNr, as an object or a list, perhaps with rowId"
    NOBODY = "A PUT with an empty object to betNr 2147483647 changes nothing"
    ROW_ID = "rowId changes with every successful PUT"
    ANSWER = "A PUT answers the whole record with its new rowId"
    STAMP = "geaendertAm may be missing or stale, and its zone is unknown"
    WRITABLE = "A PUT stores eight of the fourteen fields"
    REPLACE = "A PUT replaces the whole record"
    LOCK = "A PUT with an older rowId is taken: it is no lock"
    DELETE = "DELETE is refused with 403"
    TIME = "30 s for a call are enough"


NO_CHANGE = "nothing changes"
"""What a finding means that nobody has to do anything about."""


class Settled(StrEnum):
    """How an assumption stands."""

    AS_ASSUMED = "as assumed"
    OTHERWISE = "otherwise"
    OPEN = "not settled"


class ProbeFinding(Frozen):
    """One assumption, and what was seen of it. Names and numbers only, no client's value."""

    assumption: Assumption
    settled: Settled
    seen: str
    meaning: str
    """For the program, and for whoever runs it."""
    settings: dict[str, str] = {}
    """The settings that fit what was seen, whether or not they are set so."""
    unmapped: dict[str, str] = {}
    """Fields that Advoware's record does not have, with the property that may be it; empty: none is like it."""


class ProbeReport(Frozen):
    """One probe."""

    firm: str
    """Whose Advoware it was."""
    bet_nr: int
    at: datetime
    findings: tuple[ProbeFinding, ...]
    broken: str = ""
    """Why it broke off; empty: it did not."""
    left: tuple[str, ...] = ()
    """Properties that could not be put back."""
    foreign: tuple[str, ...] = ()
    """Properties that somebody else changed meanwhile; they were left alone."""
    restored: bool = True
    created: bool = False
    """The party was made by a probe."""
    remains: bool = True
    """The party is still there."""

    @property
    def settings(self) -> dict[str, str]:
        """All that fit what was seen."""
        return {name: value for finding in self.findings for name, value in finding.settings.items()}

    @property
    def unmapped(self) -> dict[str, str]:
        """Fields that Advoware's record does not have, with what may be it."""
        return {name: guess for finding in self.findings for name, guess in finding.unmapped.items()}


def as_assumed(assumption: Assumption, seen: str, meaning: str, **settings: str) -> ProbeFinding:
    """The guess was right."""
    return ProbeFinding(
        assumption=assumption, settled=Settled.AS_ASSUMED, seen=seen, meaning=meaning, settings=settings
    )


def otherwise(assumption: Assumption, seen: str, meaning: str, **settings: str) -> ProbeFinding:
    """The guess was wrong."""
    return ProbeFinding(assumption=assumption, settled=Settled.OTHERWISE, seen=seen, meaning=meaning, settings=settings)


def left_open(assumption: Assumption, why: str, meaning: str = NO_CHANGE) -> ProbeFinding:
    """It could not be tried."""
    return ProbeFinding(assumption=assumption, settled=Settled.OPEN, seen=why, meaning=meaning)


def complete(findings: Collection[ProbeFinding], why: str) -> tuple[ProbeFinding, ...]:
    """Every assumption once, in their order; what nothing was found about is open."""
    found = {finding.assumption: finding for finding in findings}
    return tuple(found.get(assumption) or left_open(assumption, why) for assumption in Assumption)


def listed(names: Iterable[str]) -> str:
    """With commas; a dash for none."""
    return ", ".join(names) or "–"
