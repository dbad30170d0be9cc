"""What people are told of a party that one of the systems has no more."""

from beteiligte.findings import Matter
from beteiligte.messages.language import Phrase
from beteiligte.messages.words import Words

DELETES = {
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
}
