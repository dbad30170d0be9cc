"""The languages, and a text in each of them."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """What the firm's people are told in; one for the whole installation."""

    GERMAN = "de"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One text in every language, with the same placeholders in each."""

    de: str
    en: str

    def told(self, language: Language, **what: object) -> str:
        """The text, its placeholders filled."""
        text = self.de if language is Language.GERMAN else self.en
        return text.format(**what)
