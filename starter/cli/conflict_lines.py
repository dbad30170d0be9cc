"""What `conflicts` says: a paragraph for each party, its commands in lines of their own, to be copied."""

from collections.abc import Iterator

from beteiligte.decide.findings import FindingKind
from starter.cli import report
from starter.views.open_questions import OpenQuestion, WaitingParties, WaitingParty

IN_WORDS = {
    FindingKind.UNDECIDED: "changed on both sides",
    FindingKind.SET_BACK: "set back in Advoware",
    FindingKind.GUARD: "would be emptied",
    FindingKind.FORM_DOUBTFUL: "person or company in doubt",
    FindingKind.LINK_HELD_TWICE: "betNr held twice",
    FindingKind.LINK_OTHER_NAME: "betNr of another name",
    FindingKind.LINK_UNKNOWN: "unknown betNr",
    FindingKind.LINK_CHANGED: "changed betNr",
    FindingKind.LINK_LOST: "emptied betNr",
    FindingKind.NO_NAME: "without a name",
    FindingKind.CREATE_UNANSWERED: "create without an answer",
    FindingKind.SEVERAL_MATCH: "several match",
    FindingKind.DELETED_IN_ADVOWARE: "deleted in Advoware",
    FindingKind.FAILED: "that failed",
}
"""Each kind that waits for a person, behind how many there are of it."""


def show(found: WaitingParties) -> None:
    """The number, then the longest waiting first."""
    report.line(_head(found))
    for party in found.parties:
        report.line()
        report.line(_party(party))
        for question in party.questions:
            _question(question)
    if found.more:
        behind = found.skipped + len(found.parties)
        report.line(f"\n… {report.counted(found.more, 'more waits', 'more wait')}: --skip {behind}, or --limit")


def _head(found: WaitingParties) -> str:
    if not found.total:
        return "Nobody waits for a person."
    kinds = ", ".join(f"{number} {IN_WORDS[FindingKind(kind)]}" for kind, number in found.kinds.items())
    waiting = report.counted(found.total, "party waits", "parties wait")
    return f"{waiting} for a person: {kinds}. The longest waiting first."


def _party(party: WaitingParty) -> str:
    facts = [f"betNr {party.bet_nr}" if party.bet_nr else "no betNr", party.status, f"since {_since(party)}"]
    under_way = "; a sync is under way, `status` shows it" if party.under_way else ""
    return f"{party.party_id}  {', '.join(filter(None, facts))}{under_way}"


def _since(party: WaitingParty) -> str:
    oldest = min(party.questions, key=lambda question: question.since)
    return f"{report.moment(oldest.since)}{' or before' if oldest.or_before else ''}"


def _question(question: OpenQuestion) -> None:
    for text in _said(question):
        report.below(text)
    for answer in question.answers:
        report.link(f"    {answer}")


def _said(question: OpenQuestion) -> Iterator[str]:
    about = " ".join(filter(None, (question.kind.value, question.field)))
    both = f"EspoCRM {report.value(question.espocrm)}, Advoware {report.value(question.advoware)}"
    valued = question.espocrm is not None or question.advoware is not None
    yield f"{about}: {both}" if valued else about
    yield question.text
    if not question.answers:
        yield "It is answered in the record."
