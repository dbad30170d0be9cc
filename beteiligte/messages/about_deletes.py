"""What people are told of a party that one of the systems has no more."""

from collections.abc import Callable

from beteiligte.decide.findings import Finding, FindingKind, Partner
from beteiligte.messages.language import Phrase
from beteiligte.messages.words import Variant, Words


def _known_as(partner: Partner) -> Callable[[Finding], bool]:
    return lambda finding: finding.partner is partner


DELETES = {
    FindingKind.DELETED_IN_ADVOWARE: Words(
        summary=Phrase(
            de="In Advoware gelöscht. Zum Neuanlegen bitte die betNr leeren.",
            en="Deleted in Advoware. To have it created again, please empty the betNr.",
        ),
        note=Phrase(
            de="Der Beteiligte {bet_nr} ist in Advoware gelöscht. In EspoCRM wurde nichts gelöscht. Soll er in "
            "Advoware neu angelegt werden, leeren Sie bitte die betNr. Wird er nicht mehr "
            "gebraucht, können Sie ihn auch in EspoCRM löschen.",
            en="The party {bet_nr} is deleted in Advoware. Nothing was deleted in EspoCRM. To have it "
            "created in Advoware again, please empty the betNr. If it is not needed any more, you may delete it in "
            "EspoCRM, too.",
        ),
    ),
    FindingKind.DELETED_IN_ESPOCRM: Words(
        note=Phrase(
            de="Ein Beteiligter wurde in EspoCRM gelöscht (betNr {bet_nr}). In Advoware wurde nichts gelöscht. Soll er "
            "auch dort verschwinden, löschen Sie ihn bitte dort. War es ein Versehen, lassen Sie ihn bitte vom "
            "Betreuer wiederherstellen.",
            en="A party was deleted in EspoCRM (betNr {bet_nr}). Nothing was deleted in Advoware. If it shall go there "
            "too, please delete it there. If it was a mistake, please have it restored by the administrator.",
        ),
        variants=(
            Variant(
                when=lambda finding: bool(finding.others),
                note=Phrase(
                    de="Ein Beteiligter wurde in EspoCRM gelöscht (betNr {bet_nr}). Diese betNr hat dort ein anderer "
                    "Datensatz: {others}. Bitte löschen Sie in Advoware nichts; es ist nichts zu tun.",
                    en="A party was deleted in EspoCRM (betNr {bet_nr}). Another record there holds this betNr: "
                    "{others}. Please delete nothing in Advoware; nothing needs doing.",
                ),
            ),
            Variant(
                when=_known_as(Partner.UNCONFIRMED),
                note=Phrase(
                    de="Ein Beteiligter wurde in EspoCRM gelöscht (betNr {bet_nr}). Dass diese betNr zu ihm gehörte, "
                    "war noch nicht bestätigt. Bitte löschen Sie in Advoware nichts, ohne dort nachzusehen; war es "
                    "ein Versehen, lassen Sie ihn bitte vom Betreuer wiederherstellen.",
                    en="A party was deleted in EspoCRM (betNr {bet_nr}). That this betNr was its was not confirmed "
                    "yet. Please delete nothing in Advoware without looking there; if it was a mistake, please "
                    "have it restored by the administrator.",
                ),
            ),
            Variant(
                when=_known_as(Partner.GONE),
                note=Phrase(
                    de="Ein Beteiligter wurde in EspoCRM gelöscht (betNr {bet_nr}). Auch in Advoware gibt es ihn "
                    "nicht mehr; dort ist nichts zu tun. War es ein Versehen, lassen Sie ihn bitte vom Betreuer "
                    "wiederherstellen.",
                    en="A party was deleted in EspoCRM (betNr {bet_nr}). Advoware does not have it any more either; "
                    "nothing needs doing there. If it was a mistake, please have it restored by the administrator.",
                ),
            ),
            Variant(
                when=_known_as(Partner.DOUBTFUL),
                note=Phrase(
                    de="Ein Beteiligter wurde in EspoCRM gelöscht (betNr {bet_nr}). Advoware hat auf das Anlegen "
                    "nicht geantwortet; ob er dort entstanden ist, ist nicht bekannt. Bitte dort nachsehen; war das "
                    "Löschen ein Versehen, lassen Sie ihn bitte vom Betreuer wiederherstellen.",
                    en="A party was deleted in EspoCRM (betNr {bet_nr}). Advoware did not answer when it was to be "
                    "created; whether it exists there is not known. Please look there; if the delete was a mistake, "
                    "please have it restored by the administrator.",
                ),
            ),
        ),
    ),
}
