"""The rules of a test: over the parties' table, unless it says otherwise."""

from functools import partial

from beteiligte.decide.policy import Rules
from beteiligte.record.party_fields import PARTY_TABLE

party_rules = partial(Rules, table=PARTY_TABLE)
"""As an operator has them who changed nothing but what a test names."""
