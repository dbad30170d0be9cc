"""The commands that answer an open question, for whoever looks after the program (docs/commands.md, resolve).

One place: the note, `status`, `diff` and the Web UI name the same ones.
"""

from collections.abc import Iterable

from beteiligte.decide.findings import ASKED, Finding, FindingKind

RESOLVE = "beteiligte-sync resolve"
N = "N"
"""Stands for a number that only somebody who looked can know."""


def commands(findings: Iterable[Finding], party_id: str) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(text for finding in findings for text in _of(finding, f"{RESOLVE} {party_id}")))


def _of(finding: Finding, resolve: str) -> tuple[str, ...]:
    if finding.kind in ASKED:
        return tuple(f"{resolve} --field {finding.field} --take {side}" for side in ("espocrm", "advoware"))
    if finding.kind in (FindingKind.SEVERAL_MATCH, FindingKind.CREATE_UNANSWERED):
        return f"{resolve} --betnr {N}", f"{resolve} --create"
    if finding.kind is FindingKind.LINK_LOST:
        return f"{resolve} --betnr {finding.bet_nr or N}", f"{resolve} --create"
    return ()
