"""What a person decided last, as it is kept beside the base once a sync has carried it out."""

from beteiligte.decide.decision import Decision
from beteiligte.decide.findings import Finding, FindingKind, Heard
from beteiligte.decide.last_word import CREATE, MAX_BY, MAX_FIELDS, LastWord
from beteiligte.decide.situation import Situation


def last_word_of(situation: Situation, decision: Decision) -> LastWord | None:
    """Of what landed before and of this decision; none where nobody decided anything."""
    told = (*situation.owed.findings, *decision.findings)
    decided = [found for found in told if found.kind is FindingKind.DECIDED and found.at is not None]
    created = [found for found in told if found.reason == Heard.CREATED and found.at is not None]
    if not (decided or created):
        return None
    newest = max(decided + created, key=_moment)
    fields = tuple(dict.fromkeys(found.field for found in decided))
    take = CREATE if newest.reason == Heard.CREATED else newest.taken
    return LastWord(at=newest.at, by=newest.by[:MAX_BY], take=take, fields=fields[:MAX_FIELDS])


def _moment(found: Finding) -> float:
    return found.at.timestamp() if found.at else 0
