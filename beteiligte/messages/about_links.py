"""What people are told of a party's link: whose the betNr is, whether it is created, who it is in Advoware."""

from beteiligte.decide.findings import FindingKind
from beteiligte.messages.language import Phrase
from beteiligte.messages.words import Variant, Words

LINKS = {
    FindingKind.LINK_HELD_TWICE: Words(
        summary=Phrase(
            de="Die betNr steht auch bei einem anderen Datensatz. Bitte beide zusammenführen oder die betNr nur dort "
            "stehen lassen, wo sie hingehört.",
            en="The betNr is also held by another record. Please merge the records, or leave the betNr only where it "
            "belongs.",
        ),
        note=Phrase(
            de="Die betNr {bet_nr} steht auch bei {at_others}. Solange sie doppelt vergeben ist, wird nichts "
            "geschrieben. Ist es derselbe Beteiligte, führen Sie die Datensätze bitte in EspoCRM zusammen. Ist es ein "
            "anderer, lassen Sie die betNr bitte nur dort stehen, wo sie hingehört.",
            en="The betNr {bet_nr} is also held by {at_others}. As long as it is held twice, nothing is written. If it "
            "is the same party, please merge the records in EspoCRM. If it is another one, please leave the betNr only "
            "where it belongs.",
        ),
    ),
    FindingKind.LINK_OTHER_NAME: Words(
        summary=Phrase(
            de="Die betNr gehört in Advoware zu einem anderen Namen. Bitte die betNr berichtigen oder den Namen auf "
            "beiden Seiten gleich schreiben.",
            en="In Advoware the betNr belongs to another name. Please correct the betNr, or spell the name alike on "
            "both sides.",
        ),
        note=Phrase(
            de="Die betNr {bet_nr} gehört in Advoware zu einem anderen Namen: {both}. Es wurde nichts "
            "geschrieben. Bitte berichtigen Sie die betNr. Ist es derselbe Beteiligte, schreiben Sie den Namen "
            "bitte auf beiden Seiten gleich.",
            en="In Advoware the betNr {bet_nr} belongs to another name: {both}. Nothing was written. Please "
            "correct the betNr. If it is the same party, please spell the name alike on both sides.",
        ),
    ),
    FindingKind.LINK_UNKNOWN: Words(
        summary=Phrase(
            de="Die betNr gibt es in Advoware nicht. Bitte berichtigen; gibt es den Beteiligten dort noch nicht, bitte "
            "leeren.",
            en="The betNr does not exist in Advoware. Please correct it; if the party is not there yet, please empty "
            "it.",
        ),
        note=Phrase(
            de="Die betNr {bet_nr} gibt es in Advoware nicht. Es wurde nichts geschrieben. Bitte berichtigen "
            "Sie die betNr. Gibt es den Beteiligten dort noch nicht, leeren Sie sie bitte; dann wird er "
            "angelegt.",
            en="The betNr {bet_nr} does not exist in Advoware. Nothing was written. Please correct the betNr. "
            "If the party is not there yet, please empty it; the party is then created.",
        ),
    ),
    FindingKind.LINK_CHANGED: Words(
        summary=Phrase(
            de="Der Beteiligte wurde in Advoware unter einer anderen betNr angelegt. Bitte dort nachsehen und die "
            "richtige betNr eintragen.",
            en="The party was created in Advoware under another betNr. Please look there and enter the right betNr.",
        ),
        note=Phrase(
            de="Der Beteiligte wurde in Advoware gerade unter der betNr {other_bet_nr} angelegt; im Datensatz "
            "steht inzwischen die betNr {bet_nr}. Es wurde nichts weiter geschrieben. Bitte sehen Sie in "
            "Advoware nach und tragen Sie die richtige betNr ein; die überzählige löschen Sie bitte dort.",
            en="The party was just created in Advoware under the betNr {other_bet_nr}; by now the record holds "
            "the betNr {bet_nr}. Nothing more was written. Please look in Advoware and enter the right betNr; "
            "please delete the superfluous one there.",
        ),
    ),
    FindingKind.LINK_MOVED: Words(
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
    FindingKind.DELETE_RECALLED: Words(
        note=Phrase(
            de="Zur betNr {bet_nr} hieß es in einer früheren Nachricht, der Beteiligte sei in EspoCRM gelöscht "
            "({others}). Sie gehört jetzt zu diesem Datensatz. Bitte löschen Sie ihn in Advoware nicht.",
            en="An earlier message about betNr {bet_nr} said that the party is deleted in EspoCRM ({others}). It is "
            "this record's now. Please do not delete it in Advoware.",
        ),
    ),
    FindingKind.LINK_LOST: Words(
        summary=Phrase(
            de="Die betNr wurde geleert. Bitte wieder eintragen; es wurde nichts neu angelegt.",
            en="The betNr was emptied. Please enter it again; nothing was created anew.",
        ),
        note=Phrase(
            de="Die betNr wurde geleert; zuletzt war es {bet_nr}. Damit kein Beteiligter doppelt entsteht, wurde "
            "nichts angelegt. Bitte tragen Sie die betNr wieder ein.",
            en="The betNr was emptied; last it was {bet_nr}. So that no party is doubled, nothing was created. "
            "Please enter the betNr again.",
        ),
    ),
    FindingKind.NO_NAME: Words(
        summary=Phrase(
            de="Ohne Namen wird in Advoware nichts angelegt. Bitte den Namen eintragen.",
            en="Without a name nothing is created in Advoware. Please enter the name.",
        ),
        note=Phrase(
            de="Der Datensatz hat weder einen Nach- noch einen Firmennamen und wird deshalb in Advoware nicht "
            "angelegt. Bitte tragen Sie den Namen ein; dann wird er angelegt. Bei einer natürlichen Person zählt nur "
            "der Nachname.",
            en="The record has neither a last name nor a company name, so it is not created in Advoware. Please enter "
            "the name; the party is then created. Of a natural person only the last name counts.",
        ),
    ),
    FindingKind.CREATE_UNANSWERED: Words(
        summary=Phrase(
            de="Advoware hat auf das Anlegen nicht geantwortet. Bitte dort nachsehen und die betNr eintragen; bis "
            "dahin wird nichts angelegt.",
            en="Advoware did not answer when the party was to be created. Please look there and enter the betNr; until "
            "then nothing is created.",
        ),
        note=Phrase(
            de="Advoware hat auf das Anlegen nicht geantwortet; ob der Beteiligte dort entstanden ist, ist nicht "
            "bekannt. Damit er nicht doppelt entsteht, wird nichts mehr angelegt. Bitte sehen Sie in Advoware nach "
            "und tragen Sie die betNr hier ein.",
            en="Advoware did not answer when the party was to be created; whether it exists there is not known. So "
            "that it is not doubled, nothing more is created. Please look in Advoware and enter the betNr here.",
        ),
    ),
    FindingKind.SEVERAL_MATCH: Words(
        summary=Phrase(
            de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig. Bitte die betNr eintragen; bis dahin wird "
            "nichts verknüpft und nichts angelegt.",
            en="Who this party is in Advoware is not clear. Please enter the betNr; until then nothing is linked and "
            "nothing created.",
        ),
        note=Phrase(
            de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig. Es wurde nichts verknüpft und nichts "
            "angelegt. Bitte sehen Sie dort nach und tragen Sie die betNr hier ein.",
            en="Who this party is in Advoware is not clear. Nothing was linked and nothing created. Please look "
            "there and enter the betNr here.",
        ),
        variants=(
            Variant(
                when=lambda finding: finding.named.removeprefix("betNr ").isdigit(),
                note=Phrase(
                    de="Ob dieser Beteiligte in Advoware schon steht, ist nicht sicher: Der Name stimmt überein "
                    "({several}), für sich allein genügt das aber nicht. Von den verglichenen Angaben{compared} fehlt "
                    "auf einer der beiden Seiten etwas. Es wurde nichts verknüpft und nichts angelegt. Bitte "
                    "sehen Sie dort nach. Ist es derselbe, tragen Sie bitte die betNr hier ein.",
                    en="Whether this party is in Advoware already is not certain: the name agrees ({several}), but "
                    "that is not enough. Some of the values compared{compared} are missing on one of the two sides. "
                    "Nothing was linked and nothing created. Please look there. If it is the same, please enter the "
                    "betNr here.",
                ),
            ),
            Variant(
                when=lambda finding: bool(finding.named),
                note=Phrase(
                    de="Wer dieser Beteiligte in Advoware ist, ist nicht eindeutig: Die verglichenen "
                    "Angaben{compared} passen mehrfach ({several}), soweit sie ausgefüllt sind. Es wurde nichts "
                    "verknüpft und nichts angelegt. Bitte sehen Sie dort nach und tragen Sie die betNr nur an dem "
                    "richtigen Datensatz ein.",
                    en="Who this party is in Advoware is not clear: the values compared{compared} match more than "
                    "once ({several}), as far as they are filled. Nothing was linked and nothing created. Please look "
                    "there and enter the betNr in the right record only.",
                ),
            ),
        ),
    ),
}
