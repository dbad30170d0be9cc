"""The word that a person chose in the record, in `syncDecision`: what it may be, and when it counts.

It counts once. The PUT that ends the sync empties the field; where EspoCRM does not let it be emptied, that is told and
remembered beside the base, and the same word is no longer read as one. What is done about it: record_word.py.
"""

from enum import StrEnum

from beteiligte.decide.base import BaseHead
from beteiligte.decide.findings import CREATABLE, Finding, FindingKind
from beteiligte.decide.owed import Owed
from beteiligte.record.snapshots import EspoSnapshot


class Word(StrEnum):
    """Options of `syncDecision`; beside them the empty one."""

    ESPOCRM = "espocrm"
    ADVOWARE = "advoware"
    CREATE = "create"
    AGAIN = "again"


def stuck(word: str) -> Finding:
    """EspoCRM keeps a word that was answered."""
    return Finding(kind=FindingKind.DECISION_STUCK, espocrm=word)


def heeded(espocrm: EspoSnapshot, head: BaseHead) -> str:
    """The word that somebody waits for; empty where there is none, or only one that was answered and stays."""
    word = espocrm.decision
    return word if word and not head.knows(stuck(word)) else ""


def says_create(espocrm: EspoSnapshot, head: BaseHead, owed: Owed) -> bool:
    """Whether a person looked in Advoware and found nobody: the answer to a question that was told.

    Of a create that was begun by it and is in doubt it is no answer.
    """
    asked = any(item.kind in CREATABLE for item in head.open)
    return heeded(espocrm, head) == Word.CREATE and asked and espocrm.bet_nr is None and not owed.open


def permit(espocrm: EspoSnapshot) -> str:
    """What names the create that it allows: the same while the word stands; our answer to it moves the moment."""
    return f"record {espocrm.last_sync.isoformat() if espocrm.last_sync else ''}"
