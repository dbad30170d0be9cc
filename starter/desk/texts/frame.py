"""What stands around every page, and what is said of access."""

from beteiligte.messages.language import Phrase

PRODUCT = Phrase(de="Abgleich EspoCRM–Advoware", en="Sync of EspoCRM and Advoware")
SKIP = Phrase(de="Zum Inhalt", en="Skip to content")
PAGES = Phrase(de="Seiten", en="Pages")
OPEN = Phrase(de="Offen", en="Open")
STATE = Phrase(de="Zustand", en="State")
LOGGED_IN = Phrase(de="Angemeldet: {name}", en="Logged in: {name}")
ONLY_SEES = Phrase(de="darf nur lesen", en="may only look")
LOG_OUT = Phrase(de="Abmelden", en="Log out")
RELOAD = Phrase(de="Seite neu laden", en="Load again")
CAME_OF_IT = Phrase(de="Ergebnis", en="Result")
AS_OF = Phrase(de="Stand: {at}", en="As of {at}")

LOG_IN = Phrase(de="Anmelden", en="Log in")
LOG_IN_FIRST = Phrase(de="Bitte melden Sie sich an", en="Please log in")
LOG_IN_HOW = Phrase(
    de="Diese Seite zeigt Angaben von Mandanten und Gegnern. Ihr Betreuer gibt Ihnen einen Link zum Anmelden; er gilt "
    "nur kurz und nur einmal. Er bekommt ihn mit:",
    en="This page shows data of clients and opponents. Your administrator gives you a link to log in; it is valid for "
    "a short time, and once. He gets it by:",
)
LOGGED_IN_ALREADY = Phrase(
    de="Sie haben sich schon angemeldet und kommen aus einem anderen Programm? Dann geht es hier weiter:",
    en="You have logged in already and come from another program? Then go on here:",
)
GO_ON = Phrase(de="Weiter", en="Go on")
LINK_ASKS = Phrase(
    de="Sie melden sich an als {name}. Bitte melden Sie sich nur an, wenn das Sie sind: Unter diesem Namen steht, was "
    "Sie entscheiden.",
    en="You log in as {name}. Please log in only if that is you: what you decide stands under this name.",
)
LINK_ENDED = Phrase(de="Dieser Link gilt nicht mehr", en="This link is not valid any more")
LINK_ENDED_HOW = Phrase(
    de="Ein Link zum Anmelden gilt nur kurz, nur einmal, und nicht über einen Neustart hinweg. Bitte lassen Sie sich "
    "einen neuen geben.",
    en="A link to log in is valid for a short time, once, and not beyond a restart. Please have a new one made.",
)

NOT_ALLOWED = Phrase(de="Das dürfen Sie nicht", en="You may not do that")
NOT_ALLOWED_HOW = Phrase(
    de="Sie sind zum Lesen angemeldet. Entscheiden darf, wer mit der Rolle „decide“ angemeldet ist.",
    en='You are logged in to look. Whoever is logged in with the role "decide" may decide.',
)
FROM_ELSEWHERE = Phrase(de="Die Eingabe kam nicht von dieser Seite", en="This did not come from this page")
FROM_ELSEWHERE_HOW = Phrase(
    de="Es wurde nichts getan. Bitte öffnen Sie die Seite neu und versuchen Sie es noch einmal. Bleibt es so: Für den "
    "Betreuer: Ist DESK_URL die Adresse, die der Browser zeigt?",
    en="Nothing was done. Please open the page anew and try again. If that does not help: for the administrator: is "
    "DESK_URL the address that the browser shows?",
)
UNKNOWN_PAGE = Phrase(de="Diese Seite gibt es nicht", en="There is no such page")
UNKNOWN_PARTY = Phrase(de="Diesen Beteiligten kennt der Abgleich nicht", en="The sync knows no such party")
UNKNOWN_PARTY_HOW = Phrase(
    de="Er wurde in der Zeit, die aufbewahrt wird, nicht abgeglichen, oder die ID ist falsch geschrieben.",
    en="It was not synced within the time that is kept, or the id is mistyped.",
)
BAD_INPUT = Phrase(de="Die Eingabe ist unvollständig", en="Something is missing")
BAD_INPUT_HOW = Phrase(
    de="Es wurde nichts getan. Bitte öffnen Sie die Seite neu und versuchen Sie es noch einmal.",
    en="Nothing was done. Please open the page anew and try again.",
)
NO_TEMPORAL = Phrase(de="Der Abgleich antwortet gerade nicht", en="The sync does not answer at the moment")
NO_TEMPORAL_HOW = Phrase(
    de="Es ist nichts verloren. Bitte versuchen Sie es in einer Minute noch einmal. Für den Betreuer: Temporal "
    "antwortet nicht ({code}).",
    en="Nothing is lost. Please try again in a minute. For the administrator: Temporal does not answer ({code}).",
)
UNREADABLE = Phrase(de="Was aufgezeichnet ist, lässt sich nicht lesen", en="What is recorded cannot be read")
UNREADABLE_HOW = Phrase(
    de="Für den Betreuer: Dem Desk fehlt ein Schlüssel (TEMPORAL_KEYS); „beteiligte-sync doctor“ sagt, welcher.",
    en='For the administrator: the desk lacks a key (TEMPORAL_KEYS); "beteiligte-sync doctor" says which.',
)
BROKEN = Phrase(de="Das hat nicht geklappt", en="That did not work")
BROKEN_HOW = Phrase(
    de="Ein Fehler im Programm. Bitte sagen Sie es dem Betreuer; im Protokoll des Desks steht, wo es war.",
    en="An error in the program. Please tell the administrator; the desk's log says where it was.",
)
BACK_TO_OPEN = Phrase(de="Zurück zu „Offen“", en='Back to "Open"')
