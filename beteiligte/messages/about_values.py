"""What people are told of single fields."""

from beteiligte.findings import Matter
from beteiligte.messages.language import Phrase
from beteiligte.messages.words import Words

VALUES = {
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
}
