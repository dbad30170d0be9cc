"""What people read of many records that were deleted in EspoCRM at once: one message for all of them.

Parties that are left in Advoware alone are listed; what must not be deleted there, or is in doubt, has its own words.
"""

from collections.abc import Mapping, Sequence

from beteiligte.findings import Finding, Partner
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.notes import line, note
from beteiligte.messages.record_link import record_link

SEVERAL = Phrase(
    de="Abgleich EspoCRM–Advoware: {number} Beteiligte wurden in EspoCRM gelöscht.",
    en="Sync of EspoCRM and Advoware: {number} parties were deleted in EspoCRM.",
)
LEFT = Phrase(
    de="In Advoware wurde nichts gelöscht. Sollen die folgenden auch dort verschwinden, löschen Sie sie bitte dort; "
    "war es ein Versehen, stellen Sie sie bitte wieder her:",
    en="Nothing was deleted in Advoware. If the following shall go there too, please delete them there; if it was a "
    "mistake, please restore them:",
)
ROW = Phrase(de="• gelöscht (betNr {bet_nr}): {record}", en="• deleted (betNr {bet_nr}): {record}")


def deletes_note(
    deleted: Mapping[str, Sequence[Finding]], *, entity_type: str, language: Language = Language.GERMAN
) -> str:
    """The text. `deleted`: by the record's id what is to be told of it."""
    if len(deleted) == 1:
        [(party, findings)] = deleted.items()
        return f"{note(findings, bet_nr=findings[0].bet_nr, language=language)}\n{record_link(party, entity_type)}"
    told = [(party, finding) for party, findings in deleted.items() for finding in findings]
    usual = [(party, finding) for party, finding in told if _is_usual(finding)]
    rows = [
        ROW.told(language, bet_nr=str(finding.bet_nr), record=record_link(party, entity_type))
        for party, finding in usual
    ]
    odd = [
        f"• {line(finding, language)} {record_link(party, entity_type)}"
        for party, finding in told
        if (party, finding) not in usual
    ]
    head = SEVERAL.told(language, number=str(len(deleted)))
    return "\n".join([head, *([LEFT.told(language), *rows] if rows else []), *odd])


def _is_usual(finding: Finding) -> bool:
    return finding.bet_nr is not None and not finding.others and finding.reason in ("", Partner.KNOWN)
