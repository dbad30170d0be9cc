"""Why a sync failed, one row per fault code: what happened and what to do, both languages side by side."""

from beteiligte import faults
from beteiligte.messages.language import Phrase

FAULTS = {
    faults.Paused.code: Phrase(
        de="Der Abgleich wurde von Hand angehalten. Es ist nichts zu tun; er holt alles nach.",
        en="The sync was paused by hand. Nothing needs doing; it catches up.",
    ),
    faults.Observing.code: Phrase(
        de="Der Abgleich läuft zur Probe und schreibt nichts. Es ist nichts zu tun.",
        en="The sync runs on trial and writes nothing. Nothing needs doing.",
    ),
    faults.Rejected.code: Phrase(
        de="{system} lehnt den Inhalt ab. Bitte die Angabe berichtigen.",
        en="{system} refuses the content. Please correct it.",
    ),
    faults.Duplicate.code: Phrase(
        de="{system} hält den Datensatz für eine Dublette und nimmt deshalb keine Änderung an. Bitte prüfen, ob es "
        "derselbe Beteiligte ist; sonst die Dublettenprüfung beim Bearbeiten ausschalten lassen.",
        en="{system} takes the record for a duplicate and therefore accepts no change. Please check whether it is the "
        "same party; if not, have the duplicate check on update switched off.",
    ),
    faults.NoRight.code: Phrase(
        de="{system} verweigert der Schnittstelle das Recht dazu. Bitte die Rolle prüfen lassen.",
        en="{system} denies the interface the right to do this. Please have its role checked.",
    ),
    faults.PageTooLarge.code: Phrase(
        de="{system} erlaubt der Schnittstelle nicht, Listen zu lesen (recordListMaxSizeLimit). Bitte die Einrichtung "
        "prüfen lassen.",
        en="{system} does not allow the interface to read lists (recordListMaxSizeLimit). Please have the set-up "
        "checked.",
    ),
    faults.MissingAttribute.code: Phrase(
        de="In {system} fehlt ein Feld der Schnittstelle, oder sie darf es nicht lesen. Bitte die Einrichtung prüfen "
        "lassen.",
        en="A field of the interface is missing in {system}, or it may not read it. Please have the set-up checked.",
    ),
    faults.ConfigurationFault.code: Phrase(
        de="{system} ist falsch eingerichtet. Bitte die Einrichtung prüfen lassen.",
        en="{system} is set up wrongly. Please have the set-up checked.",
    ),
    faults.CredentialsRefused.code: Phrase(
        de="{system} lehnt die Zugangsdaten der Schnittstelle ab. Bitte die Zugangsdaten prüfen lassen.",
        en="{system} refuses the interface's credentials. Please have them checked.",
    ),
    faults.Throttled.code: Phrase(
        de="{system} bat wiederholt um Geduld. Es ist nichts zu tun, außer es hält an.",
        en="{system} asked for patience again and again. Nothing needs doing unless it goes on.",
    ),
    faults.Transient.code: Phrase(
        de="{system} war nicht zu erreichen. Es ist nichts zu tun, außer es hält an.",
        en="{system} could not be reached. Nothing needs doing unless it goes on.",
    ),
    faults.OddAnswer.code: Phrase(
        de="{system} gab wiederholt eine unverständliche Antwort. Bitte prüfen lassen, wenn es anhält.",
        en="{system} gave an answer that makes no sense, again and again. Please have it checked if it goes on.",
    ),
    faults.Stale.code: Phrase(
        de="Der Datensatz änderte sich während des Abgleichs immer wieder. Es ist nichts zu tun.",
        en="The record kept changing while it was being synced. Nothing needs doing.",
    ),
    faults.Gone.code: Phrase(
        de="{system} kennt den Datensatz nicht mehr. Bitte dort nachsehen.",
        en="{system} no longer knows the record. Please look there.",
    ),
    faults.AmbiguousCreate.code: Phrase(
        de="{system} hat auf das Anlegen nicht geantwortet. Bitte dort nachsehen.",
        en="{system} did not answer when the party was to be created. Please look there.",
    ),
    faults.BegunElsewhere.code: Phrase(
        de="Das Anlegen in {system} war schon begonnen; wie es ausging, ist nicht bekannt. Bitte dort nachsehen.",
        en="The party was already being created in {system}; what came of it is not known. Please look there.",
    ),
}

UNEXPECTED = Phrase(
    de="Ein unerwarteter Fehler ist aufgetreten. Bitte den Betreuer des Abgleichs benachrichtigen.",
    en="An unexpected error occurred. Please tell whoever looks after the sync.",
)
"""Whatever is no fault of a system: a bug of ours, an attempt that ran out of time."""
