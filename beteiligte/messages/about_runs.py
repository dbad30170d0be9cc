"""What people are told of a sync as a whole: held back, failed, half done, overtaken."""

from beteiligte.decide.findings import FindingKind
from beteiligte.messages.language import Phrase
from beteiligte.messages.words import Variant, Words
from beteiligte.sync_status import Result

RUNS = {
    FindingKind.GUARD: Words(
        summary=Phrase(
            de="Der Abgleich hätte den Namen oder den größten Teil der Angaben geleert und wurde angehalten. Bitte den "
            "Datensatz auf beiden Seiten prüfen.",
            en="The sync would have emptied the name or most of the record, and was held. Please check the record on "
            "both sides.",
        ),
        note=Phrase(
            de="Der Abgleich hätte in {system} den Namen oder den größten Teil der Angaben geleert ({fields}) und "
            "wurde für diesen Beteiligten angehalten. Es wurde nichts geschrieben. Name: {both}. Bitte tragen Sie die "
            "Angaben in {elsewhere} wieder ein. War das Leeren gewollt, leeren Sie bitte dieselben Felder auch in "
            "{system}.",
            en="The sync would have emptied the name or most of the record in {system} ({fields}), and was held for "
            "this party. Nothing was written. Name: {both}. Please enter the values in {elsewhere} again. If they were "
            "emptied on purpose, please empty the same fields in {system}, too.",
        ),
    ),
    FindingKind.OVERTAKEN: Words(
        note=Phrase(
            de="Während der Abgleich in Advoware schrieb, hat dort gerade jemand gearbeitet (betNr {bet_nr}; erkennbar "
            "an: {fields}). Eine gleichzeitige Eingabe in anderen Feldern kann dabei überschrieben worden sein. "
            "Bitte prüfen Sie die letzten Eingaben dort und wiederholen Sie, was fehlt.",
            en="While the sync was writing in Advoware, somebody was working there (betNr {bet_nr}; seen by: "
            "{fields}). What was entered in other fields at that moment may have been overwritten. Please check the "
            "last entries there and repeat what is missing.",
        ),
    ),
    FindingKind.STATUS_OVERRIDDEN: Words(
        note=Phrase(
            de="EspoCRM ändert den Sync-Status selbst (Formel oder Workflow). Deshalb gilt er bei diesem Datensatz "
            "nicht mehr als Auftrag; abgeglichen wird weiterhin. Für den Betreuer: Bitte die Formel so einschränken, "
            "dass sie nicht auf Änderungen der Schnittstelle anspringt.",
            en="EspoCRM changes this record's sync status by itself (formula or workflow). Therefore it no longer "
            "counts as a request here; the record is synced as ever. For the administrator: please narrow the formula "
            "so that it does not react to the interface's changes.",
        ),
    ),
    FindingKind.FAILED: Words(
        note=Phrase(
            de="Der Abgleich ist fehlgeschlagen. Verloren ist nichts; jede weitere Änderung stößt einen neuen Versuch "
            "an. {cause}{code}",
            en="The sync failed. Nothing is lost; every further change starts a new attempt. {cause}{code}",
        ),
    ),
    FindingKind.NOT_WRITTEN_BACK: Words(
        note=Phrase(
            de="Die Angaben sind in Advoware angekommen (betNr {bet_nr}), aber EspoCRM nimmt den Vermerk darüber nicht "
            "an. Das wird stündlich erneut versucht. Bitte legen Sie den Beteiligten in Advoware nicht noch einmal an. "
            "Für den Betreuer: Bitte prüfen, warum EspoCRM nicht schreiben lässt; "
            "`beteiligte-sync status {id}` zeigt den Grund.",
            en="The data arrived in Advoware (betNr {bet_nr}), but EspoCRM does not accept the record of it. It is "
            "tried again every hour. Please do not create the party in Advoware once more. For the administrator: "
            "please check why EspoCRM does not let it be written; `beteiligte-sync status {id}` shows the reason.",
        ),
        variants=(
            Variant(
                when=lambda finding: finding.reason == Result.EXCLUDED,
                note=Phrase(
                    de="Die Angaben sind in Advoware angekommen (betNr {bet_nr}). In EspoCRM ist das nicht vermerkt, "
                    "weil der Datensatz inzwischen vom Abgleich ausgenommen ist. Soll er wieder abgeglichen werden, "
                    "prüfen Sie bitte vorher, ob dort diese betNr steht.",
                    en="The data arrived in Advoware (betNr {bet_nr}). EspoCRM holds no record of it, since the party "
                    "is excluded from the sync by now. Before it is synced again, please check that this betNr stands "
                    "there.",
                ),
            ),
            Variant(
                when=lambda finding: bool(finding.reason),
                note=Phrase(
                    de="Die Angaben sind in Advoware angekommen (betNr {bet_nr}), aber EspoCRM nimmt den Vermerk "
                    "darüber nicht an. Das wird stündlich erneut versucht. Bitte legen Sie den Beteiligten in "
                    "Advoware nicht noch einmal an. {cause}{code}",
                    en="The data arrived in Advoware (betNr {bet_nr}), but EspoCRM does not accept the record of it. "
                    "It is tried again every hour. Please do not create the party in Advoware once more. {cause}"
                    "{code}",
                ),
            ),
        ),
    ),
}
