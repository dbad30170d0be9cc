"""One or many: whatever is counted is said in the right number, in one place."""

from dataclasses import dataclass

from beteiligte.messages.language import Language, Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A text for one and a text for any other number, which stands in it as `{number}`; none may have its own."""

    one: Phrase
    many: Phrase
    none: Phrase | None = None

    def told(self, number: int, language: Language, **what: object) -> str:
        """The text for so many."""
        none = self.none if number == 0 else None
        return (none or (self.one if number == 1 else self.many)).told(language, number=number, **what)


PARTIES = Counted(
    one=Phrase(de="1 Beteiligter", en="1 party"),
    many=Phrase(de="{number} Beteiligte", en="{number} parties"),
)
OF_PARTIES = Counted(
    one=Phrase(de="1 Beteiligten", en="1 party"),
    many=Phrase(de="{number} Beteiligten", en="{number} parties"),
)
"""In the dative."""
SEEN_PARTIES = Counted(
    one=Phrase(de="1 Beteiligten", en="1 party"),
    many=Phrase(de="{number} Beteiligte", en="{number} parties"),
)
"""In the accusative."""
