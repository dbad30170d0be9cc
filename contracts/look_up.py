"""The search for an unlinked party that both systems may already have. One object each, so that fields can be added."""

from typing import Self

from beteiligte.decide.situation import Situation
from beteiligte.frozen import Frozen
from beteiligte.record.field_table import Form
from beteiligte.record.value_kinds import Value


class FindRivals(Frozen):
    """Which other records of this name wait to be told who they are?"""

    party_id: str
    values: dict[str, Value]
    """The record's: which of them is its name, the worker's table says."""


class LookUpOrder(Frozen):
    """Search Advoware for a party that EspoCRM has not linked."""

    party_id: str
    values: dict[str, Value]
    form: Form = Form.PERSON
    sent: bool = False
    """A create of just these values is unanswered."""

    @classmethod
    def about(cls, situation: Situation, *, sent: bool = False) -> Self:
        """The search for a party without a betNr: what was read of it is what is compared."""
        read = situation.espocrm
        return cls(party_id=read.party_id, values=read.side.values, form=read.form, sent=sent)
