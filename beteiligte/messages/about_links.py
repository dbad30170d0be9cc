"""What people are told of a party's link: whose the betNr is, whether the party is created, who it is in Advoware."""

from beteiligte.findings import Matter
from beteiligte.messages.language import Phrase
from beteiligte.messages.words import Variant, Words

LINKS = {
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
        variants=(
            Variant(
                when=lambda finding: not finding.others and finding.field == "name",
                note=Phrase(
                    de="Die betNr {bet_nr} gehört in Advoware einem anderen Namen: {both}. Es wurde nichts "
                    "geschrieben. Bitte die betNr berichtigen oder die Namen angleichen.",
                    en="In Advoware the betNr {bet_nr} belongs to another name: {both}. Nothing was written. Please "
                    "correct the betNr or make the names equal.",
                ),
            ),
            Variant(
                when=lambda finding: not finding.others,
                note=Phrase(
                    de="Die betNr {bet_nr} gibt es in Advoware nicht. Es wurde nichts geschrieben. Bitte die betNr "
                    "berichtigen; war dieser Datensatz noch nie verknüpft, leeren Sie sie bitte, damit er angelegt "
                    "wird.",
                    en="The betNr {bet_nr} does not exist in Advoware. Nothing was written. Please correct the betNr; "
                    "if this record was never linked, please empty it to have the party created.",
                ),
            ),
        ),
    ),
    Matter.LINK_MOVED: Words(
        note=Phrase(
            de="Dieser Datensatz war bisher mit betNr {bet_nr} verknüpft und ist es jetzt mit einer anderen. {bet_nr} "
            "steht damit in Advoware ohne Datensatz in EspoCRM und wird nicht mehr abgeglichen. Ist es derselbe "
            "Beteiligte, führen Sie beide bitte in Advoware zusammen; sonst legen Sie bitte in EspoCRM einen "
            "Datensatz mit dieser betNr an.",
            en="This record was linked to betNr {bet_nr} and is to another one now. That leaves {bet_nr} in Advoware "
            "without a record in EspoCRM, and it is not synced any more. If it is the same party, please merge the "
            "two in Advoware; else please create a record with this betNr in EspoCRM.",
        ),
    ),
    Matter.DELETE_RECALLED: Words(
        note=Phrase(
            de="Zur betNr {bet_nr} hieß es in einer früheren Nachricht, der Beteiligte sei in EspoCRM gelöscht "
            "({others}). Sie gehört jetzt zu diesem Datensatz. Bitte löschen Sie ihn in Advoware nicht.",
            en="An earlier message about betNr {bet_nr} said that the party is deleted in EspoCRM ({others}). It is "
            "this record's now. Please do not delete it in Advoware.",
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
            "Namen eintragen; bei einer natürlichen Person zählt nur der Nachname.",
            en="The record has neither a last name nor a company name, so it is not created in Advoware. Please enter "
            "the name; of a natural person only the last name counts.",
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
            de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig. Bitte die betNr eintragen; bis "
            "dahin wird nichts verknüpft und nichts angelegt.",
            en="Who this party is in Advoware is not clear. Please enter the betNr; until then nothing is "
            "linked and nothing created.",
        ),
        note=Phrase(
            de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig. Es wurde nichts verknüpft und nichts "
            "angelegt. Bitte nachsehen und die betNr hier eintragen; gibt es ihn dort noch nicht, bitte anlegen "
            "lassen.",
            en="Who this party is in Advoware is not clear. Nothing was linked and nothing created. Please look there "
            "and enter the betNr here; if it is not there yet, please have it created.",
        ),
        variants=(
            Variant(
                when=lambda finding: bool(finding.reason),
                note=Phrase(
                    de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig: Name, Vorname und Geburtsdatum "
                    "passen mehrfach ({several}). Es wurde nichts verknüpft und nichts angelegt. Bitte nachsehen und "
                    "die betNr nur an dem richtigen Datensatz eintragen; gibt es ihn dort noch nicht, bitte anlegen "
                    "lassen.",
                    en="Who this party is in Advoware is not clear: name, first name and birthday match more than "
                    "once ({several}). Nothing was linked and nothing created. Please look and enter the betNr in the "
                    "right record only; if it is not there yet, please have it created.",
                ),
            ),
        ),
    ),
}
