"""What people are told of single fields."""

from beteiligte.decide.findings import FindingKind
from beteiligte.messages.language import Phrase
from beteiligte.messages.resolutions import FOUND_DIFFERENT
from beteiligte.messages.words import Variant, Words
from beteiligte.record.size import TOO_LONG

VALUES = {
    FindingKind.CONFLICT: Words(
        note=Phrase(
            de="{field} wurde auf beiden Seiten verschieden geändert: {both}. Übernommen wurde der Wert aus {winner}, "
            "der aus {loser} wurde überschrieben. {why} War der überschriebene Wert richtig, tragen Sie ihn bitte "
            "wieder ein.",
            en="{field} was changed differently on both sides: {both}. The value from {winner} was kept, the one from "
            "{loser} was overwritten. {why} If the overwritten value was right, please enter it again.",
        ),
        variants=(
            Variant(
                when=lambda finding: finding.reason in FOUND_DIFFERENT,
                note=Phrase(
                    de="{field} war auf beiden Seiten verschieden: {both}. Übernommen wurde der Wert aus {winner}, der "
                    "aus {loser} wurde überschrieben. {why} War der überschriebene Wert richtig, tragen Sie ihn "
                    "bitte wieder ein.",
                    en="{field} was different on the two sides: {both}. The value from {winner} was kept, the one from "
                    "{loser} was overwritten. {why} If the overwritten value was right, please enter it again.",
                ),
            ),
        ),
    ),
    FindingKind.UNDECIDED: Words(
        summary=Phrase(
            de="{field}: Auf beiden Seiten verschieden geändert. Bitte auf beiden Seiten denselben Wert eintragen.",
            en="{field}: changed differently on both sides. Please enter the same value on both.",
        ),
        note=Phrase(
            de="{field} wurde auf beiden Seiten verschieden geändert: {both}. Es wurde nichts überschrieben. Dieses "
            "Feld bleibt unverändert, bis Sie entschieden haben; alle anderen werden weiter abgeglichen. Bitte "
            "tragen Sie auf beiden Seiten denselben Wert ein.",
            en="{field} was changed differently on both sides: {both}. Nothing was overwritten. This field stays as "
            "it is until you have decided; all others are synced as ever. Please enter the same value on both sides.",
        ),
    ),
    FindingKind.SET_BACK: Words(
        summary=Phrase(
            de="{field}: In Advoware steht wieder ein älterer Stand. Bitte auf beiden Seiten denselben Wert eintragen.",
            en="{field}: Advoware shows an older record again. Please enter the same value on both sides.",
        ),
        note=Phrase(
            de="{field}: In Advoware steht wieder ein älterer Stand als beim letzten Abgleich, wohl aus einer "
            "Datensicherung: {both}. Es wurde nichts überschrieben. Dieses Feld bleibt unverändert, bis Sie "
            "entschieden haben; alle anderen werden weiter abgeglichen. Bitte tragen Sie auf beiden Seiten denselben "
            "Wert ein.",
            en="{field}: Advoware shows an older record than at the last sync, probably from a backup: {both}. "
            "Nothing was overwritten. This field stays as it is until you have decided; all others are synced as "
            "ever. Please enter the same value on both sides.",
        ),
    ),
    FindingKind.DECIDED: Words(
        note=Phrase(
            de="{field}: Es wurde entschieden, dass auf beiden Seiten {chosen} stehen soll. Vorher stand dort: {both}. "
            "Ist das falsch, tragen Sie bitte den richtigen Wert ein.",
            en="{field}: it was decided that both sides shall hold {chosen}. Before, there stood: {both}. If that is "
            "wrong, please enter the right value.",
        ),
        variants=(
            Variant(
                when=lambda finding: finding.chosen is None,
                note=Phrase(
                    de="{field}: Es wurde entschieden, dass das Feld auf beiden Seiten leer sein soll. Vorher stand "
                    "dort: {both}. Ist das falsch, tragen Sie bitte den richtigen Wert ein.",
                    en="{field}: it was decided that the field shall be empty on both sides. Before, there stood: "
                    "{both}. If that is wrong, please enter the right value.",
                ),
            ),
        ),
    ),
    FindingKind.NOT_TAKEN: Words(
        summary=Phrase(
            de="{field}: Der Wert wurde nicht übernommen. Bitte beide Seiten von Hand angleichen.",
            en="{field}: the value was not taken. Please make both sides equal by hand.",
        ),
        note=Phrase(
            de="{field}: {system} hat den Wert aus {elsewhere} nicht übernommen ({both}). Bitte tragen Sie auf beiden "
            "Seiten denselben Wert ein. Sobald sich einer der beiden ändert, folgt ein neuer Versuch.",
            en="{field}: {system} did not take the value from {elsewhere} ({both}). Please enter the same value on "
            "both sides. As soon as one of the two changes, it is tried again.",
        ),
    ),
    FindingKind.NOT_WRITABLE: Words(
        summary=Phrase(
            de="{field}: Wird von Advoware nicht übernommen. Bitte dort von Hand eintragen.",
            en="{field}: is not taken by Advoware. Please enter it there by hand.",
        ),
        note=Phrase(
            de="{field} lässt sich vom Abgleich nicht in Advoware eintragen ({both}). Bitte tragen Sie den Wert dort "
            "von Hand ein; ist er in EspoCRM falsch, berichtigen Sie ihn bitte hier.",
            en="{field} cannot be entered in Advoware by the sync ({both}). Please enter the value there by hand; if "
            "it is wrong in EspoCRM, please correct it here.",
        ),
    ),
    FindingKind.REFUSED: Words(
        summary=Phrase(
            de="{field}: EspoCRM lehnt den Wert aus Advoware ab. Bitte den Wert berichtigen.",
            en="{field}: EspoCRM refuses the value from Advoware. Please correct the value.",
        ),
        note=Phrase(
            de="{field}: EspoCRM lehnt den Wert aus Advoware ab ({both}), etwa weil er zu lang ist oder die Auswahl "
            "ihn nicht kennt. Alle anderen Angaben wurden übernommen. Bitte berichtigen Sie den Wert in Advoware. Für "
            "den Betreuer: Ist der Wert richtig, muss EspoCRM ihn bei diesem Feld zulassen.",
            en="{field}: EspoCRM refuses the value from Advoware ({both}), perhaps because it is too long or not among "
            "the options. Everything else was taken over. Please correct the value in Advoware. For the "
            "administrator: if the value is right, EspoCRM has to allow it for this field.",
        ),
    ),
    FindingKind.UNREADABLE: Words(
        summary=Phrase(
            de="{field}: Ist nicht lesbar und wird nicht abgeglichen. Für den Betreuer: Bitte die Rechte prüfen.",
            en="{field}: cannot be read and is not synced. For the administrator: please check the rights.",
        ),
        note=Phrase(
            de="{field} ist für den Abgleich in {system} nicht lesbar und wird nicht abgeglichen ({other}). Es wurde "
            "nichts geleert. Für den Betreuer: Bitte prüfen, ob die Schnittstelle dieses Feld lesen darf und ob es das "
            "Feld dort gibt.",
            en="{field} cannot be read in {system} by the sync and is not synced ({other}). Nothing was cleared. For "
            "the administrator: please check whether the interface may read this field and whether it exists there.",
        ),
    ),
    FindingKind.UNMAPPABLE: Words(
        summary=Phrase(
            de="{field}: Der Wert hat auf der anderen Seite keine Entsprechung. Bitte berichtigen.",
            en="{field}: the value has no counterpart on the other side. Please correct it.",
        ),
        note=Phrase(
            de="{field}: Mit dem Wert in {system} kann {elsewhere} nichts anfangen (kein gültiges Datum, ein "
            "unbekanntes Wort oder ein viel zu langer Text). Das Feld wird nicht abgeglichen (es bleibt bei: "
            "{other}), alle anderen schon. Bitte berichtigen Sie den Wert in {system}.",
            en="{field}: {elsewhere} can make nothing of the value in {system} (no valid date, or a word that is not "
            "known). The field is not synced (it stays as it is: {other}), all others are. Please correct the value "
            "in {system}.",
        ),
        variants=(
            Variant(
                when=lambda finding: finding.reason == TOO_LONG,
                note=Phrase(
                    de="{field}: Der Wert in {system} ist zu lang für den Abgleich und bleibt, wie er ist ({other}). "
                    "Alle anderen Felder werden abgeglichen. Bitte kürzen Sie den Wert in {system}.",
                    en="{field}: the value in {system} is too long for the sync and stays as it is ({other}). All "
                    "other fields are synced. Please shorten the value in {system}.",
                ),
            ),
        ),
    ),
}
