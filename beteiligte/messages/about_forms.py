"""What people are told where a person would become a company, or a company a person."""

from beteiligte.decide.findings import FindingKind
from beteiligte.messages.language import Phrase
from beteiligte.messages.words import Words

FORMS = {
    FindingKind.FORM_DOUBTFUL: Words(
        summary=Phrase(
            de="Ob der Beteiligte eine Person oder eine Firma ist, ist nicht sicher; dadurch würde ein anderer Name "
            "gelten. Bitte Firmennamen und Rechtsform prüfen.",
            en="Whether the party is a person or a company is not certain, so that another name would count. Please "
            "check the company name and the legal form.",
        ),
        note=Phrase(
            de="Ob der Beteiligte eine Person oder eine Firma ist, hat sich geändert oder ist widersprüchlich. Dadurch "
            "würde ein anderer Name gelten: {both}. Es wurde nichts geschrieben. Ist die Änderung gewollt, tragen Sie "
            "bitte auch die passende Rechtsform ein (bei einer Person „natürliche Person“; der Firmenname bleibt dann "
            "leer). Ist sie nicht gewollt, berichtigen Sie bitte den Firmennamen und die Rechtsform.",
            en="Whether the party is a person or a company has changed, or is contradictory, so that another name "
            "would count: {both}. Nothing was written. If the change is wanted, please enter the legal form that "
            'belongs to it as well (of a person "natürliche Person"; the company name then stays empty). If it is '
            "not, please correct the company name and the legal form.",
        ),
    ),
    FindingKind.FORM_CHANGED: Words(
        note=Phrase(
            de="Aus der Person wurde eine Firma. Was eine Firma nicht hat, wurde in Advoware nicht geändert und steht "
            "dort noch: {fields}. Bitte prüfen Sie dort, ob es stehen bleiben soll.",
            en="The person became a company. What a company does not have was not changed in Advoware and still stands "
            "there: {fields}. Please check there whether it shall stay.",
        ),
    ),
}
