"""What people are told of a sync as a whole: held back, failed, half done, overtaken."""

from beteiligte.findings import Matter
from beteiligte.messages.about_forms import ANOTHER_NAME
from beteiligte.messages.language import Phrase
from beteiligte.messages.words import Variant, Words
from beteiligte.status import Result

RUNS = {
    Matter.GUARD: Words(
        summary=Phrase(
            de="Der Abgleich hätte den Namen ersetzt oder geleert, oder den größten Teil der Angaben geleert, und "
            "wurde angehalten.",
            en="The sync would have replaced or emptied the name, or emptied most of the record, and was held.",
        ),
        note=Phrase(
            de="Der Abgleich hätte in {system} den Namen oder den größten Teil der Angaben geleert ({others}) und "
            "wurde angehalten. Es wurde nichts geschrieben. Name: {both}. Bitte die Angaben auf der leeren Seite "
            "wieder eintragen.",
            en="The sync would have emptied the name or most of the record in {system} ({others}), and was held. "
            "Nothing was written. Name: {both}. Please enter the values again on the empty side.",
        ),
        variants=(ANOTHER_NAME,),
    ),
    Matter.OVERTAKEN: Words(
        note=Phrase(
            de="In Advoware wurde gerade gearbeitet, während der Abgleich dort schrieb (betNr {bet_nr}; erkennbar an: "
            "{others}). Eine gleichzeitige Eingabe in anderen Feldern kann dabei überschrieben worden sein. Bitte die "
            "letzten Eingaben dort prüfen.",
            en="Somebody was working in Advoware while the sync was writing there (betNr {bet_nr}; seen by: {others}). "
            "What was entered in other fields at that moment may have been overwritten. Please check the last entries "
            "there.",
        ),
    ),
    Matter.STATUS_OVERRIDDEN: Words(
        note=Phrase(
            de="EspoCRM ändert den Sync-Status selbst (Formel oder Workflow). Er gilt bei diesem Datensatz nicht mehr "
            "als Auftrag. Bitte die Formel so einschränken, dass sie nicht auf Änderungen der Schnittstelle anspringt.",
            en="EspoCRM changes the sync status by itself (formula or workflow). In this record it no longer counts as "
            "a request. Please narrow the formula so that it does not react to the interface's changes.",
        ),
    ),
    Matter.FAILED: Words(
        note=Phrase(
            de="Der Abgleich ist fehlgeschlagen ({code}). {cause} Es ist nichts verloren; jede weitere Änderung stößt "
            "einen neuen Versuch an.",
            en="The sync failed ({code}). {cause} Nothing is lost; every further change starts a new attempt.",
        ),
    ),
    Matter.NOT_WRITTEN_BACK: Words(
        note=Phrase(
            de="In Advoware ist der Stand angekommen (betNr {bet_nr}), EspoCRM nimmt den Vermerk darüber aber nicht "
            "an. Er wird stündlich erneut versucht. Bitte EspoCRM prüfen lassen, und bis dahin in Advoware nichts "
            "doppelt anlegen.",
            en="The data arrived in Advoware (betNr {bet_nr}), but EspoCRM does not accept the record of it. It is "
            "tried again every hour. Please have EspoCRM checked, and create nothing twice in Advoware meanwhile.",
        ),
        variants=(
            Variant(
                when=lambda finding: finding.reason == Result.EXCLUDED,
                note=Phrase(
                    de="In Advoware ist der Stand angekommen (betNr {bet_nr}). In EspoCRM ist das nicht vermerkt, da "
                    "der Datensatz inzwischen vom Abgleich ausgenommen ist. Soll er wieder abgeglichen werden, prüfen "
                    "Sie bitte vorher, ob dort diese betNr steht.",
                    en="The data arrived in Advoware (betNr {bet_nr}). EspoCRM holds no record of it, since the party "
                    "is excluded from the sync by now. Before it is synced again, please check that this betNr stands "
                    "there.",
                ),
            ),
        ),
    ),
}
