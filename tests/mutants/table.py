"""The wrong designs, one row each; where they come from: what a model of such syncs showed to lose edits or to double.

A row replaces one text that stands exactly once in its file; tests/house/test_mutants.py holds it, so it cannot rot.
"""

from tests.mutants.answers import ANSWERS
from tests.mutants.deletes import OF_DELETES
from tests.mutants.desk import OF_THE_DESK
from tests.mutants.edits import EDITS
from tests.mutants.failures import FAILURES
from tests.mutants.installation import INSTALLATION
from tests.mutants.installed import INSTALLED
from tests.mutants.operation import OPERATION
from tests.mutants.partners import PARTNERS
from tests.mutants.probing import PROBING
from tests.mutants.sealing import SEALING
from tests.mutants.seen import OF_SEEING
from tests.mutants.setting_up import SETTING_UP
from tests.mutants.strangers import OF_STRANGERS
from tests.mutants.sweeps import SWEEPS
from tests.mutants.values import VALUES
from tests.mutants.verdicts import VERDICTS
from tests.mutants.wire import WIRE
from tests.mutants.words import WORDS

MUTANTS = (
    *FAILURES,
    *PARTNERS,
    *OF_DELETES,
    *EDITS,
    *SWEEPS,
    *OPERATION,
    *VALUES,
    *WIRE,
    *INSTALLATION,
    *INSTALLED,
    *PROBING,
    *SETTING_UP,
    *ANSWERS,
    *OF_STRANGERS,
    *VERDICTS,
    *SEALING,
    *OF_THE_DESK,
    *OF_SEEING,
    *WORDS,
)
