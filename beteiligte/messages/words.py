"""The texts of a kind of finding: a note, for some another one, and a line of `syncErrorMessage` while it is open.

Placeholders, filled by filling.py: `{field}` its label; `{both}` both values; `{other}` the value of the side that has
one; `{system}` where it happened; `{winner}` and `{loser}` of a conflict and the `{why}` of it; `{chosen}` by a
person; the `{word}` that stood in the record, `{who}` chose it, what was decided `{earlier}`, all `{words}`;
`{bet_nr}`; `{others}` other records or fields; `{several}` that match; `{cause}` and `{code}` of a fault.
"""

from collections.abc import Callable
from dataclasses import dataclass

from beteiligte.decide.findings import Finding
from beteiligte.messages.language import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Another note for the findings of which `when` holds."""

    when: Callable[[Finding], bool]
    note: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts of one kind of finding."""

    note: Phrase
    summary: Phrase | None = None
    """One line for `syncErrorMessage` while it is open. It holds no values and is stable, since it is compared with
    what stands in EspoCRM."""
    variants: tuple[Variant, ...] = ()
    """The first that suits is told instead of the note."""

    def of(self, finding: Finding) -> Phrase:
        """The note for this finding."""
        return next((variant.note for variant in self.variants if variant.when(finding)), self.note)
