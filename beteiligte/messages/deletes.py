"""What people read of many records that were deleted in EspoCRM at once: one message for all of them.

Parties that are left in Advoware alone are listed; what must not be deleted there, or is in doubt, has its own words.
"""

from collections.abc import Mapping, Sequence

from beteiligte.decide.findings import Finding, Partner
from beteiligte.messages.counting import Counted
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.notes import MAX_NOTE, line, note
from beteiligte.messages.shown import InNote
from beteiligte.record.field_table import FieldTable

TWO = 2
SEVERAL = Phrase(
    de="Abgleich EspoCRM–Advoware: {number} Beteiligte wurden in EspoCRM gelöscht.",
    en="Sync of EspoCRM and Advoware: {number} parties were deleted in EspoCRM.",
)
LEFT = Counted(
    one=Phrase(
        de="In Advoware wurde nichts gelöscht. Soll der folgende auch dort verschwinden, löschen Sie ihn bitte dort. "
        "War es ein Versehen, lassen Sie ihn bitte vom Betreuer wiederherstellen:",
        en="Nothing was deleted in Advoware. If the following shall go there too, please delete it there. If it was a "
        "mistake, please have it restored by the administrator:",
    ),
    many=Phrase(
        de="In Advoware wurde nichts gelöscht. Sollen die folgenden {number} auch dort verschwinden, löschen Sie sie "
        "bitte dort. War es ein Versehen, lassen Sie sie bitte vom Betreuer wiederherstellen:",
        en="Nothing was deleted in Advoware. If the following {number} shall go there too, please delete them there. "
        "If it was a mistake, please have them restored by the administrator:",
    ),
)
WHICH = Phrase(de=" Der gelöschte Datensatz: {record}.", en=" The deleted record: {record}.")
ROW = Phrase(de="• gelöscht (betNr {bet_nr}): {record}", en="• deleted (betNr {bet_nr}): {record}")


def deletes_note(
    deleted: Mapping[str, Sequence[Finding]],
    table: FieldTable,
    *,
    language: Language = Language.GERMAN,
    look: InNote | None = None,
) -> str:
    """The text. `deleted`: by the record's id what is to be told of it."""
    show = look or InNote()
    if len(deleted) == 1:
        [(party, findings)] = deleted.items()
        bet_nr = findings[0].bet_nr
        return note(findings, table, bet_nr=bet_nr, party_id=party, language=language, look=show, linked=True)
    told = [(party, finding) for party, findings in deleted.items() for finding in findings]
    usual = [(party, finding) for party, finding in told if _is_usual(finding)]
    rows = [ROW.told(language, bet_nr=finding.bet_nr, record=show.record(party)) for party, finding in usual]
    odd = [
        f"• {line(finding, table, language, party_id=party, look=show)}"
        + WHICH.told(language, record=show.record(party))
        for party, finding in told
        if (party, finding) not in usual
    ]
    head = SEVERAL.told(language, number=len(deleted))
    left = [LEFT.told(len(rows), language), *rows] if rows else []
    return "\n".join([head, *left, *odd])


def deletes_notes(
    deleted: Mapping[str, Sequence[Finding]],
    table: FieldTable,
    *,
    language: Language = Language.GERMAN,
    look: InNote | None = None,
) -> list[str]:
    """The same in as many notes as it takes: of many deletes none may be cut away."""
    text = deletes_note(deleted, table, language=language, look=look)
    if len(text) <= MAX_NOTE or len(deleted) < TWO:
        return [text]
    parties, half = [*deleted], len(deleted) // TWO
    halves = ({party: deleted[party] for party in some} for some in (parties[:half], parties[half:]))
    return [note for some in halves for note in deletes_notes(some, table, language=language, look=look)]


def _is_usual(finding: Finding) -> bool:
    return finding.bet_nr is not None and not finding.others and finding.partner in (None, Partner.KNOWN)
