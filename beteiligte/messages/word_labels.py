"""What the options of `syncDecision` are called, on the screen and in every text that names one.

`espocrm-setup` gives them to the field that it makes (installation/espocrm/wanted.py).
"""

from beteiligte.decide.word import Word
from beteiligte.messages.language import Language, Phrase

FIELD = Phrase(de="Entscheidung", en="Decision")
"""The field itself, as it is made."""
LABELS = {
    Word.ESPOCRM: Phrase(de="EspoCRM gilt", en="EspoCRM counts"),
    Word.ADVOWARE: Phrase(de="Advoware gilt", en="Advoware counts"),
    Word.CREATE: Phrase(de="gibt es dort nicht, anlegen", en="is not there, create"),
    Word.AGAIN: Phrase(de="noch einmal versuchen", en="try again"),
}


def label_of(word: str, language: Language) -> str:
    """An option as people see it; of a word that is none of ours the word."""
    return LABELS[Word(word)].told(language) if word in LABELS else word
