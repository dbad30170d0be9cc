"""What stands on the page of how things are, and on that of a sweep that asks."""

from beteiligte.messages.counting import Counted
from beteiligte.messages.language import Phrase
from beteiligte.sweep.alarms import Change

TO_OPEN = Phrase(de="Ansehen, was offen ist", en="Look at what is open")
TITLE = Phrase(de="Zustand", en="State")
SYSTEMS = Phrase(de="Beide Systeme", en="Both systems")
NO_TROUBLE = Phrase(de="keine Störung bekannt", en="no trouble known")
SINCE = Phrase(de="seit {at}", en="since {at}")
WAITING_FOR_IT = Counted(
    none=Phrase(de="niemand wartet darauf", en="nobody waits for it"),
    one=Phrase(de="1 Beteiligter wartet darauf", en="1 party waits for it"),
    many=Phrase(de="{number} Beteiligte warten darauf", en="{number} parties wait for it"),
)
SUSPECTED = Phrase(de="vermutet", en="suspected")

NOW = Phrase(de="Was läuft und wartet", en="What runs and waits")
RUNNING = Counted(
    none=Phrase(de="Gerade läuft kein Abgleich.", en="No sync is under way."),
    one=Phrase(de="1 Abgleich läuft.", en="1 sync is under way."),
    many=Phrase(de="{number} Abgleiche laufen.", en="{number} syncs are under way."),
)
DIFFERS = Phrase(
    de="Am längsten verschieden: seit {age} (offen oder unterwegs).",
    en="Different for longest: {age} (open, or on its way).",
)
DIFFERS_NOT = Phrase(
    de="Soweit bekannt, sind alle Beteiligten auf beiden Seiten gleich.",
    en="As far as is known, all parties are equal on both sides.",
)
RETRIES = Phrase(de="Versucht es wieder", en="Tries again")
STEP = Phrase(de="Schritt", en="Step")
ATTEMPT = Phrase(de="Versuch", en="Attempt")
NEXT = Phrase(de="Nächster", en="Next")

SWEEPS = Phrase(de="Durchgänge", en="Sweeps")
SWEEP_NAMES = {
    "sweep": Phrase(de="Häufiger Durchgang", en="Frequent sweep"),
    "nightly": Phrase(de="Nächtlicher Vergleich", en="Nightly comparison"),
}
LAST_GOOD = Phrase(de="zuletzt fertig: {at}", en="last completed: {at}")
NEVER_GOOD = Phrase(de="noch nie fertig geworden", en="never completed")
NEXT_AT = Phrase(de="nächster: {at}", en="next: {at}")
PAUSED = Phrase(de="angehalten", en="paused")
OVERDUE = Phrase(de="überfällig", en="overdue")
MISSING = Phrase(de="kein Zeitplan", en="no schedule")
UNDER_WAY = Phrase(de="läuft", en="under way")
DELIVERIES = Phrase(de="Letzte Meldung von EspoCRM: {at}", en="Last delivery of EspoCRM: {at}")
NO_DELIVERIES = Phrase(
    de="Auf diesem Rechner kam noch keine Meldung von EspoCRM an.",
    en="No delivery of EspoCRM came to this machine yet.",
)

ASKS = Phrase(de="Ein Durchgang hat angehalten und fragt", en="A sweep stopped and asks")
ASKS_LOOK = Phrase(de="Ansehen und antworten", en="Look, and answer")
ASKS_WHY = Phrase(
    de="Das sieht nach einem Versehen aus: ein Import, eine Rücksicherung, geänderte Rechte. Bis jemand antwortet, "
    "schreibt dieser Durchgang nichts; einzelne Änderungen, die EspoCRM meldet, gehen weiter.",
    en="That looks like an accident: an import, a restored backup, changed rights. Until somebody answers, this sweep "
    "writes nothing; single edits that EspoCRM reports go on.",
)
CONCERNED = Counted(
    none=Phrase(de="Betroffene sind nicht bekannt.", en="Which parties it is about is not known."),
    one=Phrase(de="Betroffen ist 1 Beteiligter", en="It is about 1 party"),
    many=Phrase(de="Betroffen sind {number} Beteiligte", en="It is about {number} parties"),
)
CONCERNED_SHOWN = Phrase(de="{shown} davon:", en="{shown} of them:")
CHANGES = {
    Change.NEW: Phrase(de="neu", en="new"),
    Change.CHANGED: Phrase(de="geändert", en="changed"),
    Change.GONE: Phrase(de="nicht mehr da", en="gone"),
}
WOULD = Phrase(de="Würde geschrieben", en="Would be written")
IN_SYSTEM = Phrase(de="{field} in {system}", en="{field} in {system}")
WOULD_NOTHING = Phrase(de="nichts würde geschrieben", en="nothing would be written")
NOT_READ = Phrase(de="lässt sich gerade nicht lesen", en="cannot be read at the moment")
INTENDED = Phrase(de="Es ist gewollt: weitermachen", en="It is intended: go on")
REFUSE = Phrase(de="Nicht gewollt: abbrechen", en="Not intended: stop")
INTENDED_HOW = Phrase(
    de="„Weitermachen“ gleicht alle betroffenen ab. „Abbrechen“ lässt alles, wie es ist; der nächste Durchgang fragt "
    "wieder.",
    en='"Go on" syncs all of them. "Stop" leaves everything as it is; the next sweep asks again.',
)
ANSWERED_ON = Phrase(de="Gesendet: {what}", en="Sent: {what}")
ANSWERED_ALREADY = Phrase(
    de="Die Frage ist schon beantwortet oder eine andere; es wurde nichts getan.",
    en="The question was answered already, or is another one; nothing was done.",
)
NOT_ASKING = Phrase(de="Dieser Durchgang fragt nichts mehr", en="This sweep asks nothing any more")
LAST_ANSWERS = Phrase(de="Frühere Fragen", en="Earlier questions")
SAID_YES = Phrase(de="{name}, {at}: gewollt", en="{name}, {at}: intended")
SAID_NO = Phrase(de="{name}, {at}: abgebrochen", en="{name}, {at}: stopped")

PAUSE = Phrase(de="Alles Schreiben anhalten", en="Pause all writing")
PAUSE_WHAT = Phrase(
    de="Beide Systeme bleiben, wie sie sind; Änderungen warten und werden danach nachgeholt. Nichts geht verloren.",
    en="Both systems stay as they are; edits wait and are caught up afterwards. Nothing is lost.",
)
PAUSE_NOTE = Phrase(de="Grund (ohne Namen von Mandanten)", en="Reason (no names of clients)")
PAUSE_NOW = Phrase(de="Anhalten", en="Pause")
PAUSED_BY = Phrase(de="Angehalten von {name} am {at}. {note}", en="Paused by {name} on {at}. {note}")
RESUME_NOW = Phrase(de="Weiterlaufen lassen", en="Let it go on")
PAUSE_DONE = Phrase(de="Alles Schreiben ist angehalten.", en="All writing is paused.")
PAUSE_ALREADY = Phrase(de="Es war schon angehalten.", en="It was paused already.")
RESUME_DONE = Phrase(
    de="Es läuft weiter; wer gewartet hat, wird jetzt abgeglichen.", en="It goes on; whoever waited is synced now."
)
RESUME_NOTHING = Phrase(de="Es war nichts angehalten.", en="Nothing was paused.")

FIGURES = Phrase(de="Wie es lief", en="How it went")
LAST_DAY = Phrase(de="24 Stunden", en="24 hours")
LAST_WEEK = Phrase(de="7 Tage", en="7 days")
DURATION = Phrase(de="Dauer eines Abgleichs (Sekunden, Median)", en="Duration of a sync (seconds, median)")
CONFLICTS = Phrase(de="Widersprüche", en="Conflicts")
CALLS = Phrase(de="Aufrufe je Abgleich", en="Calls a sync")
FAILED = Phrase(de="Fehlgeschlagen (Prozent)", en="Failed (percent)")
PLOT = Phrase(
    de="{what}, {span}: höchster Wert {highest}, zuletzt {last}", en="{what}, {span}: highest {highest}, last {last}"
)
BAR = Phrase(de="{at}: {value}", en="{at}: {value}")
FIGURES_FROM = Phrase(
    de="Gezählt sind die Abgleiche, deren Verlauf noch aufbewahrt wird; Aufrufe aus {read} Verläufen. "
    "Genaue Zahlen auf Dauer hat der Betreuer (Grafana).",
    en="By the syncs that Temporal still keeps; calls by {read} histories that were read for it. Exact figures that "
    "last are the administrator's (Grafana).",
)
NOT_ALL = Phrase(
    de="Es waren mehr, als hier gezählt wurden; den ältesten Balken fehlt etwas.",
    en="There were more than were counted here; the oldest bars lack some.",
)
