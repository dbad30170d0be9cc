"""What a person is told who chose something in the record, in `syncDecision`: one text for each that may become of it.

Each names the choice and who made it, and ends with what to do now.
"""

from collections.abc import Callable

from beteiligte.decide.findings import Finding, FindingKind, Heard
from beteiligte.messages.language import Phrase
from beteiligte.messages.words import Variant, Words


def _came_to(heard: Heard) -> Callable[[Finding], bool]:
    return lambda finding: finding.reason == heard


_OTHERWISE = {
    Heard.CREATED: Phrase(
        de="Entscheidung {word}{who}: Der Beteiligte wurde in Advoware angelegt. Es ist nichts zu tun.",
        en="Decision {word}{who}: the party was created in Advoware. Nothing needs doing.",
    ),
    Heard.TRIED: Phrase(
        de="Entscheidung {word}{who}: Es wurde noch einmal versucht. Was danach noch offen ist, steht in der "
        "Sync-Meldung; steht dort nichts, ist nichts zu tun.",
        en="Decision {word}{who}: it was tried again. What is still open stands in the sync message; if nothing "
        "stands there, nothing needs doing.",
    ),
    Heard.DECLINED: Phrase(
        de="Entscheidung {word}{who}: Für {fields} ist das nicht möglich, weil der Wert dort nicht geschrieben oder "
        "nicht geleert werden kann. Bitte tragen Sie auf beiden Seiten denselben Wert ein.",
        en="Decision {word}{who}: for {fields} that is not possible, since the value cannot be written or emptied "
        "there. Please enter the same value on both sides.",
    ),
    Heard.CHANGED: Phrase(
        de="Entscheidung {word}{who}: Nicht ausgeführt{about}, weil die Angaben inzwischen andere sind als die, nach "
        "denen gefragt wurde. Bitte lesen Sie die neue Frage und entscheiden Sie noch einmal.",
        en="Decision {word}{who}: not carried out{about}, since the values are no longer those that were asked about. "
        "Please read the new question and decide again.",
    ),
    Heard.CLOSED: Phrase(
        de="Entscheidung {word}{who}: Es ist keine Frage mehr offen, die sich damit beantworten ließe; geändert wurde "
        "nichts.{earlier} Es ist nichts zu tun.",
        en="Decision {word}{who}: no question is open any more that it could answer; nothing was changed.{earlier} "
        "Nothing needs doing.",
    ),
    Heard.UNSUITED: Phrase(
        de="Entscheidung {word}{who}: Die offene Frage lässt sich damit nicht beantworten; geändert wurde nichts. "
        "Bitte tun Sie, was in der Sync-Meldung steht.",
        en="Decision {word}{who}: the open question cannot be answered by it; nothing was changed. Please do what "
        "the sync message says.",
    ),
    Heard.UNANSWERED: Phrase(
        de="Entscheidung {word}{who}: Beim Anlegen hat Advoware nicht geantwortet; ob der Beteiligte dort jetzt steht, "
        "ist nicht bekannt. Bitte sehen Sie dort nach. Steht er dort, tragen Sie bitte die betNr hier ein; sonst "
        "wählen Sie bitte noch einmal {word}.",
        en="Decision {word}{who}: Advoware did not answer when the party was created; whether it is there now is not "
        "known. Please look there. If it is there, please enter the betNr here; else please choose {word} again.",
    ),
    Heard.UNKNOWN: Phrase(
        de="Entscheidung {word}{who}: Diesen Wert kennt der Abgleich nicht; geändert wurde nichts. Bitte wählen Sie "
        "{words}.",
        en="Decision {word}{who}: the sync does not know this value; nothing was changed. Please choose {words}.",
    ),
}
"""By what became of it; DONE is the note itself."""

WORDS = {
    FindingKind.DECISION_HEARD: Words(
        note=Phrase(
            de="Entscheidung {word}{who}: Ausgeführt für {fields}. War das falsch, tragen Sie bitte den richtigen Wert "
            "ein.",
            en="Decision {word}{who}: carried out for {fields}. If that was wrong, please enter the right value.",
        ),
        variants=tuple(Variant(when=_came_to(heard), note=note) for heard, note in _OTHERWISE.items()),
    ),
    FindingKind.DECISION_STUCK: Words(
        summary=Phrase(
            de="Die Entscheidung ist beantwortet, lässt sich aber nicht leeren. Für den Betreuer: Bitte Optionen und "
            "Rechte des Feldes syncDecision prüfen.",
            en="The decision is answered, but cannot be emptied. For the administrator: please check options and "
            "rights of the field syncDecision.",
        ),
        note=Phrase(
            de="EspoCRM lässt das Feld mit der Entscheidung nicht leeren. Was darin steht, ist beantwortet und gilt "
            "nicht noch einmal; eine andere Wahl gilt. Für den Betreuer: Bitte dem Feld syncDecision eine leere Option "
            "geben und der Schnittstelle das Recht, es zu ändern.",
            en="EspoCRM does not let the field with the decision be emptied. What stands in it is answered and does "
            "not count again; another choice does. For the administrator: please give the field syncDecision an empty "
            "option, and the interface the right to edit it.",
        ),
    ),
}
