"""What stands on the page of one party."""

from beteiligte.decide.findings import FindingKind
from beteiligte.messages.counting import Counted
from beteiligte.messages.language import Phrase
from beteiligte.request_reason import Reason
from starter.views.recorded.changes import CameTo

ONE = Phrase(de="Beteiligter", en="Party")
IN_ESPOCRM = Phrase(de="In EspoCRM öffnen", en="Open in EspoCRM")
IN_WEB_UI = Phrase(de="Technischer Verlauf", en="Technical history")
STATUS = Phrase(de="Status {status}", en="status {status}")

OPEN = Phrase(de="Was zu entscheiden ist", en="What is to be decided")
NOTHING_OPEN = Phrase(de="Zu diesem Beteiligten ist nichts zu entscheiden.", en="Nothing is to be decided.")
SINCE = Phrase(de="offen seit {at}", en="open since {at}")
SINCE_OR_BEFORE = Phrase(de="offen seit {at} oder länger", en="open since {at} or longer")
LINK_TO = Phrase(de="Es ist betNr {number}", en="It is betNr {number}")
LINK = Phrase(de="Mit dieser betNr verknüpfen", en="Link with this betNr")
LINK_NUMBER = Phrase(de="betNr in Advoware", en="betNr in Advoware")
CREATE = Phrase(de="Gibt es dort nicht: in Advoware anlegen", en="It is not there: create it in Advoware")
LOOK_FIRST = Phrase(
    de="Bitte sehen Sie vorher in Advoware nach: Was Sie hier sagen, gilt.",
    en="Please look in Advoware before: what you say here counts.",
)
SYNC = Phrase(de="Jetzt abgleichen", en="Sync now")
TRY_AGAIN = Phrase(de="Noch einmal versuchen", en="Try again")

FIELDS = Phrase(de="Beide Seiten, Feld für Feld", en="Both sides, field by field")
FIELD = Phrase(de="Feld", en="Field")
BASE = Phrase(de="Zuletzt auf beiden Seiten", en="Last on both sides")
DECISION = Phrase(de="Entscheidung", en="Decision")
EMPTY = Phrase(de="leer", en="empty")
NOT_KNOWN = Phrase(de="nicht bekannt", en="not known")
IS_EQUAL = Phrase(de="gleich", en="equal")
SHOW_EQUAL = Counted(
    one=Phrase(de="1 Feld ist auf beiden Seiten gleich", en="1 field is equal on both sides"),
    many=Phrase(de="{number} Felder sind auf beiden Seiten gleich", en="{number} fields are equal on both sides"),
)
TAKE_ESPOCRM = Phrase(de="EspoCRM gilt", en="EspoCRM holds")
TAKE_ADVOWARE = Phrase(de="Advoware gilt", en="Advoware holds")
TAKES_OF = Phrase(de="{field}: {what}", en="{field}: {what}")
OTHER = Phrase(de="Anderer Wert", en="Another value")
OTHER_FOR = Phrase(de="Anderer Wert für {field}", en="Another value for {field}")
OTHER_SET = Phrase(de="Übernehmen", en="Take it")
OTHER_HINT = Phrase(de="leer lassen, um das Feld zu leeren", en="leave it empty to empty the field")
CHANGE = Phrase(de="Ändern", en="Change")
WOULD_WRITE = Phrase(de="Der nächste Abgleich schreibt das nach {system}.", en="The next sync writes it to {system}.")
NO_SIDES = Phrase(
    de="Beide Seiten lassen sich gerade nicht lesen ({why}). Unten steht, was zuletzt geschah.",
    en="Both sides cannot be read at the moment ({why}). Below stands what happened last.",
)
NOT_LINKED = Phrase(
    de="Dieser Beteiligte ist mit keinem in Advoware verknüpft; deshalb steht hier nur, was EspoCRM hat.",
    en="This party is linked with none in Advoware; so here stands only what EspoCRM has.",
)
AFTER_EDIT = Phrase(
    de="Wird der Datensatz in EspoCRM geändert, wird es von selbst noch einmal versucht.",
    en="Once the record is edited in EspoCRM, it is tried again by itself.",
)
NO_WORKER = Phrase(de="es läuft kein Worker", en="no worker runs")
NOBODY = Phrase(
    de="Diesen Datensatz gibt es in EspoCRM nicht, und kein Abgleich hat ihn gesehen.",
    en="EspoCRM has no such record, and no sync has seen it.",
)
GONE = Phrase(de="Den Datensatz gibt es in EspoCRM nicht mehr.", en="EspoCRM has the record no more.")

UNDO = Phrase(de="Zurücknehmen", en="Take it back")
UNDO_WHAT = Phrase(
    de="Zuletzt überschrieben am {at}. Zurücknehmen stellt auf beiden Seiten den überschriebenen Wert wieder her, "
    "solange niemand das Feld danach geändert hat.",
    en="Overwritten last on {at}. Taking it back puts the overwritten value on both sides again, as long as nobody has "
    "changed the field since.",
)
UNDO_ALL = Phrase(de="Alles zurücknehmen", en="Take all of it back")
UNDO_ONE = Phrase(de="{field} zurücknehmen", en="Take {field} back")
STANDS_NOW = Phrase(de="gilt", en="holds")
STOOD = Phrase(de="überschrieben wurde", en="overwritten was")
SEVERAL_LOST = Phrase(
    de="Überschrieben wurden zwei Werte; bitte oben beim Feld den richtigen wählen.",
    en="Two values were overwritten; please choose the right one above.",
)

STORY = Phrase(de="Was geschah", en="What happened")
STORY_NONE = Phrase(de="Von diesem Beteiligten ist nichts mehr aufgezeichnet.", en="Nothing is on record any more.")
STORY_MORE = Phrase(de="Älteres zeigt „beteiligte-sync history“.", en='"beteiligte-sync history" shows older ones.')
ASKED_FOR = Phrase(de="Anlass: {why}", en="Asked for: {why}")
CHOSE_SIDE = Phrase(de="{name} entschied für {field}: {side} gilt", en="{name} decided on {field}: {side} holds")
CHOSE_VALUE = Phrase(de="{name} entschied für {field}: „{value}“", en='{name} decided on {field}: "{value}"')
CHOSE_EMPTY = Phrase(de="{name} entschied: {field} soll leer sein", en="{name} decided: {field} shall be empty")
CHOSE_WORD = Phrase(de="{name} wählte „{word}“", en='{name} chose "{word}"')
NOT_DONE = Phrase(de="{said} – nicht ausgeführt", en="{said} – not carried out")
NAMED_LINK = Phrase(de="{name} nannte betNr {number}", en="{name} named betNr {number}")
SAID_CREATE = Phrase(de="{name} sagte: in Advoware nicht vorhanden", en="{name} said: Advoware does not have it")
IN_THE_RECORD = Phrase(de="Jemand in EspoCRM", en="Somebody in EspoCRM")
SOMEBODY = Phrase(de="Jemand", en="Somebody")
CREATED = Phrase(de="In Advoware angelegt: betNr {number}", en="Created in Advoware: betNr {number}")
LINKED = Phrase(de="betNr {number} in EspoCRM eingetragen", en="betNr {number} entered in EspoCRM")
WROTE = Phrase(de="{field} in {system}", en="{field} in {system}")
WON = Phrase(de="{system} hat gewonnen", en="{system} won")
CHOSEN = Phrase(de="so entschieden", en="decided so")
TOLD = Counted(
    one=Phrase(de="1 Person benachrichtigt", en="1 person told"),
    many=Phrase(de="{number} Personen benachrichtigt", en="{number} people told"),
    none=Phrase(de="Am Datensatz vermerkt", en="Noted on the record"),
)
NOT_TOLD = Phrase(de="Die Nachricht ist noch nicht durchgekommen", en="The message is not through yet")
CALLS = Counted(
    one=Phrase(de="1 Aufruf", en="1 call"),
    many=Phrase(de="{number} Aufrufe", en="{number} calls"),
)
SECONDS = Phrase(de="{seconds} s", en="{seconds} s")
ATTEMPTS = Counted(
    one=Phrase(de="1 Versuch ({step}): {why}", en="1 attempt ({step}): {why}"),
    many=Phrase(de="{number} Versuche ({step}), zuletzt: {why}", en="{number} attempts ({step}), the last: {why}"),
)
ONLY_LOOKED = Phrase(de="Nur zur Probe: nichts wurde geschrieben", en="Observe mode: nothing was written")

MATTERS: dict[FindingKind, Phrase] = {
    FindingKind.UNDECIDED: Phrase(
        de="{field}: Auf beiden Seiten verschieden geändert. Es wurde nichts überschrieben. Welcher Wert gilt?",
        en="{field}: changed differently on both sides. Nothing was overwritten. Which value holds?",
    ),
    FindingKind.SET_BACK: Phrase(
        de="{field}: In Advoware steht wieder ein älterer Stand, wohl aus einer Datensicherung. Es wurde nichts "
        "überschrieben. Welcher Wert gilt?",
        en="{field}: Advoware shows an older record again, probably from a backup. Nothing was overwritten. Which "
        "value holds?",
    ),
    FindingKind.CREATE_UNANSWERED: Phrase(
        de="Advoware hat auf das Anlegen nicht geantwortet; ob der Beteiligte dort entstanden ist, ist nicht bekannt. "
        "Damit er nicht doppelt entsteht, wird nichts mehr angelegt, bis Sie es sagen.",
        en="Advoware did not answer when the party was to be created; whether it exists there is not known. So that "
        "it is not doubled, nothing more is created until you say so.",
    ),
    FindingKind.LINK_LOST: Phrase(
        de="Die betNr wurde in EspoCRM geleert; zuletzt war es {bet_nr}. Damit kein Beteiligter doppelt entsteht, "
        "wurde nichts angelegt.",
        en="The betNr was emptied in EspoCRM; last it was {bet_nr}. So that no party is doubled, nothing was created.",
    ),
    FindingKind.SEVERAL_MATCH: Phrase(
        de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig. Es passt: {several}. Verglichen wurde: "
        "{compared}. Es wurde nichts verknüpft und nichts angelegt.",
        en="Who this party is in Advoware is not clear. Matching: {several}. Compared were: {compared}. Nothing was "
        "linked and nothing created.",
    ),
}
"""What is answered on this page; of any other question stands what the note in EspoCRM says."""

REASONS: dict[Reason, Phrase] = {
    Reason.CREATED: Phrase(de="in EspoCRM angelegt", en="created in EspoCRM"),
    Reason.UPDATED: Phrase(de="in EspoCRM geändert", en="changed in EspoCRM"),
    Reason.DELETED: Phrase(de="in EspoCRM gelöscht", en="deleted in EspoCRM"),
    Reason.DELETED_TOGETHER: Phrase(de="mit anderen in EspoCRM gelöscht", en="deleted in EspoCRM with others"),
    Reason.PERSON: Phrase(de="von Hand", en="by hand"),
    Reason.SWEEP: Phrase(de="beim Durchsehen gefunden", en="found by a sweep"),
    Reason.TRIAL: Phrase(de="Probe nach einer Störung", en="trial after an outage"),
    Reason.RECOVERED: Phrase(de="eine Störung ist vorbei", en="an outage is over"),
    Reason.RIVAL: Phrase(de="ein ähnlicher Datensatz ist geklärt", en="a similar record was settled"),
}
UNFINISHED = Phrase(
    de="was in Advoware stand, fehlte noch in EspoCRM", en="what stood in Advoware was still missing in EspoCRM"
)

RESULTS: dict[str, Phrase] = {
    "create": Phrase(de="Angelegt", en="Created"),
    "no_change": Phrase(de="Nichts zu tun", en="Nothing to do"),
    "espocrm_newer": Phrase(de="EspoCRM → Advoware", en="EspoCRM → Advoware"),
    "advoware_newer": Phrase(de="Advoware → EspoCRM", en="Advoware → EspoCRM"),
    "merge": Phrase(de="Beide Änderungen übernommen", en="Both changes kept"),
    "conflict": Phrase(de="Eine Frage blieb offen", en="A question stayed open"),
    "deleted": Phrase(de="Gelöscht", en="Deleted"),
    "excluded": Phrase(de="Ausgenommen", en="Excluded"),
    "failed": Phrase(de="Fehlgeschlagen", en="Failed"),
    "waits": Phrase(de="Wartet auf den Beginn", en="Waits to begin"),
    "under way": Phrase(de="Läuft gerade", en="Under way"),
}
WAS_LINKED = Phrase(de="Verknüpft", en="Linked")
OTHERWISE = Phrase(de="Abgebrochen ({result})", en="Cut off ({result})")

CAME_TO: dict[CameTo, Phrase] = {
    CameTo.WRITTEN: Phrase(de="geschrieben", en="written"),
    CameTo.NOT_TAKEN: Phrase(de="nicht übernommen", en="not taken"),
    CameTo.REFUSED: Phrase(de="abgelehnt", en="refused"),
    CameTo.NOT_WRITTEN: Phrase(de="nicht geschrieben", en="not written"),
    CameTo.ONLY_SHOWN: Phrase(de="nur gezeigt", en="only shown"),
}

STATUSES: dict[str, Phrase] = {
    "clean": Phrase(de="abgeglichen", en="clean"),
    "conflict": Phrase(de="wartet auf Entscheidung", en="waits for a decision"),
    "failed": Phrase(de="fehlgeschlagen, wird wiederholt", en="failed, is tried again"),
    "permanently_failed": Phrase(de="fehlgeschlagen", en="failed"),
    "deleted_in_advoware": Phrase(de="in Advoware gelöscht", en="deleted in Advoware"),
    "deleted_in_espocrm": Phrase(de="in EspoCRM gelöscht", en="deleted in EspoCRM"),
    "syncing": Phrase(de="läuft", en="under way"),
    "pending_sync": Phrase(de="wartet", en="waits"),
    "dirty": Phrase(de="geändert", en="changed"),
}
