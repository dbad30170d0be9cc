"""What is said of a decision once it was made, or why it was not."""

from beteiligte.decide.choice import ChoiceRefusal
from beteiligte.messages.counting import Counted
from beteiligte.messages.language import Phrase

DONE = Phrase(de="Erledigt: Beide Seiten sind jetzt gleich.", en="Done: both sides are equal now.")
DONE_FIELD = Phrase(
    de="Erledigt: {field} ist jetzt auf beiden Seiten gleich. Zurücknehmen geht unten auf dieser Seite.",
    en="Done: {field} is equal on both sides now. It can be taken back below on this page.",
)
CREATED = Phrase(de="In Advoware angelegt: betNr {number}.", en="Created in Advoware: betNr {number}.")
LINKED = Phrase(de="Verknüpft mit betNr {number}.", en="Linked with betNr {number}.")
STILL_OPEN = Phrase(de="Abgeglichen; offen ist noch: {what}", en="Synced; still open: {what}")
UNDER_WAY = Phrase(
    de="Gespeichert; der Abgleich läuft noch. Bitte laden Sie die Seite gleich neu.",
    en="Stored; the sync is still under way. Please load the page again in a moment.",
)
STORED = Phrase(
    de="Gespeichert. Es läuft gerade kein Worker; sobald einer läuft, wird es getan. Für den Betreuer: "
    "„beteiligte-sync status“.",
    en='Stored. No worker runs at the moment; it is done as soon as one does. For the administrator: "beteiligte-sync '
    'status".',
)
CUT_OFF = Phrase(de="Der Abgleich brach ab. Bitte noch einmal versuchen.", en="The sync broke off. Please try again.")
FAILED = Phrase(de="Nicht geschafft: {why}", en="It failed: {why}")
OBSERVED = Phrase(
    de="Probelauf (SYNC_OBSERVE): Es wurde nichts geschrieben.", en="Observe mode (SYNC_OBSERVE): nothing was written."
)
NOT_CHANGED = Phrase(de="{field} wurde nicht geändert: {why}", en="{field} was not changed: {why}")
NOT_TAKEN = Phrase(de="{field} wurde von {system} nicht übernommen.", en="{field} was not taken by {system}.")
UNKNOWN_LINK = Phrase(
    de="In Advoware gibt es keine betNr {number}: Es wurde nichts verknüpft. Bitte sehen Sie dort noch einmal nach.",
    en="Advoware has no betNr {number}: nothing was linked. Please look there again.",
)
OTHER_LINK = Phrase(
    de="Nicht mit betNr {number} verknüpft: Im Datensatz steht betNr {held}. Bitte dort ändern.",
    en="Not linked with betNr {number}: the record holds betNr {held}. Please change it there.",
)
NOTHING_CREATED = Phrase(
    de="Es wurde nichts angelegt: Im Datensatz steht schon betNr {number}.",
    en="Nothing was created: the record holds betNr {number} already.",
)
UNKNOWN = Phrase(
    de="EspoCRM hat diesen Datensatz nicht, und kein Abgleich hat ihn gesehen.",
    en="EspoCRM has no such record, and no sync has seen it.",
)

OVERTAKEN = Phrase(
    de="Das ist schon entschieden: {name} sagte am {at}: {what}. Ihre Eingabe wurde nicht ausgeführt. Ist das falsch, "
    "können Sie es unten ändern oder zurücknehmen.",
    en="That is decided already: {name} said on {at}: {what}. Yours was not carried out. If that is wrong, you can "
    "change it or take it back below.",
)
MEANWHILE = Phrase(
    de="{name} entschied gerade eben ({at}): {what}. Das wird ausgeführt; Ihre Eingabe nicht. Ist das falsch, können "
    "Sie es unten ändern oder zurücknehmen.",
    en="{name} decided a moment ago ({at}): {what}. That is carried out; yours is not. If that is wrong, you can "
    "change it or take it back below.",
)
SIDE_HOLDS = Phrase(de="{fields}: {side} gilt", en="{fields}: {side} holds")
ANOTHER_VALUE = Phrase(de="{fields}: ein anderer Wert", en="{fields}: another value")
TO_CREATE = Phrase(de="in Advoware anlegen", en="create it in Advoware")
SETTLED_MEANWHILE = Phrase(
    de="Die Frage ist nicht mehr offen; Ihre Eingabe wurde nicht ausgeführt. Unten steht, was geschah.",
    en="The question is not open any more; yours was not carried out. Below stands what happened.",
)
ANOTHER_QUESTION = Phrase(
    de="Inzwischen steht dort etwas anderes; Ihre Eingabe wurde nicht ausgeführt. Bitte entscheiden Sie neu.",
    en="Something else stands there by now; yours was not carried out. Please decide anew.",
)
NOTHING_TO_UNDO = Phrase(
    de="Es gibt nichts zurückzunehmen, oder jemand hat es schon getan.",
    en="There is nothing to take back, or somebody has done so already.",
)
NOTHING_CHOSEN = Phrase(de="Es war niemand ausgewählt.", en="Nobody was selected.")
TOO_MANY = Phrase(
    de="Auf einmal gehen höchstens {number}; es wurde nichts getan.",
    en="At most {number} at once; nothing was done.",
)
NO_FIELDS = Phrase(
    de="Hier ist kein Feld zu entscheiden; bitte öffnen Sie den Beteiligten.",
    en="No field is to be decided here; please open the party.",
)
MANY = Counted(
    one=Phrase(de="1 Beteiligter ist erledigt.", en="1 party is done."),
    many=Phrase(de="{number} Beteiligte sind erledigt.", en="{number} parties are done."),
    none=Phrase(de="Keiner ist erledigt.", en="None is done."),
)
NOT_DONE = Phrase(de="{name}: {why}", en="{name}: {why}")

REFUSALS: dict[ChoiceRefusal, Phrase] = {
    ChoiceRefusal.UNKNOWN_FIELD: Phrase(de="Dieses Feld gibt es nicht.", en="There is no such field."),
    ChoiceRefusal.NO_SUCH_VALUE: Phrase(
        de="Der Wert passt nicht zum Feld (ein Datum etwa als 29.02.1980).",
        en="The value does not fit the field (a date for instance as 1980-02-29).",
    ),
    ChoiceRefusal.NO_NAME: Phrase(de="Der Name darf nicht leer sein.", en="The name must not be empty."),
    ChoiceRefusal.UNREADABLE: Phrase(
        de="Eine Seite zeigt keinen Wert, der sich vergleichen lässt. Bitte berichtigen Sie ihn zuerst dort.",
        en="One side shows no value that can be compared. Please correct it there first.",
    ),
    ChoiceRefusal.NOT_WRITABLE: Phrase(
        de="Advoware nimmt dieses Feld nicht an. Bitte tragen Sie den Wert dort von Hand ein, oder lassen Sie "
        "Advoware gelten.",
        en="Advoware does not store this field. Please enter the value there by hand, or let Advoware hold.",
    ),
    ChoiceRefusal.CHANGED: Phrase(
        de="Jemand hat das Feld inzwischen geändert, und diese Änderung bleibt. Bitte entscheiden Sie neu.",
        en="Somebody has changed the field meanwhile, and that change is kept. Please decide anew.",
    ),
    ChoiceRefusal.ANSWERED: Phrase(
        de="Die Frage ist nicht mehr offen, oder dort steht inzwischen etwas anderes. Bitte sehen Sie unten nach.",
        en="The question is not open any more, or something else stands there by now. Please look below.",
    ),
    ChoiceRefusal.NOT_COMPARED: Phrase(
        de="Der Beteiligte ist nicht verknüpft, oder etwas anderes hält ihn an. Bitte klären Sie das zuerst.",
        en="The party is not linked, or held by another question. Please answer that first.",
    ),
}
"""Why a choice was not carried out, and what to do."""
