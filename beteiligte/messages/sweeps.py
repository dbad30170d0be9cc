"""What people read when a sweep stopped because something looks like an accident, or could not look at all."""

from beteiligte.messages.language import Language, Phrase

STOPPED = Phrase(
    de="Abgleich EspoCRM–Advoware: Der Gesamtabgleich hat angehalten und nichts geschrieben, denn etwas sieht nach "
    "einem Versehen aus ({alarm}). Betroffen: {due} Beteiligte. Bitte prüfen, ob das gewollt ist (Import, "
    "Rücksicherung, geänderte Rechte), und dann entscheiden lassen: "
    "beteiligte-sync reconcile confirm {run} oder refuse {run}.",
    en="Sync EspoCRM–Advoware: the reconciliation stopped and wrote nothing, since something looks like an accident "
    "({alarm}). Parties concerned: {due}. Please check whether it is intended (import, restored backup, changed "
    "rights), then have it decided: beteiligte-sync reconcile confirm {run} or refuse {run}.",
)
FAILED = Phrase(
    de="Abgleich EspoCRM–Advoware: Der Gesamtabgleich konnte nicht stattfinden ({alarm}). Er wird von selbst "
    "wiederholt; es ist nichts verloren. Hält es an, bitte die Einrichtung prüfen lassen.",
    en="Sync EspoCRM–Advoware: the reconciliation could not take place ({alarm}). It is repeated by itself; nothing "
    "is lost. If it goes on, please have the set-up checked.",
)


def sweep_note(alarm: str, *, due: int, run: str, failed: bool, language: Language = Language.GERMAN) -> str:
    """The text; `run` is the workflow that waits for the answer."""
    return (FAILED if failed else STOPPED).told(language, alarm=alarm, due=str(due), run=run)
