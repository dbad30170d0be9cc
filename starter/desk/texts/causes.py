"""Why all is not well, in the words of the firm; each with what to do."""

from beteiligte.messages.counting import Counted
from beteiligte.messages.language import Phrase
from starter.views.health import StatusCause, StatusVerdict
from starter.views.outages import OutageKind

VERDICTS: dict[StatusVerdict, Phrase] = {
    StatusVerdict.ALL_WELL: Phrase(de="Alles in Ordnung", en="All well"),
    StatusVerdict.NEEDS_YOU: Phrase(de="Etwas wartet auf Sie", en="Something waits for you"),
    StatusVerdict.BROKEN: Phrase(de="Etwas ist gestört", en="Something is broken"),
}
ABOUT = Phrase(de="{what} ({about})", en="{what} ({about})")


def _always(de: str, en: str) -> Counted:
    return Counted(one=Phrase(de=de, en=en), many=Phrase(de=de, en=en))


CAUSES: dict[StatusCause, Counted] = {
    StatusCause.NO_WORKER: _always(
        "Es läuft kein Worker: nichts wird abgeglichen. Für den Betreuer: beteiligte-sync up",
        "No worker runs: nothing is synced. For the administrator: beteiligte-sync up",
    ),
    StatusCause.SILENT_WORKER: Counted(
        one=Phrase(
            de="1 Worker antwortet nicht. Für den Betreuer: neu starten",
            en="1 worker does not answer. For the administrator: restart it",
        ),
        many=Phrase(
            de="{number} Worker antworten nicht. Für den Betreuer: neu starten",
            en="{number} workers do not answer. For the administrator: restart them",
        ),
    ),
    StatusCause.KEYS: _always(
        "Ein Worker hat nicht dieselben Schlüssel wie die anderen. Für den Betreuer: beteiligte-sync doctor",
        "A worker has not the same keys as the others. For the administrator: beteiligte-sync doctor",
    ),
    StatusCause.DISK: _always(
        "Der Platz auf der Platte geht zu Ende. Für den Betreuer: Platz schaffen",
        "Disk space runs out. For the administrator: free some",
    ),
    StatusCause.OUTAGE: _always(
        "Ein System antwortet nicht. Wer wartet, wird von selbst abgeglichen, sobald es wieder da ist",
        "A system does not answer. Whoever waits is synced by itself as soon as it is back",
    ),
    StatusCause.SYSTEM_REFUSES: _always(
        "Ein System lehnt uns ab. Für den Betreuer: beteiligte-sync doctor sagt, warum",
        "A system refuses us. For the administrator: beteiligte-sync doctor says why",
    ),
    StatusCause.SYSTEM_LACKS: _always(
        "In einem System fehlt ein Recht oder ein Feld. Für den Betreuer: beteiligte-sync doctor",
        "A right or a field is missing in a system. For the administrator: beteiligte-sync doctor",
    ),
    StatusCause.SELF_TEST: _always(
        "Der Selbsttest erreicht ein System nicht. Für den Betreuer: beteiligte-sync doctor",
        "The self-test does not reach a system. For the administrator: beteiligte-sync doctor",
    ),
    StatusCause.STANDSTILL: _always(
        "Ein Abgleich kommt nicht weiter. Für den Betreuer: beteiligte-sync status",
        "A sync stands still. For the administrator: beteiligte-sync status",
    ),
    StatusCause.OTHER_QUEUE: _always(
        "Abgleiche warten, wo kein Worker arbeitet. Für den Betreuer: beteiligte-sync status",
        "Syncs wait where no worker works. For the administrator: beteiligte-sync status",
    ),
    StatusCause.REFUSED: Counted(
        one=Phrase(
            de="1 Meldung von EspoCRM wurde abgewiesen; die Änderung findet der nächste Durchgang",
            en="1 delivery of EspoCRM was refused; the next sweep finds the edit",
        ),
        many=Phrase(
            de="{number} Meldungen von EspoCRM wurden abgewiesen; die Änderungen findet der nächste Durchgang",
            en="{number} deliveries of EspoCRM were refused; the next sweep finds the edits",
        ),
    ),
    StatusCause.SILENT_WEBHOOKS: _always(
        "EspoCRM meldet Änderungen nicht mehr von selbst; sie kommen nur noch bei den Durchgängen an. Für den "
        "Betreuer: die Webhooks prüfen",
        "EspoCRM does not tell of edits any more; they arrive with sweeps only. For the administrator: check the "
        "webhooks",
    ),
    StatusCause.NO_SCHEDULE: _always(
        "Ein Zeitplan fehlt. Für den Betreuer: beteiligte-sync schedules apply",
        "A schedule is missing. For the administrator: beteiligte-sync schedules apply",
    ),
    StatusCause.SCHEDULE_PAUSED: _always(
        "Ein Zeitplan ist angehalten. Für den Betreuer: beteiligte-sync schedules resume",
        "A schedule is paused. For the administrator: beteiligte-sync schedules resume",
    ),
    StatusCause.OVERDUE: _always(
        "Ein Durchgang ist überfällig. Für den Betreuer: beteiligte-sync status",
        "A sweep is overdue. For the administrator: beteiligte-sync status",
    ),
    StatusCause.SWEEP_FAILED: _always(
        "Ein Durchgang ist fehlgeschlagen; der nächste beginnt von selbst",
        "A sweep failed; the next one begins by itself",
    ),
    StatusCause.SWEEP_WAITS: _always(
        "Ein Durchgang versucht einen Schritt immer wieder", "A sweep tries a step again and again"
    ),
    StatusCause.PAUSED: _always(
        "Alles Schreiben ist angehalten; weiter geht es unten mit „Weiterlaufen lassen“",
        'All writing is paused; "Let it go on" below ends that',
    ),
    StatusCause.SWEEP_ASKS: _always(
        "Ein Durchgang hat angehalten und fragt: bitte unten antworten", "A sweep stopped and asks: please answer below"
    ),
    StatusCause.UNDECIDED: Counted(
        one=Phrase(
            de="1 Beteiligter wartet auf eine Entscheidung: Seite „Offen“",
            en='1 party waits for a decision: page "Open"',
        ),
        many=Phrase(
            de="{number} Beteiligte warten auf eine Entscheidung: Seite „Offen“",
            en='{number} parties wait for a decision: page "Open"',
        ),
    ),
    StatusCause.FAILED: Counted(
        one=Phrase(de="1 Beteiligter ist fehlgeschlagen: Seite „Offen“", en='1 party failed: page "Open"'),
        many=Phrase(
            de="{number} Beteiligte sind fehlgeschlagen: Seite „Offen“", en='{number} parties failed: page "Open"'
        ),
    ),
    StatusCause.UNFINISHED: Counted(
        one=Phrase(
            de="1 Beteiligter steht in Advoware, aber noch nicht in EspoCRM; es wird von selbst wiederholt. Bitte "
            "nicht noch einmal anlegen",
            en="1 party is in Advoware and not yet in EspoCRM; it is tried again by itself. Please do not create it "
            "anew",
        ),
        many=Phrase(
            de="{number} Beteiligte stehen in Advoware, aber noch nicht in EspoCRM; es wird von selbst wiederholt. "
            "Bitte nicht noch einmal anlegen",
            en="{number} parties are in Advoware and not yet in EspoCRM; it is tried again by itself. Please do not "
            "create them anew",
        ),
    ),
}

OUTAGES: dict[OutageKind, Phrase] = {
    OutageKind.DOWN: Phrase(de="antwortet nicht", en="does not answer"),
    OutageKind.REFUSES: Phrase(de="lehnt uns ab", en="refuses us"),
    OutageKind.LACKS: Phrase(de="ein Recht oder Feld fehlt", en="lacks a right or a field"),
    OutageKind.PAUSE: Phrase(de="wartet auf das Ende der Pause", en="waits for the end of the pause"),
}
