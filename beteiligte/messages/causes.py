"""Why a sync failed, one row per fault code: what happened and what to do, both languages side by side."""

from beteiligte import faults
from beteiligte.messages.language import Phrase

FAULTS = {
    faults.Paused.code: Phrase(
        de="Der Abgleich wurde von Hand angehalten. Es ist nichts zu tun; sobald er weiterläuft, holt er alles nach.",
        en="The sync was paused by hand. Nothing needs doing; it catches up as soon as it goes on.",
    ),
    faults.Observing.code: Phrase(
        de="Der Abgleich läuft zur Probe und schreibt nichts. Es ist nichts zu tun.",
        en="The sync runs on trial and writes nothing. Nothing needs doing.",
    ),
    faults.Rejected.code: Phrase(
        de="{system} lehnt den Inhalt ab. Bitte berichtigen Sie die Angabe.",
        en="{system} refuses the content. Please correct it.",
    ),
    faults.Duplicate.code: Phrase(
        de="{system} hält den Datensatz für eine Dublette und nimmt deshalb keine Änderung an. Bitte prüfen Sie, ob "
        "es derselbe Beteiligte ist, und führen Sie die Datensätze dann zusammen. Für den Betreuer: Sind es zwei, "
        "bitte die Dublettenprüfung beim Bearbeiten ausschalten.",
        en="{system} takes the record for a duplicate and therefore accepts no change. Please check whether it is the "
        "same party, and merge the records then. For the administrator: if they are two, please switch the duplicate "
        "check on update off.",
    ),
    faults.RecordRefused.code: Phrase(
        de="{system} lässt bei diesem Datensatz keine Änderung zu. Bitte klären Sie dort, was ihn schützt; danach "
        "wird er von selbst abgeglichen.",
        en="{system} does not allow this record to be changed. Please find out there what protects it; afterwards it "
        "is synced by itself.",
    ),
    faults.Locked.code: Phrase(
        de="Der Datensatz ist in {system} gesperrt. Bitte lassen Sie ihn dort entsperren; danach wird er von selbst "
        "abgeglichen.",
        en="The record is locked in {system}. Please have it unlocked there; afterwards it is synced by itself.",
    ),
    faults.TooLarge.code: Phrase(
        de="Der Datensatz ist zu groß für den Abgleich. Bitte kürzen Sie sehr lange Angaben oder entfernen Sie "
        "überzählige Einträge (etwa Telefonnummern).",
        en="The record is too large for the sync. Please shorten what is very long, or remove needless entries "
        "(such as phone numbers).",
    ),
    faults.NoRight.code: Phrase(
        de="{system} verweigert der Schnittstelle das Recht dazu. Für den Betreuer: Bitte die Rolle der "
        "Schnittstelle prüfen.",
        en="{system} denies the interface the right to do this. For the administrator: please check its role.",
    ),
    faults.PageTooLarge.code: Phrase(
        de="{system} erlaubt der Schnittstelle nicht, Listen zu lesen (recordListMaxSizeLimit). Für den Betreuer: "
        "Bitte die Einrichtung prüfen.",
        en="{system} does not allow the interface to read lists (recordListMaxSizeLimit). For the administrator: "
        "please check the set-up.",
    ),
    faults.MissingAttribute.code: Phrase(
        de="In {system} fehlt ein Feld der Schnittstelle, oder sie darf es nicht lesen. Für den Betreuer: "
        "Bitte die Einrichtung prüfen.",
        en="A field of the interface is missing in {system}, or it may not read it. For the administrator: please "
        "check the set-up.",
    ),
    faults.ConfigurationFault.code: Phrase(
        de="Die Verbindung zu {system} ist falsch eingerichtet. Für den Betreuer: Bitte die Einrichtung prüfen.",
        en="The connection to {system} is set up wrongly. For the administrator: please check the set-up.",
    ),
    faults.CredentialsRefused.code: Phrase(
        de="{system} lehnt die Zugangsdaten der Schnittstelle ab. Für den Betreuer: Bitte die Zugangsdaten prüfen.",
        en="{system} refuses the interface's credentials. For the administrator: please check them.",
    ),
    faults.Throttled.code: Phrase(
        de="{system} war überlastet. Es ist nichts zu tun; hält es an, sagen Sie es bitte dem Betreuer.",
        en="{system} was overloaded. Nothing needs doing; if it goes on, please tell the administrator.",
    ),
    faults.Transient.code: Phrase(
        de="{system} war nicht zu erreichen. Es ist nichts zu tun; hält es an, sagen Sie es bitte dem Betreuer.",
        en="{system} could not be reached. Nothing needs doing; if it goes on, please tell the administrator.",
    ),
    faults.OddAnswer.code: Phrase(
        de="{system} hat mehrmals unverständlich geantwortet. Hält es an, sagen Sie es bitte dem Betreuer.",
        en="{system} gave an answer that makes no sense, again and again. If it goes on, please tell the "
        "administrator.",
    ),
    faults.Stale.code: Phrase(
        de="Der Datensatz wurde während des Abgleichs immer wieder geändert. Es ist nichts zu tun.",
        en="The record kept changing while it was being synced. Nothing needs doing.",
    ),
    faults.Gone.code: Phrase(
        de="{system} kennt den Datensatz nicht mehr. Bitte sehen Sie dort nach.",
        en="{system} no longer knows the record. Please look there.",
    ),
    faults.AmbiguousCreate.code: Phrase(
        de="{system} hat auf das Anlegen nicht geantwortet; ob der Beteiligte dort entstanden ist, ist nicht bekannt. "
        "Bitte sehen Sie dort nach und tragen Sie die betNr ein. Gibt es ihn dort nicht, sagen Sie es bitte dem "
        "Betreuer.",
        en="{system} did not answer when the party was to be created; whether it exists there is not known. Please "
        "look there and enter the betNr. If it is not there, please tell the administrator.",
    ),
    faults.BegunElsewhere.code: Phrase(
        de="Das Anlegen in {system} war schon begonnen; wie es ausging, ist nicht bekannt. Bitte sehen Sie dort nach "
        "und tragen Sie die betNr ein. Gibt es ihn dort nicht, sagen Sie es bitte dem Betreuer.",
        en="The party was already being created in {system}; what came of it is not known. Please look there and "
        "enter the betNr. If it is not there, please tell the administrator.",
    ),
}

OF_ONE = {
    faults.NoRight.code: Phrase(
        de="{system} verweigert der Schnittstelle diesen einen Datensatz, andere nicht. Bitte klären Sie dort, was ihn "
        "schützt; danach wird er von selbst abgeglichen.",
        en="{system} denies the interface this one record; others work. Please find out what protects it; afterwards "
        "it is synced by itself.",
    ),
}
"""Where the fault is one party's own and its words speak of all parties."""

SAID = Phrase(de=" {system} sagt dazu: „{said}“", en=' {system} says: "{said}"')
"""After a cause, where the system gave a reason of its own."""

UNEXPECTED = Phrase(
    de="Ein unerwarteter Fehler ist aufgetreten. Bitte sagen Sie es dem Betreuer.",
    en="An unexpected error occurred. Please tell the administrator.",
)
"""Whatever is no fault of a system: a bug of ours, an attempt that ran out of time."""
