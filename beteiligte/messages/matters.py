"""What people are told of a finding, one row per `Matter`, both languages side by side.

Placeholders: `{field}` its label; `{both}` both values; `{other}` the value of the side that has one; `{system}` where
it happened; `{winner}` and `{loser}` of a conflict and the `{ground}` of it; `{chosen}` by a person; `{bet_nr}`;
`{others}` other records or fields; `{several}` that match; `{cause}` and `{code}` of a fault. notes.py fills them.
"""

from dataclasses import dataclass

from beteiligte.findings import Matter
from beteiligte.messages.language import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts of one matter."""

    note: Phrase
    summary: Phrase | None = None
    """One line for `syncErrorMessage` while it is open. It holds no values and is stable, since it is compared with
    what stands in EspoCRM."""


MATTERS = {
    Matter.CONFLICT: Words(
        note=Phrase(
            de="{field} wurde auf beiden Seiten verschieden geändert: {both}. Übernommen wurde der Wert aus {winner}, "
            "der aus {loser} wurde überschrieben. Grund: {ground}. Ist er der richtige, tragen Sie ihn bitte erneut "
            "ein.",
            en="{field} was changed differently on both sides: {both}. The value from {winner} was kept, the one from "
            "{loser} was overwritten. Reason: {ground}. If it is the right one, please enter it again.",
        ),
    ),
    Matter.UNDECIDED: Words(
        summary=Phrase(
            de="{field}: auf beiden Seiten verschieden geändert. Bitte auf beiden Seiten denselben Wert eintragen.",
            en="{field}: changed differently on both sides. Please enter the same value on both.",
        ),
        note=Phrase(
            de="{field} wurde auf beiden Seiten verschieden geändert: {both}. Es wurde nichts überschrieben; dieses "
            "Feld wird nicht abgeglichen, bis entschieden ist, alle anderen schon. Bitte tragen Sie auf beiden Seiten "
            "denselben Wert ein.",
            en="{field} was changed differently on both sides: {both}. Nothing was overwritten; this field is not "
            "synced until it is decided, all others are. Please enter the same value on both sides.",
        ),
    ),
    Matter.SET_BACK: Words(
        summary=Phrase(
            de="{field}: in Advoware steht wieder ein älterer Stand. Bitte auf beiden Seiten denselben Wert eintragen.",
            en="{field}: Advoware shows an older record again. Please enter the same value on both sides.",
        ),
        note=Phrase(
            de="{field}: in Advoware steht wieder ein älterer Stand als beim letzten Abgleich, wohl aus einer "
            "Datensicherung: {both}. Es wurde nichts überschrieben; dieses Feld wird nicht abgeglichen, bis "
            "entschieden ist. Bitte tragen Sie auf beiden Seiten denselben Wert ein.",
            en="{field}: Advoware shows an older record than at the last sync, probably from a backup: {both}. Nothing "
            "was overwritten; this field is not synced until it is decided. Please enter the same value on both sides.",
        ),
    ),
    Matter.DECIDED: Words(
        note=Phrase(
            de="{field}: es wurde entschieden, dass auf beiden Seiten {chosen} stehen soll. Vorher stand dort: {both}. "
            "Ist das falsch, tragen Sie bitte den richtigen Wert ein.",
            en="{field}: it was decided that both sides shall hold {chosen}. Before, there stood: {both}. If that is "
            "wrong, please enter the right value.",
        ),
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
    Matter.NOT_TAKEN: Words(
        summary=Phrase(
            de="{field}: der Wert wurde nicht übernommen. Bitte beide Seiten von Hand angleichen.",
            en="{field}: the value was not taken. Please make both sides equal by hand.",
        ),
        note=Phrase(
            de="{field}: {system} hat den Wert nicht übernommen ({both}). Bitte beide Seiten von Hand angleichen. Ein "
            "neuer Versuch folgt, sobald sich ein Wert ändert.",
            en="{field}: {system} did not take the value ({both}). Please make both sides equal by hand. It is tried "
            "again as soon as a value changes.",
        ),
    ),
    Matter.NOT_WRITABLE: Words(
        summary=Phrase(
            de="{field}: wird von Advoware nicht übernommen. Bitte dort von Hand eintragen.",
            en="{field}: is not taken by Advoware. Please enter it there by hand.",
        ),
        note=Phrase(
            de="{field} wird von Advoware nicht über die Schnittstelle übernommen ({both}). Bitte dort von Hand "
            "eintragen.",
            en="{field} is not taken by Advoware through the interface ({both}). Please enter it there by hand.",
        ),
    ),
    Matter.REFUSED: Words(
        summary=Phrase(
            de="{field}: EspoCRM lehnt den Wert aus Advoware ab. Bitte den Wert berichtigen.",
            en="{field}: EspoCRM refuses the value from Advoware. Please correct the value.",
        ),
        note=Phrase(
            de="{field}: EspoCRM lehnt den Wert aus Advoware ab ({both}). Alle anderen Angaben wurden übernommen. "
            "Bitte den Wert in Advoware berichtigen.",
            en="{field}: EspoCRM refuses the value from Advoware ({both}). Everything else was taken over. Please "
            "correct the value in Advoware.",
        ),
    ),
    Matter.UNREADABLE: Words(
        summary=Phrase(
            de="{field}: ist nicht lesbar und wird nicht abgeglichen. Bitte die Rechte prüfen lassen.",
            en="{field}: cannot be read and is not synced. Please have the rights checked.",
        ),
        note=Phrase(
            de="{field} ist in {system} nicht lesbar und wird nicht abgeglichen ({other}). Es wurde nichts geleert. "
            "Bitte die Leserechte der Schnittstelle prüfen lassen.",
            en="{field} cannot be read in {system} and is not synced ({other}). Nothing was cleared. Please have the "
            "interface's right to read checked.",
        ),
    ),
    Matter.UNMAPPABLE: Words(
        summary=Phrase(
            de="{field}: der Wert hat auf der anderen Seite keine Entsprechung. Bitte berichtigen.",
            en="{field}: the value has no counterpart on the other side. Please correct it.",
        ),
        note=Phrase(
            de="{field}: der Wert in {system} hat auf der anderen Seite keine Entsprechung und wird nicht abgeglichen "
            "({other}). Bitte den Wert in {system} berichtigen.",
            en="{field}: the value in {system} has no counterpart on the other side and is not synced ({other}). "
            "Please correct the value in {system}.",
        ),
    ),
    Matter.GUARD: Words(
        summary=Phrase(
            de="Der Abgleich hätte den Namen oder den größten Teil der Angaben geleert und wurde angehalten.",
            en="The sync would have emptied the name or most of the record, and was held.",
        ),
        note=Phrase(
            de="Der Abgleich hätte in {system} den Namen oder den größten Teil der Angaben geleert ({others}) und "
            "wurde angehalten. Es wurde nichts geschrieben. Name: {both}. Bitte die Angaben auf der leeren Seite "
            "wieder eintragen.",
            en="The sync would have emptied the name or most of the record in {system} ({others}), and was held. "
            "Nothing was written. Name: {both}. Please enter the values again on the empty side.",
        ),
    ),
    Matter.LINK: Words(
        summary=Phrase(
            de="Die betNr ist zweifelhaft: sie gehört einem anderen Datensatz, einem anderen Namen oder niemandem.",
            en="The betNr is doubtful: it belongs to another record, to another name or to nobody.",
        ),
        note=Phrase(
            de="Die betNr {bet_nr} ist zweifelhaft (vergeben an: {others}). Es wurde nichts geschrieben. Bitte die "
            "richtige betNr nur an einem Datensatz eintragen.",
            en="The betNr {bet_nr} is doubtful (held by: {others}). Nothing was written. Please enter the right betNr "
            "in one record only.",
        ),
    ),
    Matter.LINK_LOST: Words(
        summary=Phrase(
            de="Die betNr wurde geleert. Bitte wieder eintragen; es wurde nichts neu angelegt.",
            en="The betNr was emptied. Please enter it again; nothing was created anew.",
        ),
        note=Phrase(
            de="Die betNr wurde geleert; zuletzt war es {bet_nr}. Damit kein Beteiligter doppelt entsteht, wurde "
            "nichts angelegt. Bitte die betNr wieder eintragen.",
            en="The betNr was emptied; last it was {bet_nr}. So that no party is doubled, nothing was created. Please "
            "enter the betNr again.",
        ),
    ),
    Matter.NO_NAME: Words(
        summary=Phrase(
            de="Ohne Namen wird in Advoware nichts angelegt. Bitte den Namen eintragen.",
            en="Without a name nothing is created in Advoware. Please enter the name.",
        ),
        note=Phrase(
            de="Der Datensatz hat weder Nach- noch Firmennamen und wird daher in Advoware nicht angelegt. Bitte den "
            "Namen eintragen.",
            en="The record has neither a last name nor a company name, so it is not created in Advoware. Please enter "
            "the name.",
        ),
    ),
    Matter.CREATE_UNANSWERED: Words(
        summary=Phrase(
            de="Advoware hat auf das Anlegen nicht geantwortet. Bitte dort nachsehen und die betNr eintragen; bis "
            "dahin wird nichts angelegt.",
            en="Advoware did not answer when the party was to be created. Please look there and enter the betNr; until "
            "then nothing is created.",
        ),
        note=Phrase(
            de="Advoware hat auf das Anlegen nicht geantwortet; ob der Beteiligte dort entstanden ist, ist nicht "
            "bekannt. Damit er nicht doppelt entsteht, wird nichts mehr angelegt. Bitte in Advoware nachsehen und die "
            "betNr hier eintragen.",
            en="Advoware did not answer when the party was to be created; whether it exists there is not known. So "
            "that it is not doubled, nothing more is created. Please look in Advoware and enter the betNr here.",
        ),
    ),
    Matter.SEVERAL_MATCH: Words(
        summary=Phrase(
            de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig. Bitte die betNr eintragen; bis dahin wird "
            "nichts verknüpft und nichts angelegt.",
            en="Who this party is in Advoware is not clear. Please enter the betNr; until then nothing is linked and "
            "nothing created.",
        ),
        note=Phrase(
            de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig. Es wurde nichts verknüpft und nichts "
            "angelegt. Bitte nachsehen und die betNr hier eintragen; gibt es ihn dort noch nicht, bitte anlegen "
            "lassen.",
            en="Who this party is in Advoware is not clear. Nothing was linked and nothing created. Please look there "
            "and enter the betNr here; if it is not there yet, please have it created.",
        ),
    ),
    Matter.DELETED_IN_ADVOWARE: Words(
        summary=Phrase(
            de="In Advoware gelöscht. Zum Neuanlegen bitte die betNr leeren.",
            en="Deleted in Advoware. To have it created again, please empty the betNr.",
        ),
        note=Phrase(
            de="Der Beteiligte {bet_nr} ist in Advoware gelöscht. In EspoCRM wurde nichts gelöscht. Soll er neu "
            "angelegt werden, leeren Sie bitte die betNr.",
            en="The party {bet_nr} is deleted in Advoware. Nothing was deleted in EspoCRM. To have it created again, "
            "please empty the betNr.",
        ),
    ),
    Matter.DELETED_IN_ESPOCRM: Words(
        note=Phrase(
            de="Ein Beteiligter wurde in EspoCRM gelöscht (betNr {bet_nr}). In Advoware wurde nichts gelöscht. Soll er "
            "auch dort verschwinden, löschen Sie ihn bitte dort; war es ein Versehen, stellen Sie ihn bitte wieder "
            "her.",
            en="A party was deleted in EspoCRM (betNr {bet_nr}). Nothing was deleted in Advoware. If it shall go there "
            "too, please delete it there; if it was a mistake, please restore it.",
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
    ),
}

LINK_OF_ANOTHER_NAME = Phrase(
    de="Die betNr {bet_nr} gehört in Advoware einem anderen Namen: {both}. Es wurde nichts geschrieben. Bitte die "
    "betNr berichtigen oder die Namen angleichen.",
    en="In Advoware the betNr {bet_nr} belongs to another name: {both}. Nothing was written. Please correct the betNr "
    "or make the names equal.",
)
"""The note of `LINK` where it is the names that differ."""

LINK_TO_NOBODY = Phrase(
    de="Die betNr {bet_nr} gibt es in Advoware nicht. Es wurde nichts geschrieben. Bitte die betNr berichtigen; war "
    "dieser Datensatz noch nie verknüpft, leeren Sie sie bitte, damit er angelegt wird.",
    en="The betNr {bet_nr} does not exist in Advoware. Nothing was written. Please correct the betNr; if this record "
    "was never linked, please empty it to have the party created.",
)
"""The note of `LINK` where Advoware does not know the number."""

SEVERAL_NAMED = Phrase(
    de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig: Name, Vorname und Geburtsdatum passen mehrfach "
    "({several}). Es wurde nichts verknüpft und nichts angelegt. Bitte nachsehen und die betNr nur an dem richtigen "
    "Datensatz eintragen; gibt es ihn dort noch nicht, bitte anlegen lassen.",
    en="Who this party is in Advoware is not clear: name, first name and birthday match more than once ({several}). "
    "Nothing was linked and nothing created. Please look and enter the betNr in the right record only; if it is not "
    "there yet, please have it created.",
)
"""The note of `SEVERAL_MATCH` when it is told, and what matches is known."""

NOT_WRITTEN_BACK_EXCLUDED = Phrase(
    de="In Advoware ist der Stand angekommen (betNr {bet_nr}). In EspoCRM ist das nicht vermerkt, da der Datensatz "
    "inzwischen vom Abgleich ausgenommen ist. Soll er wieder abgeglichen werden, prüfen Sie bitte vorher, ob dort "
    "diese betNr steht.",
    en="The data arrived in Advoware (betNr {bet_nr}). EspoCRM holds no record of it, since the party is excluded from "
    "the sync by now. Before it is synced again, please check that this betNr stands there.",
)
"""The note of `NOT_WRITTEN_BACK` when it is not tried again: a person had the record left out meanwhile."""
