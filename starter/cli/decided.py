"""How it is said what somebody decided before: to whoever decides the same after him."""

from beteiligte.decide.last_word import LastWord
from beteiligte.faults import System
from starter.cli import report


def before(word: LastWord) -> str:
    """Who, when and what."""
    took = f"{word.take}'s value" if word.take in {*System} else word.take
    return f"{word.by or 'somebody'} decided {', '.join(word.fields) or 'it'} on {report.moment(word.at)}: {took}"
