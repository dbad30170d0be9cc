"""What people read when a sweep stopped because something looks like an accident, or could not look at all."""

from collections.abc import Callable

from beteiligte.messages.causes import FAULTS, UNEXPECTED
from beteiligte.messages.counting import OF_PARTIES, SEEN_PARTIES, Counted
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.shown import InNote
from beteiligte.sweep.alarms import Alarm, AlarmNews, Change

HEAD = Phrase(de="Gesamtabgleich EspoCRM–Advoware: ", en="Reconciliation of EspoCRM and Advoware: ")
WHAT: dict[Alarm, Phrase | Counted] = {
    Alarm.SHORT_LIST: Phrase(
        de="EspoCRM zählt {seen_limit} und zeigt nur {number}.",
        en="EspoCRM counts {seen_limit} and shows only {number}.",
    ),
    Alarm.FEWER_PARTIES: Phrase(
        de="EspoCRM hat nur noch {seen_parties}; zuletzt waren es {limit}.",
        en="EspoCRM holds only {seen_parties}; {limit} before.",
    ),
    Alarm.OVERWRITTEN: Phrase(
        de="In EspoCRM wurden bei {of_parties} vorhandene Angaben geändert oder geleert (üblich sind bis zu {limit}).",
        en="In EspoCRM filled values of {of_parties} were changed or emptied (up to {limit} are usual).",
    ),
    Alarm.MOVED: Counted(
        one=Phrase(
            de="In Advoware ist 1 Beteiligter geändert oder nicht mehr da (üblich sind bis zu {limit}).",
            en="In Advoware 1 party was changed or is gone (up to {limit} are usual).",
        ),
        many=Phrase(
            de="In Advoware sind {number} Beteiligte geändert oder nicht mehr da (üblich sind bis zu {limit}).",
            en="In Advoware {number} parties were changed or are gone (up to {limit} are usual).",
        ),
    ),
    Alarm.DELETED: Counted(
        one=Phrase(
            de="1 Beteiligten, der abgeglichen war, gibt es in EspoCRM nicht mehr (üblich sind bis zu {limit}).",
            en="1 party that was synced is gone in EspoCRM (up to {limit} are usual).",
        ),
        many=Phrase(
            de="{number} Beteiligte, die abgeglichen waren, gibt es in EspoCRM nicht mehr (üblich sind bis zu "
            "{limit}).",
            en="{number} parties that were synced are gone in EspoCRM (up to {limit} are usual).",
        ),
    ),
    Alarm.FIRST: Counted(
        one=Phrase(
            de="1 Beteiligter wurde noch nie abgeglichen (üblich sind bis zu {limit}). Hat er keine betNr, würde er "
            "in Advoware angelegt.",
            en="1 party was never synced (up to {limit} are usual). If it has no betNr, it would be created in "
            "Advoware.",
        ),
        many=Phrase(
            de="{number} Beteiligte wurden noch nie abgeglichen (üblich sind bis zu {limit}). Wer keine betNr hat, "
            "würde in Advoware angelegt.",
            en="{number} parties were never synced (up to {limit} are usual). Those without a betNr would be created "
            "in Advoware.",
        ),
    ),
    Alarm.FOREIGN_WRITER: Phrase(
        de="Bei {of_parties} hat ein anderes Programm advowareRowId geschrieben. Zwei Abgleiche zugleich überschreiben "
        "einander.",
        en="For {of_parties} another program wrote advowareRowId. Two syncs at once overwrite each other.",
    ),
    Alarm.FAILED: Phrase(
        de="Er konnte nicht stattfinden. Er wird von selbst wiederholt; es ist nichts verloren. {cause}",
        en="It could not take place. It is repeated by itself; nothing is lost. {cause}",
    ),
}
ASKS = Phrase(
    de=" Das sieht nach einem Versehen aus; der Abgleich hat angehalten. {due}, {synced}. Bitte prüfen Sie, ob es "
    "gewollt ist (Import, Rücksicherung, geänderte Rechte), und lassen Sie den Betreuer antworten. Einzelne Eingaben, "
    "die EspoCRM meldet, werden weiter abgeglichen. Für den Betreuer: `beteiligte-sync reconcile confirm {run}` "
    "führt ihn fort, `beteiligte-sync reconcile refuse {run}` bricht ihn ab, `beteiligte-sync pause` hält alles "
    "Schreiben an.",
    en=" That looks like an accident; therefore it stopped. {due}, {synced}. Please check whether it is intended "
    "(import, restored backup, changed rights), and have the administrator answer. Single edits that EspoCRM reports "
    "are synced as ever. For the administrator: `beteiligte-sync reconcile confirm {run}` goes on, "
    "`beteiligte-sync reconcile refuse {run}` gives up, `beteiligte-sync pause` stops all writing.",
)
PLAN = Phrase(
    de=" Was geschähe, zeigt `beteiligte-sync plan`.",
    en=" What would happen is shown by `beteiligte-sync plan`.",
)
SWITCH_OFF = Phrase(
    de=" Für den Betreuer: Bitte das andere Programm abschalten.",
    en=" For the administrator: please switch the other program off.",
)
DUE = Counted(
    one=Phrase(de="1 Beteiligter wäre abzugleichen", en="1 party would be synced"),
    many=Phrase(de="{number} Beteiligte wären abzugleichen", en="{number} parties would be synced"),
)
SYNCED = Counted(
    none=Phrase(de="davon ist noch keiner abgeglichen", en="none of them is synced already"),
    one=Phrase(de="1 davon ist schon abgeglichen", en="1 of them is synced already"),
    many=Phrase(de="{number} davon sind schon abgeglichen", en="{number} of them are synced already"),
)
HOW_MANY = Phrase(de=" Geändert: {changed}, nicht mehr da: {gone}.", en=" Changed: {changed}, gone: {gone}.")
SOME = Phrase(de=" Betroffen ({shown} von {number}), {parties}.", en=" Concerned ({shown} of {number}), {parties}.")
CHANGES = {
    Change.NEW: Phrase(de="neu: {parties}", en="new: {parties}"),
    Change.CHANGED: Phrase(de="geändert: {parties}", en="changed: {parties}"),
    Change.GONE: Phrase(de="nicht mehr da: {parties}", en="gone: {parties}"),
}
EITHER = Phrase(de="EspoCRM oder Advoware", en="EspoCRM or Advoware")
STOPPING = frozenset(Alarm) - {Alarm.FOREIGN_WRITER, Alarm.FAILED}


def sweep_note(news: AlarmNews, *, language: Language = Language.GERMAN, look: InNote | None = None) -> str:
    """The whole message."""
    link = (look or InNote()).record
    shown = str if news.alarm is Alarm.DELETED else link  # what EspoCRM does not have cannot be opened there
    return (
        HEAD.told(language) + what_happened(news, language) + concerned(news, language, shown) + _asks(news, language)
    )


def explained(news: AlarmNews) -> str:
    """The alarm alone, in English: for the Web UI and the command line."""
    return what_happened(news, Language.ENGLISH) + _remedy(news, Language.ENGLISH)


def concerned(news: AlarmNews, language: Language, shown: Callable[[str], str] = str) -> str:
    """Some of the parties it is about, and what became of them; nothing where they are not known."""
    parties = "; ".join(
        phrase.told(language, parties=", ".join(shown(party) for party in of_it))
        for change, phrase in CHANGES.items()
        if (of_it := [one.party_id for one in news.named if one.change is change])
    )
    return SOME.told(language, shown=len(news.named), number=news.number, parties=parties) if parties else ""


def _asks(news: AlarmNews, language: Language) -> str:
    """What to do, and how a run that stopped is answered."""
    if news.alarm not in STOPPING:
        return _remedy(news, language)
    due, synced = DUE.told(news.due, language), SYNCED.told(news.synced, language)
    return ASKS.told(language, due=due, synced=synced, run=news.run) + _remedy(news, language)


def _remedy(news: AlarmNews, language: Language) -> str:
    """The administrator's, where the alarm has one of its own."""
    remedies = {Alarm.FIRST: PLAN, Alarm.FOREIGN_WRITER: SWITCH_OFF}
    return remedies[news.alarm].told(language) if news.alarm in remedies else ""


def what_happened(news: AlarmNews, language: Language) -> str:
    """The alarm alone, without what to do."""
    cause = FAULTS.get(news.code, UNEXPECTED).told(language, system=EITHER.told(language)) if news.code else ""
    words = WHAT[news.alarm]
    known: dict[str, object] = {
        "limit": news.limit,
        "seen_limit": SEEN_PARTIES.told(news.limit, language),
        "seen_parties": SEEN_PARTIES.told(news.number, language),
        "of_parties": OF_PARTIES.told(news.number, language),
        "cause": cause,
    }
    if isinstance(words, Counted):
        what = words.told(news.number, language, **known)
    else:
        what = words.told(language, number=news.number, **known).rstrip()
    if news.alarm is not Alarm.MOVED:
        return what
    return what + HOW_MANY.told(language, changed=news.number - news.gone, gone=news.gone)
