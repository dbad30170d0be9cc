"""What stands on the page of those that wait."""

from beteiligte.decide.findings import FindingKind
from beteiligte.messages.counting import Counted
from beteiligte.messages.language import Phrase

WAITING = Counted(
    none=Phrase(de="Niemand wartet", en="Nobody waits"),
    one=Phrase(de="1 Beteiligter wartet auf eine Entscheidung", en="1 party waits for a decision"),
    many=Phrase(de="{number} Beteiligte warten auf eine Entscheidung", en="{number} parties wait for a decision"),
)
NOBODY = Phrase(
    de="Alles, was geändert wurde, ist auf beiden Seiten angekommen, oder es ist unterwegs.",
    en="All that was changed has arrived on both sides, or is on its way.",
)
CAUSES = Phrase(de="Gründe", en="Causes")
ALL = Phrase(de="Alle", en="All")
CHOOSE = Phrase(de="{name} auswählen", en="Select {name}")
CHOSEN = Phrase(de="Auswahl", en="Selection")
CHOSEN_ONES = Phrase(de="Was soll für die ausgewählten gelten?", en="What shall hold for those selected?")
PARTY = Phrase(de="Beteiligter", en="Party")
CAUSE = Phrase(de="Worum es geht", en="What it is about")
SINCE = Phrase(de="seit", en="for")
OR_BEFORE = Phrase(de="oder länger", en="or longer")
UNDER_WAY = Phrase(de="wird gerade abgeglichen", en="is being synced")
NO_BET_NR = Phrase(de="ohne betNr", en="no betNr")
BET_NR = Phrase(de="betNr {number}", en="betNr {number}")
TAKE_ESPOCRM = Phrase(de="EspoCRM gilt", en="EspoCRM holds")
TAKE_ADVOWARE = Phrase(de="Advoware gilt", en="Advoware holds")
AGAIN = Phrase(de="Noch einmal versuchen", en="Try again")
BULK_HINT = Phrase(
    de="„EspoCRM gilt“ und „Advoware gilt“ entscheiden alle offenen Felder der ausgewählten Beteiligten. Jede "
    "Entscheidung lässt sich beim Beteiligten zurücknehmen.",
    en='"EspoCRM holds" and "Advoware holds" decide all open fields of the parties selected. Each decision can be '
    "taken back on the party's page.",
)
NO_NAMES = Phrase(
    de="EspoCRM antwortet gerade nicht; deshalb stehen hier IDs statt der Namen.",
    en="EspoCRM does not answer at the moment; so here are ids instead of names.",
)
NO_ESPOCRM = Phrase(
    de="Der Desk kennt EspoCRM nicht (ESPOCRM_URL, ESPOCRM_API_KEY); deshalb stehen hier IDs statt der Namen.",
    en="The desk does not know EspoCRM (ESPOCRM_URL, ESPOCRM_API_KEY); so here are ids instead of names.",
)
PAGES = Phrase(de="Weitere Beteiligte", en="More parties")
BEFORE = Phrase(de="Zurück", en="Back")
AFTER = Phrase(de="Weiter", en="Next")
SHOWN = Phrase(de="{first} bis {last} von {total}", en="{first} to {last} of {total}")

KINDS: dict[FindingKind, Phrase] = {
    FindingKind.UNDECIDED: Phrase(de="Auf beiden Seiten geändert", en="Changed on both sides"),
    FindingKind.SET_BACK: Phrase(de="Älterer Stand in Advoware", en="Older record in Advoware"),
    FindingKind.GUARD: Phrase(de="Würde geleert", en="Would be emptied"),
    FindingKind.FORM_DOUBTFUL: Phrase(de="Person oder Firma?", en="Person or company?"),
    FindingKind.LINK_HELD_TWICE: Phrase(de="betNr doppelt vergeben", en="betNr held twice"),
    FindingKind.LINK_OTHER_NAME: Phrase(de="betNr mit anderem Namen", en="betNr of another name"),
    FindingKind.LINK_UNKNOWN: Phrase(de="betNr gibt es nicht", en="Unknown betNr"),
    FindingKind.LINK_CHANGED: Phrase(de="betNr wurde geändert", en="Changed betNr"),
    FindingKind.LINK_LOST: Phrase(de="betNr wurde geleert", en="Emptied betNr"),
    FindingKind.NO_NAME: Phrase(de="Ohne Namen", en="Without a name"),
    FindingKind.CREATE_UNANSWERED: Phrase(de="Anlegen ohne Antwort", en="Create without an answer"),
    FindingKind.SEVERAL_MATCH: Phrase(de="Nicht eindeutig", en="Several match"),
    FindingKind.DELETED_IN_ADVOWARE: Phrase(de="In Advoware gelöscht", en="Deleted in Advoware"),
    FindingKind.FAILED: Phrase(de="Fehlgeschlagen", en="Failed"),
}
"""Each kind that waits for a person, as a heading."""
