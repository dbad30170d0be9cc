"""What people read when a sweep stopped because something looks like an accident, or could not look at all."""

from collections.abc import Callable
from functools import partial

from beteiligte.messages.causes import FAULTS, UNEXPECTED
from beteiligte.messages.language import Language, Phrase
from beteiligte.messages.record_link import record_link
from beteiligte.sweep import Alarm, Change, News

HEAD = Phrase(de="Gesamtabgleich EspoCRM–Advoware: ", en="Reconciliation of EspoCRM and Advoware: ")
WHAT = {
    Alarm.SHORT_LIST: Phrase(
        de="EspoCRM zählt {limit} Beteiligte und zeigt nur {number}.",
        en="EspoCRM counts {limit} parties and shows only {number}.",
    ),
    Alarm.FEWER_PARTIES: Phrase(
        de="EspoCRM hat nur noch {number} Beteiligte, zuletzt waren es {limit}.",
        en="EspoCRM holds only {number} parties, {limit} before.",
    ),
    Alarm.OVERWRITTEN: Phrase(
        de="In EspoCRM wurden bei {number} Beteiligten vorhandene Angaben geändert oder geleert (üblich: bis {limit}).",
        en="In EspoCRM filled values of {number} parties were changed or emptied (usual: up to {limit}).",
    ),
    Alarm.MOVED: Phrase(
        de="In Advoware sind {number} Beteiligte geändert oder nicht mehr da (üblich: bis {limit}).",
        en="In Advoware {number} parties were changed or are gone (usual: up to {limit}).",
    ),
    Alarm.DELETED: Phrase(
        de="{number} Beteiligte, die abgeglichen waren, gibt es in EspoCRM nicht mehr (üblich: bis {limit}).",
        en="{number} parties that were synced are gone in EspoCRM (usual: up to {limit}).",
    ),
    Alarm.FIRST: Phrase(
        de="{number} Beteiligte wurden noch nie abgeglichen (üblich: bis {limit}); wer keine betNr hat, würde in "
        "Advoware angelegt. Was geschähe, zeigt beteiligte-sync plan.",
        en="{number} parties were never synced (usual: up to {limit}); those without a betNr would be created in "
        "Advoware. What would happen is shown by beteiligte-sync plan.",
    ),
    Alarm.FOREIGN_WRITER: Phrase(
        de="Bei {number} Beteiligten hat ein anderes Programm advowareRowId geschrieben. Zwei Abgleiche zugleich "
        "überschreiben einander. Bitte das andere Programm abschalten lassen.",
        en="For {number} parties another program wrote advowareRowId. Two syncs at once overwrite each other. Please "
        "have the other program switched off.",
    ),
    Alarm.FAILED: Phrase(
        de="Er konnte nicht stattfinden. {cause} Er wird von selbst wiederholt; es ist nichts verloren.",
        en="It could not take place. {cause} It is repeated by itself; nothing is lost.",
    ),
}
ASKS = Phrase(
    de=" Das sieht nach einem Versehen aus; er hat angehalten ({due} Beteiligte wären abzugleichen, davon sind "
    "{synced} schon abgeglichen). Bitte prüfen, ob es gewollt ist (Import, Rücksicherung, geänderte Rechte), und "
    "entscheiden lassen: beteiligte-sync reconcile confirm {run} oder refuse {run}. Einzelne Eingaben, die EspoCRM "
    "meldet, werden weiter abgeglichen; alles Schreiben hält beteiligte-sync pause an.",
    en=" That looks like an accident; it stopped ({due} parties would be synced, {synced} of them are already). Please "
    "check whether it is intended (import, restored backup, changed rights) and have it decided: "
    "beteiligte-sync reconcile confirm {run} or refuse {run}. Single edits that EspoCRM reports are synced as ever; "
    "beteiligte-sync pause stops all writing.",
)
STOPPING = frozenset(Alarm) - {Alarm.FOREIGN_WRITER, Alarm.FAILED}


HOW_MANY = Phrase(de=" Geändert: {changed}, nicht mehr da: {gone}.", en=" Changed: {changed}, gone: {gone}.")
SOME = Phrase(de=" Betroffen ({shown} von {number}): {parties}.", en=" Concerned ({shown} of {number}): {parties}.")
CHANGES = {
    Change.NEW: Phrase(de="neu: {parties}", en="new: {parties}"),
    Change.CHANGED: Phrase(de="geändert: {parties}", en="changed: {parties}"),
    Change.GONE: Phrase(de="nicht mehr da: {parties}", en="gone: {parties}"),
}


def sweep_note(news: News, *, language: Language = Language.GERMAN, entity_type: str = "CBeteiligte") -> str:
    """The whole message."""
    asks = (
        ASKS.told(language, due=str(news.due), synced=str(news.synced), run=news.run) if news.alarm in STOPPING else ""
    )
    link = partial(record_link, entity_type=entity_type)
    shown = str if news.alarm is Alarm.DELETED else link  # what EspoCRM does not have cannot be opened there
    return HEAD.told(language) + _what(news, language) + concerned(news, language, shown) + asks


def explained(news: News) -> str:
    """The alarm alone, in English: for the Web UI and the command line."""
    return _what(news, Language.ENGLISH)


def concerned(news: News, language: Language, shown: Callable[[str], str] = str) -> str:
    """Some of the parties it is about, and what became of them; nothing where they are not known."""
    parties = "; ".join(
        phrase.told(language, parties=", ".join(shown(party) for party in of_it))
        for change, phrase in CHANGES.items()
        if (of_it := [one.party_id for one in news.named if one.change is change])
    )
    number = str(news.number)
    return SOME.told(language, shown=str(len(news.named)), number=number, parties=parties) if parties else ""


def _what(news: News, language: Language) -> str:
    cause = FAULTS.get(news.code, UNEXPECTED).told(language, system="EspoCRM/Advoware") if news.code else ""
    what = WHAT[news.alarm].told(language, number=str(news.number), limit=str(news.limit), cause=cause)
    if news.alarm is not Alarm.MOVED:
        return what
    return what + HOW_MANY.told(language, changed=str(news.number - news.gone), gone=str(news.gone))
